r"""Filling a gap: a day of demand is missing, and the days on both sides of it are known."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from rnn_tutorial.data import Standardizer
from rnn_tutorial.forecasting import ForecastTask, mae
from rnn_tutorial.layers import GRU
from rnn_tutorial.training import fit, predict

from . import demand
from .footprint import count_parameters

__all__ = [
    "GAP",
    "NETWORKS",
    "SCHEDULE",
    "Filler",
    "Gaps",
    "baselines",
    "by_network",
    "errors",
    "fill",
    "gaps",
    "make",
    "train",
]

AROUND = 7
"""Days that are known on each side, so that the first and the last have the weekday of the gap."""
DAYS = 2 * AROUND + 1
GAP = AROUND
"""The step at which the missing day would stand."""
FEATURES = demand.HOURS + 1
"""24 hours, and a mark at the day that is missing."""


class Gaps(NamedTuple):
    r"""Windows with a gap in their middle, in standard units of the training part.

    Args:
        x: (B, 15, 25), zeros and a mark at the gap.
        missing: (B, 24), what was there.
        starts: (B,), the hour at which each window begins.
    """

    x: Tensor
    missing: Tensor
    starts: np.ndarray


def gaps(task: ForecastTask, part: str, stride: int) -> Gaps:
    r"""Cut windows of 15 days that lie in one part, every ``stride`` hours, and take the eighth day away.

    Args:
        task: From ``demand.load_task``.
        part: ``"train"``, ``"valid"`` or ``"test"``.
        stride: Hours from one window to the next.
    """
    hours, where = demand.HOURS, getattr(task.split, part)
    values = _scaler(task).transform(task.values)
    starts = np.arange(where.start, where.stop - DAYS * hours + 1, stride)
    whole = values[starts[:, None] + np.arange(DAYS * hours)].reshape(-1, DAYS, hours)
    x = torch.as_tensor(whole, dtype=torch.float32)
    missing = x[:, GAP].clone()
    mark = torch.zeros(len(x), DAYS, 1)
    x[:, GAP], mark[:, GAP] = 0.0, 1.0
    return Gaps(torch.cat([x, mark], dim=2), missing, starts)


class Filler(nn.Module):
    r"""Read all 15 days and answer with the missing one, (B, 15, 25) → (B, 24), from the output at one step.

    The answer is a correction of the nearest days that the network has read: of the day before the gap, or of the mean
    of the days on both sides.

    Args:
        layer: A recurrent layer of 25 features, batch first.
        step: The step whose output is read: ``GAP``, or -1 for the last.
    """

    def __init__(self, layer: nn.Module, step: int) -> None:
        super().__init__()
        self.layer, self.step = layer, step
        self.sees_after = bool(layer.bidirectional) or step != GAP
        width: int = layer.hidden_size * (2 if layer.bidirectional else 1)  # type: ignore[assignment,operator]
        self.readout = nn.Linear(width, demand.HOURS)

    def forward(self, x: Tensor) -> Tensor:
        """Answer each window."""
        before, after = x[:, GAP - 1, : demand.HOURS], x[:, GAP + 1, : demand.HOURS]
        nearest = (before + after) / 2 if self.sees_after else before
        # one direction: output[t] = h_t knows x_1 … x_t;  two: it knows x_1 … x_T
        answer: Tensor = nearest + self.readout(self.layer(x)[0][:, self.step])
        return answer


def _filler(units: int, step: int, bidirectional: bool) -> Filler:
    return Filler(GRU(FEATURES, units, batch_first=True, bidirectional=bidirectional), step)


NETWORKS: Mapping[str, Callable[[int], Filler]] = {
    "one direction, read at the gap": partial(_filler, step=GAP, bidirectional=False),
    "one direction, read at the end": partial(_filler, step=-1, bidirectional=False),
    "both directions, read at the gap": partial(_filler, step=GAP, bidirectional=True),
}
"""Make a network from its units in each direction.

:meta hide-value:
"""
SCHEDULE: Mapping[str, int] = {"epochs": 10, "stride": 5}
"""That of the comparisons of chapters 3 and 4."""
UNITS = 64
"""Of a network of one direction."""


def make(name: str) -> Filler:
    """Return a fresh network of about the size of a GRU of 64 units with its readout."""

    def size(name: str, units: int) -> int:
        with torch.device("meta"):
            return count_parameters(NETWORKS[name](units))

    goal = size("one direction, read at the gap", UNITS)
    return NETWORKS[name](min(range(8, UNITS + 1), key=lambda units: abs(size(name, units) - goal)))


def train(name: str, task: ForecastTask, seeds: Sequence[int], *, epochs: int, stride: int) -> list[nn.Module]:
    r"""Train one network a seed by the recipe of the forecasts, which was not chosen for gaps.

    Args:
        name: One of ``NETWORKS``.
        task: From ``demand.load_task``.
        seeds: One network each.
        epochs: Passes over the windows of the training part.
        stride: Hours between them.
    """
    cut = gaps(task, "train", stride)
    models: list[nn.Module] = []
    for seed in seeds:
        torch.manual_seed(seed)
        model = make(name)
        fit(
            model,
            TensorDataset(cut.x, cut.missing),
            loss=nn.functional.l1_loss,
            epochs=epochs,
            batch_size=demand.RECIPE["batch_size"],
            lr=demand.RECIPE["lr"],
            optimizer=partial(torch.optim.AdamW, weight_decay=1e-2),
            schedule="onecycle",
            clip_norm=1.0,
            seed=seed,
            progress=False,
        )
        models.append(model)
    return models


def fill(model: nn.Module, task: ForecastTask, cut: Gaps) -> np.ndarray:
    """Return the missing days in kW, (B, 24)."""
    filled: np.ndarray = _scaler(task).inverse(predict(model, cut.x).numpy())
    return filled


def errors(models: Sequence[nn.Module], task: ForecastTask, part: str = "test") -> list[float]:
    """Return each network's mean absolute error in kW, over gaps every six hours."""
    cut = gaps(task, part, 6)
    truth = _scaler(task).inverse(cut.missing.numpy())
    return [mae(truth, fill(model, task, cut)) for model in models]


def baselines(task: ForecastTask, part: str = "test") -> dict[str, float]:
    """Return the errors in kW of three fillings that learn nothing: the day before, and means of days on both sides."""
    cut = gaps(task, part, 6)
    days = _scaler(task).inverse(cut.x[..., : demand.HOURS].numpy())
    truth = _scaler(task).inverse(cut.missing.numpy())
    return {
        "the day before": mae(truth, days[:, GAP - 1]),
        "mean of the days beside it": mae(truth, (days[:, GAP - 1] + days[:, GAP + 1]) / 2),
        "mean of the same weekday beside it": mae(truth, (days[:, 0] + days[:, -1]) / 2),
    }


def by_network(rows: pd.DataFrame, part: str = "test") -> dict[str, list[float]]:
    """Return each network's errors in kW, one a seed, from the rows that ``python -m benchmarks.gaps`` keeps."""
    column = "MAE" if part == "test" else "validation_MAE"
    return {str(name): mine.sort_values("seed")[column].tolist() for name, mine in rows.groupby("network", sort=False)}


def _scaler(task: ForecastTask) -> Standardizer:
    return Standardizer().fit(task.values[task.split.train])
