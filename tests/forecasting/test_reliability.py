"""Coverage by part, with an interval that knows of runs; what few errors can promise."""

import numpy as np
import pandas as pd
import pytest

import rnn_tutorial as rt
from rnn_tutorial.cli.verdict import few_errors
from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import Conformal, Method, Scoreboard, attainable_coverage, coverage_table

STEPS = 24 * 120
HOURS: pd.DatetimeIndex = pd.date_range("2024-01-01", periods=STEPS, freq="h")


def board_of(values: np.ndarray, half: float | np.ndarray = 1.645, horizon: int = 24) -> Scoreboard:
    """Intervals of that half width around 0, a day from every midnight."""
    origins = np.arange(24, STEPS - horizon + 1, horizon)
    board = Scoreboard(values, origins, horizon, values[:24], 1, levels=(0.05, 0.95))
    ends = np.broadcast_to(half, STEPS)[origins[:, None] + np.arange(horizon)]
    board.add("a", np.zeros_like(ends), quantiles=np.stack([-ends, ends], axis=-1))
    return board


def test_by_hour_by_hand():
    """Every value of 12:00 is missed, no other."""
    values = np.where(np.asarray(HOURS.hour) == 12, 5.0, 0.5)
    table = coverage_table(board_of(values), "a", Series("a", values, HOURS))
    assert table.loc["12:00", "coverage"] == 0
    assert (table.drop(["12:00", "all"])["coverage"] == 1).all()
    assert table.loc["all", "coverage"] == pytest.approx(23 / 24)
    assert list(table.loc["all", ["values", "blocks"]]) == [24 * 119, 119]
    assert list(table.loc["12:00", ["values", "low", "high"]]) == [119, 0, 0]
    assert table["width"].tolist() == pytest.approx([3.29] * 25)


def test_the_clock_is_the_local_one():
    values = np.where(np.asarray(HOURS.hour) == 12, 5.0, 0.5)
    table = coverage_table(board_of(values), "a", Series("a", values, HOURS, zone="Asia/Tokyo"))
    assert table.index[table["coverage"] == 0].tolist() == ["21:00"]


def test_by_kind_of_day():
    holiday = HOURS.normalize().isin(pd.DatetimeIndex(["2024-03-05", "2024-03-09"]))
    values = np.where(holiday, 9.0, np.where(np.asarray(HOURS.day_of_week) >= 5, 0.0, 0.5))
    known = Covariates(known=np.asarray(holiday, float)[:, None], known_names=("holiday",))
    series = Series("a", values, HOURS, covariates=known)
    table = coverage_table(board_of(values), "a", series, "day type")
    assert table.index.tolist() == ["all", "working day", "weekend", "holiday"]
    assert table["coverage"].tolist()[1:] == [1, 1, 0]
    assert list(table.loc["holiday", ["values", "blocks"]]) == [48, 2]
    assert np.isnan(dict(table["low"])["holiday"])  # two days have no spread to speak of
    without = coverage_table(board_of(values), "a", Series("a", values, HOURS), "day type")
    assert without.index.tolist() == ["all", "working day", "weekend"]


def test_by_level_of_the_forecast():
    values = np.random.default_rng(0).normal(size=STEPS)
    board = board_of(values)
    level = np.tile(np.arange(24.0), (119, 1))
    board.add("b", level, quantiles=np.stack([level - 1, level + 1], axis=-1))
    table = coverage_table(board, "b", Series.of(values), "level")
    assert table.index.tolist() == ["all", "low", "middle", "high"]
    assert table["values"].tolist() == [2856, 952, 952, 952]
    held = dict(table["coverage"])
    assert held["low"] > 0
    assert held["high"] == 0


def test_the_interval_is_right_for_independent_values_and_wider_for_runs():
    """95 % of the intervals hold the true 0.9; where days are missed as a whole they are as wide as 119 values make."""
    rng = np.random.default_rng(1)
    held = []
    for _ in range(100):
        row = coverage_table(board_of(rng.normal(size=STEPS)), "a", Series.of(np.zeros(STEPS)), "level").loc["all"]
        held.append(row["low"] <= 0.9 <= row["high"])
    assert 88 <= sum(held) <= 100
    binomial = 2 * 1.96 * np.sqrt(0.09 / 2856)
    assert row["high"] - row["low"] == pytest.approx(binomial, rel=0.25)
    days = np.repeat(rng.normal(size=120), 24)
    runs = coverage_table(board_of(days), "a", Series.of(days), "level").loc["all"]
    assert runs["high"] - runs["low"] == pytest.approx(binomial * np.sqrt(24), rel=0.5)
    alone = coverage_table(board_of(days), "a", Series.of(days), "level", block=1).loc["all"]
    assert alone["high"] - alone["low"] < (runs["high"] - runs["low"]) / 3


def test_what_cannot_be_is_refused():
    board, series = board_of(np.zeros(STEPS)), Series.of(np.zeros(STEPS))
    board.add("points", np.zeros((119, 24)))
    for name in ("points", "nobody"):
        with pytest.raises(ValueError, match=f"no intervals of '{name}'"):
            coverage_table(board, name, series, "level")
    with pytest.raises(ValueError, match="needs time stamps"):
        coverage_table(board, "a", series)
    with pytest.raises(ValueError, match="by"):
        coverage_table(board, "a", series, "weekday")  # type: ignore[arg-type]


# ---- what few errors can promise ---------------------------------------------------------------------------------


class Zero(Method):
    name = "zero"

    def learn(self, series):
        pass

    def points(self, series, origins, horizon):
        return np.zeros((len(origins), horizon))


@pytest.mark.parametrize(("errors", "level"), [(9, 0.9), (30, 0.8), (200, 0.9)])
def test_the_coverage_of_conformal_intervals_is_spread_as_promised(errors, level):
    """Widths of 400 calibration parts of normal errors, whose coverage is known exactly."""
    from scipy.stats import norm

    rng, found = np.random.default_rng(0), []
    for _ in range(400):
        values = rng.normal(size=errors + 1)
        model = Conformal(Zero(), level, calibration=errors, rolling=False).fit(values)
        high = model.interval(values, np.array([errors + 1]), 1)[1][0, 0]
        found.append(2 * norm.cdf(high) - 1)
    promised = attainable_coverage(errors, level)
    assert np.mean(found) == pytest.approx(promised.mean, abs=0.02)
    assert np.mean(np.array(found) < promised.low) == pytest.approx(0.05, abs=0.04)
    assert np.mean(np.array(found) > promised.high) == pytest.approx(0.05, abs=0.04)


def test_too_few_reach_no_further():
    assert attainable_coverage(4, 0.9).mean == 0.8
    with pytest.raises(ValueError, match="errors"):
        attainable_coverage(0)
    with pytest.raises(ValueError, match=r"e\.g\. 0\.9, got 90"):
        attainable_coverage(9, 90)


def test_the_command_line_says_so_where_they_are_few():
    assert few_errors(500, 0.9) == ""
    assert few_errors(20, 0.9) == (
        " They rest on 20 errors of each step: with so few, 90% intervals hold anything from 78% to 98% of the values, "
        "nine times in ten."
    )


def test_public():
    assert rt.forecasting.coverage_table is coverage_table
