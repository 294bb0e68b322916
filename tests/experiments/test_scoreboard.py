"""The scoreboard's problems and methods, the learning curve and the disturbed weather, on a small series of our own."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.experiments import (
    ch08_learning_curve as learning_curve,
)
from rnn_tutorial.experiments import (
    ch08_scoreboard as scoreboard,
)
from rnn_tutorial.experiments import (
    ch08_weather_forecast as weather_forecast,
)
from rnn_tutorial.experiments import demand
from rnn_tutorial.experiments.ch08_scoreboard import Problem

DAY, WEEK, H = 4, 28, 4
STEPS = np.arange(WEEK * 12)
RNG = np.random.default_rng(0)
# The level wanders, and every other day is a holiday, which only the covariate says.
HOLIDAY = RNG.integers(0, 2, len(STEPS) // DAY).repeat(DAY).astype(float)
VALUES = 100 + 10 * np.sin(2 * np.pi * STEPS / DAY) + np.cumsum(RNG.normal(0, 0.5, len(STEPS))) - 8 * HOLIDAY
QUICK = {"epochs": 1, "hidden_size": 4}


def problem(covariates: bool = False) -> Problem:
    index = pd.date_range("2020-01-06", periods=len(STEPS), freq="6h")
    beside = Covariates(known=HOLIDAY[:, None], known_names=("holiday",)) if covariates else None
    series = Series("toy", VALUES, index, "kW", {"day": DAY, "week": WEEK}, "made here", "none", covariates=beside)
    return Problem.of(
        series, horizon=H, test=3 * WEEK, stride=2, day=DAY, season=WEEK, epochs=2, train_stride=1, ridge_alpha=1.0
    )


def test_validation_ends_where_the_test_begins():
    toy = problem(covariates=True)
    earlier = toy.validation(2 * WEEK)
    assert earlier.test == 2 * WEEK
    np.testing.assert_array_equal(earlier.series.values, VALUES[: -3 * WEEK])
    assert earlier.series.index[-1] == toy.series.index[-3 * WEEK - 1]
    assert earlier.series.covariates is not None
    np.testing.assert_array_equal(earlier.series.covariates.known[:, 0], HOLIDAY)  # known for the steps after, too


def test_last_steps_keep_the_test_part():
    smaller = problem(covariates=True).last(5 * WEEK)
    np.testing.assert_array_equal(smaller.series.values, VALUES[-8 * WEEK :])
    assert smaller.series.covariates is not None
    np.testing.assert_array_equal(smaller.series.covariates.known[:, 0], HOLIDAY[-8 * WEEK :])
    with pytest.raises(ValueError, match=f"has {9 * WEEK} steps to learn from, not {10 * WEEK}"):
        problem().last(10 * WEEK)


@pytest.mark.parametrize("covariates", [False, True])
def test_every_method_runs_and_the_names_are_those_of_the_pages(covariates):
    toy = problem(covariates)
    methods = scoreboard.classics(toy) | scoreboard.networks(toy, **QUICK) | scoreboard.hybrids(toy, **QUICK)
    board = scoreboard.run(toy, methods, seeds=[0, 1]).board()
    assert set(board.entries) == {
        *("persistence", "same time yesterday", "same time last week", "last week + level shift", "ridge on lags"),
        *("gradient boosting", "Holt-Winters", "RNN", "LSTM", "GRU", "FC-LSTM", "RNN, orthogonal start"),
        *("Holt-Winters + GRU", "Holt-Winters + ridge"),
    }
    assert board.origins[0] == len(STEPS) - 3 * WEEK
    assert board.season == WEEK
    assert [len(board.entries[name].forecasts) for name in ("GRU", "Holt-Winters")] == [2, 1]


def test_covariates_reach_the_methods_that_read_them():
    """Only who is told of the holidays can know them."""
    errors = {}
    for told in (False, True):
        toy = problem(told)
        ridge = {"ridge": scoreboard.classics(toy)["ridge on lags"]}
        errors[told] = scoreboard.run(toy, ridge, seeds=[0]).board().errors("ridge").mean()
    assert errors[True] < 0.7 * errors[False]


def test_networks_read_the_dates():
    """Columns of the calendar are more numbers to learn; steps that are only counted have none."""
    toy = problem()
    counted = replace(toy, series=Series.of(toy.series.values))
    gru = {"GRU": scoreboard.network(toy, "gru", **QUICK)}
    dated, bare = (scoreboard.run(each, gru, seeds=[0]).board().entries["GRU"].parameters for each in (toy, counted))
    assert dated > bare


def test_learning_curve_by_hand():
    toy = problem()
    curve = learning_curve.learning_curve(toy, [4, 8], seeds=[0, 1], updates=2)
    assert len(curve) == 2 * (2 + 4)
    smaller = toy.last(4 * WEEK)
    expected = scoreboard.run(smaller, {"hw": scoreboard.smoothing(smaller)}, seeds=[0]).board().errors("hw")[0]
    row = curve[(curve["weeks"] == 4) & (curve["method"] == "Holt-Winters")].iloc[0]
    assert row["MAE"] == pytest.approx(expected)


def test_a_board_on_all_data_is_the_right_end_of_a_curve():
    toy = problem()
    methods = scoreboard.classics(toy) | {"GRU": scoreboard.network(toy, "gru", **QUICK)}
    result = scoreboard.run(toy, methods, seeds=[3, 5])
    end = learning_curve.on_all_data(toy, result)
    assert set(end["weeks"]) == {9}
    assert sorted(end["method"].unique()) == ["GRU", "Holt-Winters", "gradient boosting", "ridge on lags"]
    assert list(end[end["method"] == "GRU"]["seed"]) == [3, 5]
    assert end[end["method"] == "Holt-Winters"]["MAE"].item() == result.board().errors("Holt-Winters")[0]


def test_holt_winters_is_there_twice_where_it_leaves_weeks_out():
    rng = np.random.default_rng(1)
    values = 100 + 10 * np.sin(2 * np.pi * np.arange(WEEK * 20) / DAY) + rng.normal(size=WEEK * 20)
    toy = Problem.of(
        Series.of(values), horizon=H, test=2 * WEEK, stride=2, day=DAY, season=WEEK, epochs=1, train_stride=1
    )
    assert not [name for name in learning_curve.methods(toy.last(16 * WEEK), 16, 2) if "all weeks" in name]
    found = learning_curve.methods(toy, 18, 2)
    added = [name for name in found if "all weeks" in name]
    assert added == ["Holt-Winters, all weeks", "Holt-Winters + ridge, all weeks"]
    past = toy.series.values[: toy.end]
    fitted: list[Any] = [found[name].fit(past) for name in ("Holt-Winters", *added)]
    assert [fitted[0].start, fitted[1].start, fitted[2].base.start] == [2 * WEEK, 0, 0]


def kept_rows():
    rows = [("B", 8, "GRU", 1, 90.0), ("B", 4, "GRU", 0, 100.0), ("B", 4, "GRU", 1, 110.0), ("B", 8, "GRU", 0, 80.0)]
    frame = pd.DataFrame(rows, columns=["series", "weeks", "method", "seed", "MAE"])
    return pd.concat([frame, frame.iloc[:1].assign(series="A", method="ridge")])


def test_kept_curves_by_series_from_few_weeks_to_many():
    curves = learning_curve.kept(kept_rows())
    assert list(curves) == ["B", "A"]
    assert curves["B"].to_numpy().tolist() == [
        [4, "GRU", 0, 100.0], [4, "GRU", 1, 110.0], [8, "GRU", 0, 80.0], [8, "GRU", 1, 90.0],
    ]  # fmt: skip


def test_what_is_found_again_stands_beside_what_was_kept():
    curve = learning_curve.kept(kept_rows())["B"]
    here = pd.DataFrame({"weeks": [8, 8], "method": ["GRU", "ridge"], "seed": [1, 1], "MAE": [91.0, 7.0]})
    found = learning_curve.found_again(curve, here)
    assert found.to_dict("records") == [{"weeks": 8, "method": "GRU", "seed": 1, "MAE kept": 90.0, "MAE here": 91.0}]


def test_change_is_taken_seed_by_seed():
    curve = learning_curve.kept(kept_rows())["B"]
    found = learning_curve.change(curve, "GRU", 4, 8)
    logs = np.log([80 / 100, 90 / 110])
    half = 12.7062047 * logs.std(ddof=1) / np.sqrt(2)  # of Student's t with one degree of freedom
    assert found.seeds == 2
    expected = np.expm1([logs.mean(), logs.mean() - half, logs.mean() + half])
    assert found[:3] == pytest.approx(tuple(expected))
    with pytest.raises(ValueError, match="needs two seeds of 'GRU' with 4 and 8 weeks: 1"):
        learning_curve.change(curve[curve["seed"] == 0], "GRU", 4, 8)


def test_updates_hardly_depend_on_the_size():
    toy = problem()
    for weeks in (8, 9):
        gru: Any = learning_curve.methods(toy, weeks, updates=60)["GRU"]
        windows = weeks * WEEK - DAY - WEEK - H + 1
        assert gru.recipe.epochs * -(-windows // gru.stride // gru.recipe.batch_size) == pytest.approx(60, abs=2)
    assert learning_curve.updates_of(toy) == 2 * 2  # two epochs of two batches: 109 windows
    gru = learning_curve.methods(toy, 9, learning_curve.updates_of(toy))["GRU"]
    assert gru.recipe.epochs * -(-217 // gru.recipe.batch_size) == 2 * 2  # so short a series is read at every step
    longer = scoreboard.hourly_demand()
    weeks = (len(longer.series) - longer.test) // longer.week
    gru = learning_curve.methods(longer, weeks, learning_curve.updates_of(longer))["GRU"]
    assert (gru.recipe.epochs, gru.stride) == (longer.epochs, longer.network_stride)  # the board's own network


def test_disturbed_temperatures_have_the_size_and_the_memory_asked_for():
    temperature = np.linspace(0, 30, 200_000)
    error = weather_forecast.disturbed(temperature, 2.0, seed=0, memory=12) - temperature
    assert error.std() == pytest.approx(2.0, rel=0.02)
    assert abs(error.mean()) < 0.05
    assert np.corrcoef(error[12:], error[:-12])[0, 1] == pytest.approx(np.exp(-1), abs=0.02)
    np.testing.assert_array_equal(weather_forecast.disturbed(temperature, 0.0, seed=0), temperature)
    assert not np.allclose(error, weather_forecast.disturbed(temperature, 2.0, seed=1) - temperature)
    with pytest.raises(ValueError, match="rmse should not be negative"):
        weather_forecast.disturbed(temperature, -1.0, seed=0)


def test_one_method_on_the_same_weeks_has_one_error_in_all_chapters():
    running, board = demand.load_task(), scoreboard.hourly_demand()  # chapters 0 to 4, and chapter 8
    np.testing.assert_array_equal(running.origins, board.origins)
    methods = scoreboard.classics(board)
    same = {"persistence": "persistence", "same time last week": "naive: same hour last week"}
    same |= {"same time yesterday": "naive: same hour yesterday", "Holt-Winters": "Holt-Winters (24, 168)"}
    found = scoreboard.run(board, {name: methods[name] for name in same}, seeds=[0]).board()
    baselines = running.baselines()
    for name, other in same.items():
        assert found.errors(name) == pytest.approx(baselines.errors(other), rel=1e-9), name
        assert found.score(name, "MASE") == pytest.approx(baselines.score(other, "MASE"), rel=1e-9), name
