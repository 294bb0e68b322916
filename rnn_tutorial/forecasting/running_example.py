r"""The book's running example: hourly electricity demand, a day ahead, and what a network has to beat there."""

from dataclasses import dataclass

from rnn_tutorial.data import load_series

from .evaluation.rolling_origin import backtest
from .evaluation.scoreboard import Scoreboard
from .evaluation.task import ForecastTask
from .method import Method
from .methods.baselines import Persistence, SeasonalNaive
from .methods.holt_winters import HoltWinters
from .methods.regression import RidgeOnLags

DAY, WEEK = 24, 168


@dataclass(frozen=True)
class HourlyTask(ForecastTask):
    r"""A forecasting task of hours with a day and a week in them.

    Examples:
        >>> hours = rt.load_series("hourly_demand").part(-2000)
        >>> task = HourlyTask.of(hours, 24, test=336, stride=24, season=168)
        >>> str(task.baselines().table().index[-1])  # the largest error
        'persistence'
    """

    def baselines(self) -> Scoreboard:
        """Return a scoreboard with the book's five baselines on it, each fitted on all before the test part."""
        methods: list[Method] = [
            Persistence(),
            SeasonalNaive(DAY, "naive: same hour yesterday"),
            SeasonalNaive(WEEK, "naive: same hour last week"),
            RidgeOnLags(WEEK, self.horizon),
            HoltWinters(DAY, WEEK),
        ]
        return backtest(methods, self, progress=False).board()


def demand_task() -> HourlyTask:
    """Return the running example: demand, 24 hours ahead: the last 8 weeks to judge by, 8 before to choose by.

    Its ``baselines()`` is a scoreboard with the book's five on it.
    """
    series = load_series("hourly_demand")
    return HourlyTask(series, series.split(valid=8 * WEEK, test=8 * WEEK), horizon=DAY, stride=6, season=WEEK)
