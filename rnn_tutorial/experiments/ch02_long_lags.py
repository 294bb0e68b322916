r"""Chapter 2: how far back networks of equal size learn to look, by task, lag, start and learning rate.

``python -m benchmarks.memory`` runs the study and keeps its rows; the chapter shows them and repeats a small part.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import median
from typing import Any, NamedTuple

import pandas as pd
import torch
from torch import Tensor, nn

from rnn_tutorial.experiments import tasks
from rnn_tutorial.experiments.ch02_rivals import TemporalCNN, TransformerReader
from rnn_tutorial.experiments.footprint import count_parameters
from rnn_tutorial.experiments.verdicts import Effect, ratio
from rnn_tutorial.experiments.words import ch02_study as words
from rnn_tutorial.layers import GRU, LSTM, RNN, ManyToOne

PARAMETERS = 1_500
"""Of each network, as nearly as whole units allow."""
RATES = (1e-3, 3e-3, 1e-2)
"""Learning rates that every network is trained with."""
UPDATES = 1_500
BATCH = 32
EVERY = 50
"""Updates between two looks at fresh sequences."""
FRESH = 500
"""Fresh sequences at each look."""


# ---- tasks ------------------------------------------------------------------------------------------------------


class Task(NamedTuple):
    """What is drawn, how far an answer is off, and which error counts as solved."""

    draw: Callable[[int, int, int], tuple[Tensor, Tensor]]
    features: int
    loss: Callable[[Tensor, Tensor], Tensor]
    error: Callable[[Tensor, Tensor], Tensor]
    guess: float
    """Error of the best answer without memory."""

    @property
    def enough(self) -> float:
        """A tenth of that error counts as solved."""
        return self.guess / 10


def cross_entropy(outputs: Tensor, classes: Tensor) -> Tensor:
    """Return the loss of log-odds (B,) for classes 0 and 1."""
    return nn.functional.binary_cross_entropy_with_logits(outputs, classes.to(outputs.dtype))


def wrong(outputs: Tensor, classes: Tensor) -> Tensor:
    """Return the share of wrong answers."""
    return ((outputs > 0) != classes.bool()).double().mean()


TASKS: Mapping[str, Task] = {
    "recall": Task(tasks.recall, 1, cross_entropy, wrong, guess=0.5),
    "adding": Task(tasks.adding, 2, nn.functional.mse_loss, nn.functional.mse_loss, guess=tasks.ADDING_BASELINE),
    "latest": Task(tasks.latest, 2, cross_entropy, wrong, guess=0.5),
}


# ---- networks ---------------------------------------------------------------------------------------------------


def _recurrent(layer: type[nn.Module], features: int, width: int, lag: int, **options: Any) -> nn.Module:
    return ManyToOne(layer(features, width, batch_first=True, **options), 1)


def _timed(layer: type[nn.Module], features: int, width: int, lag: int) -> nn.Module:
    model = _recurrent(layer, features, width, lag)
    start_for_lag(model.get_submodule("layer"), lag)
    return model


def _kept(features: int, width: int, lag: int, *, bias: float) -> nn.Module:
    model = _recurrent(GRU, features, width, lag)
    set_gate(model.get_submodule("layer"), 1, torch.full((width,), bias))
    return model


@torch.no_grad()
def start_for_lag(layer: nn.Module, lag: int) -> None:
    r"""Let each unit of an LSTM or GRU start with a time scale of its own, between one step and the lag.

    Tallec & Ollivier (2018), with :math:`u \sim U(1, \text{lag} - 1)`: :math:`b_f = \log u` and :math:`b_i = -b_f`, so
    that a forget gate starts at :math:`u / (1 + u)`, whose memory lasts some u steps. In a GRU the update gate takes
    the bias :math:`\log u`: it keeps and, as :math:`1 - z`, writes.

    Args:
        layer: An LSTM or GRU of one layer.
        lag: Steps to remember.
    """
    keep = torch.empty(layer.hidden_size).uniform_(1.0, max(2.0, lag - 1.0)).log()  # type: ignore[call-overload]
    set_gate(layer, 1, keep)
    if isinstance(layer, LSTM):
        set_gate(layer, 0, -keep)


@torch.no_grad()
def set_gate(layer: nn.Module, place: int, bias: Tensor) -> None:
    """Set the bias of one gate, counted from 0 in the order of the layer: in b_ih, with b_hh at 0."""
    rows = slice(place * len(bias), (place + 1) * len(bias))
    layer.get_parameter("bias_ih_l0")[rows] = bias
    layer.get_parameter("bias_hh_l0")[rows] = 0.0


NETWORKS: Mapping[str, Callable[[int, int, int], nn.Module]] = {
    "RNN, default start": partial(_recurrent, RNN),
    "RNN, orthogonal start": partial(_recurrent, RNN, recurrent_init="orthogonal"),
    "LSTM, default start": partial(_recurrent, LSTM),
    "LSTM, forget bias 1": partial(_recurrent, LSTM, forget_bias=1.0),
    "LSTM, biases by lag": partial(_timed, LSTM),
    "GRU, default start": partial(_recurrent, GRU),
    "GRU, update bias 1": partial(_kept, bias=1.0),
    "GRU, biases by lag": partial(_timed, GRU),
    "temporal CNN": TemporalCNN,
    "Transformer": TransformerReader,
}
"""By name, from features, width and lag. The names of starts are those of the chapter's table.

:meta hide-value:
"""


def make(name: str, features: int, lag: int, parameters: int = PARAMETERS) -> nn.Module:
    """Return a fresh network of about so many parameters; draws from torch's own generator."""
    width = min(range(2, 65), key=lambda width: abs(_size(name, features, width, lag) - parameters))
    return NETWORKS[name](features, width, lag)


def _size(name: str, features: int, width: int, lag: int) -> int:
    with torch.device("meta"):  # shapes without numbers: nothing is drawn
        return count_parameters(NETWORKS[name](features, width, lag))


# ---- training ---------------------------------------------------------------------------------------------------


class Learnt(NamedTuple):
    """How one training ended."""

    solved: int | None
    """Updates after which the task was solved, None if never."""
    error: float
    """On fresh sequences, at the last look."""


def learn(
    model: nn.Module,
    task: Task,
    steps: int,
    rate: float,
    seed: int,
    *,
    updates: int = UPDATES,
    every: int = EVERY,
    stop: bool = True,
) -> Learnt:
    r"""Train by Adam on sequences that are never seen twice, until fresh ones are answered well enough.

    Args:
        model: (B, T, F) → (B, 1).
        task: One of ``TASKS``.
        steps: Length T of the sequences.
        rate: Learning rate, constant.
        seed: Of the data: networks that share it see the same sequences in the same order.
        updates: Steps of gradient descent at most, each on ``BATCH`` sequences, gradients clipped to length 1.
        every: Updates between looks at ``FRESH`` fresh sequences.
        stop: Whether to stop when the task is solved.
    """
    optimizer = torch.optim.Adam(model.parameters(), rate)
    solved, error = None, float("nan")
    for update in range(1, updates + 1):
        x, targets = task.draw(steps, BATCH, batch_seed(seed, update))
        optimizer.zero_grad()
        task.loss(model(x)[:, 0], targets).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if update % every == 0 or update == updates:
            x, targets = task.draw(steps, FRESH, batch_seed(seed, -update))
            with torch.no_grad():
                error = task.error(model(x)[:, 0], targets).item()
            if solved is None and error <= task.enough:
                solved = update
                if stop:
                    break
    return Learnt(solved, error)


def batch_seed(seed: int, update: int) -> int:
    """Return the seed of one batch: each number of the data's seed and update, negative for fresh ones, has its own."""
    return (seed + (update < 0)) * 1_000_000 + update


# ---- reading what was kept --------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """A network's result at one lag, by its best learning rate."""

    rate: float
    solved: int
    seeds: int
    updates: float | None
    """Median over the seeds that solved the task."""

    def __str__(self) -> str:
        found = f"{self.solved} of {self.seeds}"
        return f"{found} ({self.updates:,.0f})" if self.updates is not None else found


def cell(solved: Mapping[str, Sequence[int | None]]) -> Cell:
    r"""Return the best of the learning rates: that with most seeds solved, then with the fewest updates.

    Args:
        solved: By learning rate, for each seed the updates needed, None where they were not enough.

    Examples:
        >>> str(cell({"0.001": [500, None], "0.01": [100, 300]}))
        '2 of 2 (200)'
    """

    def rank(rate: str) -> tuple[int, float]:
        done = [count for count in solved[rate] if count is not None]
        return len(done), -median(done) if done else 0.0

    best = max(solved, key=rank)
    done = [count for count in solved[best] if count is not None]
    return Cell(float(best), len(done), len(solved[best]), median(done) if done else None)


def cells(rows: pd.DataFrame, task: str) -> dict[tuple[str, int], Cell]:
    """Return what was kept of one task, by network and lag."""
    mine = rows[rows["task"] == task]
    return {(row["network"], int(row["lag"])): cell(row["solved"]) for _, row in mine.iterrows()}


def board(rows: pd.DataFrame, task: str) -> pd.DataFrame:
    """Return a table of one task: a row a network, a column a lag; says where a cell was not tried, or not run."""
    found = cells(rows, task)
    lags = sorted({lag for _, lag in found})
    return pd.DataFrame(
        {
            f"{lag} steps": {
                network: words.seeds_that_solve(found.get((network, lag)), _failed_before(found, network, lag))
                for network in NETWORKS
            }
            for lag in lags
        }
    ).rename_axis(columns="seeds that solve it (updates) over")


def _failed_before(found: Mapping[tuple[str, int], Cell], network: str, lag: int) -> bool:
    return any(cell.solved == 0 for (name, shorter), cell in found.items() if name == network and shorter < lag)


def farthest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a short table: a row a network, a column a task, the longest lag that all seeds solve (updates)."""
    table: dict[str, dict[str, str]] = {}
    for task in dict.fromkeys(rows["task"]):
        found = cells(rows, task)
        table[task] = {}
        for network in NETWORKS:
            lag = reach(rows, task, [network])
            updates = found[network, lag].updates if lag else None
            tried = max((tried for name, tried in found if name == network), default=0)
            table[task][network] = words.farthest(lag, updates, tried)
    return pd.DataFrame(table).rename_axis(columns="steps (updates)")


def reach(rows: pd.DataFrame, task: str, networks: Sequence[str]) -> int:
    """Return the longest lag that all seeds of one of the networks solve, and all shorter ones; 0 for none."""
    found = cells(rows, task)
    longest = 0
    for network in networks:
        for lag in sorted(lag for name, lag in found if name == network):
            if found[network, lag].solved < found[network, lag].seeds:
                break
            longest = max(longest, lag)
    return longest


def sooner(rows: pd.DataFrame, task: str, ours: str, theirs: str) -> tuple[int, Effect] | None:
    r"""Return by how many per cent more updates ``ours`` needs than ``theirs``, seed by seed, at the longest lag kept.

    Each by its best learning rate. A seed that did not solve the task counts with all updates it was given, so that the
    effect is rather too small.

    Returns:
        The lag and the effect; None where no lag of both is kept.
    """
    mine = rows[rows["task"] == task]
    found: dict[tuple[str, int], Any] = {(row["network"], int(row["lag"])): row for _, row in mine.iterrows()}
    both = [lag for name, lag in found if name == ours and (theirs, lag) in found]
    if not both:
        return None
    lag = max(both)
    counts = []
    for name in (ours, theirs):
        row = found[name, lag]
        solved = row["solved"][_rate(row["solved"])]
        counts.append([row["updates"] if count is None else count for count in solved])
    return lag, ratio(*counts)


def _rate(solved: Mapping[str, Sequence[int | None]]) -> str:
    # the key of the best learning rate
    best = cell(solved).rate
    return next(rate for rate in solved if float(rate) == best)
