"""What the intervals of the command line go by."""

from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.cli.plan import Plan
from rnn_tutorial.cli.verdict import Verdict
from rnn_tutorial.cli.widths import holds_days, with_intervals
from rnn_tutorial.data import Series, Split
from rnn_tutorial.forecasting import Conformal, Persistence, backtest
from rnn_tutorial.forecasting.evaluation.task import ForecastTask


def series_of(steps: int, freq: str) -> Series:
    values = np.random.default_rng(0).normal(size=steps)
    return Series("y", values, pd.date_range("2010-01-01", periods=steps, freq=freq))


def plan_of(series: Series, calibration: int, horizon: int = 6) -> Plan:
    steps, learnt = len(series), len(series) - calibration - 4 * horizon
    split = Split(slice(0, learnt), slice(learnt, learnt + calibration), slice(learnt + calibration, steps))
    return Plan(ForecastTask(series, split, horizon, horizon, 1), calibration)


@pytest.mark.parametrize(
    ("freq", "calibration", "by", "adapts"),
    [
        ("h", 167, None, False),
        ("h", 168, "time of day", False),
        ("h", 504, "time of day", False),
        ("h", 505, "time of day", True),  # 500 errors of the sixth step ahead
        ("30min", 335, None, False),
        ("30min", 336, "time of day", False),
        ("6h", 28, "time of day", False),
        ("7min", 1440, "time of day", True),
        ("D", 400, None, False),
        ("D", 505, None, True),
        ("MS", 60, None, False),
    ],
)
def test_widths_go_by_what_there_are_errors_enough_for(freq: str, calibration: int, by: str | None, adapts: bool):
    model = with_intervals(Persistence(), plan_of(series_of(calibration + 100, freq), calibration), 0.8)
    assert (model.by, bool(model.adapt), model.level, model.calibration) == (by, adapts, 0.8, calibration)


def test_numbers_without_time_stamps_have_no_time_of_day():
    numbers = Series.of(np.zeros(2000))
    assert not holds_days(numbers, 2000)
    assert with_intervals(Persistence(), plan_of(numbers, 600), 0.9).by is None


@pytest.mark.parametrize(
    ("calibration", "said"),
    [
        (120, "(rolling conformal) held"),
        (200, "(rolling conformal, wider at those times of day at which errors are larger) held"),
        (600, "(adaptive conformal, wider at those times of day at which errors are larger) held"),
    ],
)
def test_the_report_says_what_they_go_by(calibration: int, said: str):
    plan = plan_of(series_of(calibration + 100, "h"), calibration)
    model = with_intervals(Persistence(), plan, 0.9)
    assert plan.task is not None
    result = backtest(
        {"persistence": model},
        plan.task,
        refit=False,
        levels=(0.05, 0.95),
        n_jobs=1,
        progress=False,
        return_fitted=True,
    )
    fitted = cast(Conformal, result.fitted["persistence"][0])
    verdict = Verdict(replace(result, left_out={}), "persistence", "persistence", plan, fitted.fitted, fitted)
    assert said in verdict.of_intervals(0.9)
