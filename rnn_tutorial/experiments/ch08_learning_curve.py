r"""How much data does a network need to beat the best classical method? Error against weeks of training data."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rnn_tutorial.forecasting import Backtest, HoltWinters, Hybrid
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.plotting.style import PALETTE

from . import ch08_scoreboard as scoreboard
from .ch08_scoreboard import Problem
from .verdicts import difference

SMOOTHED_WEEKS = 16
"""Weeks on which Holt-Winters estimates its constants unless it is told otherwise."""


def updates_of(problem: Problem) -> int:
    """Return the steps of gradient descent that the problem's own recipe takes on all of its data."""
    return problem.epochs * _batches(problem.end, problem, problem.network_stride)


def _batches(steps: int, problem: Problem, stride: int) -> int:
    windows = (steps - problem.day - problem.week - problem.horizon) // stride + 1
    return -(-windows // scoreboard.RECIPE["batch_size"])


def methods(problem: Problem, weeks: int, updates: int) -> dict[str, Method]:
    """Return the rivals at one size: a GRU alone, classical methods, and a classical one with learnt errors.

    Holt-Winters estimates on sixteen weeks at most. Where there are more, it is there a second time, ``, all weeks``.
    """
    steps = weeks * problem.week
    stride = max(1, min(problem.network_stride, steps // 1000))
    epochs = max(1, round(updates / _batches(steps, problem, stride)))
    classic = scoreboard.classics(problem)
    found: dict[str, Method] = {
        "GRU": scoreboard.network(problem, "gru", epochs=epochs, stride=stride),
        "Holt-Winters": classic["Holt-Winters"],
        "ridge on lags": classic["ridge on lags"],
        "gradient boosting": classic["gradient boosting"],
        "Holt-Winters + ridge": scoreboard.ridge_hybrid(problem, problem.ridge_alpha),
    }
    return found | (_on_all_weeks(problem, weeks) if weeks > SMOOTHED_WEEKS else {})


def _on_all_weeks(problem: Problem, weeks: int) -> dict[str, Method]:
    smoothing = scoreboard.smoothing(problem)
    everything = HoltWinters(*problem.seasons, fit_on=weeks * problem.week, seasons=smoothing.seasons)
    hybrid = scoreboard.ridge_hybrid(problem, problem.ridge_alpha)
    options = hybrid.get_params(deep=False) | {"statistical": everything}
    return {"Holt-Winters, all weeks": everything, "Holt-Winters + ridge, all weeks": Hybrid(**options)}


def learning_curve(
    problem: Problem, weeks: Sequence[int], seeds: Sequence[int], *, updates: int | None = None, **options: Any
) -> pd.DataFrame:
    r"""Fit on the last so many weeks before the test part, forecast through it.

    Args:
        problem: Judged on its test part, the same at every size.
        weeks: Sizes of the training part.
        seeds: Of the network.
        updates: Steps of gradient descent, the same at every size: with less data each window is seen more often. By
            default ``updates_of(problem)``.
        options: As for ``rt.backtest``.

    Returns:
        One row a size, method and seed: ``weeks``, ``method``, ``seed``, ``MAE``.
    """
    rows = []
    updates = updates_of(problem) if updates is None else updates
    for count in weeks:
        smaller = problem.last(count * problem.week)
        rows += _rows(scoreboard.run(smaller, methods(smaller, count, updates), seeds, **options), count, seeds)
    return pd.DataFrame(rows)


def on_all_data(problem: Problem, result: Backtest) -> pd.DataFrame:
    """Return the rows of a scoreboard that learnt from everything, as the right end of a curve."""
    weeks = problem.end // problem.week
    rivals = methods(problem, weeks, updates_of(problem))
    rows = _rows(result, weeks, result.settings["seeds"])
    return pd.DataFrame([row for row in rows if row["method"] in rivals])


def _rows(result: Backtest, weeks: int, seeds: Sequence[int]) -> list[dict[str, Any]]:
    board = result.board()
    return [
        {"weeks": weeks, "method": name, "seed": seed, "MAE": float(error)}
        for name in board.entries
        for seed, error in zip(seeds, board.errors(name), strict=False)  # methods without chance ran once
    ]


# ---- curves that were kept -------------------------------------------------------------------------------------------


def kept(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return each series' curve among the rows of ``python -m benchmarks.learning_curves``, from few weeks to many."""
    columns = ["weeks", "method", "seed", "MAE"]
    order = rows.sort_values(["weeks", "seed"], kind="stable")
    return {str(title): curve[columns].reset_index(drop=True) for title, curve in order.groupby("series", sort=False)}


def found_again(kept: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """Return the errors of a kept curve and those found here, where there are both: a row a size, method and seed."""
    return kept.merge(here, on=["weeks", "method", "seed"], suffixes=(" kept", " here"))


class Change(NamedTuple):
    """A relative change of an error, its 95 % interval over seeds, and the number of seeds."""

    mean: float
    low: float
    high: float
    seeds: int


def change(curve: pd.DataFrame, method: str, before: int, after: int) -> Change:
    r"""Compare a method at two sizes, seed by seed: Student's interval of the mean logarithm of the quotients.

    Raises:
        ValueError: Fewer than two seeds have both sizes.
    """
    by_seed = curve[curve["method"] == method].pivot_table(index="seed", columns="weeks", values="MAE")
    both = np.log(by_seed[[before, after]].dropna().to_numpy())
    if len(both) < 2:
        raise ValueError(f"an interval needs two seeds of {method!r} with {before} and {after} weeks: {len(both)}")
    mean, low, high = np.expm1(difference(both[:, 1], both[:, 0])[:3])
    return Change(float(mean), float(low), float(high), len(both))


def plot_curve(curve: pd.DataFrame, ax: Axes, naive: float | None = None, unit: str = "") -> Axes:
    """Draw mean and range of each method against the weeks it has learnt from; estimates on all weeks are dashed."""
    colours = {
        "GRU": PALETTE["blue"],
        "Holt-Winters": PALETTE["red"],
        "ridge on lags": PALETTE["grey"],
        "Holt-Winters + ridge": PALETTE["green"],
        "gradient boosting": PALETTE["orange"],
    }
    for name, rows in curve.groupby("method", sort=False):
        by_size = rows.groupby("weeks")["MAE"]
        base, everything, _ = str(name).partition(", all weeks")
        colour = colours.get(base, PALETTE["purple"])
        line = "o--" if everything else "o-"
        ax.plot(by_size.mean().index, by_size.mean(), line, color=colour, label=plain(name), markersize=4)
        ax.fill_between(by_size.min().index, by_size.min(), by_size.max(), color=colour, alpha=0.2, linewidth=0)
    if naive is not None:
        ax.axhline(naive, color="black", linewidth=1, linestyle=":", label="same time last week")
    sizes = sorted(curve["weeks"].unique())
    ax.set(xscale="log", yscale="log")
    ax.set_xticks(sizes, [str(size) for size in sizes])
    low, high = ax.get_ylim()
    levels = [
        k * 10.0**e for e in range(-3, 6) for k in (1, 1.2, 1.5, 1.8, 2, 2.5, 3, 4, 5, 7) if low < k * 10.0**e < high
    ]
    ax.set_yticks(levels, [f"{level:g}" for level in levels])
    ax.minorticks_off()
    ax.set(xlabel="weeks of training data", ylabel=plain(f"MAE{f' in {unit}' if unit else ''}"))
    return ax
