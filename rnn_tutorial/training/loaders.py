r"""From a dataset to batches: whole batches at once where the data allow it, in an order that can be repeated.

The order of an epoch depends on the seed and the number of the epoch alone. A run that is resumed at epoch 7 reads
the same batches as one that never stopped, and nothing about the order has to be stored.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler, SequentialSampler, Subset, TensorDataset

Take = Callable[[list[int]], Any]


def epoch_seed(seed: int, epoch: int) -> int:
    """Mix the run's seed and the epoch: 31 bits, so that neighbouring seeds do not share epochs."""
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0]) >> 1


class EpochShuffle(Sampler[int]):
    """A random order of ``size`` items for each epoch, the same for every process; ``set_epoch`` chooses it."""

    def __init__(self, size: int, seed: int) -> None:
        self.size, self.seed, self.epoch = size, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order comes next; accelerate calls it, too."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(epoch_seed(self.seed, self.epoch))
        yield from torch.randperm(self.size, generator=generator).tolist()


class WholeBatches(Dataset[Any]):
    """A dataset whose batches are cut out in one indexing operation instead of item by item."""

    def __init__(self, size: int, take: Take) -> None:
        self.size, self.take = size, take

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> Any:
        return tuple(part[0] for part in self.take([index]))

    def __getitems__(self, indices: list[int]) -> Any:
        """Return a ready batch; ``DataLoader`` asks for it under this name."""
        return self.take(indices)


def whole_batches(dataset: Any) -> Take | None:
    r"""Find a way to take several items at once; ``None`` if there is none.

    There is one for a ``TensorDataset``, for a dataset that says ``batch_indexing = True`` (``dataset[[3, 1, 4]]``
    is then a batch), and for a ``Subset`` of these.
    """
    if type(dataset) is TensorDataset:
        tensors = dataset.tensors
        return lambda indices: tuple(tensor[indices] for tensor in tensors)
    if getattr(dataset, "batch_indexing", False):
        indexed: Take = dataset.__getitem__
        return indexed
    if type(dataset) is Subset and (inner := whole_batches(dataset.dataset)) is not None:
        chosen: Sequence[int] = dataset.indices
        return lambda indices: inner([int(chosen[index]) for index in indices])
    return None


class OwnGenerators:
    r"""Generators that came with the user's ``DataLoader``: seeded per epoch within ``with``, from their own seed.

    Without this the order of a resumed run would start again at the first epoch's.
    """

    def __init__(self, loader: Any) -> None:
        batches = getattr(loader, "batch_sampler", None)
        places = (loader, getattr(loader, "sampler", None), batches, getattr(batches, "sampler", None))
        found = [getattr(place, "generator", None) for place in places]
        self._seeds = {g: g.initial_seed() for g in found if isinstance(g, torch.Generator)}

    def __enter__(self) -> "OwnGenerators":
        return self

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose random numbers come next."""
        for generator, seed in self._seeds.items():
            generator.manual_seed(epoch_seed(seed, epoch))

    def __exit__(self, *_: object) -> None:
        for generator, seed in self._seeds.items():
            generator.manual_seed(seed)


def as_loader(
    data: Any, batch_size: int, *, name: str, shuffle_seed: int | None = None, inputs_only: bool = False
) -> DataLoader[Any]:
    r"""Make a ``DataLoader`` of what the user gave.

    Args:
        data: A map-style dataset of (input, target) pairs, or a ``DataLoader``, which is taken as it is.
        batch_size: Items per batch; a ``DataLoader`` keeps its own.
        name: What to call the data in an error.
        shuffle_seed: Seed of the order; ``None`` keeps the order of the data.
        inputs_only: Also accept a tensor of inputs, ``(N, ...)``.

    Raises:
        TypeError: It is neither of these, or it has no length.
        ValueError: It is empty.

    """
    if inputs_only and isinstance(data, Tensor):
        data = TensorDataset(data)
    if isinstance(data, Tensor | np.ndarray):
        raise TypeError(f"{name} is a bare {type(data).__name__}: wrap inputs and targets in a TensorDataset.")
    if not isinstance(data, DataLoader) and not (hasattr(data, "__getitem__") and hasattr(data, "__len__")):
        raise TypeError(
            f"{name} is a {type(data).__name__}; expected a dataset with a length and (input, target) items, such as "
            "torch.utils.data.TensorDataset(inputs, targets), or a DataLoader of one."
        )
    try:
        size = len(data)
    except TypeError as error:
        raise TypeError(f"{name} has no length; training needs to know the number of batches: {error}") from error
    if size == 0:
        raise ValueError(f"{name} is empty (length 0).")
    if isinstance(data, DataLoader):
        return data
    sampler: Sampler[int] = SequentialSampler(data) if shuffle_seed is None else EpochShuffle(size, shuffle_seed)
    take = whole_batches(data)
    if take is None:
        return DataLoader(data, batch_size=batch_size, sampler=sampler)
    return DataLoader(WholeBatches(size, take), batch_size=batch_size, sampler=sampler, collate_fn=_as_it_is)


def split_pair(batch: Any, name: str) -> tuple[Any, Tensor]:
    """Return input and target of a batch, or say what came instead."""
    if isinstance(batch, tuple | list) and len(batch) == 2 and isinstance(batch[1], Tensor):
        return batch[0], batch[1]
    got = f"{len(batch)} part(s)" if isinstance(batch, tuple | list) else f"a {type(batch).__name__}"
    raise TypeError(f"A batch of {name} is {got}; expected (input, target), two tensors.")


def _as_it_is(batch: Any) -> Any:
    return batch
