r"""What a user hands to a forecaster, a series or bare numbers, checked and brought to one form."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data import Covariates, Series

from .method import Array

if TYPE_CHECKING:
    import pandas as pd

Missing = Literal["refuse", "mask"]
MISSING: tuple[Missing, ...] = get_args(Missing)

Numbers = Series | npt.ArrayLike
"""A series, a pandas column with or without dates, or bare numbers (T,): an array, a list."""


@dataclass(frozen=True)
class Given:
    r"""A series and what is known beside it.

    Args:
        values: (T,), NaN where missing.
        covariates: Row 0 beside step 0; columns that do not exist have no rows.
        index: Time stamps, if there are any.
        name, unit: For tables and plots.
        zone: In which the time stamps, which are then UTC, are shown.
    """

    values: Array
    covariates: Covariates = field(default_factory=Covariates)
    index: "pd.DatetimeIndex | None" = None
    name: str = ""
    unit: str = ""
    zone: str = ""

    def __len__(self) -> int:
        return len(self.values)

    def extended(self, new: "Given") -> "Given":
        """Continue the series; known rows that were there beyond its end give way to the new ones, if there are any."""
        old, added, T = self.covariates, new.covariates, len(self)
        check_columns(added, old, needed=("past",))
        past = np.concatenate([old.past[:T], added.past]) if old.past.shape[1] else old.past
        known = np.concatenate([old.known[:T], added.known]) if added.known.shape[1] else old.known
        covariates = Covariates(past, known, old.past_names, old.known_names)
        return replace(self, values=np.concatenate([self.values, new.values]), covariates=covariates, index=None)

    def tail(self, steps: int) -> "Given":
        """Return the last steps, with all that is known beyond the end."""
        start, old = max(0, len(self) - steps), self.covariates
        covariates = Covariates(old.past[start:], old.known[start:], old.past_names, old.known_names)
        return replace(self, values=self.values[start:], covariates=covariates, index=None)


def as_given(series: Any, covariates: Covariates | None, missing: str) -> Given:
    r"""Check what came.

    Args:
        series: A ``Series``; a pandas column, or a table of one, whose index of dates is checked and adopted; or
            numbers (T,), which have no clock.
        covariates: In place of those of the series.
        missing: ``"refuse"`` or ``"mask"``.

    Raises:
        TypeError: No numbers.
        ValueError: More than one axis, infinite values, gaps to be refused, dates that do not follow each other.
    """
    import pandas as pd

    if isinstance(series, Series):
        values = as_values(series.values, missing)
        beside = covariates if covariates is not None else series.covariates
        stamps = series.index if series.has_clock else None
        return Given(values, beside or Covariates(), stamps, series.name, series.unit, series.zone)
    if isinstance(series, pd.Series | pd.DataFrame):
        from rnn_tutorial.data.adopt import clock_of, column_of

        column = column_of(series)
        index, zone = clock_of(column.index)
        name = "" if column.name is None else str(column.name)
        return Given(as_values(column, missing), covariates or Covariates(), index, name, "", zone)
    return Given(as_values(series, missing), covariates or Covariates())


def as_values(values: Any, missing: str) -> Array:
    """Return the numbers as float64, (T,), a copy."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        shown = next(iter(array.ravel().tolist()), None)
        raise TypeError(
            f"a series holds numbers, got {array.dtype} values such as {shown!r}: convert them first "
            '(pandas: pd.to_numeric(column, errors="coerce") turns text into gaps)'
        )
    if array.ndim != 1:
        raise ValueError(
            f"the values should be one series, shape (T,), got {array.shape}; other columns go into covariates="
        )
    array = array.astype(float)
    check_gaps(array, "the values", missing)
    return array


def check_gaps(values: Array, what: str, missing: str) -> None:
    """Refuse infinite numbers and, unless they are masked, NaN."""
    bad = ~np.isfinite(values) if missing == "refuse" else np.isinf(values)
    if bad.any():
        kind = "NaN or infinite" if missing == "refuse" else "infinite"
        cure = 'fill or cut the gaps first, or build the forecaster with missing="mask"'
        raise ValueError(
            f"{what} are {kind} at {int(bad.sum())} step(s), the first at step {int(np.flatnonzero(bad)[0])}: "
            + (cure if missing == "refuse" else "set them to NaN where the value is unknown")
        )


def check_rows(covariates: Covariates, past: int, known: int, missing: str) -> None:
    """Refuse covariates that end before the rows that are read, or have gaps in them."""
    for kind, rows in (("past", past), ("known", known)):
        table, names = getattr(covariates, kind), getattr(covariates, f"{kind}_names")
        if table.shape[1] == 0:
            continue
        if len(table) < rows:
            ahead = ", those of the steps that are forecast among them" if kind == "known" else ""
            raise ValueError(f"the {kind} covariates have {len(table)} rows, {rows} are needed{ahead}")
        for name, column in zip(names, table[:rows].T, strict=True):
            check_gaps(column, f"the numbers of the {kind} covariate {name!r}", missing)


def check_columns(found: Covariates, expected: Covariates, needed: tuple[str, ...] = ("past", "known")) -> None:
    """Refuse other columns than those of the fit; kinds that are not ``needed`` may be left away."""
    for kind in ("past", "known"):
        got, wanted = getattr(found, f"{kind}_names"), getattr(expected, f"{kind}_names")
        if len(got) != len(wanted) and (got or kind in needed):
            raise ValueError(
                f"fitted with {len(wanted)} {kind} covariate(s) ({', '.join(wanted) or 'none'}), got {len(got)} "
                f"({', '.join(got) or 'none'})"
            )
