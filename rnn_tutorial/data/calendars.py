r"""What the clock alone gives away about every step, past and future: time of day, day of the week, time of the year.

A cycle becomes two columns, :math:`\sin 2\pi\phi` and :math:`\cos 2\pi\phi` of its phase :math:`\phi \in [0, 1)`, so
that its end lies beside its beginning; the seven days of the week, which have no such order, get a column each.
"""

import operator

import numpy as np
import pandas as pd

from .covariates import Array, Covariates
from .steps import DAY, step_of

MONTH = pd.Timedelta(days=28)  # the shortest
YEAR = pd.Timedelta(days=365)


def calendar(index: pd.DatetimeIndex, extra_steps: int = 0) -> Covariates:
    r"""Known covariates from time stamps, by the clock that the stamps are written in; holidays are not among them.

    Sine and cosine of the time of day if a step is shorter than a day; a column for each day of the week if a step is
    a day or less; sine and cosine of the time of the year if the stamps span a year or a step is a month or more, but
    less than a year. A yearly series gets no columns.

    Args:
        index: T time stamps at equal steps. Which columns there are depends on its span and its step: make the
            calendar of a whole series once and cut its rows, rather than one for each part.
        extra_steps: Steps to go on beyond the last stamp, usually the horizon.

    Returns:
        ``known`` of shape (T + extra_steps, K), names in ``known_names``.

    Raises:
        TypeError: The index is no ``DatetimeIndex``, or extra_steps no whole number.
        ValueError: Fewer than two stamps, steps that are not equal, or extra_steps negative.

    Examples:
        >>> hours = pd.date_range("2024-01-01", periods=48, freq="h")
        >>> ahead = calendar(hours, extra_steps=24)
        >>> ahead.known.shape, ahead.known_names[:3]
        ((72, 9), ('sin time of day', 'cos time of day', 'Monday'))
    """
    if not isinstance(index, pd.DatetimeIndex):
        raise TypeError(
            f"index must be a pandas DatetimeIndex, not a {type(index).__name__}: pd.to_datetime makes one."
        )
    extra_steps = operator.index(extra_steps)
    if extra_steps < 0:
        raise ValueError(f"extra_steps must be 0 or more, not {extra_steps}.")
    offset = step_of(index)
    step = index[1] - index[0]
    stamps = pd.DatetimeIndex(index.append(pd.date_range(index[-1], periods=extra_steps + 1, freq=offset)[1:]))
    stamps = stamps.tz_localize(None)  # the clock on the wall, also on the days when it is changed
    day = (stamps - stamps.normalize()) / DAY  # phase of the day, 0 at midnight
    columns: dict[str, Array] = {}
    if step < DAY:
        columns |= _cycle("time of day", np.asarray(day, float))
    if step <= DAY:
        weekday = np.asarray(stamps.day_of_week)
        columns |= {name: (weekday == k).astype(float) for k, name in enumerate(_WEEKDAYS)}
    if step < YEAR and (step >= MONTH or index[-1] - index[0] >= YEAR):
        length = np.where(stamps.is_leap_year, 366, 365)
        columns |= _cycle("time of year", (np.asarray(stamps.day_of_year) - 1 + np.asarray(day, float)) / length)
    if not columns:
        return Covariates()
    return Covariates(known=np.stack(list(columns.values()), axis=1), known_names=tuple(columns))


def _cycle(name: str, phase: Array) -> dict[str, Array]:
    return {f"sin {name}": np.sin(2 * np.pi * phase), f"cos {name}": np.cos(2 * np.pi * phase)}


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
