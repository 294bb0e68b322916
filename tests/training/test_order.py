"""Predictions stand in the order of the data set, or the loader is refused by the name of its sampler."""

import pytest
import torch
from torch import nn
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    DistributedSampler,
    IterableDataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from rnn_tutorial.training import evaluate, predict

N = 12
DATA = TensorDataset(torch.arange(N).float()[:, None], torch.zeros(N, 1))


class Own(Sampler[int]):
    def __init__(self, order):
        self.order = order

    def __iter__(self):
        return iter(self.order)

    def __len__(self):
        return len(self.order)


class OwnRandom(Own):
    def __iter__(self):
        return iter(torch.randperm(N).tolist())


class Stream(IterableDataset):
    def __iter__(self):
        return iter(DATA)

    def __len__(self):
        return N


class Named(Dataset):
    def __len__(self):
        return N

    def __getitem__(self, key):
        return torch.tensor([float(ord(key) - ord("a"))])


def distributed(shuffle, replicas=1, rank=0):
    return DistributedSampler(DATA, num_replicas=replicas, rank=rank, shuffle=shuffle)


def plain(items=range(N)):
    return [float(item) for item in items]


def batches_of(sampler):
    return DataLoader(DATA, batch_sampler=BatchSampler(sampler, 5, drop_last=False))


IN_ORDER = {
    "no sampler": (lambda: DataLoader(DATA, batch_size=5), plain()),
    "sequential": (lambda: DataLoader(DATA, 5, sampler=SequentialSampler(DATA)), plain()),
    "batches of sequential": (lambda: batches_of(SequentialSampler(DATA)), plain()),
    "batches as items": (
        lambda: DataLoader(DATA, batch_size=None, sampler=BatchSampler(SequentialSampler(DATA), 5, False)),
        plain(),
    ),
    "own": (lambda: DataLoader(DATA, 5, sampler=Own(range(N))), plain()),
    "own tensor": (lambda: DataLoader(DATA, 5, sampler=Own(torch.arange(N))), plain()),
    "own batches": (lambda: DataLoader(DATA, batch_sampler=Own([[0, 1, 2], [3], list(range(4, N))])), plain()),
    "batches of own": (lambda: batches_of(Own(range(N))), plain()),
    "a share, rising": (lambda: DataLoader(DATA, 5, sampler=Own([1, 4, 9])), plain([1, 4, 9])),
    "distributed": (lambda: DataLoader(DATA, 5, sampler=distributed(False)), plain()),
    "distributed in two": (lambda: DataLoader(DATA, 4, sampler=distributed(False, 2, 1)), plain(range(1, N, 2))),
    "distributed in five": (lambda: DataLoader(DATA, 4, sampler=distributed(False, 5, 4)), plain([4, 9, 2])),
    "stream": (lambda: DataLoader(Stream(), batch_size=5), plain()),
    "subset": (lambda: DataLoader(Subset(DATA, [7, 2, 5]), batch_size=2), plain([7, 2, 5])),
    "workers": (lambda: DataLoader(DATA, 5, num_workers=1, in_order=False), plain()),
}


@pytest.mark.parametrize("name", IN_ORDER)
def test_in_order(name):
    make, expected = IN_ORDER[name]
    assert predict(nn.Identity(), make())[:, 0].tolist() == expected


SHUFFLED = {
    "shuffle": (lambda: DataLoader(DATA, 5, shuffle=True), "RandomSampler"),
    "random": (lambda: DataLoader(DATA, 5, sampler=RandomSampler(DATA, replacement=True)), "RandomSampler"),
    "subset": (lambda: DataLoader(DATA, 5, sampler=SubsetRandomSampler(range(6))), "SubsetRandomSampler"),
    "weighted": (lambda: DataLoader(DATA, 5, sampler=WeightedRandomSampler([1.0] * N, N)), "WeightedRandomSampler"),
    "batches of random": (lambda: batches_of(RandomSampler(DATA)), "RandomSampler"),
    "batches of subset": (lambda: batches_of(SubsetRandomSampler(range(6))), "SubsetRandomSampler"),
    "batches as items": (
        lambda: DataLoader(DATA, batch_size=None, sampler=BatchSampler(RandomSampler(DATA), 5, False)),
        "RandomSampler",
    ),
    "distributed": (lambda: DataLoader(DATA, 5, sampler=distributed(True)), "DistributedSampler"),
    "own": (lambda: DataLoader(DATA, 5, sampler=OwnRandom(range(N))), "OwnRandom"),
    "backwards": (lambda: DataLoader(DATA, 5, sampler=Own(range(N)[::-1])), "Own"),
    "own batches": (lambda: DataLoader(DATA, batch_sampler=Own([[2, 1], [0]])), "Own"),
    "twice": (lambda: DataLoader(DATA, 5, sampler=Own([0, 1, 1, 2])), "Own"),
    "a list": (lambda: DataLoader(DATA, 5, sampler=[3, 1, 2]), "list"),
    "names": (lambda: DataLoader(Named(), 5, sampler=Own("cab")), "Own"),
    "one item by chance": (
        lambda: DataLoader(TensorDataset(torch.ones(1, 1)), sampler=SubsetRandomSampler([0])),
        "SubsetRandomSampler",
    ),
}


@pytest.mark.parametrize("name", SHUFFLED)
def test_shuffled(name):
    make, sampler = SHUFFLED[name]
    with pytest.raises(ValueError, match=rf"DataLoader shuffles: its {sampler} does not .*use shuffle=False") as caught:
        predict(nn.Identity(), make())
    assert ("Subset(dataset, indices)" in str(caught.value)) == (sampler == "SubsetRandomSampler")


def test_workers_out_of_order():
    with pytest.raises(ValueError, match="use in_order=True"):
        predict(nn.Identity(), DataLoader(DATA, 5, num_workers=2, in_order=False))


def test_looking_moves_no_random_numbers():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    with pytest.raises(ValueError, match="OwnRandom"):
        predict(nn.Identity(), DataLoader(DATA, 5, sampler=OwnRandom(range(N))))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("name", ["shuffle", "batches of random", "batches as items", "own", "backwards"])
def test_scores_do_not_depend_on_the_order(name):
    make, _ = SHUFFLED[name]
    squares = DATA.tensors[0].square().mean().item()
    assert evaluate(nn.Identity(), make(), loss=nn.MSELoss())["loss"] == pytest.approx(squares)
