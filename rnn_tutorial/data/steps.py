r"""The step from one time stamp to the next: what it is, what it is called, how it is written into a file.

pandas has offsets for this. Those that it names (``h``, ``30min``, ``MS``, ``W-MON``) are kept by their names; a month
or a year from any day on has none, and is kept by its number of months.
"""

import re

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)
_MONTHS = re.compile(r"(\d+) months?")


def step_of(index: pd.DatetimeIndex) -> pd.offsets.BaseOffset:
    r"""The one step from each time stamp to the next.

    Args:
        index: Two stamps or more, or one that knows its ``freq``.

    Returns:
        A pandas offset, for example of half an hour or of a month.

    Raises:
        ValueError: Fewer than two stamps, or no single step fits.
    """
    if index.freq is not None:
        return index.freq
    if len(index) < 2:
        raise ValueError(f"A step needs two time stamps, but the index has {len(index)}.")
    gaps = np.diff(index.asi8)
    if gaps[0] > 0 and (gaps == gaps[0]).all():
        step = index[1] - index[0]
        return pd.offsets.Day(step.days) if step % DAY == pd.Timedelta(0) else pd.tseries.frequencies.to_offset(step)
    if (gaps > 0).all():
        # Months and years are of unequal length: pandas knows them by name, if they begin or end with their period.
        named = pd.DatetimeIndex(index, freq="infer").freq if len(index) > 2 else None
        months = usual_months(index)
        for offset in (named, pd.DateOffset(months=months) if months else None):
            if offset is not None and on_steps(index, offset):
                return offset
    usual = pd.Series(index).diff().mode()[0]
    odd = int(np.flatnonzero(gaps != pd.Series(gaps).mode()[0])[0])
    raise ValueError(
        f"The time stamps do not follow each other at equal steps: {usual} is usual, but {index[odd + 1]} follows "
        f"{index[odd]}. Sort them, drop duplicates and fill the gaps (pandas: asfreq)."
    )


def shortest_gap(index: pd.DatetimeIndex) -> pd.Timedelta:
    """Return the shortest time from one stamp to the next, in whatever order they are; none for fewer than two."""
    gaps = np.diff(np.unique(index.asi8))
    return int(gaps.min()) * pd.Timedelta(1, unit=index.unit) if len(gaps) else pd.Timedelta(0)


def on_clock_of(zone: str, index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return stamps that are UTC as the clock of a zone shows them, with their offset; without a zone, as they are."""
    return index.tz_localize("UTC").tz_convert(zone) if zone else index


def on_steps(index: pd.DatetimeIndex, step: pd.offsets.BaseOffset) -> bool:
    """Say whether the stamps are those that follow the first one by this step, none left out."""
    return bool((pd.date_range(index[0], periods=len(index), freq=step) == index).all())


def usual_months(index: pd.DatetimeIndex) -> int:
    """Return the commonest number of months between stamps, which may be 0."""
    return int(np.bincount(np.abs(np.diff(np.asarray(index.year) * 12 + np.asarray(index.month)))).argmax())


def months_in(step: pd.offsets.BaseOffset) -> int:
    """Return the months in a step of whole months, quarters or years; 0 for any other step."""
    first = pd.Timestamp("2023-01-15")
    ends = [first]
    for _ in range(13):
        ends.append(ends[-1] + step)
    between = np.diff([end.year * 12 + end.month for end in ends[1:]])  # the first may only reach the grid
    regular = len(set(between)) == 1 and between[0] > 0 and (ends[-1] - ends[-2]) >= pd.Timedelta(days=28)
    weeks = isinstance(step, (pd.offsets.Tick, pd.offsets.Day, pd.offsets.Week))
    return int(between[0]) if regular and not weeks else 0


def name_of(step: pd.offsets.BaseOffset) -> str:
    """Say a step in words: "30 minutes", "1 day", "1 month"; pandas' name for what has no simpler one."""
    if isinstance(step, pd.offsets.BusinessDay) and step.n == 1:
        return "1 working day"
    if isinstance(step, (pd.offsets.Tick, pd.offsets.Day, pd.offsets.Week)):
        delta = length_of(step)
        for unit, size in (("day", DAY), *((u, pd.Timedelta(1, unit=u)) for u in ("hour", "minute", "second"))):
            count, rest = divmod(delta, size)
            if count and rest == pd.Timedelta(0):
                return f"{count} {unit}{'s' * (count > 1)}"
        return str(delta.to_pytimedelta())
    months = months_in(step)
    return f"{months} month{'s' * (months > 1)}" if months else str(step.freqstr)


def length_of(step: pd.offsets.BaseOffset) -> pd.Timedelta:
    """Return the time from a stamp on the grid to the next; for months, of one that follows a January."""
    first = pd.Timestamp("2023-02-01") + step  # on the grid
    return (first + step) - first


def seasons_of(step: pd.offsets.BaseOffset) -> dict[str, int]:
    r"""The seasons that steps of this length usually have, shortest first, as steps.

    Returns:
        Day and week for steps that divide a day, week and year for days, year for weeks and months.
    """
    if isinstance(step, pd.offsets.BusinessDay) and step.n == 1:
        return {"week": 5}
    if isinstance(step, (pd.offsets.Tick, pd.offsets.Day, pd.offsets.Week)):
        delta = length_of(step)
        if delta < DAY:
            return {"day": DAY // delta, "week": 7 * DAY // delta} if DAY % delta == pd.Timedelta(0) else {}
        return {DAY: {"week": 7, "year": 365}, 7 * DAY: {"year": 52}}.get(delta, {})
    if isinstance(step, (pd.offsets.SemiMonthBegin, pd.offsets.SemiMonthEnd)) and step.n == 1:
        return {"year": 24}
    months = months_in(step)
    return {"year": 12 // months} if months and 12 % months == 0 and months < 12 else {}


def as_text(step: pd.offsets.BaseOffset) -> str:
    """Write a step so that ``from_text`` reads it."""
    if type(step) is pd.DateOffset:
        months = months_in(step)
        if not months:
            raise ValueError(f"a step of {step!r} cannot be written down: take one that pandas has a name for")
        return f"{months} month{'s' * (months > 1)}"
    return str(step.freqstr)


def from_text(text: str) -> pd.offsets.BaseOffset:
    r"""Read a step that ``as_text`` wrote, or that a user named.

    Raises:
        ValueError: pandas knows no such step.
    """
    if months := _MONTHS.fullmatch(text):
        return pd.DateOffset(months=int(months[1]))
    return pd.tseries.frequencies.to_offset(text)
