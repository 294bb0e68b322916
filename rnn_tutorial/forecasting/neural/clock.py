r"""Columns that the position of a step gives away, so that they are known for every step ahead.

Without time stamps a step still has a *phase* in each season: step t of a season of m steps becomes
:math:`\sin 2\pi j t/m` and :math:`\cos 2\pi j t/m`. Time stamps add the calendar: day of the week, time of the year.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.validate import whole

if TYPE_CHECKING:
    import pandas as pd

HARMONICS = 3  # a sine and its two overtones: enough for a morning and an evening peak


@dataclass(frozen=True)
class Clock:
    r"""What is known about step t from t alone.

    Args:
        seasons: Their lengths m in steps.
        first: Time stamp of step 0, ISO 8601; ``None`` without stamps.
        step: From one stamp to the next, as pandas writes it: ``"30min"``, ``"MS"``.
        steps: Stamps that were there at the fit: which columns a calendar has depends on its span.
        calendar: Whether the calendar's columns are read.
        harmonics: Waves to a season, j = 1 to so many.
        zone: The stamps are UTC, and the calendar is that of this zone; empty if they are taken as they are.
    """

    seasons: tuple[int, ...] = ()
    first: str | None = None
    step: str | None = None
    steps: int = 0
    calendar: bool = False
    harmonics: int = HARMONICS
    zone: str = ""

    def __post_init__(self) -> None:
        for season in self.seasons:
            whole("a season", season, least=2)
        whole("the clock's steps", self.steps, least=0)
        whole("the clock's harmonics", self.harmonics)
        for name, value in (("first", self.first), ("step", self.step), ("zone", self.zone)):
            if not isinstance(value, str | None):
                raise TypeError(f"the clock's {name} should be a text, got {value!r}")
        if (self.first is None) != (self.step is None) or (self.calendar and self.first is None):
            raise ValueError("a clock with time stamps has a first one and a step, and only such a clock a calendar")

    @classmethod
    def of(
        cls,
        seasons: tuple[int, ...],
        index: "pd.DatetimeIndex | None",
        calendar: bool,
        zone: str = "",
        harmonics: int = HARMONICS,
    ) -> Self:
        """Start the clock at the first of the stamps."""
        if index is None:
            return cls(seasons, harmonics=harmonics)
        from rnn_tutorial.data.steps import as_text, step_of

        return cls(seasons, index[0].isoformat(), as_text(step_of(index)), len(index), calendar, harmonics, zone)

    @classmethod
    def of_series(cls, seasons: tuple[int, ...], series: Series, calendar: bool, harmonics: int = HARMONICS) -> Self:
        """Start the clock of a series, if it has one."""
        return cls.of(seasons, series.index if series.has_clock else None, calendar, series.zone, harmonics)

    def columns(self, start: int, stop: int) -> Array:
        """Return the rows of steps ``start`` to ``stop - 1``, (stop - start, K)."""
        t = np.arange(start, stop)
        waves = [
            wave(2 * np.pi * harmonic * (t % season) / season)
            for season in self.seasons
            for harmonic in range(1, min(self.harmonics, season // 2) + 1)
            for wave in (np.sin, np.cos)
        ]
        phases = np.stack(waves, axis=1) if waves else np.empty((len(t), 0))
        if not self.calendar:
            return phases
        from rnn_tutorial.data.calendars import calendar

        # The calendar of at least the steps of the fit, and of as many columns: a year more would add some.
        at_fit = calendar(self.shown(0, self.steps)).known_names
        begin, end = min(start, 0), max(stop, self.steps)
        whole = calendar(self.shown(begin, end))
        chosen = [whole.known_names.index(name) for name in at_fit]
        if not chosen:  # a yearly series has no calendar
            return phases
        return np.hstack([phases, whole.known[start - begin : stop - begin][:, chosen]])

    def stamps(self, start: int, stop: int) -> "pd.DatetimeIndex":
        """Return the time stamps of steps ``start`` to ``stop - 1``."""
        import pandas as pd

        first, offset = self._first(), self._offset()
        if start < 0:
            first = pd.date_range(end=first, periods=1 - start, freq=offset)[0]
            return pd.date_range(first, periods=stop - start, freq=offset)
        return pd.date_range(first, periods=stop, freq=offset)[start:]

    def shown(self, start: int, stop: int) -> "pd.DatetimeIndex":
        """Return the time stamps of steps ``start`` to ``stop - 1`` on the clock of the zone."""
        from rnn_tutorial.data.steps import on_clock_of

        return on_clock_of(self.zone, self.stamps(start, stop))

    def position(self, stamp: "pd.Timestamp") -> int:
        r"""Which step carries this time stamp.

        Raises:
            ValueError: None does.
        """
        import pandas as pd

        first = self._first()
        earlier, later = sorted([first, stamp])
        between = pd.date_range(earlier, later, freq=self._offset())
        if not len(between) or between[0] != earlier or between[-1] != later:
            raise ValueError(
                f"{stamp} is no step of the series that the forecaster was fitted on, which starts at {first} and goes "
                f"by {self.step}"
            )
        return (len(between) - 1) * (1 if stamp >= first else -1)

    def place(self, index: "pd.DatetimeIndex") -> int:
        r"""Which step the first of some time stamps belongs to.

        Raises:
            ValueError: It is no step of the series of the fit, or the stamps go by another step.
        """
        from rnn_tutorial.data.steps import name_of, on_steps, step_of

        if len(index) > 1 and not on_steps(index, self._offset()):
            raise ValueError(
                f"the forecaster was fitted on steps of {name_of(self._offset())}, and the time stamps from {index[0]} "
                f"on go by {name_of(step_of(index))}: bring them to the same step (pandas: resample), or fit anew"
            )
        return self.position(index[0])

    def _first(self) -> "pd.Timestamp":
        import pandas as pd

        if self.first is None:
            raise ValueError("the forecaster was fitted on numbers without time stamps: give a Series to fit")
        return pd.Timestamp(self.first)

    def _offset(self) -> "pd.offsets.BaseOffset":
        from rnn_tutorial.data.steps import from_text

        if self.step is None:
            raise ValueError("the forecaster was fitted on numbers without time stamps: give a Series to fit")
        return from_text(self.step)
