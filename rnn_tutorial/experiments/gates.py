r"""Which gate matters: the LSTM with one of its gates taken away, or with two tied to each other.

With no gate taken away the network is :class:`rnn_tutorial.LSTM`, number by number; a test holds the two together.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from rnn_tutorial.experiments.ch02_long_lags import PARAMETERS
from rnn_tutorial.experiments.footprint import count_parameters
from rnn_tutorial.experiments.verdicts import Effect, decide, difference
from rnn_tutorial.experiments.words import ch02_study as words
from rnn_tutorial.layers import ManyToOne
from rnn_tutorial.layers.core.base import Recurrent
from rnn_tutorial.layers.core.types import State, Weights
from rnn_tutorial.validate import one_of

Change = Literal["none", "no input gate", "no forget gate", "no output gate", "coupled"]
CHANGES: tuple[Change, ...] = get_args(Change)
ROWS: dict[Change, str] = {
    "none": "ifgo",
    "no input gate": "fgo",
    "no forget gate": "igo",
    "no output gate": "ifg",
    "coupled": "igo",
}
"""What is computed, in the order in which the weights are stacked."""
Start = Literal["by lag", "forget by lag", "default"]
STARTS: tuple[Start, ...] = get_args(Start)
"""Biases of the gates: for the lag, for the lag in the forget gate alone, or all as PyTorch draws them, near 1/2."""


class ChangedLSTM(Recurrent[tuple[Tensor, Tensor]]):
    r"""An LSTM with a gate held open, or with the forget gate tied to the input gate (Greff et al., 2017).

    A gate that is taken away is 1: everything is written, kept or shown. ``"coupled"`` lets :math:`f_t = 1 - i_t`: what
    is written anew is what is forgotten, as in the GRU. Each change leaves three blocks of weights of four, so that at
    equal parameters the network gets more units.

    Args:
        input_size: Features F.
        hidden_size: Units H.
        change: One of ``CHANGES``.
        options: As for :class:`rnn_tutorial.LSTM`.

    Raises:
        ValueError: An unknown change.

    References:
        K. Greff et al. (2017), "LSTM: A search space odyssey", *IEEE Transactions on Neural Networks and Learning
        Systems* 28(10), 2222-2232.

    Examples:
        >>> output, (h, c) = ChangedLSTM(3, 5, "coupled", batch_first=True)(torch.zeros(2, 7, 3))
        >>> output.shape, c.shape
        (torch.Size([2, 7, 5]), torch.Size([1, 2, 5]))
    """

    state_names = ("h", "c")

    def __init__(self, input_size: int, hidden_size: int, change: Change = "none", **options: Any) -> None:
        self.rows = ROWS[one_of("change", change, CHANGES)]
        self.coupled = change == "coupled"
        self.gates = len(self.rows)  # type: ignore[misc]  # blocks of H rows: one less where a gate is taken away
        super().__init__(input_size, hidden_size, backend="reference", **options)

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        r"""Take one step; h and c are (B, H), ``a_t`` is (B, blocks · H)."""
        h, c = state
        a = dict(zip(self.rows, (a_t + self.state_map(h, w)).chunk(len(self.rows), dim=1), strict=True))
        # i_t = σ(W_ii x_t + W_hi h_{t-1} + b_i)      no input gate: i_t = 1
        i = torch.sigmoid(a["i"]) if "i" in a else 1.0
        # f_t = σ(W_if x_t + W_hf h_{t-1} + b_f)      no forget gate: f_t = 1;  coupled: f_t = 1 - i_t
        f = torch.sigmoid(a["f"]) if "f" in a else 1 - i if self.coupled else 1.0
        # g_t = tanh(W_ig x_t + W_hg h_{t-1} + b_g)
        g = torch.tanh(a["g"])
        # o_t = σ(W_io x_t + W_ho h_{t-1} + b_o)      no output gate: o_t = 1
        o = torch.sigmoid(a["o"]) if "o" in a else 1.0
        # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
        c = f * c + i * g
        # h_t = o_t ⊙ tanh(c_t)
        return o * torch.tanh(c), c


@torch.no_grad()
def start_for_lag(layer: ChangedLSTM, lag: int, gates: str = "if") -> None:
    r"""Start the gates that are there with time scales up to the lag (Tallec & Ollivier, 2018).

    With :math:`u \sim U(1, \text{lag} - 1)`: :math:`b_f = \log u`, :math:`b_i = -\log u`. A coupled forget gate then
    starts where one of its own would.

    Args:
        layer: Changed in place.
        lag: Steps to remember.
        gates: Whose biases are set; those of others stay as they are.
    """
    H = layer.hidden_size
    scale = torch.empty(H).uniform_(1.0, max(2.0, lag - 1.0)).log()
    for gate, bias in (("i", -scale), ("f", scale)):
        if gate in gates and gate in layer.rows:
            place = H * layer.rows.index(gate)
            layer.get_parameter("bias_ih_l0")[place : place + H] = bias
            layer.get_parameter("bias_hh_l0")[place : place + H] = 0.0


def make(
    change: Change, features: int, lag: int, parameters: int = PARAMETERS, *, start: Start = "by lag"
) -> ManyToOne:
    r"""Return a fresh network of about so many parameters that answers once.

    Args:
        change: One of ``CHANGES``.
        features: F.
        lag: Steps to remember.
        parameters: Wanted size.
        start: One of ``STARTS``. By the lag, the input gate starts nearly shut, so that a network without it loses two
            things: the gate, and the small start of what is written. The other two starts part them.
    """

    def size(width: int) -> int:
        with torch.device("meta"):  # shapes without numbers: nothing is drawn
            return count_parameters(ManyToOne(ChangedLSTM(features, width, change, batch_first=True), 1))

    width = min(range(2, 65), key=lambda width: abs(size(width) - parameters))
    layer = ChangedLSTM(features, width, change, batch_first=True)
    if start != "default":
        start_for_lag(layer, lag, "if" if start == "by lag" else "f")
    return ManyToOne(layer, 1)


def best(errors: Mapping[str, Sequence[Sequence[float]]]) -> np.ndarray:
    r"""Return the curves of the learning rate that learns best, (looks, seeds): their mean over all is smallest.

    Args:
        errors: By learning rate, (looks, seeds).

    Examples:
        >>> best({"0.001": [[0.5, 0.5], [0.4, 0.3]], "0.01": [[0.5, 0.4], [0.1, 0.2]]})[-1]
        array([0.1, 0.2])
    """
    return min((np.asarray(curve, dtype=float) for curve in errors.values()), key=lambda curve: float(curve.mean()))


def over_training(curve: np.ndarray) -> np.ndarray:
    """Return each seed's error on the mean over its training: (looks, seeds) → (seeds,).

    It is small for a network that learns early and well. The error at the end cannot tell two networks apart that have
    both solved the task.
    """
    means: np.ndarray = curve.mean(axis=0)
    return means


def effects(rows: pd.DataFrame, task: str) -> dict[Change, Effect]:
    r"""Return for each change how much larger the error over training is than that of the LSTM with all gates.

    Args:
        rows: As ``python -m benchmarks.gates`` keeps them, of one start; changes that are not in them are left out.
        task: One of those in the rows.

    Returns:
        Effects in per cent of the error of a guess, paired by seed.
    """
    curves = curves_of(rows, task)
    if "none" not in curves:
        return {}
    whole = over_training(curves["none"])
    return {
        change: difference(100 * over_training(curve), 100 * whole)
        for change, curve in curves.items()
        if change != "none"
    }


def without_input_gate(rows: pd.DataFrame, task: str) -> Effect:
    r"""Return how much larger the error is without an input gate than with one that starts half open.

    In both the forget gate starts by the lag. So the effect is of the gate, not of a small start of what is written.

    Args:
        rows: As ``python -m benchmarks.gates`` keeps them, of all starts.
        task: One of those in the rows.
    """
    without = curves_of(rows[rows["start"] == "by lag"], task)["no input gate"]
    half_open = curves_of(rows[rows["start"] == "forget by lag"], task)["none"]
    return difference(100 * over_training(without), 100 * over_training(half_open))


def curves_of(rows: pd.DataFrame, task: str) -> dict[Change, np.ndarray]:
    """Return each change's learning curves by its best learning rate, (looks, seeds), as parts of a guess's error."""
    mine = rows[rows["task"] == task]
    return {row["change"]: best(row["errors"]) / row["guess"] for _, row in mine.iterrows()}


def board(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table, a row a change: units, and for each task the error over training and the effect on it."""
    tasks = list(dict.fromkeys(rows["task"]))
    lines: dict[str, dict[str, object]] = {}
    for task in tasks:
        curves, found = curves_of(rows, task), effects(rows, task)
        for change, curve in curves.items():
            line = lines.setdefault(words.named(change), {})
            line["units"] = int(rows[rows["change"] == change]["units"].iloc[0])
            line[f"{task}: error (%)"] = f"{100 * over_training(curve).mean():.1f}"
            line[f"{task}: effect"] = _short(found[change]) if change in found else ""
            line[f"{task}: so it"] = words.difference_of_gate(decide(found[change])) if change in found else ""
    return pd.DataFrame.from_dict(lines, orient="index").fillna("")


def _short(effect: Effect) -> str:
    return f"{effect.mean:+.1f} ({effect.low:+.1f} to {effect.high:+.1f})"
