r"""How far an interval has to reach beyond what a method forecasts, read from the scores of earlier forecasts.

All tables have a row for each step t from ``start`` on and a column for each step ahead k: what belongs to the forecast
of step t that was made k steps before.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from rnn_tutorial.data import Series
from rnn_tutorial.data.steps import DAY, length_of, on_clock_of, step_of
from rnn_tutorial.forecasting.types import Array, Origins

PRIOR = 1
"""So many errors of average size are added to those of each position, so that one with few keeps near the average."""
TIME_OF_DAY = "time of day"


def scores_of(values: Array, made: Origins, start: int, stop: int, low: Array, high: Array) -> Array:
    r"""Return scores :math:`\max(\hat q_{low} - y, y - \hat q_{high})`.

    Args:
        values: (T,).
        made: Origins of the forecasts, (M,).
        start: Step of the first row.
        stop: Step after the last row.
        low: Lower ends forecast at these origins, (M, horizon); the point where there are no quantiles.
        high: Upper ends, likewise.

    Returns:
        A table (stop - start, horizon), NaN where no forecast was made.
    """
    return _laid_out(values, made, start, stop, low, high, lambda y, below, above: np.maximum(below - y, y - above))


def sizes_of(values: Array, made: Origins, start: int, stop: int, low: Array, high: Array) -> Array:
    r"""Return the distances of y from the middle between both ends, a table as that of ``scores_of``."""
    return _laid_out(values, made, start, stop, low, high, lambda y, below, above: np.abs(y - (below + above) / 2))


def _laid_out(
    values: Array,
    made: Origins,
    start: int,
    stop: int,
    low: Array,
    high: Array,
    measure: Callable[[Array, Array, Array], Array],
) -> Array:
    # Of the forecast of step t that was made k steps before, in row t - start and column k.
    table = np.full((stop - start, low.shape[1]), np.nan)
    for k in range(low.shape[1]):
        known = made + k < stop
        t = made[known] + k
        table[t - start, k] = measure(values[t], low[known, k], high[known, k])
    return table


def positions_of(series: Series, by: str | int, steps: int) -> tuple[Origins, int]:
    r"""Return where in its season each of the steps 0 … steps - 1 lies, (steps,), and how many such places there are.

    Args:
        series: Its first steps.
        by: Steps in the season; or ``"time of day"``, by the series' own clock.
        steps: How many, also beyond the end of the series.

    Raises:
        ValueError: The time of day of a series without time stamps, or with steps of a day or more.
    """
    if not isinstance(by, str):
        return np.arange(steps) % by, by
    if not series.has_clock or length_of(step_of(series.index)) >= DAY:
        raise ValueError(
            'by="time of day" needs time stamps and steps shorter than a day: name the steps in a season, such as '
            "by=7 for days, or leave it out"
        )
    beyond = max(0, steps - len(series))
    stamps = series.index.append(series.ahead(beyond)) if beyond else series.index[:steps]
    shown = on_clock_of(series.zone, pd.DatetimeIndex(stamps)).tz_localize(None)
    step = length_of(step_of(series.index))
    return np.asarray((shown - shown.normalize()) // step, dtype=np.int64), math.ceil(DAY / step)


def margins(scores: Array, ends: Origins, levels: Sequence[float], window: int | None) -> Array:
    r"""Return Q, (L, O, horizon), each the :math:`\lceil (n+1)\,\ell \rceil`-th smallest of n scores.

    Args:
        scores: A row for each step from the first one on.
        ends: (O,), rows known at each origin.
        levels: :math:`\ell`, of L intervals.
        window: Rows to look back; ``None`` takes all rows for every origin.

    Raises:
        ValueError: Too few scores for a level.
    """
    found = np.empty((len(levels), len(ends), scores.shape[1]))
    for k, column in enumerate(scores.T):
        found[..., k] = _ranked(_seen(column, ends, window), levels, k)
    return found


def margins_by_position(
    scores: Array,
    sizes: Array,
    positions: Origins,
    count: int,
    ends: Origins,
    levels: Sequence[float],
    window: int | None,
) -> Array:
    r"""Return Q as ``margins`` does, but wide at positions of the season where errors are large.

    For each step ahead, the errors at position p have the mean size

    .. math::

        \sigma_p = \frac{\sum_{t \in p} |e_t| + c\,\bar e}{n_p + c}, \qquad
        Q_p = \sigma_p \cdot \text{the } \lceil (n+1)\,\ell \rceil\text{-th smallest of n } s_t / \sigma_{p(t)}^{-t}

    with scores :math:`s_t`, :math:`\bar e` the mean size over all positions and c = ``PRIOR``: where :math:`n_p` is
    small, :math:`\sigma_p` is near :math:`\bar e`, and without any error there it is :math:`\bar e`. All n scores serve
    the quantile, however few lie at one position. Each is divided by a :math:`\sigma^{-t}` that leaves its own error
    out, as the one to come is not in it either: measured by what it is part of, every error would look small.

    Args:
        scores: See ``scores_of``.
        sizes: See ``sizes_of``.
        positions: Of each row, and of ``horizon`` rows more.
        count: Of positions.
        ends: As for ``margins``.
        levels: Likewise.
        window: Likewise.
    """
    found = np.empty((len(levels), len(ends), scores.shape[1]))
    rows = len(scores)
    first = np.zeros_like(ends) if window is None else np.maximum(ends - window, 0)
    last = np.full_like(ends, rows) if window is None else ends
    sums = _Sums(positions[:rows], count, first, last)
    where = np.nan_to_num(_seen(positions[:rows].astype(float), ends, window)).astype(np.int64)
    several = slice(None) if window is not None else slice(1)  # or one window for all origins
    for k in range(scores.shape[1]):
        number = sums.of(np.isfinite(sizes[:, k]))  # n_p at each origin, (O, count)
        total = sums.of(np.nan_to_num(sizes[:, k]))
        mean = total.sum(axis=1, keepdims=True) / np.maximum(number.sum(axis=1, keepdims=True), 1)
        scale = (total + PRIOR * mean) / (number + PRIOR)
        scale = np.where(scale > 0, scale, 1.0)  # no errors at all: nothing to be wide for
        seen, own = (_seen(table[:, k], ends, window) for table in (scores, sizes))
        others = np.take_along_axis((total + PRIOR * mean)[several], where, axis=1) - own
        others /= np.take_along_axis(number[several], where, axis=1) - 1 + PRIOR
        relative = seen / np.where(others > 0, others, 1.0)
        found[..., k] = _ranked(relative, levels, k) * scale[np.arange(len(ends)), positions[ends + k]]
    return found


class _Sums:
    r"""Sums over windows of rows, by position.

    Windows begin and end at few rows, and what lies between two of these is added up first: a table of all rows at
    all positions would cost more than the rest.

    Args:
        positions: Of each row.
        count: Of positions.
        first: First row of each window, (O,).
        last: The one after its last, likewise.
    """

    def __init__(self, positions: Origins, count: int, first: Origins, last: Origins) -> None:
        bounds = np.unique(np.concatenate([first, last]))
        part = np.searchsorted(bounds, np.arange(len(positions)), side="right")  # so many bounds are not after a row
        self.cell, self.shape = part * count + positions, (len(bounds) + 1, count)
        self.first, self.last = np.searchsorted(bounds, first), np.searchsorted(bounds, last)

    def of(self, column: Array | npt.NDArray[np.bool_]) -> Array:
        """Return the sums of a number for each row, (O, count)."""
        cells = np.bincount(self.cell, column.astype(float), minlength=self.shape[0] * self.shape[1])
        until: Array = np.cumsum(cells.reshape(self.shape), axis=0, dtype=float)  # over all rows before each bound
        sums: Array = until[self.last] - until[self.first]
        return sums


def _seen(column: Array, ends: Origins, window: int | None) -> Array:
    # The window of rows that ends before each origin, (O, window); (1, rows) without one.
    if window is None:
        return column[None]
    padded = np.concatenate([np.full(window, np.nan), column])
    windows: Array = np.lib.stride_tricks.sliding_window_view(padded, window)[ends]
    return windows


def _ranked(seen: Array, levels: Sequence[float], k: int) -> Array:
    # For each level the score of its rank, (L, O).
    ordered = np.sort(seen, axis=1)  # NaN, where no forecast was made, come last
    n = np.isfinite(ordered).sum(axis=1)
    found = []
    for level in levels:
        rank = np.ceil((n + 1) * level - 1e-9).astype(int)
        if np.any(rank > n):
            few = int(n.min())
            raise ValueError(
                f"{few} errors of step {k + 1} ahead say nothing about a {level:.0%} interval: at least "
                f"{math.ceil(level / (1 - level) - 1e-9)} are needed, for n reach no further than n / (n + 1), here "
                f"{few / (few + 1):.0%}; raise calibration (and window), or lower the level"
            )
        found.append(ordered[np.arange(len(ordered)), rank - 1])
    return np.stack(found)
