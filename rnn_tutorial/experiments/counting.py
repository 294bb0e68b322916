r"""Counting: strings aⁿbⁿ and aⁿbⁿcⁿ, learnt up to one n and read far beyond it (Gers & Schmidhuber, 2001).

While the first letter lasts, nobody can know what follows. From the second letter on everything is determined: a
network that has counted the first block knows at which step each later block ends.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnn_tutorial.layers import GRU, LSTM, RNN

from .ch02_long_lags import set_gate
from .side_by_side import SideBySide, train

__all__ = ["LEARNT", "MAKERS", "Strings", "memory_over", "reaches", "strings", "train_counters"]

UNITS = 10
LEARNT = 20
"""The largest n of the training strings."""
LONGEST = 100
"""The largest n that is tried."""
UPDATES = 2500
KEEPING = 5.0
"""Bias of the gate that keeps, in networks that start by keeping, as in chapter 2."""


def _keeping_gru(letters: int, units: int) -> GRU:
    layer = GRU(letters, units, batch_first=True)
    set_gate(layer, 1, torch.full((units,), KEEPING))
    return layer


MAKERS: Mapping[str, Callable[[int, int], nn.Module]] = {
    "RNN": lambda letters, units: RNN(letters, units, batch_first=True),
    "GRU": lambda letters, units: GRU(letters, units, batch_first=True),
    "GRU, keeping": _keeping_gru,
    "LSTM": lambda letters, units: LSTM(letters, units, batch_first=True),
    "LSTM, keeping": lambda letters, units: LSTM(letters, units, batch_first=True, forget_bias=KEEPING),
}
"""Make a layer from the number of letters and of units.

:meta hide-value:
"""


class Strings(NamedTuple):
    r"""Strings with their answers.

    Args:
        x: One-hot letters (n, T, letters), zeros behind the end.
        ends: 1 where a block of equal letters ends, else 0, (n, T).
        asked: 1 at the steps whose next letter is determined: from the second letter on, (n, T).
    """

    x: Tensor
    ends: Tensor
    asked: Tensor


def strings(letters: int, counts: Sequence[int]) -> Strings:
    r"""Return one string for each n: the first letter n times, then the second n times, and so on.

    Args:
        letters: 2 for aⁿbⁿ, 3 for aⁿbⁿcⁿ.
        counts: The n, one a string.
    """
    steps = letters * max(counts)
    x = torch.zeros(len(counts), steps, letters)
    ends, asked = torch.zeros(len(counts), steps), torch.zeros(len(counts), steps)
    for string, n in enumerate(counts):
        for letter in range(letters):
            x[string, letter * n : (letter + 1) * n, letter] = 1.0
        ends[string, n - 1 : letters * n : n] = 1.0
        asked[string, n : letters * n] = 1.0
    return Strings(x, ends * asked, asked)


def train_counters(
    kind: str, seeds: Sequence[int], *, letters: int = 2, updates: int = UPDATES, lr: float = 3e-2, learnt: int = LEARNT
) -> SideBySide:
    r"""Train one network a seed on the strings with n = 1 … ``learnt``, all of them at every update.

    The loss is the binary cross-entropy of "the block ends here", averaged over the steps that are asked.

    Args:
        kind: A name of ``MAKERS``; ten units.
        seeds: Of the start; the training data are the same for all.
        letters: 2 for aⁿbⁿ, 3 for aⁿbⁿcⁿ.
        updates: Steps of the optimiser.
        lr: Its learning rate.
        learnt: The largest n.
    """
    x, ends, asked = strings(letters, range(1, learnt + 1))
    networks = SideBySide(lambda units: MAKERS[kind](letters, units), UNITS, seeds)

    def loss(_: int) -> Tensor:
        said = networks(x)[..., 0]
        losses = nn.functional.binary_cross_entropy_with_logits(said, ends.expand_as(said), reduction="none")
        return (losses * asked).sum(dim=(1, 2)) / asked.sum()

    train(networks, loss, updates=updates, lr=lr)
    return networks


def reaches(networks: SideBySide, *, letters: int = 2, longest: int = LONGEST) -> list[int]:
    r"""Return for each network the largest n up to which it reads every string right, 0 for none.

    A string is right when each of its blocks after the first is said to end at its last letter and nowhere before.
    """
    x, ends, asked = strings(letters, range(1, longest + 1))
    with torch.no_grad():
        said = (networks(x)[..., 0] > 0).float()
    right = ((said == ends) | (asked == 0)).all(dim=2)  # (S, longest)
    return [int(row.int().cumprod(dim=0).sum()) for row in right]


def memory_over(networks: SideBySide, n: int, *, letters: int = 2) -> Tensor:
    """Return what each network keeps while it reads one string, an LSTM's cells, a GRU's state: (S, T, units)."""
    return networks.memory(strings(letters, [n]).x)[:, 0]
