r"""By how much earlier forecasts missed, in tables, and where in its season each step lies.

All tables have a row for each step t from ``start`` on and a column for each step ahead k: what belongs to the forecast
of step t that was made k steps before.
"""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from rnn_tutorial.data import Series
from rnn_tutorial.data.steps import DAY, length_of, on_clock_of, step_of
from rnn_tutorial.forecasting.types import Array, Origins

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
    if not series.has_time_of_day:
        raise ValueError(
            'by="time of day" needs time stamps and steps shorter than a day: name the steps in a season, such as '
            "by=7 for days, or leave it out"
        )
    beyond = max(0, steps - len(series))
    stamps = series.index.append(series.ahead(beyond)) if beyond else series.index[:steps]
    shown = on_clock_of(series.zone, pd.DatetimeIndex(stamps)).tz_localize(None)
    step = length_of(step_of(series.index))
    return np.asarray((shown - shown.normalize()) // step, dtype=np.int64), math.ceil(DAY / step)
