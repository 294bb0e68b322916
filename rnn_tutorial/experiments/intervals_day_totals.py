r"""The page on intervals: mean and peak of a day, from whole futures and, wrongly, from the quantiles of its steps."""

from collections.abc import Callable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Forecast
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.plotting.style import PALETTE

__all__ = ["ENDS", "PATHS", "STEPS", "draw", "held", "judged", "ranges"]

ENDS = (0.05, 0.95)
PATHS, STEPS = "of paths", "of the steps' quantiles"
PARTS: dict[str, Callable[..., Any]] = {"mean": np.mean, "peak": np.max}


def ranges(paths: Array, lower: Array, upper: Array) -> dict[tuple[str, str], tuple[float, float]]:
    r"""Return 90 % intervals of a day's mean and peak, by part of the day and way.

    Args:
        paths: (n, H).
        lower: Quantiles of 5 % of each step, (H,).
        upper: Of 95 %.

    Examples:
        >>> paths = np.array([[0.0, 1.0], [1.0, 0.0]])  # a day that begins high ends low
        >>> found = ranges(paths, np.zeros(2), np.ones(2))
        >>> [float(end) for end in found["mean", "of paths"]], [float(end) for end in found["mean", STEPS]]
        ([0.5, 0.5], [0.0, 1.0])
    """
    found = {}
    for part, of in PARTS.items():
        low, high = np.quantile(of(paths, axis=1), ENDS)
        found[part, PATHS] = float(low), float(high)
        found[part, STEPS] = float(of(lower)), float(of(upper))
    return found


def judged(method: Method, series: Series, origins: npt.NDArray[np.int64], n: int) -> pd.DataFrame:
    r"""Put intervals around the mean and the peak of past days, and compare them with what came.

    Args:
        method: Fitted, with a horizon of its own.
        series: That goes on after what it was fitted on.
        origins: First steps of the days, (O,).
        n: Paths for each day.

    Returns:
        A row for each day, part and way: ``low``, ``high``, ``truth``, and whether it ``held``.
    """
    rows = []
    quantiles = method.forecast(series, origins, levels=ENDS)
    for origin, steps in zip(origins, quantiles, strict=True):
        paths = method.sample_paths(n, series=series.part(0, int(origin)), seed=int(origin))
        day = series.values[origin : origin + method.horizon]
        for (part, way), (low, high) in ranges(paths, *steps.T).items():
            truth = float(PARTS[part](day))
            rows.append({"part": part, "way": way, "low": low, "high": high, "truth": truth})
    found = pd.DataFrame(rows)
    return found.assign(held=(found["low"] <= found["truth"]) & (found["truth"] <= found["high"]))


def held(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many intervals of each part and way held, of how many days, and their mean width."""
    grouped = rows.assign(width=rows["high"] - rows["low"]).groupby(["part", "way"], sort=False)
    columns = {"days": grouped.size(), "coverage": grouped["held"].mean(), "width": grouped["width"].mean()}
    return pd.DataFrame(columns)


def draw(
    forecast: Forecast,
    paths: Array,
    found: Mapping[tuple[str, str], tuple[float, float]],
    truth: Array,
    shown: int = 20,
) -> Figure:
    r"""Draw some paths over the interval of each step, the intervals of the day's mean and peak, and what came.

    Args:
        forecast: With quantiles of 5 and 95 %.
        paths: (n, H).
        found: Of ``ranges``.
        truth: What came, (H,).
        shown: How many paths.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4), gridspec_kw={"width_ratios": [1.4, 1]})
    hours = np.arange(len(forecast)) * 24 / len(forecast)
    low, high = (forecast.quantiles[level] / 1e3 for level in ENDS)
    left.fill_between(hours, low, high, color=PALETTE["sky"], alpha=0.5, linewidth=0, label="90 % of each step")
    left.plot(hours, paths[:shown].T / 1e3, color=PALETTE["blue"], linewidth=0.6, alpha=0.7)
    left.plot([], [], color=PALETTE["blue"], linewidth=0.6, label=f"{shown} paths")
    left.plot(hours, forecast.point / 1e3, color=PALETTE["red"], label="forecast")
    left.plot(hours, truth / 1e3, color="black", label="truth")
    left.set(xlabel="hour of the day", ylabel="demand in GW", xticks=range(0, 25, 6), title="a day, as it may come")
    for place, part in enumerate(PARTS):
        for shift, way, colour in ((-0.15, PATHS, "blue"), (0.15, STEPS, "orange")):
            low_end, high_end = (end / 1e3 for end in found[part, way])
            label = f"90 % {way}" if place == 0 else None
            right.vlines(place + shift, low_end, high_end, color=PALETTE[colour], linewidth=6, label=label)
        right.hlines(float(PARTS[part](truth)) / 1e3, place - 0.35, place + 0.35, color="black", linewidth=1.5)
    right.set(
        xticks=range(len(PARTS)), xlim=(-0.6, len(PARTS) - 0.4), ylabel="demand in GW", title="its mean and its peak"
    )
    right.set_xticklabels(list(PARTS))
    figure.legend(ncols=3, loc="outside lower center", fontsize=8)
    return figure
