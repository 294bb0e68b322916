r"""How a series is cut for judging: what to learn from, what to calibrate intervals on, what to be judged by.

Two of the longest season and a horizon are left to learn from, as ``Best`` leaves them. What else there is serves, as
far as it goes: a part for intervals and a later one that also shows what these hold; one part for both; a part to be
judged by alone; nothing.
"""

import math
from dataclasses import dataclass

from rnn_tutorial.data import Series, Split
from rnn_tutorial.forecasting.evaluation.task import ForecastTask
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.methods.baselines import Naive
from rnn_tutorial.forecasting.methods.holt_winters import HoltWinters
from rnn_tutorial.forecasting.paths import LEAST_ERRORS
from rnn_tutorial.forecasting.seasons import TIMES
from rnn_tutorial.forecasting.wrappers.best import Best
from rnn_tutorial.forecasting.wrappers.ensemble import Ensemble
from rnn_tutorial.forecasting.wrappers.hybrid import Hybrid
from rnn_tutorial.forecasting.wrappers.part import SEASONS

from .request import Request
from .seasons import FOUR
from .too_short import TooShort

MOST_ORIGINS = 200
USUAL_ERRORS = 9
"""As many as intervals of 90 % take."""


@dataclass(frozen=True)
class Plan:
    r"""The parts of a series, and what it is too short for.

    Args:
        task: What the method is judged on; None where nothing can be kept back. Its validation part, which may be
            empty, lies before the test part and calibrates the intervals that are measured there.
        calibration: Steps whose errors make intervals: the validation part or, where that is empty, the test part. 0
            where there are too few.
        missing: What there is not, and why, in words; empty if all is there.
    """

    task: ForecastTask | None
    calibration: int = 0
    missing: str = ""

    @property
    def measures_intervals(self) -> bool:
        """Whether intervals are held against values that come after those they are made of."""
        return self.task is not None and self.task.split.valid.start < self.task.split.valid.stop

    @property
    def end(self) -> int:
        """Steps that a method learns from before it is judged."""
        return 0 if self.task is None else self.task.split.train.stop


def plan_for_new(series: Series, method: Method, seasons: tuple[int, ...], request: Request) -> Plan:
    r"""Cut a series to judge a method that is trained on its first part.

    The test part is the last fifth, at least two horizons, and not more than 30 horizons or four of the longest season,
    whichever is longer; it is shorter, but for two horizons, where too little would be left. The calibration part
    before it is a tenth, at least as long as intervals of that level ask for, and those of 90 %.

    Args:
        series: T steps.
        method: Unfitted.
        seasons: Steps of those that the method is to learn, shortest first.
        request: Horizon, level, and whether quantiles or paths are wanted.

    Raises:
        ValueError: Too few values for a level, quantiles or paths that were asked for.
    """
    steps, horizon, season = len(series), request.horizon, max(seasons, default=1)
    least = errors_needed(request) + horizon - 1  # so many steps give that many errors of the last of H steps ahead
    wanted = max(least, USUAL_ERRORS + horizon - 1)  # a low level takes fewer errors, but they would tell little
    learn = steps_to_learn(method, season, horizon)
    if isinstance(method, Best):  # with fewer than three of any season it chooses as if there were none
        more = max(learn, TIMES * min(seasons, default=1))
        learn = more if steps - more >= least else learn
    room = steps - learn
    if room >= wanted + 2 * horizon:
        calibration = min(max(wanted, min(steps // 10, 4 * season)), room - 2 * horizon)
        usual = max(2 * horizon, min(steps // 5, max(30 * horizon, 4 * season)))
        test = min(usual, room - calibration)
        return _with_both(_cut(series, steps - test - calibration, steps - test, horizon, season))
    if room >= least:
        kept = min(wanted, room)
        return Plan(_kept_back(series, kept, horizon, season), kept)
    told = TooShort(steps, learn, least, request)
    told.refuse_wishes()
    if room >= horizon:
        return Plan(_kept_back(series, room, horizon, season), missing=told.no_intervals())
    return Plan(None, missing=told.no_backtest(method.name))


def plan_for_loaded(series: Series, first: int, horizon: int, season: int, level: float) -> Plan:
    """Cut what a saved network may be judged on, from step ``first``: a third to calibrate; nothing if too little."""
    new = len(series) - first
    calibration = max(scores_needed(level) + horizon, new // 3)
    if new < calibration + horizon:
        return Plan(None)
    return _with_both(_cut(series, first, first + calibration, horizon, season))


def steps_to_learn(method: Method, season: int, horizon: int) -> int:
    """Steps that are left to a method: two of the longest season and a horizon.

    Or one season if it learns nothing, and four if it begins with Holt-Winters.
    """
    one = method.method if isinstance(method, Ensemble) else method
    if isinstance(one, Naive):
        return max(season, one.needed) + 1
    learn = max(SEASONS * season, one.needed + 1) + horizon
    return max(learn, FOUR * season) if isinstance(one, (HoltWinters, Hybrid)) else learn


def scores_needed(level: float) -> int:
    """Errors without which an interval of that level cannot be said."""
    return math.ceil(level / (1 - level) - 1e-9)


def errors_needed(request: Request) -> int:
    """Errors of each step ahead without which what was asked for cannot be given."""
    return max(scores_needed(request.widest), LEAST_ERRORS if request.paths else 0)


def _with_both(task: ForecastTask) -> Plan:
    return Plan(task, task.split.valid.stop - task.split.valid.start)


def _kept_back(series: Series, test: int, horizon: int, season: int) -> ForecastTask:
    # From every step of so few, so that each error counts.
    end = len(series) - test
    split = Split(slice(0, end), slice(end, end), slice(end, len(series)))
    return ForecastTask(series, split, horizon, 1, season)


def _cut(series: Series, calibration: int, test: int, horizon: int, season: int) -> ForecastTask:
    room = len(series) - horizon - test
    stride = max(1, horizon // 4, math.ceil(room / MOST_ORIGINS))
    test += room % stride  # so that the last forecast ends with the series
    split = Split(slice(0, calibration), slice(calibration, test), slice(test, len(series)))
    return ForecastTask(series, split, horizon, stride, season)
