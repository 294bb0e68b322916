r"""What the step of a file may be: the one named, or the likeliest first; and how many of it the rows may span."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rnn_tutorial.data.steps import DAY, from_text, usual_months

from .source import ReadError
from .table import Table

MOST_STEPS, MOST_PER_ROW = 1_000_000, 20
"""A grid of more steps than the first, and than so many a row, is taken for a mistyped time and never laid."""


def too_many(steps: float, rows: int) -> bool:
    """Whether so few rows cannot be meant to lie on so many steps."""
    return steps > max(MOST_STEPS, MOST_PER_ROW * rows)


def steps_between(stamps: pd.DatetimeIndex, step: pd.offsets.BaseOffset) -> float:
    """About how many steps lie between the first stamp and the last."""
    return float((stamps[-1] - stamps[0]) / _length(step))


def refuse_far(
    table: Table, column: str, rows: npt.NDArray[np.int64], stamps: pd.Index, steps: float, step: str
) -> None:
    r"""Refuse a span that the rows do not account for, if it is one gap that makes it so long.

    Args:
        table: The file.
        column: Of the times, for messages.
        rows: Row of the file of each stamp.
        stamps: In order.
        steps: How many steps lie between the first and the last.
        step: In words.

    Raises:
        ReadError: Too many; names the row beyond the widest gap, on the side where fewer rows are.
    """
    between = np.diff(np.asarray(stamps))
    if not too_many(steps, len(stamps)) or 2 * between.max() < between.sum():
        return  # many gaps, not one: the steps are unequal
    after = int(between.argmax())
    odd, near = (after + 1, after) if after + 1 >= len(stamps) / 2 else (after, after + 1)
    texts = table.columns[column]
    raise table.error(
        int(rows[odd]), f"{texts[rows[odd]]!r} in column {column!r} lies far from {texts[rows[near]]!r} in line "
        f"{table.lines[rows[near]]}, the nearest: at a step of {step} the file would have {steps:,.0f} steps, and it "
        f"has {len(stamps):,} rows. Is the year or the unit mistyped? Correct the row or delete it."
    )  # fmt: skip


def offset_named(frequency: str) -> pd.offsets.BaseOffset:
    r"""Return the step that a user named.

    Raises:
        ReadError: pandas knows none of that name, or it does not lead forward.
    """
    try:
        offset = from_text(frequency)
        if _length(offset) <= pd.Timedelta(0):
            raise ValueError(f"{frequency!r} does not lead forward")
    except (ValueError, OverflowError) as error:
        raise ReadError(
            f"{frequency!r} is no step that pandas knows: write h, 30min, D, W-MON, MS (start of month) …"
        ) from error
    return offset


def likely_steps(stamps: pd.DatetimeIndex) -> Iterator[pd.offsets.BaseOffset]:
    """Steps that the stamps may have, the likeliest first."""
    usual = pd.Timedelta(usual_gap(np.diff(stamps.to_numpy())))
    if usual == DAY and not (stamps.day_of_week >= 5).any() and len(stamps) > 10:
        yield pd.offsets.BusinessDay()
    if usual >= pd.Timedelta(days=28) and (months := usual_months(stamps)):
        if (stamps.day == 1).all():
            yield pd.offsets.MonthBegin(months)
        elif stamps.is_month_end.all():
            yield pd.offsets.MonthEnd(months)
        else:
            yield pd.DateOffset(months=months)
    yield pd.offsets.Day(usual.days) if usual % DAY == pd.Timedelta(0) else pd.tseries.frequencies.to_offset(usual)
    if pd.Timedelta(days=13) <= usual <= pd.Timedelta(days=16):
        yield from_text("SMS")
        yield from_text("SME")


def usual_gap(between: npt.NDArray[Any]) -> Any:
    """The commonest distance from one stamp to the next."""
    lengths, counts = np.unique(between, return_counts=True)
    return lengths[counts.argmax()]


def _length(step: pd.offsets.BaseOffset) -> pd.Timedelta:
    # Of one step in the mean of two, the first of which may only reach the grid.
    first = pd.Timestamp("2023-02-01") + step
    return ((first + step) + step - first) / 2
