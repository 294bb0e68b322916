r"""What is forecast, from where, how far, and which part it is judged on: one object for all that evaluate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from rnn_tutorial.data import Series, Split
from rnn_tutorial.forecasting.types import Array, Origins
from rnn_tutorial.validate import whole

from .metrics import check_season
from .scoreboard import Scoreboard


@dataclass(frozen=True)
class ForecastTask:
    r"""A series, its parts, and the origins from which it is forecast.

    ``backtest`` takes one in place of a series and its settings, so that whoever shares a task is judged alike.

    Args:
        series: The data.
        split: Training, validation and test part, by time. What is judged on the test part may learn from all before
            it; choices are made on the validation part.
        horizon: Steps ahead.
        stride: Steps between origins in the validation and test part.
        season: Steps that MASE's seasonal-naive forecast goes back.

    Raises:
        TypeError, ValueError: Numbers below 1, or a season as long as all before the test part.

    Examples:
        >>> from rnn_tutorial.data import load_series
        >>> sunspots = load_series("sunspots")
        >>> task = ForecastTask(sunspots, sunspots.split(valid=33, test=66), horizon=11, stride=11, season=11)
        >>> task.origins
        array([243, 254, 265, 276, 287, 298])
        >>> task.validation().origins
        array([210, 221, 232])
    """

    series: Series
    split: Split
    horizon: int
    stride: int
    season: int

    def __post_init__(self) -> None:
        for name in ("horizon", "stride", "season"):
            whole(name, getattr(self, name))
        check_season(self.past, self.season)

    @classmethod
    def of(cls, series: Series, horizon: int, *, test: int, stride: int, season: int, **more: Any) -> Self:
        """Return the task of forecasting through the last ``test`` steps; ``more`` are fields of a subclass."""
        return cls(series, _two_parts(len(series), test), horizon, stride, season, **more)

    @property
    def values(self) -> Array:
        """The series, (T,)."""
        return self.series.values

    @property
    def end(self) -> int:
        """Steps before the test part: what may be learnt from."""
        return self.split.test.start

    @property
    def past(self) -> Array:
        """The values before the test part, (end,)."""
        return self.values[: self.end]

    @property
    def origins(self) -> Origins:
        """Origins of the test part."""
        return self.origins_of("test")

    def origins_of(self, part: str) -> Origins:
        """Return the origins whose whole target lies in a part: "train", "valid" or "test"."""
        where: slice = getattr(self.split, part)
        return np.arange(where.start, where.stop - self.horizon + 1, self.stride)

    def validation(self, steps: int | None = None) -> Self:
        """Return the same task on a part to choose by: the test part is cut away.

        Args:
            steps: Of that part, the last of what is left; by default as many as the validation part has.

        Raises:
            ValueError: No room for a forecast.
        """
        steps = self.split.valid.stop - self.split.valid.start if steps is None else steps
        if steps < self.horizon:
            raise ValueError(f"the validation part has {steps} steps, no room for a horizon of {self.horizon}")
        return replace(self, series=self.series.part(0, self.end), split=_two_parts(self.end, steps))

    def last(self, steps: int) -> Self:
        """Return the same task with only so many steps to learn from, the last before the test part.

        Raises:
            ValueError: There are not so many.
        """
        if steps > self.end:
            raise ValueError(f"{self.series.name!r} has {self.end} steps to learn from, not {steps}")
        shorter = self.series.part(self.end - steps)
        return replace(self, series=shorter, split=_two_parts(len(shorter), len(shorter) - steps))

    def board(self, levels: Sequence[float] = ()) -> Scoreboard:
        """Return an empty scoreboard for the test part."""
        return Scoreboard(self.values, self.origins, self.horizon, self.past, self.season, self.series.unit, levels)


def _two_parts(steps: int, test: int) -> Split:
    # Nothing is kept to choose by.
    end = steps - test
    if not 0 < end < steps:
        raise ValueError(f"{test} test steps cannot be cut from {steps} values, with some left to learn from")
    return Split(train=slice(0, end), valid=slice(end, end), test=slice(end, steps))
