r"""Whether a ``DataLoader`` reads its dataset in order, so that the first prediction is the first item's."""

from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    DistributedSampler,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

from .loaders import EpochShuffle

RANDOM = (RandomSampler, SubsetRandomSampler, WeightedRandomSampler, EpochShuffle)


def check_order(loader: DataLoader[Any]) -> None:
    r"""Refuse a loader whose batches cannot be matched to the items of its dataset.

    PyTorch's samplers are known by their kind. Any other is read through once, without moving the global random
    numbers of torch, and has to name positions in the dataset that only rise.

    Raises:
        ValueError: It shuffles, repeats or goes back, or its workers hand over batches as they finish them.

    """
    if loader.num_workers > 1 and not getattr(loader, "in_order", True):
        raise ValueError(
            "The DataLoader shuffles: with in_order=False its workers hand over batches as they finish them, so "
            "predictions could not be matched to items; use in_order=True."
        )
    if isinstance(loader.dataset, IterableDataset):
        return
    sampler: Any = loader.sampler if loader.batch_sampler is None else loader.batch_sampler
    while type(sampler) is BatchSampler:  # what lies in it has the order
        sampler = sampler.sampler
    if type(sampler) is SequentialSampler or (isinstance(sampler, DistributedSampler) and not sampler.shuffle):
        return
    if isinstance(sampler, (*RANDOM, DistributedSampler)) or not _rises(sampler):
        part = isinstance(sampler, SubsetRandomSampler)
        cure = "wrap that part in torch.utils.data.Subset(dataset, indices) and use" if part else "use"
        raise ValueError(
            f"The DataLoader shuffles: its {type(sampler).__name__} does not go through the dataset in order, so "
            f"predictions could not be matched to items; {cure} shuffle=False without a sampler."
        )


def _rises(sampler: Any) -> bool:
    with torch.random.fork_rng(devices=[]):
        before = -1
        for position in _flat(sampler):
            try:
                rises = bool(position > before)
            except (TypeError, RuntimeError):  # keys that are no numbers have no place in an order
                return False
            if not rises:
                return False
            before = position
    return True


def _flat(positions: Any) -> Iterator[Any]:
    for position in positions:
        if isinstance(position, list | tuple):
            yield from position
        else:
            yield position
