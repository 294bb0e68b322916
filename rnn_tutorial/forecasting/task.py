r"""A forecasting problem that does not change from chapter to chapter: series, split, horizon and origins."""

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data import Series, Split, load_series

from .baselines import Persistence, SeasonalNaive
from .holt_winters import HoltWinters
from .method import Method
from .regression import RidgeOnLags
from .scoreboard import Scoreboard

WEEK = 168


@dataclass(frozen=True)
class ForecastTask:
    r"""What is forecast, from where and how far.

    Args:
        series: The data.
        split: Training, validation and test part, by time.
        horizon: Steps ahead.
        stride: Steps between origins in the validation and test part.
        season: Steps that MASE's seasonal-naive forecast goes back.

    Examples:
        >>> from rnn_tutorial.data import load_series
        >>> sunspots = load_series("sunspots")
        >>> task = ForecastTask(sunspots, sunspots.split(valid=33, test=66), horizon=11, stride=11, season=11)
        >>> task.origins
        array([243, 254, 265, 276, 287, 298])
    """

    series: Series
    split: Split
    horizon: int
    stride: int
    season: int

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """The series, (T,)."""
        return self.series.values

    @property
    def origins(self) -> npt.NDArray[np.int64]:
        """Origins of the test part."""
        return self.origins_of("test")

    def origins_of(self, part: str) -> npt.NDArray[np.int64]:
        """Return the origins whose whole target lies in a part: "train", "valid" or "test"."""
        where: slice = getattr(self.split, part)
        return np.arange(where.start, where.stop - self.horizon + 1, self.stride)

    def board(self, part: str = "test") -> Scoreboard:
        """Return an empty scoreboard for one part."""
        return Scoreboard(
            self.values,
            self.origins_of(part),
            self.horizon,
            self.values[self.split.train],
            self.season,
            self.series.unit,
        )

    def baselines(self, part: str = "test") -> Scoreboard:
        """Return a scoreboard with the book's five baselines on it."""
        board = self.board(part)
        forecasters: list[Method] = [
            Persistence(),
            SeasonalNaive(24, "naive: same hour yesterday"),
            SeasonalNaive(WEEK, "naive: same hour last week"),
            RidgeOnLags(WEEK, self.horizon),
            HoltWinters(24, WEEK),
        ]
        for forecaster in forecasters:
            start = time.perf_counter()
            forecaster.fit(self.series.part(0, self.split.train.stop))
            seconds = time.perf_counter() - start
            forecast = forecaster.forecast(self.series, board.origins, self.horizon)
            board.add(forecaster.name, forecast, parameters=forecaster.parameters, seconds=seconds)
        return board


def demand_task() -> ForecastTask:
    """Return the running example: demand, 24 hours ahead: the last 8 weeks to judge by, 8 before to choose by."""
    series = load_series("hourly_demand")
    return ForecastTask(series, series.split(valid=8 * WEEK, test=8 * WEEK), horizon=24, stride=6, season=WEEK)
