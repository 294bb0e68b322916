r"""What is forecast, from where, how far, and which part it is judged on: one object for all that evaluate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from rnn_tutorial.data import Series, Split
from rnn_tutorial.validate import whole

from .metrics import check_season
from .scoreboard import Scoreboard
from .types import Array, Origins


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
    def of(cls, series: Series, horizon: int, *, test: int, stride: int, season: int) -> Self:
        """Return the task of forecasting through the last ``test`` steps, with nothing kept to choose by."""
        end = len(series) - test
        split = Split(train=slice(0, end), valid=slice(end, end), test=slice(end, len(series)))
        return cls(series, split, horizon, stride, season)

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

    def validation(self) -> Self:
        """Return the same task on the part to choose by: the test part is cut away.

        Raises:
            ValueError: Nothing was kept to choose by.
        """
        valid = self.split.valid
        if valid.stop - valid.start < self.horizon:
            raise ValueError(
                f"the validation part has {valid.stop - valid.start} steps, no room for a horizon of {self.horizon}"
            )
        split = Split(self.split.train, slice(valid.start, valid.start), valid)
        return replace(self, series=self.series.part(0, valid.stop), split=split)

    def board(self, levels: Sequence[float] = ()) -> Scoreboard:
        """Return an empty scoreboard for the test part."""
        return Scoreboard(self.values, self.origins, self.horizon, self.past, self.season, self.series.unit, levels)
