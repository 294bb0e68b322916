r"""Dates in a file: read in whatever form fits the whole column, and put on one clock (see ``clocks``)."""

import re
from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from .clocks import Clocked, RepeatedHour, local_times, with_offsets
from .table import Table

_OFFSET = re.compile(r"(?<=\d)\s?(Z|[+-]\d\d(?::?\d\d)?)$", re.IGNORECASE)
_TIME_AND_OFFSET = re.compile(r"[T ]?\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?\s?(?:Z|[+-]\d\d(?::?\d\d)?)$", re.IGNORECASE)
_SIGN_AFTER_TIME = re.compile(r"[T ]\d.*[Z+-]", re.IGNORECASE)
_DAY_OR_MONTH_FIRST = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{4}\b")
_MIDNIGHT = re.compile(r"(?<![\d:])24:00(?P<rest>(?::00(?:\.0+)?)?)\b")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_OTHER_DATES = ("%Y/%m/%d", "%Y.%m.%d", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%b %Y", "%B %Y", "%b-%Y")
Epoch = Literal["s", "ms", "us", "ns"]
EPOCHS: tuple[Epoch, ...] = get_args(Epoch)
STEP = "step"
MOST = 4 * 10**18
"""Counts beyond are refused: the difference of two would not fit into 64 bits."""


def read_stamps(
    table: Table,
    column: str,
    date_format: str | None = None,
    timezone: str | None = None,
    repeated_hour: RepeatedHour = "both",
) -> Clocked:
    r"""Time stamps without a time zone, and what was done to get them.

    Args:
        table: The file.
        column: Of the dates: in ISO 8601; quarters (2018Q1), ISO weeks (2018-W05); day.month.year or month/day/year if
            only one of the two fits the whole column; or as ``date_format`` says. The hour 24:00 is the next midnight.
        date_format: As for ``datetime.strptime``, e.g. ``"%d.%m.%Y %H:%M"``; ``"s"``, ``"ms"``, ``"us"`` or ``"ns"``
            since 1970; ``"step"`` for numbers that count steps.
        timezone: The dates are local times there, e.g. ``"Europe/Berlin"``.
        repeated_hour: Of local times, which of the two hours is in the file where the clock is set back.

    Returns:
        One stamp a row, in the order of the file.

    Raises:
        ReadError: A cell is no date, the order of day and month is unclear, or times do not exist in the zone.
    """
    texts = pd.Series(table.columns[column], dtype=object)
    empty = np.flatnonzero(texts == "")
    if len(empty):
        raise table.error(int(empty[0]), f"no date in column {column!r}.")
    if date_format == STEP:
        return Clocked(_counted(table, column, texts))
    if date_format in EPOCHS:
        return local_times(table, _since_1970(table, column, texts, date_format), timezone and "UTC", shown_in=timezone)
    texts, late = _without_24(texts)
    has_offset = _has(texts, _TIME_AND_OFFSET if date_format is None else _OFFSET)
    if date_format is not None and "%z" not in date_format:
        has_offset[:] = False
    if has_offset.any() and not has_offset.all():
        odd = int(np.flatnonzero(~has_offset if has_offset[0] else has_offset)[0])
        raise table.error(
            odd, f"{texts[odd]!r} and {texts[0]!r} in line {table.lines[0]} do not both name their time zone: write "
            "all dates with it or all without."
        )  # fmt: skip
    if has_offset.all():
        utc = pd.to_datetime(texts.str.upper() if date_format is None else texts, utc=True,
                             format=date_format or "ISO8601", errors="coerce")  # fmt: skip
        _refuse_undated(table, column, texts, utc)
        return with_offsets(pd.DatetimeIndex(utc.dt.tz_localize(None)) + late, texts.str.extract(_OFFSET)[0], timezone)
    stamps = pd.DatetimeIndex(_parsed(table, column, texts, date_format)) + late
    return local_times(table, stamps, timezone, repeated_hour)


def one_column(table: Table, columns: Sequence[str]) -> str:
    """Put an hour or a time of a column of its own behind its date; returns the name of the column that has both."""
    if len(columns) == 1:
        return columns[0]
    first, *others = (pd.Series(table.columns[column], dtype=object) for column in columns)
    for name, more in zip(columns[1:], others, strict=True):
        if more.str.fullmatch(r"\d{1,2}").all():
            more = more.str.zfill(2) + ":00"
        odd = np.flatnonzero(~more.str.match(r"\d{1,2}:\d\d"))
        if len(odd):
            raise table.error(
                int(odd[0]), f"{more[odd[0]]!r} in column {name!r} is no time of day: the columns of the time are a "
                "date and an hour (0 to 24) or a time such as 14:30."
            )  # fmt: skip
        first = first.where(first == "", first + " " + more)
    label = " and ".join(columns)
    table.columns[label] = list(first)
    return label


def _without_24(texts: "pd.Series[Any]") -> tuple["pd.Series[Any]", pd.TimedeltaIndex]:
    """Read 24:00 as the midnight at the end of the day: 00:00, and a day later."""
    late = _has(texts, _MIDNIGHT)
    if late.any():
        texts = texts.str.replace(_MIDNIGHT, r"00:00\g<rest>", regex=True)
    return texts, pd.to_timedelta(late.astype(int), unit="D")


def _has(texts: "pd.Series[Any]", pattern: re.Pattern[str]) -> npt.NDArray[np.bool_]:
    return np.array([pattern.search(text) is not None for text in texts])


def _are_all(texts: "pd.Series[Any]", pattern: str) -> bool:
    return all(re.fullmatch(pattern, text) for text in texts)  # mostly the first cell tells


def _numbers(table: Table, column: str, texts: "pd.Series[Any]", what: str) -> "pd.Series[Any]":
    bad = np.flatnonzero(~texts.str.fullmatch(r"[+-]?\d+(?:\.0*)?"))
    if len(bad):
        raise table.error(int(bad[0]), f"{texts[bad[0]]!r} in column {column!r} does not count {what}.")
    counts = [int(text.partition(".")[0]) if len(text) < 100 else MOST + 1 for text in texts]
    far = next((row for row, count in enumerate(counts) if abs(count) > MOST), None)
    if far is not None:
        raise table.error(far, f"{texts[far]!r} in column {column!r} is too large a number to count {what}.")
    return pd.Series(counts, dtype="int64")


def _since_1970(table: Table, column: str, texts: "pd.Series[Any]", unit: Epoch) -> pd.DatetimeIndex:
    counts = _numbers(table, column, texts, f"{unit} since 1970")
    try:
        return pd.DatetimeIndex(pd.to_datetime(counts, unit=unit))
    except (OverflowError, ValueError) as error:
        raise table.error(0, f"{texts[0]!r} {unit} since 1970 lie beyond all calendars: another unit?") from error


def _counted(table: Table, column: str, texts: "pd.Series[Any]") -> pd.Index:
    return pd.Index(_numbers(table, column, texts, "steps"))


def _parsed(table: Table, column: str, texts: "pd.Series[Any]", date_format: str | None) -> Any:
    if date_format:
        stamps = pd.to_datetime(texts, format=date_format, errors="coerce")
        _refuse_undated(table, column, texts, stamps, f" in the form {date_format!r}")
        return stamps
    text = texts[0]
    if (slashes := _DAY_OR_MONTH_FIRST.match(text)) is not None:
        stamps = _day_and_month(table, texts, slashes[1])
    elif _are_all(texts, r"\d{4}-?Q[1-4]"):
        stamps = pd.Series(pd.PeriodIndex(texts.str.replace("-", ""), freq="Q").to_timestamp())
    elif _are_all(texts, r"\d{4}-?W\d\d(?:-?[1-7])?"):
        weeks = texts.str.replace("-", "").str.ljust(8, "1")  # a week without a day is its Monday
        stamps = pd.to_datetime(weeks, format="%GW%V%u", errors="coerce")
    else:
        _refuse_counts(table, column, texts)
        stamps = _iso(texts)
        if pd.isna(stamps[0]):
            stamps = max((_best(texts, day) for day in _OTHER_DATES), key=lambda p: int(p.notna().sum()))
    _refuse_undated(table, column, texts, stamps)
    return stamps


def _iso(texts: "pd.Series[Any]") -> "pd.Series[Any]":
    """Read dates in ISO 8601 that name no zone; what is none becomes NaT.

    Columns of times with a zone, written in full, were told apart before. pandas sees a zone in less: ``13:00:0-0`` is
    13:00 in UTC to it, and a column of some such cells and some without it refuses as a whole. So a cell with a ``Z``,
    a plus or a minus behind its time is no date here, and named in the error like any other that is none.
    """
    return pd.to_datetime(texts.mask(_has(texts, _SIGN_AFTER_TIME)), format="ISO8601", errors="coerce")


def _day_and_month(table: Table, texts: "pd.Series[Any]", s: str) -> "pd.Series[Any]":
    day_first, month_first = (_best(texts, order) for order in (f"%d{s}%m{s}%Y", f"%m{s}%d{s}%Y"))
    if day_first.notna().all() and month_first.notna().all() and not day_first.equals(month_first):
        raise table.error(
            0, f"{texts[0]!r} may be day or month first, and no line decides it. Say which: "
            f'date_format="%d{s}%m{s}%Y" or "%m{s}%d{s}%Y" (with " %H:%M" for the time); on the command line '
            "--date-format."
        )  # fmt: skip
    return max(day_first, month_first, key=lambda parsed: int(parsed.notna().sum()))


def _refuse_counts(table: Table, column: str, texts: "pd.Series[Any]") -> None:
    """Refuse numbers that are no dates by themselves: seconds, hours written together, steps."""
    if not _are_all(texts, r"-?\d+(?:\.\d*)?"):
        return
    digits = texts.str.len()
    if (digits == 8).all() or ((digits == 4).all() and texts.astype(int).between(1500, 2200).all()):
        return  # 20240131, and years
    meant = {
        10: 'seconds since 1970 (date_format="s") or a date with its hour ("%Y%m%d%H")',
        12: 'a date with hour and minute (date_format="%Y%m%d%H%M")',
        13: 'milliseconds since 1970 (date_format="ms")',
        14: 'a date with its time (date_format="%Y%m%d%H%M%S")',
        16: 'microseconds since 1970 (date_format="us")',
        19: 'nanoseconds since 1970 (date_format="ns")',
    }.get(int(digits[0]), 'a count of steps (date_format="step") or, from 1500 to 2200, years')
    raise table.error(
        0, f"{texts[0]!r} in column {column!r} is a number and may be {meant}: say so by date_format, on the command "
        "line --date-format, or write 2024-01-31 14:00."
    )  # fmt: skip


def _best(texts: "pd.Series[Any]", day: str) -> "pd.Series[Any]":
    """The column read with that order of the date and the time of day that fits most cells."""
    tried = (pd.to_datetime(texts, format=day + clock, errors="coerce") for clock in _CLOCKS)
    return max(tried, key=lambda parsed: int(parsed.notna().sum()))


def _refuse_undated(
    table: Table, column: str, texts: "pd.Series[Any]", stamps: "pd.Series[Any]", form: str = ""
) -> None:
    bad = np.flatnonzero(stamps.isna())
    if len(bad):
        row = int(bad[0])
        more = f" ({len(bad)} such cells in all)" if len(bad) > 1 else ""
        raise table.error(
            row, f"{texts[row]!r} in column {column!r} is not a date{form}{more}. Write dates like 2024-01-31 or "
            "2024-01-31 14:00, all in one form, or name their form by date_format; on the command line --date-format."
        )  # fmt: skip
