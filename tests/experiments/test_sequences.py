"""The claims of chapter 0 in small: on series whose answer is known beforehand."""

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import Series, Split
from rnn_tutorial.experiments import ch00_sequences as sequences
from rnn_tutorial.forecasting import ForecastTask

rng = np.random.default_rng(0)
HOURS = np.arange(24 * 60)
WAVE = 100 + 30 * np.sin(2 * np.pi * HOURS / 24) + rng.normal(0, 1, len(HOURS))


def small_task() -> ForecastTask:
    index = pd.date_range("2020", periods=len(WAVE), freq="h")
    series = Series("wave", WAVE, index, "kW", {"day": 24}, "made here", "MIT")
    return ForecastTask(series, series.split(valid=240, test=240), horizon=12, stride=6, season=24)


def trial(values: np.ndarray) -> sequences.ScalerTrial:
    split = Split(slice(0, 1000), slice(1000, 1200), slice(1200, len(values)))
    return sequences.ScalerTrial(values, split, lags=24, horizon=12, stride=4, passes=60, seasonal=24)


def test_a_longer_past_helps():
    errors = sequences.error_by_past(small_task(), (1, 2, 24))
    assert errors[24] < errors[2] < 0.7 * errors[1]
    assert errors[24] < 2  # the noise has a mean absolute value of 0.8


def test_a_regression_does_not_notice_one_shuffle_for_all():
    task = small_task()
    ordered = sequences.error_by_order(task, 24, "as it was")
    assert ordered == pytest.approx(sequences.error_by_past(task, (24,))[24])
    assert sequences.error_by_order(task, 24, "one shuffle for all") == pytest.approx(ordered)
    assert sequences.error_by_order(task, 24, "a shuffle for each") > 10 * ordered


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="unknown order 'sorted'"):
        sequences.error_by_order(small_task(), 24, "sorted")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="there are training part"):
        trial(WAVE).apparent_error("test part", seed=0)  # type: ignore[arg-type]


def test_scaler_leak_pays_on_a_trend_alone():
    level, rising = trial(WAVE), trial(WAVE + 0.3 * HOURS)
    errors = {
        (name, way): one.apparent_error(way, seed=0)
        for name, one in (("level", level), ("rising", rising))
        for way in sequences.WAYS
    }
    assert errors["level", "whole series"] == pytest.approx(errors["level", "training part"], rel=0.15)
    assert errors["rising", "whole series"] < 0.7 * errors["rising", "training part"]
    assert errors["rising", "input of each window"] < 0.5 * errors["rising", "training part"]


def test_target_in_the_mean_tells_the_answer():
    """A random walk's next steps cannot be foreseen better than by the last value, unless they are given away."""
    walk = trial(np.cumsum(rng.normal(size=len(HOURS))))
    leaked = walk.apparent_error("input and target of each window", seed=0)
    assert leaked < 0.8 * walk.apparent_error("input of each window", seed=0)


def test_naive_error_by_hand():
    values = np.arange(100.0)
    one = sequences.ScalerTrial(values, Split(slice(0, 50), slice(50, 60), slice(60, 100)), 4, 2, 1, 1, seasonal=7)
    assert one.naive_error() == 7
    assert one.test_origins.tolist() == [60, 66, 72, 78, 84, 90, 96]


def test_co2_rises_beyond_its_training_part():
    one = sequences.co2_trial()
    assert len(one.values) == 526
    assert np.isfinite(one.values).all()
    assert one.values[one.split.test].min() > one.values[one.split.train].max()
