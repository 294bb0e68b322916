r"""Monthly temperatures of the tropical Pacific, one to three months ahead: videos that nobody made up.

Forecast are *anomalies*, what is left when each month's mean of 1948 to 1999 is taken away, from the twelve months
before. Errors are means of absolute differences, weighted by the area of the cells.
"""

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from rnn_tutorial.data import load_grid
from rnn_tutorial.data.datasets.grids import Grid
from rnn_tutorial.forecasting.evaluation.jobs import one_thread
from rnn_tutorial.forecasting.evaluation.parallel import in_parallel
from rnn_tutorial.forecasting.neural import training
from rnn_tutorial.layers import CNNLSTM, ConvLSTM
from rnn_tutorial.training import predict

Array = npt.NDArray[np.float64]
MONTHS = 12  # read
LEADS = 3  # forecast
CLIMATOLOGY, PERSISTENCE, DAMPED = "climatology", "persistence", "damped persistence"
REGRESSION, PATTERNS = "regression in each cell", "regression on patterns"
FEATURES: Mapping[str, Callable[[Any], Any]] = {
    DAMPED: lambda past: past[:, -1:],
    REGRESSION: lambda past: np.stack([past[:, -1], past.mean(axis=1)], axis=1),
}
"""What is read of the past of a cell, (O, 12, H, W) → (O, N, H, W), by the name of a forecast that is linear in it.

:meta hide-value:
"""


@dataclass(frozen=True)
class Pacific:
    r"""Anomalies, their weights and their parts.

    Args:
        frames: (T, H, W) anomalies in K.
        weights: (H, 1) area of each cell, 1 on average.
        parts: Name and first and last year of the targets of each part.
        years: (T,) year of each month.
        months: (T,) which month of the year, from 1.
        latitude: (H,) degrees north, from north to south.
        longitude: (W,) degrees east.
    """

    frames: npt.NDArray[np.float32]
    weights: Array
    parts: Mapping[str, tuple[int, int]]
    years: npt.NDArray[np.int64]
    months: npt.NDArray[np.int64]
    latitude: Array
    longitude: Array

    def origins(self, part: str) -> npt.NDArray[np.int64]:
        """Return the months from which all three targets lie in the part, with a year before them."""
        first, last = self.parts[part]
        inside = (self.years >= first) & (self.years <= last)
        o = np.arange(MONTHS, len(self.frames) - LEADS + 1)
        return o[inside[o] & inside[o + LEADS - 1]]

    def inputs(self, part: str) -> npt.NDArray[np.float32]:
        """(O, 12, H, W), the year before each origin."""
        return self.frames[self.origins(part)[:, None] + np.arange(-MONTHS, 0)]

    def targets(self, part: str) -> npt.NDArray[np.float32]:
        """(O, 3, H, W)."""
        return self.frames[self.origins(part)[:, None] + np.arange(LEADS)]

    def name(self, month: int) -> str:
        """Return ``January 1998`` for the month at a place of ``frames``."""
        return f"{calendar.month_name[self.months[month]]} {self.years[month]}"

    def warmest(self, part: str, length: int) -> int:
        """Return the first origin of the stretch of so many in which the middle of the equator is warmest.

        It is the stretch whose months three ahead are warmest, from 5° S to 5° N and from 190° E to 240° E.
        """
        rows, columns = np.abs(self.latitude) <= 5, (self.longitude >= 190) & (self.longitude <= 240)
        warmth = self.targets(part)[:, -1][:, rows][:, :, columns].mean(axis=(1, 2))
        return int(np.convolve(warmth, np.ones(length), mode="valid").argmax())

    def error(self, forecast: npt.ArrayLike, part: str) -> Array:
        """Return the area-weighted mean absolute error of each lead, (3,), in K."""
        difference = np.abs(np.asarray(forecast, float) - self.targets(part))
        result: Array = (difference * self.weights).mean(axis=(0, 2, 3))
        return result


def pacific(grid: Grid | None = None) -> Pacific:
    """Return the region from 30° S to 30° N and from 120° E to 280° E, of 24 × 64 cells.

    Args:
        grid: In place of the package's grid of air temperatures.
    """
    grid = load_grid("air_temperature") if grid is None else grid
    train = slice(0, int(np.flatnonzero(np.asarray(grid.index.year) <= 1999)[-1]) + 1)
    region = grid.anomalies(train).region(lat=(-30, 30), lon=(120, 280))
    frames = region.values[:, : region.values.shape[1] // 2 * 2, : region.values.shape[2] // 2 * 2]
    area = np.cos(np.deg2rad(region.latitude[: frames.shape[1]]))[:, None]
    parts = {"train": (1948, 1999), "valid": (2000, 2009), "test": (2010, 9999)}
    years, months = np.asarray(region.index.year), np.asarray(region.index.month)
    height, width = frames.shape[1:]
    return Pacific(frames, area / area.mean(), parts, years, months, region.latitude[:height], region.longitude[:width])


# ---- without networks --------------------------------------------------------------------------------------------


def simple_forecasts(world: Pacific, part: str) -> dict[str, Array]:
    r"""Forecast from each origin, (O, 3, H, W), what needs no network.

    *Climatology* says 0; *persistence* repeats the last month; *damped persistence* is :math:`a_{k} x_{o-1}`, the
    *regression* :math:`a_k x_{o-1} + b_k \bar x_{12}` with the mean of the year before: numbers of their own for each
    cell and lead, by least squares on the training years. What this regression leaves is in the last one regressed on
    the *patterns* of the last month, see :func:`by_patterns`: linear as well, but each cell hears of all others.
    """
    x, y = world.inputs("train"), world.targets("train")
    asked = world.inputs(part)
    found: dict[str, Array] = {
        CLIMATOLOGY: np.zeros((len(asked), *y.shape[1:])),
        PERSISTENCE: np.repeat(asked[:, -1:], LEADS, axis=1).astype(float),
    }
    fitted = {}
    for name, read in FEATURES.items():
        weights = _by_cell(read(x), y)
        found[name] = np.einsum("onhw,knhw->okhw", read(asked), weights)
        fitted[name] = np.einsum("onhw,knhw->okhw", read(x), weights)
    left = y - fitted[REGRESSION]
    found[PATTERNS] = found[REGRESSION] + by_patterns(world, x[:, -1], left, asked[:, -1])
    return found


def by_patterns(world: Pacific, x: Any, y: Any, asked: Any, *, patterns: int = 20, penalty: float = 0.5) -> Array:
    r"""Regress fields on how strongly the leading patterns of other fields are there, (O, H, W) → (O, K, H, W).

    The patterns are the principal components of ``x``, cells counted by their area (Lorenz, 1956); their number and the
    penalty, in shares of each component's variance, were chosen on the validation years.

    Args:
        world: Whose cells' areas count.
        x: (O, H, W) to learn from.
        y: (O, K, H, W) to learn.
        asked: (P, H, W) to answer for.
        patterns: How many.
        penalty: Of the squared weights.
    """
    area = np.sqrt(world.weights)
    flat = (np.asarray(x, float) * area).reshape(len(x), -1)
    directions = np.linalg.svd(flat, full_matrices=False)[2][:patterns]
    p = flat @ directions.T
    gram = p.T @ p
    moments = p.T @ np.asarray(y, float).reshape(len(y), -1)
    weights = np.linalg.solve(gram + penalty * np.diag(np.diag(gram)), moments)
    answered: Array = (np.asarray(asked, float) * area).reshape(len(asked), -1) @ directions.T @ weights
    return answered.reshape(len(asked), *y.shape[1:])


def _by_cell(x: Any, y: Any) -> Array:
    # Least squares without a constant in each cell: x (O, N, H, W), y (O, K, H, W) → (K, N, H, W).
    x, y = np.asarray(x, float), np.asarray(y, float)
    gram = np.einsum("onhw,omhw->hwnm", x, x)
    moments = np.einsum("onhw,okhw->hwnk", x, y)
    solved: Array = np.linalg.solve(gram, moments)
    return solved.transpose(3, 2, 0, 1)


# ---- networks ----------------------------------------------------------------------------------------------------


class Correction(nn.Module):
    r"""A regression in each cell, whose weights are learnt on, plus what a network adds to it.

    With one weight a cell and lead it reads the last month, and is damped persistence; with two, the mean of the year
    as well.

    Args:
        network: (B, 12, 1, H, W) → (B, 3, H, W).
        weights: (3, N, H, W) to begin with, N = 1 or 2.
    """

    def __init__(self, network: nn.Module, weights: Array) -> None:
        super().__init__()
        self.network = network
        self.weights = nn.Parameter(torch.tensor(weights, dtype=torch.float32))

    def forward(self, frames: Tensor) -> Tensor:
        """(B, 12, 1, H, W) → (B, 3, H, W)."""
        past = frames[:, :, 0]
        read = torch.stack([past[:, -1], past.mean(dim=1)], dim=1)[:, : self.weights.shape[1]]
        result: Tensor = (read[:, None] * self.weights).sum(dim=2) + self.network(frames)
        return result


class ByConvLSTM(nn.Module):
    """A ConvLSTM over patches of 2 × 2 cells; its last state, through a 1 × 1 convolution that begins at zero."""

    def __init__(self, channels: int = 16, kernel_size: int = 3) -> None:
        super().__init__()
        self.layer = ConvLSTM(4, channels, kernel_size, batch_first=True)
        self.readout = nn.Conv2d(channels, 4 * LEADS, 1)
        nn.init.zeros_(self.readout.weight)
        nn.init.zeros_(self.readout.get_parameter("bias"))

    def forward(self, frames: Tensor) -> Tensor:
        """(B, 12, 1, H, W) → (B, 3, H, W)."""
        _, (h, _) = self.layer(F.pixel_unshuffle(frames, 2))
        return F.pixel_shuffle(self.readout(h[-1]), 2)


class ByCNNLSTM(nn.Module):
    """A CNN-LSTM that reads each month with the two before it as three channels, and says three months."""

    def __init__(self, image_size: tuple[int, int], hidden_size: int = 64, code_size: int = 32) -> None:
        super().__init__()
        self.model = CNNLSTM((LEADS, *image_size), hidden_size, code_size)
        self.size = nn.Parameter(torch.zeros(LEADS, 1, 1))  # nothing is added at first

    def forward(self, frames: Tensor) -> Tensor:
        """(B, 12, 1, H, W) → (B, 3, H, W)."""
        months = torch.stack([frames[:, k : frames.shape[1] - LEADS + 1 + k, 0] for k in range(LEADS)], dim=2)
        output: Tensor = self.model(months)[0][:, -1]
        return self.size * output


BETTER = "ConvLSTM on the regression"
STARTS = {"ConvLSTM": DAMPED, "CNN-LSTM": DAMPED, BETTER: REGRESSION}
"""By the name of a network, the forecast that it corrects."""


def networks(world: Pacific) -> dict[str, Callable[[], nn.Module]]:
    """Return what makes each network, untrained, by the name it has in tables."""
    height, width = world.frames.shape[1:]
    return {"ConvLSTM": ByConvLSTM, "CNN-LSTM": lambda: ByCNNLSTM((height, width)), BETTER: ByConvLSTM}


def train(
    make: Callable[[], nn.Module],
    world: Pacific,
    seed: int,
    *,
    epochs: int,
    start: str = DAMPED,
    lr: float = 1e-2,
    batch_size: int = 32,
    stride: int = 1,
) -> nn.Module:
    """Train a network's correction of a simple forecast on the training years, by the weighted absolute error.

    ``start`` is the forecast, one of ``FEATURES``. With a ``stride`` it learns from every so many-th origin alone, for
    a quick try.
    """
    weights = torch.tensor(world.weights, dtype=torch.float32)
    x, y = world.inputs("train"), world.targets("train")
    torch.manual_seed(seed)
    model = Correction(make(), _by_cell(FEATURES[start](x), y))
    training.run(
        model,
        TensorDataset(torch.tensor(x)[::stride, :, None], torch.tensor(y)[::stride]),
        None,
        lambda forecast, target: ((forecast - target).abs() * weights.to(target.device)).mean(),
        training.Recipe(epochs, lr, batch_size),
        seed=seed,
    )
    return model.cpu().eval()


def forecast(model: nn.Module, world: Pacific, part: str) -> Array:
    """Forecast from each origin of a part, (O, 3, H, W)."""
    return predict(model, torch.tensor(world.inputs(part))[:, :, None], batch_size=64).double().numpy()


def errors_of_networks(
    makers: Mapping[str, Callable[[], nn.Module]],
    world: Pacific,
    part: str,
    seeds: Sequence[int],
    *,
    epochs: int,
    stride: int = 1,
    n_jobs: int | None = None,
) -> dict[str, Array]:
    """Train each network once a seed, ``n_jobs`` at a time, and return its errors, (seeds, 3)."""
    calls = [
        (make, world, part, seed, epochs, STARTS.get(name, DAMPED), stride)
        for name, make in makers.items()
        for seed in seeds
    ]
    errors = np.stack(in_parallel(_error_of_one, calls, n_jobs, progress=False))
    return dict(zip(makers, errors.reshape(len(makers), len(seeds), LEADS), strict=True))


def _error_of_one(
    make: Callable[[], nn.Module], world: Pacific, part: str, seed: int, epochs: int, start: str, stride: int
) -> Array:
    with one_thread():
        trained = train(make, world, seed, epochs=epochs, start=start, stride=stride)
        return world.error(forecast(trained, world, part), part)


# ---- runs that were kept -----------------------------------------------------------------------------------------


def tried_epochs(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, float]]:
    """Return for each network the error on validation by the number of epochs: the mean over leads and common seeds.

    Args:
        rows: Of ``python -m benchmarks.pacific``: ``network``, ``epochs``, ``seed`` and ``valid``, an error a lead.
    """
    tried = {}
    for name in dict.fromkeys(row["network"] for row in rows):
        found: dict[int, dict[int, float]] = {}
        for row in rows:
            if row["network"] == name:
                found.setdefault(row["epochs"], {})[row["seed"]] = float(np.mean(row["valid"]))
        common = set.intersection(*(set(by_seed) for by_seed in found.values()))
        tried[name] = {epochs: float(np.mean([found[epochs][seed] for seed in common])) for epochs in sorted(found)}
    return tried


def chosen_epochs(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return for each network the number of epochs with the least error on validation, see ``tried_epochs``."""
    return {name: min(errors, key=lambda epochs: errors[epochs]) for name, errors in tried_epochs(rows).items()}


def kept_errors(rows: Sequence[Mapping[str, Any]], part: str, epochs: Mapping[str, int]) -> dict[str, Array]:
    """Return the errors of each network's runs with so many epochs on a part, (seeds, 3), in the order of seeds."""
    runs = sorted(rows, key=lambda row: int(row["seed"]))
    return {
        name: np.array([row[part] for row in runs if (row["network"], row["epochs"]) == (name, count)])
        for name, count in epochs.items()
    }
