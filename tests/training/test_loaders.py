import pytest
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset

from rnn_tutorial.training.loaders import EpochShuffle, as_loader, epoch_seed, whole_batches

from .conftest import pairs


class OneByOne(Dataset):
    def __init__(self, data):
        self.data = data

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.data[index]


class ManyAtOnce(OneByOne):
    batch_indexing = True
    calls = 0

    def __getitem__(self, index):
        self.calls += 1
        x, y = self.data.tensors
        return x[index], y[index]


def batches(data, **options):
    return list(as_loader(data, 4, name="data", **options))


@pytest.mark.parametrize("seed", [None, 3])
def test_whole_batches_are_those_of_single_items(seed):
    data = pairs(11)
    subset = Subset(data, [9, 2, 2, 5, 0, 7])
    for fast in (data, ManyAtOnce(data), subset, Subset(subset, [5, 1, 0]), Subset(ManyAtOnce(data), [3, 1, 4, 1, 5])):
        assert whole_batches(fast) is not None
        slow = OneByOne([fast[k] for k in range(len(fast))])
        assert whole_batches(slow) is None
        first, second = batches(fast, shuffle_seed=seed), batches(slow, shuffle_seed=seed)
        assert len(first) == len(second) > 0
        for one, other in zip(first, second, strict=True):
            assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_batch_is_one_call():
    data = ManyAtOnce(pairs(11))
    assert len(batches(data)) == 3
    assert data.calls == 3


def test_every_epoch_has_an_order_of_its_own_that_repeats():
    shuffle = EpochShuffle(50, seed=1)
    orders = []
    for epoch in (1, 2):
        shuffle.set_epoch(epoch)
        assert list(shuffle) == list(shuffle)
        assert sorted(shuffle) == list(range(50))
        orders.append(list(shuffle))
    assert orders[0] != orders[1]
    assert len(shuffle) == 50


def test_seeds_do_not_share_epochs():
    seeds = [epoch_seed(seed, epoch) for seed in range(30) for epoch in range(30)]
    assert len(set(seeds)) == 900
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_loader_is_taken_as_it_is():
    loader = DataLoader(pairs(9), batch_size=2)
    assert as_loader(loader, 4, name="data") is loader


class Endless(IterableDataset):
    def __iter__(self):
        yield from iter(int, 1)


def test_bad_data():
    for data, message in (
        (5, "a int"),
        (Endless(), "a Endless"),
        (torch.zeros(3), "bare Tensor"),
        (DataLoader(Endless()), "no length"),
    ):
        with pytest.raises(TypeError, match=message):
            as_loader(data, 4, name="train")
    nothing: list[tuple[torch.Tensor, torch.Tensor]] = []
    for empty in (pairs(0), nothing):
        with pytest.raises(ValueError, match="train is empty"):
            as_loader(empty, 4, name="train")
