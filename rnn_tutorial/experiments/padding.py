r"""Sequences of unequal length in one batch: padded at the end, and read with or without their lengths."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnn_tutorial.layers import GRU, ManyToOne

__all__ = ["GUESS", "Padded", "errors_by_padding", "padded", "train"]

SHORTEST, LONGEST = 5, 20
GUESS = 2 / 3
"""Mean squared error of the best answer without memory: the variances of two numbers, 1/3 each."""
UNITS = 16


class Padded(NamedTuple):
    r"""A batch of sequences with zeros behind their ends.

    Args:
        x: (B, T, 1).
        lengths: (B,).
        targets: (B,), the last number of each sequence minus its first.
    """

    x: Tensor
    lengths: Tensor
    targets: Tensor


def padded(examples: int, seed: int, *, padding: int = 0) -> Padded:
    r"""Draw sequences of 5 to 20 numbers between -1 and 1, padded to the longest of the batch and ``padding`` more.

    Args:
        examples: Sequences B.
        seed: Of all that is drawn.
        padding: Zeros behind the longest sequence.

    Examples:
        >>> x, lengths, targets = padded(4, seed=0)
        >>> torch.equal(x[0, lengths[0] - 1, 0] - x[0, 0, 0], targets[0])
        True
    """
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(SHORTEST, LONGEST + 1, (examples,), generator=generator)
    x = 2 * torch.rand(examples, int(lengths.max()), 1, generator=generator) - 1
    x = nn.functional.pad(x, (0, 0, 0, padding))
    x[torch.arange(x.shape[1]) >= lengths[:, None]] = 0.0
    last = x[torch.arange(examples), lengths - 1, 0]
    return Padded(x, lengths, last - x[:, 0, 0])


def train(seeds: Sequence[int], *, told: bool, updates: int, batch: int = 64, lr: float = 1e-2) -> list[ManyToOne]:
    r"""Train a GRU a seed to say the last number minus the first, by Adam on batches that are never seen twice.

    Args:
        seeds: Of the start and of the data.
        told: Whether the network is given the lengths.
        updates: Steps of the optimiser.
        batch: Sequences of each.
        lr: Learning rate at the start; it falls to zero along half a cosine.
    """
    models = []
    for seed in seeds:
        torch.manual_seed(seed)
        model = ManyToOne(GRU(1, UNITS, batch_first=True), 1)
        optimizer = torch.optim.Adam(model.parameters(), lr)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, updates)
        for update in range(updates):
            drawn = padded(batch, seed * updates + update)
            optimizer.zero_grad()
            _loss(model, drawn, told).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        models.append(model)
    return models


def errors_by_padding(
    models: Sequence[ManyToOne], paddings: Sequence[int], *, told: bool, examples: int = 500
) -> Tensor:
    """Return each network's mean squared error on the same fresh sequences with more and more zeros: (S, paddings)."""
    with torch.no_grad():
        return torch.tensor(
            [[_loss(model, padded(examples, -1, padding=zeros), told).item() for zeros in paddings] for model in models]
        )


def _loss(model: ManyToOne, drawn: Padded, told: bool) -> Tensor:
    answers = model(drawn.x, lengths=drawn.lengths) if told else model(drawn.x)
    return nn.functional.mse_loss(answers[:, 0], drawn.targets)
