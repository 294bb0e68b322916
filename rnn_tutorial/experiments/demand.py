r"""The running example: hourly electricity demand, 24 hours ahead, one recipe for every recurrent layer of the book.

One step of the network is one day: 24 features, the 24 hours before the forecast's origin. The recipe was chosen on
the validation weeks; the test weeks were not looked at before it was fixed.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from torch import Tensor, nn

from rnn_tutorial.data import Standardizer, WindowDataset
from rnn_tutorial.experiments.footprint import count_parameters
from rnn_tutorial.forecasting import ForecastTask, HourlyTask, Scoreboard, demand_task, mae
from rnn_tutorial.layers import ManyToOne
from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.training import History, fit, predict

HOURS = 24  # a step, and the horizon
DAYS = 14  # steps the network reads
RECIPE: Mapping[str, Any] = {"epochs": 30, "stride": 2, "batch_size": 128, "lr": 5e-3}
SHORT: Mapping[str, Any] = {"epochs": 15, "stride": 5}
"""A fifth of the work, for comparisons between variants."""


def load_task() -> HourlyTask:
    """Return the series, its split and the origins that every forecaster of the book is judged at."""
    return demand_task()


@dataclass(frozen=True)
class Runs:
    r"""One network trained from several seeds.

    Args:
        models: The trained networks.
        histories: Their training.
        forecasts: Of the test weeks, one (origins, 24) array a seed, in kW.
        validation_mae: Mean absolute error on the validation weeks, (seeds,), in kW.
        seconds: Training time, (seeds,).
    """

    models: list[nn.Module]
    histories: list[History]
    forecasts: list[np.ndarray]
    validation_mae: np.ndarray
    seconds: np.ndarray

    @property
    def parameters(self) -> int:
        """Trainable parameters of one network."""
        return count_parameters(self.models[0])

    def __str__(self) -> str:
        spread = f" ± {self.validation_mae.std():.1f}" if len(self.models) > 1 else ""
        return (
            f"validation MAE {self.validation_mae.mean():.1f}{spread} kW over {len(self.models)} seed(s), "
            f"{self.parameters:,} parameters, {self.seconds.mean():.1f} s each"
        )


def windows(task: ForecastTask, part: str, *, days: int = DAYS, stride: int = 1) -> WindowDataset:
    """Return the windows whose targets lie in one part ("train", "valid" or "test"), in standard units of the past.

    Mean and standard deviation come from the training part alone.
    """
    values = _scaler(task).transform(task.values)
    return WindowDataset(values, days * HOURS, HOURS, targets=getattr(task.split, part), stride=stride)


def to_days(x: Tensor) -> Tensor:
    """(B, days · 24, 1) hourly values → (B, days, 24), one step a day."""
    return x.reshape(len(x), -1, HOURS)


class DayByDay(nn.Module):
    """A model of days, fed with hours: (B, days · 24, 1) → (B, 24)."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.layer = getattr(model, "layer", model)

    def forward(self, x: Tensor) -> Tensor:
        """Reshape and call."""
        return self.model(to_days(x))


def train(
    make_layer: Callable[[], nn.Module],
    task: ForecastTask,
    *,
    seeds: Sequence[int],
    days: int = DAYS,
    readout: Callable[[nn.Module, int], nn.Module] = ManyToOne,
    epochs: int = RECIPE["epochs"],
    stride: int = RECIPE["stride"],
    lr: float = RECIPE["lr"],
    device: torch.device | None = None,
    progress: bool = False,
) -> Runs:
    r"""Train ``readout(make_layer(), 24)`` once a seed and forecast the validation and test weeks.

    Args:
        make_layer: Makes a fresh recurrent layer of 24 input features, batch first.
        task: From ``load_task``.
        seeds: One network each.
        days: Steps that the network reads.
        readout: From layer to model; the default reads the last state.
        epochs: Passes over the training windows.
        stride: Hours between training windows.
        lr: The largest learning rate of the schedule.
        device: Where predictions run; training chooses for itself.
        progress: Show how far each training is.

    Returns:
        The networks, their training and their forecasts.
    """
    training = windows(task, "train", days=days, stride=stride)
    runs: dict[str, list[Any]] = {"models": [], "histories": [], "forecasts": [], "maes": [], "seconds": []}
    for seed in seeds:
        torch.manual_seed(seed)
        model = DayByDay(readout(make_layer(), HOURS))
        start = time.perf_counter()
        history = fit(
            model,
            training,
            windows(task, "valid", days=days, stride=6),
            loss=nn.functional.l1_loss,
            epochs=epochs,
            batch_size=RECIPE["batch_size"],
            lr=lr,
            optimizer=partial(torch.optim.AdamW, weight_decay=1e-2),
            schedule="onecycle",
            clip_norm=1.0,
            seed=seed,
            progress=progress,
        )
        runs["seconds"].append(time.perf_counter() - start)
        runs["models"].append(model)
        runs["histories"].append(history)
        runs["forecasts"].append(forecast(model, task, task.origins, days=days, device=device))
        origins = np.arange(task.split.valid.start, task.split.valid.stop - HOURS + 1, 6)
        on_validation = forecast(model, task, origins, days=days, device=device)
        runs["maes"].append(mae(_truth(task, origins), on_validation))
    return Runs(runs["models"], runs["histories"], runs["forecasts"], np.array(runs["maes"]), np.array(runs["seconds"]))


def forecast(
    model: nn.Module, task: ForecastTask, origins: np.ndarray, *, days: int = DAYS, device: torch.device | None = None
) -> np.ndarray:
    """Forecast the 24 hours after each origin, in kW: (origins, 24)."""
    scaler = _scaler(task)
    past = origins[:, None] + np.arange(-days * HOURS, 0)
    x = torch.as_tensor(scaler.transform(task.values)[past], dtype=torch.float32)[..., None]
    return scaler.inverse(predict(model, x, device=device).numpy())


def add_to(board: Scoreboard, name: str, runs: Runs) -> None:
    """Enter a network, all its seeds, on the scoreboard."""
    board.add(name, runs.forecasts, parameters=runs.parameters, seconds=float(runs.seconds.mean()))


def plot_forecasts(task: ForecastTask, runs: Runs, *, start: int, days: int, ax: Axes) -> Axes:
    """Draw the truth and the first seed's day-ahead forecasts, one after the other, from the ``start``-th origin."""
    per_day = HOURS // int(np.diff(task.origins)[0])
    chosen = np.arange(start, start + days * per_day, per_day)
    hours = np.arange(task.origins[chosen[0]], task.origins[chosen[-1]] + HOURS)
    ax.plot(task.series.index[hours], task.values[hours], color="black", linewidth=1.2, label="demand")
    for k, origin in zip(chosen, task.origins[chosen], strict=True):
        label = "forecast, made at the dot" if k == chosen[0] else None
        (line,) = ax.plot(
            task.series.index[origin : origin + HOURS], runs.forecasts[0][k], color="#D55E00", label=label
        )
        ax.plot(task.series.index[origin - 1], task.values[origin - 1], "o", color=line.get_color(), markersize=4)
    ax.set(ylabel=plain(task.series.unit))
    ax.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return ax


def _scaler(task: ForecastTask) -> Standardizer:
    return Standardizer().fit(task.values[task.split.train])


def _truth(task: ForecastTask, origins: np.ndarray) -> np.ndarray:
    return task.values[origins[:, None] + np.arange(HOURS)]
