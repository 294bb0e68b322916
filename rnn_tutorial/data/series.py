r"""A real series with its unit, its seasons, its origin and its licence, and how it is cut into parts."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from .adopt import clock_of, column_of, numbers_of
from .covariates import Covariates
from .steps import DAY, length_of, on_clock_of, seasons_of, step_of


@dataclass(frozen=True)
class Split:
    """Three consecutive parts of a series, as slices of its steps: past, later, latest.

    Examples:
        >>> parts = Split(train=slice(0, 5), valid=slice(5, 7), test=slice(7, 10))
        >>> np.arange(10)[parts.test]
        array([7, 8, 9])
    """

    train: slice
    valid: slice
    test: slice


@dataclass(frozen=True)
class Series:
    r"""A univariate series at equal steps of time.

    Attributes:
        name: Its name in ``load_series``.
        values: float64, shape ``(T,)``, in ``unit``; no NaN.
        index: The ``T`` time stamps, start of each interval, without a time zone. Where steps are only counted it is a
            ``RangeIndex`` and ``has_clock`` is false; the type leaves that out, for nearly every series has a clock.
        unit: Unit of the values.
        seasons: Name of each season and its length in steps, shortest first.
        source: Who measured it and where this copy comes from.
        licence: Of the data and of the package that carries them.
        note: What a user of the numbers has to know.
        covariates: Columns beside the values, row t beside step t; ``None`` if there are none.
        zone: The time stamps are UTC, to be shown on the clock of this zone; empty if they are shown as they are.

    Raises:
        TypeError: Something else in the place of name, values or index.
        ValueError: The covariates have fewer rows than there are values, or there are more or fewer time stamps.

    Examples:
        >>> days = pd.date_range("2024-01-01", periods=10)
        >>> rain = Series("rain", np.arange(10.0), days, "mm", {"week": 7}, "our own gauge", "ours")
        >>> rain.split(valid=2, test=3)
        Split(train=slice(0, 5, None), valid=slice(5, 7, None), test=slice(7, 10, None))
    """

    name: str
    values: npt.NDArray[np.float64]
    index: pd.DatetimeIndex
    unit: str = ""
    seasons: dict[str, int] = field(default_factory=dict)
    source: str = ""
    licence: str = ""
    note: str = ""
    covariates: Covariates | None = None
    zone: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not isinstance(self.index, pd.Index):
            raise TypeError(
                "a series is Series(name, values, index): a text, numbers, a pandas index of their time stamps; got "
                f"{type(self.name).__name__}, {type(self.values).__name__}, {type(self.index).__name__}. "
                "Series.of(values) makes one of numbers alone"
            )
        if not isinstance(self.values, np.ndarray) or isinstance(self.values, np.ma.MaskedArray):
            object.__setattr__(self, "values", numbers_of(self.values, gaps=True))
        elif self.values.ndim != 1:
            raise ValueError(f"the values should be one series, shape (T,), got {self.values.shape}")
        if len(self.index) != len(self.values):
            raise ValueError(
                f"{self.name!r} has {len(self.values)} values and {len(self.index)} time stamps: one is needed for each"
            )
        if self.covariates is not None:
            self.covariates.check_rows(len(self.values))

    @classmethod
    def of(cls, given: Any, *, covariates: Covariates | None = None, gaps: bool = False) -> "Series":
        r"""Take what a user has for a series.

        Args:
            given: A ``Series``; a pandas column, or a table of one, whose dates are checked and adopted; or numbers
                (T,), which have no clock.
            covariates: In place of those of the series.
            gaps: Whether NaN are let through.

        Raises:
            TypeError: No numbers.
            ValueError: More than one axis, infinite values, gaps, or dates that do not follow each other.

        Examples:
            >>> Series.of([3.0, 1.0, 2.0]).has_clock
            False
            >>> days = pd.date_range("2024-01-01", periods=3)
            >>> str(Series.of(pd.Series([3.0, 1.0, 2.0], days)).ahead(1)[0].date())
            '2024-01-04'
        """
        if isinstance(given, Series):
            checked = given._checked(gaps)
            return checked if covariates is None else replace(checked, covariates=covariates)
        if isinstance(given, pd.Series | pd.DataFrame):
            column = column_of(given)
            index, zone = clock_of(column.index)
            seasons = {} if index is None or len(index) < 2 else seasons_of(step_of(index))
            name = "" if column.name is None else str(column.name)
            values = numbers_of(column, gaps)
            counted = cast(pd.DatetimeIndex, pd.RangeIndex(len(values)))
            return cls(
                name, values, counted if index is None else index, seasons=seasons, covariates=covariates, zone=zone
            )
        values = numbers_of(given, gaps)
        return cls("", values, cast(pd.DatetimeIndex, pd.RangeIndex(len(values))), covariates=covariates)

    def _checked(self, gaps: bool) -> "Series":
        # Itself where nothing was wrong; whole numbers become decimal ones.
        values = numbers_of(self.values, gaps, copy=False)
        fine = self if values.dtype == self.values.dtype else replace(self, values=values)
        if not self.has_clock or (self.index.freq is not None and self.index.freq.n > 0):
            return fine
        index, zone = clock_of(self.index)
        return fine if index is None else replace(fine, index=index, zone=zone or self.zone)

    def __len__(self) -> int:
        return len(self.values)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Return the values, so that NumPy's functions take a series for them."""
        return np.array(self.values, dtype=dtype, copy=copy)

    def dated_like(self, other: "Series") -> "Series":
        """The same values with the time stamps of another series, from its first one on."""
        index = pd.date_range(other.index[0], periods=len(self), freq=step_of(other.index))
        return replace(self, index=index, zone=other.zone)

    def extended(self, new: "Series") -> "Series":
        r"""Continue the series.

        Args:
            new: The steps that follow. Known covariates of them replace those that were there beyond the end.

        Raises:
            ValueError: Its time stamps do not follow, or its columns are others.
        """
        if self.has_clock and new.has_clock and new.index[0] != self.ahead(1)[0]:
            raise ValueError(
                f"the new values start at {new.index[0]}, but the step after the last one known is {self.ahead(1)[0]}"
            )
        values = np.concatenate([self.values, new.values])
        beside = (self.covariates or Covariates()).extended(len(self), new.covariates or Covariates())
        if self.has_clock:
            index = pd.date_range(self.index[0], periods=len(values), freq=step_of(self.index))
        else:
            index = cast(pd.DatetimeIndex, self.index.append(self.ahead(len(new))))
        return replace(self, values=values, index=index, covariates=beside if any(beside.columns) else None)

    def split(self, valid: int, test: int) -> Split:
        r"""Cut by time: the last ``test`` steps, the ``valid`` steps before them, and the rest to train on.

        Args:
            valid: Steps of the validation part.
            test: Steps of the test part.

        Returns:
            Slices that cover the series without overlap, in the order of time.

        Raises:
            ValueError: A part would be empty.
        """
        steps = len(self)
        if valid < 1 or test < 1 or valid + test >= steps:
            raise ValueError(
                f"valid={valid} and test={test} steps cannot be cut from the {steps} of {self.name!r}: each part, "
                "the training part included, needs at least one step."
            )
        return Split(
            train=slice(0, steps - valid - test),
            valid=slice(steps - valid - test, steps - test),
            test=slice(steps - test, steps),
        )

    def part(self, start: int = 0, stop: int | None = None) -> "Series":
        r"""Some steps as a series of their own.

        Args:
            start: First step.
            stop: Step after the last; the end if not given.

        Returns:
            Steps ``start`` to ``stop - 1``. Known covariates go on beyond its end, as far as they are known.

        Raises:
            ValueError: No such steps.
        """
        first, end, _ = slice(start, stop).indices(len(self))
        if first >= end:
            raise ValueError(f"{self.name!r} has {len(self)} steps, none of them from {start} to before {stop}.")
        beside = self.covariates
        if beside is not None:
            beside = replace(beside, past=beside.past[first:end], known=beside.known[first:])
        return replace(self, values=self.values[first:end], index=self.index[first:end], covariates=beside)

    @property
    def has_clock(self) -> bool:
        """Whether steps have time stamps, and not only numbers."""
        return isinstance(self.index, pd.DatetimeIndex)

    @property
    def has_time_of_day(self) -> bool:
        """Whether steps have time stamps and are shorter than a day."""
        return self.has_clock and bool(length_of(step_of(self.index)) < DAY)

    def ahead(self, horizon: int) -> pd.DatetimeIndex:
        """Time stamps, or numbers, of the steps after the last one."""
        if self.has_clock:
            return pd.date_range(self.index[-1], periods=horizon + 1, freq=step_of(self.index))[1:]
        counted = cast(pd.RangeIndex, self.index)
        return cast(pd.DatetimeIndex, counted.step * pd.RangeIndex(1, horizon + 1) + counted[-1])

    def shown(self, index: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Time stamps as the clock of the zone shows them, with their offset; others as they are."""
        return on_clock_of(self.zone, index) if self.has_clock else index

    def to_pandas(self) -> pd.Series:
        """The series with its time stamps, for plots and tables."""
        return pd.Series(self.values, index=self.index, name=f"{self.name} ({self.unit})")

    def describe(self) -> str:
        """One sentence: what, how long, from when to when, whose."""
        unit = f" in {self.unit}" if self.unit else ""
        return (
            f"{self.name}: {len(self):,} values{unit}, {self.index[0]} to {self.index[-1]}; "
            f"{self.source}; licence: {self.licence}"
        )
