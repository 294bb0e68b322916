r"""Local times, offsets, daylight saving: one rule for all of them.

Stamps are kept without a zone. As long as one clock runs through the file they are kept as they are written. Where it
changes, steps shorter than a day are counted in UTC, in which no hour is missing or there twice; steps of a day or more
keep their local dates, because a day of 23 hours is a day. ``Clocked.zone`` says in which zone UTC stamps are shown.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from rnn_tutorial.data.steps import shortest_gap

from .source import ReadError
from .table import Table

RepeatedHour = Literal["both", "first", "second"]
REPEATED_HOURS: tuple[RepeatedHour, ...] = get_args(RepeatedHour)
NEARLY_A_DAY = pd.Timedelta(hours=23)
"""A day, or the one in spring that loses an hour: local dates of such steps are kept."""


@dataclass(frozen=True)
class Clocked:
    r"""The time of every row.

    Args:
        stamps: Without a zone, or numbers that count steps.
        note: What was done to get them; empty if nothing was.
        zone: The stamps are UTC, to be shown in this zone; empty if they are shown as they are.
    """

    stamps: pd.Index
    note: str = ""
    zone: str = ""


def with_offsets(utc: pd.DatetimeIndex, written: "pd.Series[Any]", timezone: str | None) -> Clocked:
    r"""Put stamps that name their offset on one clock.

    Args:
        utc: In UTC, without a zone.
        written: Offset of each: Z, +02, +0200 or +02:00.
        timezone: Where those offsets are; without, stamps on a clock that changes are shown in UTC.
    """
    plain = written.str.upper().str.replace("Z", "+00").str.replace(":", "")
    offsets = plain.where(plain.str.len() == 5, plain + "00")  # ±HHMM
    minutes = offsets.str[0].map({"+": 1, "-": -1}) * (60 * offsets.str[1:3].astype(int) + offsets.str[3:].astype(int))
    local = utc + pd.to_timedelta(minutes.to_numpy(), unit="min")
    names = sorted(offsets.unique())
    if len(names) == 1:
        return Clocked(local, f"Times are UTC{names[0]}.")
    if shortest_gap(local) >= NEARLY_A_DAY:
        return Clocked(local, f"The clock changes in the file (offsets {', '.join(names)}): local dates are kept.")
    return Clocked(
        utc, f"The clock changes in the file (offsets {', '.join(names)}): steps are counted in UTC.", timezone or "UTC"
    )


def local_times(
    table: Table,
    stamps: pd.DatetimeIndex,
    timezone: str | None,
    repeated_hour: RepeatedHour = "both",
    *,
    shown_in: str | None = None,
) -> Clocked:
    r"""Count the steps of local times in UTC, unless they are of a day or more.

    Args:
        table: For messages.
        stamps: As the clock on the wall shows them.
        timezone: Where that clock hangs; without, the stamps are taken as they are.
        repeated_hour: Which of the two hours is there where the clock is set back: ``"both"``, one after the other, or
            one alone.
        shown_in: The zone that the stamps are shown in, if it is another.
    """
    if timezone is None:
        return Clocked(stamps)
    _known(table, timezone)
    if shown_in is None and shortest_gap(stamps) >= NEARLY_A_DAY:
        return Clocked(stamps, f"Dates are those of {timezone}.")
    ambiguous: Any = "infer" if repeated_hour == "both" else np.full(len(stamps), repeated_hour == "first")
    try:
        local = stamps.tz_localize(timezone, ambiguous=ambiguous)
    except Exception as error:  # a ValueError in pandas 3; in pandas 2 pytz's own kinds, which are none
        raise ReadError(
            f"{table.file}: the dates are not local times of {timezone!r}: {error}.{_cure(error)}"
        ) from error
    zone = shown_in or timezone
    return Clocked(local.tz_convert(None), f"Times of {zone}; steps are counted in UTC.", zone)


def _known(table: Table, timezone: str) -> None:
    try:
        pd.Timestamp("2024-01-01").tz_localize(timezone)
    except Exception as error:  # zoneinfo, pytz and dateutil each have their own
        raise ReadError(
            f"{table.file}: there is no time zone {timezone!r} here: write its name as in Europe/Berlin, or UTC"
        ) from error


def _cure(error: Exception) -> str:
    text = f"{type(error).__name__}: {error}".lower()  # pytz names the hour, and says the rest by the kind
    if "nonexistent" in text or "non-existent" in text:
        return (
            " The clock leaps over that hour in spring: if the clock of the file does not, it is none of daylight "
            'saving, and the zone is one such as "Etc/GMT-1" (one hour east of Greenwich).'
        )
    if "infer" in text or "ambiguous" in text:
        return (
            " Where the clock is set back an hour occurs twice, and the file has it once: say which one it is, "
            'repeated_hour="first" or "second", on the command line --repeated-hour; the other is a missing step '
            "(--fill)."
        )
    return ""
