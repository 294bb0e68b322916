r"""The equal steps of a file: are its rows in order, what is the step, which steps are missing."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from rnn_tutorial.data.steps import as_text, name_of

from .likely import likely_steps, offset_named, refuse_far, steps_between, too_many, usual_gap
from .source import ReadError
from .table import Table

Grid = pd.DatetimeIndex | pd.RangeIndex


def checked_order(table: Table, column: str, stamps: pd.Index, sort: bool) -> npt.NDArray[np.int64]:
    r"""Order of the rows in time.

    Args:
        table: The file.
        column: Of the dates, for messages.
        stamps: One a row.
        sort: Whether rows may be put in order.

    Returns:
        Row numbers, the earliest first.

    Raises:
        ReadError: Rows are out of order and ``sort`` is false, or a date occurs twice.
    """
    texts, count = table.columns[column], np.asarray(stamps.astype("int64"))
    in_time = np.argsort(count, kind="stable")
    twice = np.flatnonzero(np.diff(count[in_time]) == 0)
    if len(twice):
        raise _twice(table, texts, stamps, int(in_time[twice[0]]), int(in_time[twice[0] + 1]), len(twice))
    if sort:
        return in_time
    steps = np.diff(count)
    back = np.flatnonzero(steps < 0)
    if len(back):
        row = int(back[0]) + 1
        newest_first = " The newest seem to come first." if (steps <= 0).all() else ""
        raise table.error(
            row, f"{texts[row]!r} comes after {texts[row - 1]!r}: the rows are not in the order of time.{newest_first} "
            "Sort the file, or let it be done: sort=True, on the command line --sort."
        )  # fmt: skip
    return np.arange(len(stamps))


def _twice(table: Table, texts: list[str], stamps: pd.Index, first: int, second: int, count: int) -> ReadError:
    said = f"{texts[second]!r} is the time of line {table.lines[first]} as well; {count} such "
    said += f"row{'s' * (count > 1)} in all. "
    if found := table.key_beside(texts):
        name, values = found
        listed = ", ".join(values[:3]) + (" …" if len(values) > 3 else "")
        said += (
            f"The file holds several series below each other, told apart by the column {name!r} ({listed}): pick one, "
            f'where={{"{name}": "{values[0]}"}}, on the command line --where {name}={values[0]}.'
        )
        return table.error(second, said)
    return table.error(
        second, said + "Each time may occur once: delete or add up the rows." + _hint(stamps[second], "occurs twice")
    )


def on_grid(table: Table, column: str, rows: npt.NDArray[np.int64], stamps: pd.Index, frequency: str | None,
            may_fill: bool) -> Grid:  # fmt: skip
    r"""The equal steps on which the stamps lie.

    Args:
        table: The file.
        column: Of the dates, for messages.
        rows: Row of the file of each stamp.
        stamps: In order, no two alike; or numbers that count steps.
        frequency: pandas' name of a step (``"h"``, ``"30min"``, ``"D"``, ``"MS"``); the usual step if not given.
        may_fill: Whether steps may be missing.

    Returns:
        All steps from the first stamp to the last, with their ``freq``; a range of numbers where steps are counted.

    Raises:
        ReadError: Fewer than three stamps, a stamp off the grid, or missing steps though none may be.
    """
    if len(stamps) < 3:
        raise ReadError(f"{table.file} has {len(stamps)} row(s) with a value: too few to see what a step is.")
    grid: Grid
    if isinstance(stamps, pd.DatetimeIndex):
        grid, step = _dated(table, column, rows, stamps, frequency)
    else:
        grid, step = _counted(table, column, rows, stamps, frequency)
    missing = grid[~grid.isin(stamps)]
    if len(missing) and not may_fill:
        after = int(stamps.searchsorted(missing[0])) - 1
        raise table.error(
            int(rows[after]), f"{missing[0]} should follow {stamps[after]} (the step is {step}), but the next row is "
            f"{stamps[after + 1]}; {len(missing)} step{'s are' if len(missing) > 1 else ' is'} missing in all. "
            'Add them, or say how to fill: fill="interpolate" or fill="mask" (left out of training and scores); '
            "on the command line --fill." + _hint(missing[0], "is missing")
        )  # fmt: skip
    return grid


def _dated(
    table: Table, column: str, rows: npt.NDArray[np.int64], stamps: pd.DatetimeIndex, frequency: str | None
) -> tuple[pd.DatetimeIndex, str]:
    for offset in [offset_named(frequency)] if frequency else likely_steps(stamps):
        refuse_far(table, column, rows, stamps, steps_between(stamps, offset), name_of(offset))
        if (grid := _grid(stamps, offset)) is not None:
            return grid, name_of(offset)
    raise _irregular(table, column, rows, stamps, frequency)


def _grid(stamps: pd.DatetimeIndex, offset: pd.offsets.BaseOffset) -> pd.DatetimeIndex | None:
    """Lay the steps from the first stamp to the last, if all stamps lie on them."""
    if too_many(steps_between(stamps, offset), len(stamps)):
        return None
    grid = pd.date_range(stamps[0], stamps[-1], freq=offset)
    return grid if len(grid) >= len(stamps) and stamps.isin(grid).all() else None


def _counted(
    table: Table, column: str, rows: npt.NDArray[np.int64], stamps: pd.Index, frequency: str | None
) -> tuple[pd.RangeIndex, str]:
    if frequency:
        raise ReadError(f"{table.file}: frequency={frequency!r} is for dates, and {column!r} counts steps.")
    between = np.diff(np.asarray(stamps))
    step = int(np.gcd.reduce(between))
    usual = int(usual_gap(between))
    refuse_far(table, column, rows, stamps, int(stamps[-1] - stamps[0]) / step, str(step))
    if step != usual or too_many(int(stamps[-1] - stamps[0]) / step, len(stamps)):
        odd = int(np.flatnonzero(between % usual if step != usual else between != usual)[0])
        raise table.error(
            int(rows[odd + 1]), f"{stamps[odd + 1]} follows {stamps[odd]} in column {column!r}, but steps of {usual} "
            "are usual: the steps are not equal."
        )  # fmt: skip
    return pd.RangeIndex(int(stamps[0]), int(stamps[-1]) + step, step), str(step)


def _irregular(
    table: Table, column: str, rows: npt.NDArray[np.int64], stamps: pd.DatetimeIndex, frequency: str | None
) -> ReadError:
    """Say which step fits in place of the one asked for; else name the first that is another than the usual one."""
    if frequency:
        fitting = next((offset for offset in likely_steps(stamps) if _grid(stamps, offset) is not None), None)
        if fitting is not None:
            return ReadError(
                f"{table.file}: frequency={frequency!r} means other dates than those in column {column!r}, such as "
                f"{table.columns[column][rows[0]]!r}: {_fitting_name(stamps, fitting)}"
            )
    between = np.diff(stamps.to_numpy())
    usual = usual_gap(between)
    odd = int(np.flatnonzero(between != usual)[0]) if (between != usual).any() else 0
    asked = f"frequency={frequency!r} was asked for" if frequency else f"{pd.Timedelta(usual)} is usual"
    cure = "Average or interpolate the series to equal steps first (pandas: resample)."
    if usual >= np.timedelta64(28, "D") and len({stamp.day for stamp in stamps if stamp.day < 28}) == 0:
        cure = "Not every month has such a day: write the first or the last day of each month."
    return table.error(
        int(rows[odd + 1]), f"{table.columns[column][rows[odd + 1]]!r} comes {pd.Timedelta(between[odd])} after "
        f"{table.columns[column][rows[odd]]!r}, but {asked}: the steps are not equal. {cure}"
        + _hint(stamps[odd + 1], "is irregular")
    )  # fmt: skip


def _fitting_name(stamps: pd.DatetimeIndex, fitting: pd.offsets.BaseOffset) -> str:
    if isinstance(fitting, pd.offsets.Day) and fitting.n == 7:
        day = stamps[0].day_name()
        return f"they are {day}s, for which pandas writes W-{day[:3].upper()}. Or leave it out."
    return f"they fit {as_text(fitting)!r}. Leave it out, and that is found."


def _hint(stamp: object, what: str) -> str:
    """A hint, where day and hour are those at which clocks are changed in much of the world."""
    if not isinstance(stamp, pd.Timestamp):
        return ""
    if stamp.day_of_week == 6 and stamp.hour <= 3 and stamp.month in (3, 4, 9, 10, 11) and stamp != stamp.normalize():
        return (
            f" An hour that {what} on a Sunday of that month is how a change of the clock (daylight-saving time) "
            "looks: write the times in UTC or with their offset (2024-10-27T02:00+01:00), or name the zone: "
            'timezone="Europe/Berlin", on the command line --timezone.'
        )
    return ""
