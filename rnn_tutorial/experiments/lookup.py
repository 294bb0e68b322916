r"""Looking up: pairs of a key and a value are read, then a key is asked for. From the last state to attention.

A readout of the last state has to find every value in H numbers. A readout with attention (Bahdanau, Cho & Bengio,
2015) may look back at the states of all steps, and learns where to look.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from rnn_tutorial.layers import GRU

from .side_by_side import SideBySide, train

__all__ = ["COUNTS", "VALUES", "Attention", "LastState", "accuracies", "pairs", "train_readers"]

KEYS, VALUES, UNITS = 16, 8, 16
COUNTS = (1, 2, 4, 8, 16)
"""How many pairs may be read before the question."""


def pairs(examples: int, count: int, seed: int) -> tuple[Tensor, Tensor]:
    r"""Return sequences of ``count`` pairs, a pair a step with a key of its own, and one more step that asks for a key.

    Returns:
        x (examples, count + 1, 16 + 8): one-hot key and one-hot value, at the last step the asked key alone; and its
        value as a class 0 … 7, (examples,).
    """
    generator = torch.Generator().manual_seed(seed)
    keys = torch.rand(examples, KEYS, generator=generator).argsort(dim=1)[:, :count]
    values = torch.randint(VALUES, (examples, count), generator=generator)
    asked = torch.randint(count, (examples, 1), generator=generator)
    x = torch.zeros(examples, count + 1, KEYS + VALUES)
    x[:, :-1, :KEYS] = nn.functional.one_hot(keys, KEYS).float()
    x[:, :-1, KEYS:] = nn.functional.one_hot(values, VALUES).float()
    x[:, -1, :KEYS] = nn.functional.one_hot(keys.gather(1, asked)[:, 0], KEYS).float()
    return x, values.gather(1, asked)[:, 0]


class LastState(SideBySide):
    r"""GRUs, one a seed, that answer from their last state: :math:`y = W h_T + b`."""

    def __init__(self, seeds: Sequence[int]) -> None:
        super().__init__(_layer, UNITS, seeds, VALUES)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, F) → (S, B, O)."""
        last = self.split(self.layer(x)[0])[:, :, -1]
        return torch.einsum("sbh,soh->sbo", last, self.readout) + self.readout_bias[:, None]


class Attention(LastState):
    r"""The same with a readout that looks back: at a weighted mean of the states of all steps before the question.

    .. math::

        e_t &= h_T^\top W_a h_t \\
        \alpha_t &= \exp(e_t) / \textstyle\sum_{s<T} \exp(e_s) \\
        y &= W \textstyle\sum_{t<T} \alpha_t h_t + b
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        super().__init__(seeds)
        self.match = nn.Parameter(self.readout.new_zeros(len(seeds), UNITS, UNITS))  # at first it looks everywhere

    def weights(self, states: Tensor) -> Tensor:
        r"""Return :math:`\alpha` (S, B, T - 1) from the states (S, B, T, H)."""
        # e_t = h_Tᵀ W_a h_t
        scores = torch.einsum("sbh,shk,sbtk->sbt", states[:, :, -1], self.match, states[:, :, :-1])
        # α = softmax(e)
        return scores.softmax(dim=2)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, F) → (S, B, O)."""
        states = self.split(self.layer(x)[0])
        # Σ α_t h_t
        seen = torch.einsum("sbt,sbth->sbh", self.weights(states), states[:, :, :-1])
        # y = W Σ α_t h_t + b
        return torch.einsum("sbh,soh->sbo", seen, self.readout) + self.readout_bias[:, None]


def _layer(units: int) -> GRU:
    return GRU(KEYS + VALUES, units, batch_first=True)


def train_readers(networks: LastState, *, updates: int = 1000, batch_size: int = 32, lr: float = 1e-2) -> None:
    """Train GRUs on fresh sequences whose number of pairs changes by turns."""

    def loss(update: int) -> Tensor:
        x, value = pairs(batch_size, COUNTS[update % len(COUNTS)], seed=update)
        scores = networks(x)
        each = nn.functional.cross_entropy(scores.flatten(0, 1), value.repeat(len(scores)), reduction="none")
        return each.view(len(scores), -1).mean(dim=1)

    train(networks, loss, updates=updates, lr=lr)


def accuracies(networks: LastState, count: int, *, examples: int = 500) -> list[float]:
    """Return for each network the share of right answers after ``count`` pairs, on fresh sequences."""
    x, value = pairs(examples, count, seed=-count)
    with torch.no_grad():
        right: Tensor = networks(x).argmax(dim=2) == value
    return right.float().mean(dim=1).tolist()
