r"""A pandas column as a series: its index is checked and adopted, so that a forecast knows its dates."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .masked import without_mask
from .steps import DAY, shortest_gap, step_of

LARGEST = 1e150
CURES = "sort_index() puts them in order, groupby(level=0).mean() makes one of several, asfreq(...) shows the gaps"


def numbers_of(given: Any, gaps: bool) -> npt.NDArray[np.float64]:
    """Return the numbers as float64, (T,), a copy; what is masked becomes NaN, which ``gaps`` lets through."""
    array = unmasked(given)
    if array.dtype.kind not in "fiub":
        shown = next(iter(array.ravel().tolist()), None)
        raise TypeError(
            f"a series holds numbers, got {array.dtype} values such as {shown!r}: convert them first "
            '(pandas: pd.to_numeric(column, errors="coerce") turns text into gaps)'
        )
    if array.ndim != 1:
        raise ValueError(
            f"the values should be one series, shape (T,), got {array.shape}; other columns go beside it, "
            "Series.of(values, covariates=...)"
        )
    array = array.astype(float)
    check_gaps(array, "the values", gaps)
    return array


def unmasked(given: Any) -> npt.NDArray[Any]:
    """Return an array, with NaN where NumPy's mask or pandas' missing value says that there is no number."""
    if isinstance(given, np.ma.MaskedArray) and given.dtype.kind in "fiub":
        return without_mask(given)
    if isinstance(given, pd.Series | pd.api.extensions.ExtensionArray) and given.dtype.kind in "fiub":
        return given.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(given)


def check_size(values: npt.NDArray[np.float64], what: str) -> None:
    """Refuse numbers whose squares leave the range of a float: what is computed from them would be inf or 0."""
    size = np.abs(values[np.isfinite(values)])
    largest = float(size.max(initial=0))
    if largest > LARGEST:
        raise ValueError(
            f"{what} reach {largest:.3g}, and their squares are infinite: take another unit, series / {largest:.0e}"
        )
    if 0 < largest < 1 / LARGEST:
        raise ValueError(
            f"{what} reach {largest:.3g} at most, and their squares are 0: take another unit, series / {largest:.0e}"
        )


def check_gaps(values: npt.NDArray[np.float64], what: str, gaps: bool) -> None:
    """Refuse infinite numbers and, unless they are let through, NaN."""
    bad = np.isinf(values) if gaps else ~np.isfinite(values)
    if bad.any():
        kind = "infinite" if gaps else "NaN or infinite"
        cure = (
            "set them to NaN where the value is unknown"
            if gaps
            else 'fill or cut the gaps first, or take a Forecaster with missing="mask"'
        )
        raise ValueError(
            f"{what} are {kind} at {int(bad.sum())} step(s), the first at step {int(np.flatnonzero(bad)[0])}: {cure}"
        )


def column_of(given: pd.Series | pd.DataFrame) -> "pd.Series[Any]":
    r"""Return the one column of a table.

    Raises:
        ValueError: It has several, or none.
    """
    if isinstance(given, pd.Series):
        return given
    if given.shape[1] != 1:
        listed = ", ".join(repr(name) for name in given.columns[:6])
        raise ValueError(
            f"a series is one column, and this table has {given.shape[1]} ({listed or 'none'}): choose one, "
            'table["name"]; others go beside it, Series.of(column, covariates=...)'
        )
    return given.iloc[:, 0]


def clock_of(index: pd.Index) -> tuple[pd.DatetimeIndex | None, str]:
    r"""Return the time stamps that an index holds.

    Args:
        index: Dates, with or without a time zone; periods, which count from their start; or numbers.

    Returns:
        Time stamps without a zone, and the zone in which they are to be shown, if they are now UTC. ``None`` for an
        index of numbers, which says nothing about time.

    Raises:
        ValueError: Dates that are missing, twice, out of order or not at equal steps, or text.
    """
    if isinstance(index, pd.MultiIndex):
        raise ValueError(
            f"the index has several levels ({', '.join(map(str, index.names))}): pick one series of them, such as "
            'column.xs("A", level=0)'
        )
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp(how="start")
    if not isinstance(index, pd.DatetimeIndex):
        if index.dtype.kind not in "iufb":
            raise ValueError(
                f"the index holds {index.dtype} such as {index[0]!r}, neither dates nor numbers: "
                "column.index = pd.to_datetime(column.index) makes dates of text, column.to_numpy() leaves them away"
            )
        return None, ""
    if index.hasnans:
        raise ValueError(
            f"{np.count_nonzero(index.isna())} dates of the index are missing (NaT): drop or repair these rows"
        )
    if not index.is_unique or not index.is_monotonic_increasing:
        back = np.flatnonzero(np.diff(index.asi8) <= 0)[0]
        what = "twice" if not index.is_unique else "out of order"
        odd = index[index.duplicated()][0] if not index.is_unique else index[back + 1]
        newest_first = ", the newest first" if index.is_monotonic_decreasing else ""
        raise ValueError(f"dates of the index are {what}{newest_first}, such as {odd}: in pandas, {CURES}")
    zone = ""
    if index.tz is not None:
        local = index.tz_localize(None)
        if shortest_gap(local) >= DAY:
            index = local  # a day is a day, also when the clock is changed
        else:
            index, zone = index.tz_convert(None), str(index.tz)
    if len(index) > 1:
        try:
            step = step_of(index)
        except ValueError as error:
            raise ValueError(f"{error} Gaps may stay as NaN with missing='mask'.") from None
        index = pd.date_range(index[0], periods=len(index), freq=step)
    return index, zone
