r"""The equal steps of a series: are its rows in order, what is the step, which steps are missing, which seasons fit."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from .csv_table import ReadError, Table

_DAY = pd.Timedelta(days=1)


def checked_order(table: Table, column: str, stamps: pd.DatetimeIndex, sort: bool) -> npt.NDArray[np.int64]:
    r"""Order of the rows in time.

    Args:
        table: The file.
        column: Of the dates.
        stamps: One a row.
        sort: Whether rows may be put in order.

    Returns:
        Row numbers, the earliest first.

    Raises:
        ReadError: Rows are out of order and ``sort`` is false, or a date occurs twice.
    """
    texts = table.columns[column]
    order = np.argsort(stamps.asi8, kind="stable") if sort else np.arange(len(stamps))
    steps = np.diff(stamps.asi8[order])
    back = np.flatnonzero(steps < 0)
    if len(back):
        row = int(back[0]) + 1
        newest_first = " The newest seem to come first." if (steps <= 0).all() else ""
        raise table.error(
            row, f"{texts[row]!r} comes after {texts[row - 1]!r}: the rows are not in the order of time.{newest_first} "
            "Sort the file, or let it be done: sort=True, on the command line --sort."
        )  # fmt: skip
    twice = np.flatnonzero(steps == 0)
    if len(twice):
        first, second = (int(order[twice[0] + k]) for k in (0, 1))
        raise table.error(
            second, f"{texts[second]!r} is the time of line {table.lines[first]} as well; {len(twice)} such "
            f"row{'s' * (len(twice) > 1)} in all. Each time may occur once: delete or add up the rows."
            + _clock_change(stamps[second], "occurs twice")
        )  # fmt: skip
    return order


def on_grid(table: Table, column: str, rows: npt.NDArray[np.int64], stamps: pd.DatetimeIndex, frequency: str | None,
            may_fill: bool) -> pd.DatetimeIndex:  # fmt: skip
    r"""The equal steps on which the stamps lie.

    Args:
        table: The file.
        column: Of the dates.
        rows: Row of the file of each stamp.
        stamps: In order, no two alike.
        frequency: pandas' name of a step (``"h"``, ``"30min"``, ``"D"``, ``"MS"``); the usual step if not given.
        may_fill: Whether steps may be missing.

    Returns:
        All steps from the first stamp to the last, with their ``freq``.

    Raises:
        ReadError: Fewer than three stamps, a stamp off the grid, or missing steps though none may be.
    """
    if len(stamps) < 3:
        raise ReadError(f"{table.file} has {len(stamps)} row(s) with a value: too few to see what a step is.")
    step = _offset(frequency) if frequency else None
    candidates = iter([step]) if step is not None else _steps(stamps)
    for offset in candidates:
        grid = pd.date_range(stamps[0], stamps[-1], freq=offset)
        off = np.flatnonzero(~stamps.isin(grid))
        if len(off) == 0 and len(grid) >= len(stamps):
            break
    else:
        raise _irregular(table, column, rows, stamps, frequency)
    missing = grid.difference(stamps)
    if len(missing) and not may_fill:
        after = int(np.searchsorted(stamps.asi8, missing.as_unit(stamps.unit).asi8[0])) - 1
        raise table.error(
            int(rows[after]), f"{missing[0]} should follow {stamps[after]} (the step is {name_of(grid)}), but the next "
            f"row is {stamps[after + 1]}; {len(missing)} step{'s are' if len(missing) > 1 else ' is'} missing in all. "
            'Add them, or say how to fill: fill="interpolate" or fill="mask" (left out of training and scores); '
            "on the command line --fill." + _clock_change(missing[0], "is missing")
        )  # fmt: skip
    return grid


def name_of(index: pd.DatetimeIndex) -> str:
    """The step of an index in words: "30 minutes", "1 day", "1 month"."""
    freq = index.freq
    if isinstance(freq, (pd.offsets.Tick, pd.offsets.Day, pd.offsets.Week)):
        delta = index[1] - index[0]
        if delta % _DAY == pd.Timedelta(0):
            return f"{delta.days} day{'s' * (delta.days > 1)}"
        for unit in ("hour", "minute", "second"):
            count, rest = divmod(delta, pd.Timedelta(1, unit=unit))
            if rest == pd.Timedelta(0):
                return f"{count} {unit}{'s' * (count > 1)}"
        return str(delta.to_pytimedelta())
    if isinstance(freq, pd.offsets.BusinessDay):
        return "1 working day"
    months = _months(index)[1] if freq is not None else 0
    return f"{months} month{'s' * (months > 1)}"


def seasons_of(index: pd.DatetimeIndex) -> dict[str, int]:
    r"""The seasons that steps of this length usually have, shortest first, as steps.

    Args:
        index: Time stamps at equal steps, with ``freq``.

    Returns:
        Day and week for steps that divide a day, week and year for days, year for weeks and months.
    """
    words = name_of(index)
    if words == "1 working day":
        return {"week": 5}
    if words.endswith(("month", "months")):
        months = int(words.split()[0])
        return {"year": 12 // months} if 12 % months == 0 and months < 12 else {}
    step, day = index[1] - index[0], pd.Timedelta(days=1)
    if step < day:
        return {"day": day // step, "week": 7 * day // step} if day % step == pd.Timedelta(0) else {}
    return {pd.Timedelta(days=1): {"week": 7, "year": 365}, pd.Timedelta(days=7): {"year": 52}}.get(step, {})


def _offset(frequency: str) -> pd.offsets.BaseOffset:
    try:
        return pd.tseries.frequencies.to_offset(frequency)
    except ValueError as error:
        raise ReadError(
            f"{frequency!r} is no step that pandas knows: write h, 30min, D, W, MS (start of month) …"
        ) from error


def _months(stamps: pd.DatetimeIndex) -> tuple[npt.NDArray[np.int64], int]:
    """Months between stamps, and how many are usual."""
    between = np.diff(np.asarray(stamps.year) * 12 + np.asarray(stamps.month))
    return between, int(np.bincount(between).argmax())


def _steps(stamps: pd.DatetimeIndex) -> Iterator[pd.offsets.BaseOffset]:
    """Steps that the stamps may have, the likeliest first."""
    usual = pd.Timedelta(_usual(stamps))
    if usual == _DAY and not (stamps.day_of_week >= 5).any() and len(stamps) > 10:
        yield pd.offsets.BusinessDay()
    if usual >= pd.Timedelta(days=28):
        months = _months(stamps)[1]
        if months and (stamps.day == 1).all():
            yield pd.offsets.MonthBegin(months)
        elif months and stamps.is_month_end.all():
            yield pd.offsets.MonthEnd(months)
        elif months and (stamps.day == stamps[0].day).all():
            yield pd.DateOffset(months=months)
    yield pd.offsets.Day(usual.days) if usual % _DAY == pd.Timedelta(0) else pd.tseries.frequencies.to_offset(usual)


def _usual(stamps: pd.DatetimeIndex) -> np.timedelta64:
    between = np.diff(stamps.to_numpy())
    lengths, counts = np.unique(between, return_counts=True)
    return lengths[counts.argmax()]


def _irregular(
    table: Table, column: str, rows: npt.NDArray[np.int64], stamps: pd.DatetimeIndex, frequency: str | None
) -> ReadError:
    """Name the first step that is another than the usual one."""
    between, usual = np.diff(stamps.to_numpy()), _usual(stamps)
    odd = int(np.flatnonzero(between != usual)[0]) if (between != usual).any() else 0
    asked = f"frequency={frequency!r} was asked for" if frequency else f"{pd.Timedelta(usual)} is usual"
    return table.error(
        int(rows[odd + 1]), f"{table.columns[column][rows[odd + 1]]!r} comes {pd.Timedelta(between[odd])} after "
        f"{table.columns[column][rows[odd]]!r}, but {asked}: the steps are not equal. Average or interpolate the "
        "series to equal steps first (pandas: resample)." + _clock_change(stamps[odd + 1], "is irregular")
    )  # fmt: skip


def _clock_change(stamp: pd.Timestamp, what: str) -> str:
    """A hint, where day and hour are those at which clocks are changed in much of the world."""
    if stamp.day_of_week == 6 and stamp.hour <= 3 and stamp.month in (3, 4, 9, 10, 11) and stamp != stamp.normalize():
        return (
            f" An hour that {what} on a Sunday of that month is how a change of the clock (daylight-saving time) "
            "looks: write the times in UTC or with their offset (2024-10-27T02:00+01:00), or name the zone: "
            'timezone="Europe/Berlin", on the command line --timezone.'
        )
    return ""
