r"""What the GRU's two gates are for: the GRU with one of them taken away, at equal parameters.

With both gates the network is :class:`rnn_tutorial.GRU`, number by number; a test holds the two together.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from rnn_tutorial.experiments.ch02_long_lags import PARAMETERS, TASKS, Task, set_gate
from rnn_tutorial.experiments.footprint import count_parameters
from rnn_tutorial.experiments.gates import curves_of, over_training
from rnn_tutorial.experiments.verdicts import Effect, decide, difference, ratio
from rnn_tutorial.experiments.words import ch03_gru as words
from rnn_tutorial.layers import ManyToOne
from rnn_tutorial.layers.core.base import Recurrent
from rnn_tutorial.layers.core.types import State, Weights
from rnn_tutorial.validate import one_of

__all__ = ["CHANGES", "STUDIED", "ChangedGRU", "board", "effects", "make", "matching_width", "since_break"]

Change = Literal["none", "no reset gate", "no update gate"]
CHANGES: tuple[Change, ...] = get_args(Change)
ROWS: Mapping[Change, str] = {"none": "rzn", "no reset gate": "zn", "no update gate": "rn"}
"""What is computed, in the order in which the weights are stacked."""


class ChangedGRU(Recurrent[Tensor]):
    r"""A GRU without a reset gate, :math:`r_t = 1`, or without an update gate, :math:`z_t = 0`.

    Each change leaves two blocks of weights of three, so that at equal parameters the network gets more units.

    Args:
        input_size: Features F.
        hidden_size: Units H.
        change: One of ``CHANGES``.
        options: As for :class:`rnn_tutorial.GRU`.

    Raises:
        ValueError: An unknown change.

    Examples:
        >>> output, h = ChangedGRU(3, 5, "no reset gate", batch_first=True)(torch.zeros(2, 7, 3))
        >>> output.shape, h.shape
        (torch.Size([2, 7, 5]), torch.Size([1, 2, 5]))
    """

    def __init__(self, input_size: int, hidden_size: int, change: Change = "none", **options: Any) -> None:
        self.rows = ROWS[one_of("change", change, CHANGES)]
        self.gates = len(self.rows)  # type: ignore[misc]  # blocks of H rows: one less where a gate is taken away
        super().__init__(input_size, hidden_size, backend="reference", **options)

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        r"""Take one step; h is (B, H), ``a_t`` is (B, blocks · H)."""
        (h,) = state
        a = dict(zip(self.rows, a_t.chunk(len(self.rows), dim=1), strict=True))
        m = dict(zip(self.rows, self.state_map(h, w).chunk(len(self.rows), dim=1), strict=True))
        # r_t = σ(W_ir x_t + b_ir + W_hr h_{t-1} + b_hr)      no reset gate: r_t = 1
        r = torch.sigmoid(a["r"] + m["r"]) if "r" in a else 1.0
        # z_t = σ(W_iz x_t + b_iz + W_hz h_{t-1} + b_hz)      no update gate: z_t = 0
        z = torch.sigmoid(a["z"] + m["z"]) if "z" in a else 0.0
        # n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_{t-1} + b_hn))
        n = torch.tanh(a["n"] + r * m["n"])
        # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
        return ((1 - z) * n + z * h,)


# ---- tasks ------------------------------------------------------------------------------------------------------


def since_break(steps: int, examples: int, seed: int) -> tuple[Tensor, Tensor]:
    r"""Add up numbers, and begin anew at each break: the sum since the last one, its own number included.

    One break is drawn from each half of the sequence. A network has to add for many steps and to drop its sum at once.

    Args:
        steps: Length T of a sequence, even.
        examples: Sequences B.
        seed: Of all that is drawn.

    Returns:
        x (B, T, 2), a number between -1 and 1 and a mark 0 or 1 at each step, and targets (B,).

    Examples:
        >>> x, sums = since_break(steps=10, examples=4, seed=0)
        >>> last = x[0, :, 1].nonzero().max()
        >>> torch.allclose(x[0, last:, 0].sum(), sums[0])
        True
    """
    half = steps // 2
    generator = torch.Generator().manual_seed(seed)
    x = torch.zeros(examples, steps, 2)
    x[:, :, 0] = 2 * torch.rand(examples, steps, generator=generator) - 1
    first = torch.randint(0, half, (examples, 1), generator=generator)
    last = torch.randint(half, steps, (examples, 1), generator=generator)
    x[:, :, 1].scatter_(1, torch.cat([first, last], dim=1), 1.0)
    counts = torch.arange(steps) >= last  # (B, T)
    return x, (x[:, :, 0] * counts).sum(dim=1)


LAG = 30
"""Steps of every sequence."""
# The last break leaves 1 to T / 2 numbers, each as likely: (T / 2 + 1) / 2 in the mean, each of variance 1/3.
SINCE = Task(since_break, 2, nn.functional.mse_loss, nn.functional.mse_loss, guess=(LAG / 2 + 1) / 2 / 3)
STUDIED: Mapping[str, Task] = {"latest": TASKS["latest"], "adding": TASKS["adding"], "since the break": SINCE}
"""Two tasks of chapter 2, and one that asks for what a reset does.

:meta hide-value:
"""


# ---- networks ---------------------------------------------------------------------------------------------------


def matching_width(change: Change, features: int, parameters: int, outputs: int = 1) -> int:
    """Return how many units give a network, its readout included, whose parameters are nearest to so many."""

    def size(width: int) -> int:
        with torch.device("meta"):  # shapes without numbers: nothing is drawn
            return count_parameters(ManyToOne(ChangedGRU(features, width, change, batch_first=True), outputs))

    return min(range(2, 129), key=lambda width: abs(size(width) - parameters))


def make(change: Change, features: int, lag: int = LAG, parameters: int = PARAMETERS) -> ManyToOne:
    r"""Return a fresh network of about so many parameters, its update gate started for the lag.

    The update gate's bias is :math:`\log u` with :math:`u \sim U(1, \text{lag} - 1)`, as in chapter 2 (Tallec &
    Ollivier, 2018): each unit starts with a time scale of its own.
    """
    layer = ChangedGRU(features, matching_width(change, features, parameters), change, batch_first=True)
    if "z" in layer.rows:
        set_gate(layer, layer.rows.index("z"), torch.empty(layer.hidden_size).uniform_(1.0, lag - 1.0).log())
    return ManyToOne(layer, 1)


# ---- reading what was kept --------------------------------------------------------------------------------------


def effects(rows: pd.DataFrame, task: str) -> dict[Change, Effect]:
    r"""Return by how much taking a gate away raises the error, seed by seed.

    Args:
        rows: As ``python -m benchmarks.reset_gate`` keeps them.
        task: One of ``STUDIED``, in per cent of the error of a guess, over the whole training; or ``"demand"``, in per
            cent of the error of the GRU with both gates.
    """
    errors = _errors(rows, task)
    compare = ratio if task == "demand" else difference
    return {change: compare(errors[change], errors["none"]) for change in CHANGES[1:] if change in errors}


def board(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table, a row a task: the error with both gates, then what each network without one adds to it."""
    lines: dict[str, dict[str, str]] = {}
    for task in dict.fromkeys(rows["task"]):
        unit, of_effect = ("kW", "%") if task == "demand" else ("%", "points")
        line = lines.setdefault(str(task), {"error, both gates": f"{np.mean(_errors(rows, task)['none']):.1f} {unit}"})
        for change, effect in effects(rows, task).items():
            added = f"{effect.mean:+.1f} {of_effect} ({effect.low:+.1f} to {effect.high:+.1f})"
            line[f"added with {change}"] = f"{added}: {words.without(decide(effect))}"
    return pd.DataFrame.from_dict(lines, orient="index").fillna("")


def _errors(rows: pd.DataFrame, task: str) -> dict[Change, np.ndarray]:
    # One number a seed: of the best learning rate, over training, in per cent of a guess; or of demand, in kW.
    if task == "demand":
        mine = rows[rows["task"] == task]
        return {row["change"]: np.asarray(row["MAE"], dtype=float) for _, row in mine.iterrows()}
    return {change: 100 * over_training(curve) for change, curve in curves_of(rows, task).items()}  # type: ignore[misc]
