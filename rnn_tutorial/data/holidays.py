r"""Days that are not like the others of their week: holidays, the days before them, and days between two free ones."""

import datetime
import operator
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from .covariates import Array, Covariates
from .public_holidays import public_holidays
from .series import Series
from .steps import DAY, length_of, name_of, on_clock_of, step_of

Date = str | datetime.date
"""A day: ``datetime.date``, a time stamp, or a text such as ``"2014-12-24"``."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAMES = ("holiday", "eve", "bridge day", "working day")


def holiday_columns(
    series: Series,
    country: str | None = None,
    *,
    own: Iterable[Date] = (),
    apart: Sequence[str] = (),
    weekend: Sequence[str] = ("Sat", "Sun"),
    extra_steps: int | None = None,
) -> Covariates:
    r"""Known columns of 0 and 1 that say what kind of day a step belongs to, past and future.

    ===============  ==============================================================================================
    "holiday"        a public holiday of the country, or one of ``own``
    "eve"            no holiday, and the next day is one
    "bridge day"     a working day between two free ones, a holiday at least one of them
    "working day"    neither a holiday nor of the weekend
    ===============  ==============================================================================================

    and one more for each of ``apart``, for holidays that are not like the others: in Portugal's hourly demand Christmas
    and New Year's Day are a third below their weeks, and most other holidays are days like any.

    A day lasts from midnight to midnight on the series' own clock (of its ``zone``, if it has one), and a step belongs
    to the day that its time stamp lies in. What the library does not know, such as the day before Christmas where it
    is free by custom, is for ``own``. Stamps should name the beginning of a step: one of 0:00 that ends a day would
    be given to the next.

    Args:
        series: T steps of a day or less, with time stamps.
        country: ISO 3166 code, ``"PT"``, or the name, ``"Portugal"``; a part of it after a hyphen, ``"DE-BY"``. Without
            one only the days of ``own`` are holidays.
        own: More holidays.
        apart: Holidays of the country that get a column of their own besides, by a part of their English names, such as
            "Christmas"; the column is called so.
        weekend: Days of the week on which nobody works, by their first three letters or more; may be empty.
        extra_steps: Steps to go on beyond the end of the series, usually the horizon. By default as many as its known
            columns do, so that both can be joined; none if it has none.

    Returns:
        ``known`` of shape (T + extra_steps, 4 + A), A columns apart.

    Raises:
        ValueError: No such country, part of it or day of the week; a country of which nothing is known in these years;
            no country and no days of one's own; no holiday of a name that is to stand apart; a series without time
            stamps, or with steps longer than a day; ``extra_steps`` negative.
        MissingExtraError: A country was named and the package ``holidays`` is not there.

    Examples:
        >>> hours = pd.date_range("2024-12-24", periods=48, freq="h")
        >>> demand = Series("demand", np.arange(48.0), hours)
        >>> days = holiday_columns(demand, own=["2024-12-25"], extra_steps=24)
        >>> days.known_names
        ('holiday', 'eve', 'bridge day', 'working day')
        >>> days.known[::24]  # Tuesday, Christmas, Thursday
        array([[0., 1., 0., 1.],
               [1., 0., 0., 0.],
               [0., 0., 0., 1.]])
        >>> Series.of(demand, covariates=days).covariates.columns
        (0, 4)
    """
    local = local_days(series, _steps_beyond(series, extra_steps))
    first, last = local.min() - 2 * DAY, local.max() + 2 * DAY
    days = pd.date_range(first, last, freq="D")  # with neighbours at both ends
    own_days = [day_of(one) for one in own]
    if country is None and not own_days:
        raise ValueError('name a country, such as "PT", or give days of your own, own=["2024-12-24"]')
    named = {} if country is None else public_holidays(country, range(first.year, last.year + 1))
    holiday = np.asarray(days.isin(pd.DatetimeIndex([*named, *own_days]).as_unit(days.unit)))
    free = holiday | np.isin(days.day_of_week, weekend_days(weekend))
    before, after = (np.roll(free, 1), np.roll(free, -1))
    beside = np.roll(holiday, 1) | np.roll(holiday, -1)
    kinds = {
        "holiday": holiday,
        "eve": ~holiday & np.roll(holiday, -1),
        "bridge day": ~free & before & after & beside,
        "working day": ~free,
    }
    kinds |= {name: np.asarray(days.isin(_called(name, named, days))) for name in apart}
    table: Array = np.stack(list(kinds.values()), axis=1).astype(float)
    return Covariates(known=table[(local - first) // DAY], known_names=tuple(kinds))


def local_days(series: Series, extra_steps: int = 0) -> pd.DatetimeIndex:
    r"""Return the day, as its midnight without a zone, of each step and of so many beyond, on the series' own clock.

    Raises:
        ValueError: No time stamps, or steps longer than a day.
    """
    if not series.has_clock:
        raise ValueError("holidays need the dates of the steps, and the series has no time stamps: give it an index")
    step = step_of(series.index)
    if length_of(step) > DAY:
        raise ValueError(
            f"holidays are days, and the series goes by steps of {name_of(step)}: columns that say what kind of day it "
            "is need steps of a day or less"
        )
    stamps = series.index if not extra_steps else series.index.append(series.ahead(extra_steps))
    shown = on_clock_of(series.zone, pd.DatetimeIndex(stamps))
    return pd.DatetimeIndex(shown.tz_localize(None).normalize())


def weekend_days(names: Sequence[str]) -> list[int]:
    r"""Return days of the week as numbers, Monday 0, from names such as "fri".

    Raises:
        ValueError: No such day, or all seven.
    """
    found = []
    for name in names:
        short = name.strip().lower()
        fitting = [k for k, day in enumerate(WEEKDAYS) if len(short) >= 3 and day.lower().startswith(short)]
        if not fitting:
            raise ValueError(f"{name!r} is no day of the week: write Mon, Tue, Wed, Thu, Fri, Sat or Sun")
        found += fitting
    if len(set(found)) == 7:
        raise ValueError("a weekend of seven days leaves no working day")
    return sorted(set(found))


def day_of(given: Date) -> pd.Timestamp:
    r"""Return the midnight that a day begins with.

    Raises:
        ValueError: No date.
    """
    try:
        stamp = pd.Timestamp(given)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{given!r} is no date: write it as 2024-12-24") from error
    if stamp is pd.NaT:
        raise ValueError(f"{given!r} is no date: write it as 2024-12-24")
    return stamp.tz_localize(None).normalize()


def _called(part: str, named: Mapping[datetime.date, str], days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    # The holidays in whose name this part occurs.
    found = [day for day, name in named.items() if part.strip().lower() in name.lower()]
    if not found or not part.strip():
        listed = ", ".join(sorted(set(named.values()))) or "none, for no country is named"
        raise ValueError(f"no holiday is called {part!r} to stand apart; there are {listed}")
    return pd.DatetimeIndex(found).as_unit(days.unit)


def _steps_beyond(series: Series, extra_steps: int | None) -> int:
    if extra_steps is None:
        known = series.covariates.known if series.covariates is not None else np.empty((0, 0))
        return max(0, len(known) - len(series)) if known.shape[1] else 0
    steps = operator.index(extra_steps)
    if steps < 0:
        raise ValueError(f"extra_steps must be 0 or more, not {steps}.")
    return steps
