r"""Dates in a file: read in whatever form fits the whole column, and put on one clock."""

import re
from typing import Any

import numpy as np
import pandas as pd

from .csv_table import ReadError, Table

_OFFSET = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
_DAY_OR_MONTH_FIRST = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{4}\b")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


def read_stamps(
    table: Table, column: str, date_format: str | None = None, timezone: str | None = None
) -> tuple[pd.DatetimeIndex, str]:
    r"""Time stamps without a time zone, and a note on what was done to get them.

    Args:
        table: The file.
        column: Of the dates: ISO 8601, day.month.year or month/day/year if only one of the two fits the whole
            column, or as ``date_format`` says.
        date_format: As for ``datetime.strptime``, e.g. ``"%d.%m.%Y %H:%M"``.
        timezone: The dates are local times there, e.g. ``"Europe/Berlin"``, and become UTC.

    Returns:
        One stamp a row, in the order of the file; the note is empty if nothing was done.

    Raises:
        ReadError: A cell is no date, the order of day and month is unclear, or times do not exist in the zone.
    """
    texts = pd.Series(table.columns[column], dtype=object)
    empty = np.flatnonzero(texts == "")
    if len(empty):
        raise table.error(int(empty[0]), f"no date in column {column!r}.")
    with_offset = texts.str.contains(_OFFSET) & texts.str.contains(":")
    if with_offset.any() and not with_offset.all():
        odd = int(np.flatnonzero(~with_offset if with_offset[0] else with_offset)[0])
        raise table.error(
            odd, f"{texts[odd]!r} and {texts[0]!r} in line {table.lines[0]} do not both name their time zone: write "
            "all dates with it or all without."
        )  # fmt: skip
    if with_offset.all():
        return _with_offsets(table, column, texts, date_format)
    stamps = pd.DatetimeIndex(_parsed(table, column, texts, date_format))
    if timezone is None:
        return stamps, ""
    try:
        local = stamps.tz_localize(timezone, ambiguous="infer")
    except Exception as error:  # pandas, pytz and zoneinfo each have their own
        raise ReadError(f"{table.file}: the dates are not local times of {timezone!r}: {error}") from error
    return local.tz_convert(None), f"Local times of {timezone} were converted to UTC."


def _with_offsets(
    table: Table, column: str, texts: "pd.Series[Any]", date_format: str | None
) -> tuple[pd.DatetimeIndex, str]:
    stamps = pd.to_datetime(texts, utc=True, format=date_format or "ISO8601", errors="coerce")
    _refuse_undated(table, column, texts, stamps)
    offsets = texts.str.extract(f"({_OFFSET.pattern})")[0].replace("Z", "+00:00").str.replace(":", "")
    if offsets.nunique() == 1:  # one clock: keep the times as they are written
        shift = pd.Timedelta(hours=int(offsets[0][:3]), minutes=int(offsets[0][0] + offsets[0][3:]))
        return pd.DatetimeIndex(stamps.dt.tz_localize(None)) + shift, f"Times are UTC{offsets[0]}."
    return pd.DatetimeIndex(stamps.dt.tz_localize(None)), (
        "The clock changes in the file (offsets " + ", ".join(sorted(offsets.unique())) + "): times are given in UTC."
    )


def _parsed(table: Table, column: str, texts: "pd.Series[Any]", date_format: str | None) -> Any:
    if date_format:
        stamps = pd.to_datetime(texts, format=date_format, errors="coerce")
        _refuse_undated(table, column, texts, stamps, f" in the form {date_format!r}")
        return stamps
    if (slashes := _DAY_OR_MONTH_FIRST.match(texts[0])) is not None:
        s = slashes[1]
        day_first, month_first = (_best(texts, order) for order in (f"%d{s}%m{s}%Y", f"%m{s}%d{s}%Y"))
        if day_first.notna().all() and month_first.notna().all() and not day_first.equals(month_first):
            raise table.error(
                0, f"{texts[0]!r} may be day or month first, and no line decides it. Say which: "
                f'date_format="%d{s}%m{s}%Y" or "%m{s}%d{s}%Y" (with " %H:%M" for the time); on the command line '
                "--date-format."
            )  # fmt: skip
        stamps = max(day_first, month_first, key=lambda parsed: int(parsed.notna().sum()))
    else:
        text = texts[0]
        if re.fullmatch(r"\d{9,13}", text):
            raise table.error(
                0, f"{text!r} in column {column!r} counts seconds, it is no date: write 2024-01-31 14:00."
            )
        iso = pd.to_datetime(texts, format="ISO8601", errors="coerce")
        others = ("%Y/%m/%d", "%Y.%m.%d", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%b %Y", "%B %Y", "%b-%Y")
        stamps = iso if pd.notna(iso[0]) else max((_best(texts, day) for day in others), key=lambda p: p.notna().sum())
    _refuse_undated(table, column, texts, stamps)
    return stamps


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
