r"""How wide the intervals are: from the errors of earlier forecasts, where there are enough by the time of day."""

from rnn_tutorial.data import Series
from rnn_tutorial.data.steps import DAY, length_of, step_of
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.wrappers.adaptive import RATE
from rnn_tutorial.forecasting.wrappers.conformal import Conformal

from .plan import Plan

LEAST_ERRORS = 500
"""With fewer of each step ahead, levels that follow what was covered cost more width than their coverage is worth."""
LEAST_DAYS = 7
"""So many errors at each time of day tell whether it is a loud or a quiet one: measured, as the number above, by
``benchmarks/coverage.py``."""


def with_intervals(method: Method, plan: Plan, level: float) -> Conformal:
    r"""Put intervals around a method, from the errors in the part of the plan that calibrates them.

    Args:
        method: Unfitted.
        plan: With a calibration part.
        level: Nominal.
    """
    assert plan.task is not None, "a calibration part belongs to a task"
    series, horizon = plan.task.series, plan.task.horizon
    adapt = RATE if plan.calibration - horizon + 1 >= LEAST_ERRORS else 0.0
    by_day = holds_days(series, plan.calibration)
    return Conformal(method, level, calibration=plan.calibration, by="time of day" if by_day else None, adapt=adapt)


def holds_days(series: Series, steps: int) -> bool:
    """Whether so many steps hold ``LEAST_DAYS`` days of a series that has times of day."""
    return series.has_time_of_day and bool(steps * length_of(step_of(series.index)) >= LEAST_DAYS * DAY)
