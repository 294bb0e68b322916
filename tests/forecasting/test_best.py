"""A choice by validation, a mean of several, and a series shown as logarithms or differences."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import (
    TSB,
    AutoETS,
    Best,
    Combination,
    Drift,
    Forecaster,
    HoltWinters,
    Hybrid,
    Method,
    Persistence,
    RidgeOnLags,
    SeasonalNaive,
    Theta,
    Transformed,
    candidates_for,
)

DATA = json.loads((Path(__file__).parent / "short_series.json").read_text(encoding="utf-8"))
AIR = Series(
    "passengers",
    np.array(DATA["AirPassengers"], float),
    pd.date_range("1949-01-01", periods=144, freq="MS"),
    seasons={"year": 12},
)
SIMPLE: list[Method] = [Persistence(), SeasonalNaive(12), Drift()]
RNG = np.random.default_rng(0)


class Wrong(Method):
    """A network for the tests: it depends on chance, and is beside the point."""

    name = "wrong"

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def learn(self, series: Series) -> None:
        """Nothing."""

    def points(self, series, origins, horizon):
        return np.full((len(origins), horizon), 1e3)


class Zero(Wrong):
    """Nothing will come."""

    name = "zero"

    def points(self, series, origins, horizon):
        return np.zeros((len(origins), horizon))


# ---- the choice ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.arange(1.0, 121.0), "drift"),
        (np.tile(RNG.normal(size=12), 12), "seasonal naive (12)"),
        (np.concatenate([np.arange(50.0), np.full(100, 50.0)]), "persistence"),
    ],
)
def test_what_fits_is_chosen(values, expected):
    model = Best(SIMPLE, 12).fit(values)
    assert model.chosen.name == expected
    alone = next(one for one in SIMPLE if one.name == expected).fit(values).predict(12)
    np.testing.assert_array_equal(model.predict().point, alone.point)


def test_the_choice_looks_at_nothing_after_the_series():
    values = np.concatenate([np.arange(100.0), RNG.normal(size=100)])
    model = Best(SIMPLE, 5).fit(values[:100])
    assert model.chosen.name == "drift"
    assert model.forecast(values, np.array([100]), 5)[0] == pytest.approx([100, 101, 102, 103, 104])


def test_a_line_needs_a_reason():
    """On a random walk it is better than the last value by chance alone, in about every second one."""
    fits = [Best(SIMPLE, 5).fit(np.cumsum(np.random.default_rng(seed).normal(size=200))) for seed in range(12)]
    assert sum(fit.errors["drift"] < fit.errors["persistence"] for fit in fits) >= 2
    assert {fit.chosen.name for fit in fits} == {"persistence"}


def test_a_line_needs_a_reason_where_few_overlapping_origins_tell_it():
    """The variance of Diebold and Mariano's test often comes out negative there; means of blocks tell as well."""
    fits = [Best(SIMPLE, 12).fit(np.cumsum(np.random.default_rng(seed).normal(size=329))) for seed in range(12)]
    assert sum(fit.errors["drift"] < fit.errors["persistence"] for fit in fits) >= 3
    assert sum(fit.chosen.name == "persistence" for fit in fits) >= 11


def test_a_method_that_cannot_is_left_out_with_its_reason():
    model = Best([Persistence(), SeasonalNaive(90)], 4).fit(np.arange(100.0))
    assert list(model.errors) == ["persistence"]
    assert "90" in model.left_out["seasonal naive (90)"]
    with pytest.raises(ValueError, match="none of the methods can deal with this series"):
        Best([SeasonalNaive(900)], 4).fit(np.arange(100.0))
    with pytest.raises(ValueError, match="distinct names"):
        Best([Drift(), Drift()], 4)


def test_rare_counts_are_chosen_by_what_is_to_be_expected():
    """Nothing comes on most days: repeating 0 is right most often, and of no use to who has to order."""
    rng = np.random.default_rng(5)
    counts = np.where(rng.random(300) < 0.25, rng.poisson(4, 300) + 1.0, 0.0)
    fit = Best([Zero(), TSB()], 5, combine=False).fit(counts)
    assert (fit.measure, fit.chosen.name) == ("root mean squared error", TSB().name)
    halves = Best([Zero(), TSB()], 5, combine=False).fit(counts / 2)  # no counts any more
    assert (halves.measure, halves.chosen.name) == ("mean absolute error", "zero")


def test_a_network_that_loses_by_more_than_chance_is_told():
    model = Best([*SIMPLE, Wrong()], 4).fit(np.cumsum(RNG.normal(size=200)))
    assert model.networks == ("wrong",)
    assert "wrong was wrong by" in model.lost("wrong")
    assert "which learns nothing" in model.lost("wrong")
    assert model.lost("persistence") == ""  # one of the simple ones itself
    assert Best([Wrong()], 4).fit(np.arange(100.0)).lost("wrong") == ""  # held against nothing


def test_the_candidates_follow_the_series():
    def names(series, horizon, **options):
        return {one.name for one in candidates_for(series, horizon, **options)}

    classic = {"automatic ETS", "Theta", "automatic autoregression"}
    assert {"seasonal naive (12)", "persistence", "drift", "GRU"} | classic <= names(AIR, 12)
    assert "Croston" not in names(AIR, 12)
    rare = Series.of(np.where(np.arange(100) % 4, 0.0, 5.0))
    assert {"Croston", "TSB"} <= names(rare, 4)
    hourly = Series("load", np.ones(600) + np.arange(600) % 24, pd.date_range("2024", periods=600, freq="h"),
                    seasons={"day": 24, "week": 168})  # fmt: skip
    assert {"Holt-Winters (24, 168), additive", "GRU", "gradient boosting"} <= names(hourly, 24)
    assert not classic & names(hourly, 24)


@pytest.mark.parametrize(
    ("lowest", "seasons"), [(0.0, "additive"), (1.0, "additive"), (20.0, "log"), (-5.0, "additive")]
)
def test_what_may_fall_below_zero_is_not_told_in_ratios(lowest, seasons):
    values = lowest + 10 * (1 + np.sin(2 * np.pi * np.arange(600) / 24)) + np.arange(600) / 100
    hourly = Series("load", values, pd.date_range("2024", periods=600, freq="h"), seasons={"day": 24, "week": 168})
    made = candidates_for(hourly, 24)
    assert [one.seasons for one in made if isinstance(one, HoltWinters)] == [seasons]
    assert [one.log for one in made if isinstance(one, Hybrid)] == [seasons == "log"]


def test_several_that_learn_forecast_together():
    past = AIR.part(0, 132)
    learn: list[Method] = [RidgeOnLags(13, 12), Theta(12)]
    model = Best([*SIMPLE, *learn], 12).fit(past)
    assert model.team == tuple(one.name for one in learn)
    assert model.chosen.name == f"mean of {learn[0].name} and {learn[1].name}"
    parts = [one.fit(past).predict(12).point for one in learn]
    np.testing.assert_allclose(model.predict().point, np.mean(parts, axis=0))
    assert model.error == pytest.approx(model.trial.error(*model.team))
    alone = Best([*SIMPLE, *learn], 12, combine=False).fit(past)
    assert alone.team == (min(model.team, key=lambda name: alone.errors[name]),)
    assert alone.chosen.name == alone.team[0]


def test_automatic_smoothing_is_fitted_once_where_nothing_can_be_kept_back(monkeypatch):
    fits = []
    learn = AutoETS.learn

    def counted(self: AutoETS, series: Series) -> None:
        fits.append(len(series))
        learn(self, series)

    monkeypatch.setattr(AutoETS, "learn", counted)
    model = Best(horizon=12).fit(AIR.part(0, 36))
    assert (model.part, model.team, model.chosen.name) == (0, ("automatic ETS",), "automatic ETS")
    assert np.isnan(model.error)
    assert fits == [36]


def test_best_of_its_own_candidates_beats_the_naive_on_months():
    past, truth = AIR.part(0, 132), AIR.values[132:]
    model = Best(horizon=12).fit(past)
    naive = SeasonalNaive(12).fit(past).predict(12).point
    assert np.abs(model.predict().point - truth).mean() < 0.8 * np.abs(naive - truth).mean()


# ---- the mean --------------------------------------------------------------------------------------------------------


def test_a_combination_is_the_mean():
    values, origins = np.cumsum(RNG.normal(size=60)), np.array([50, 60])
    both = Combination([Persistence(), Drift()]).fit(values[:50])
    parts = [one.fit(values[:50]).forecast(values, origins, 3) for one in (Persistence(), Drift())]
    np.testing.assert_allclose(both.forecast(values, origins, 3), (parts[0] + parts[1]) / 2)
    for methods, told in (([Drift()], "two or more"), ([RidgeOnLags(2, 2), RidgeOnLags(3, 3)], "different horizons")):
        with pytest.raises(ValueError, match=told):
            Combination(methods)


# ---- transformations -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transform", ["log", "difference", "log difference", "seasonal difference"])
def test_a_transformation_is_brought_back(transform):
    """A method that repeats what it is shown last goes on as the transformation says, from every origin."""
    y, origins = AIR.values, np.array([60, 100])
    model = Transformed(Persistence(), transform, season=12).fit(AIR.part(0, 60))
    z, d = np.log(y) if "log" in transform else y, {"d": 1, "s": 12}.get(transform.replace("log ", "")[0], 0)
    for origin, found in zip(origins, model.forecast(AIR, origins, 15), strict=True):
        path = list(z[:origin])
        shown = z[origin - 1] - z[origin - 1 - d] if d else z[origin - 1]
        for _ in range(15):
            path.append(shown + path[len(path) - d] if d else shown)
        expected = np.array(path[origin:])
        np.testing.assert_allclose(found, np.exp(expected) if "log" in transform else expected)


def test_the_transformation_is_chosen_by_validation():
    line = Transformed(RidgeOnLags(2, 4, alpha=100.0)).fit(5.0 * np.arange(1, 80))
    assert line.chosen in ("difference", "log difference")
    assert set(line.tried) == {"none", "log", "difference", "log difference"}
    np.testing.assert_allclose(line.predict().point, 5.0 * np.arange(80, 84))
    grows = Transformed(Persistence(), horizon=12).fit(AIR)
    assert grows.chosen == min(grows.tried, key=lambda name: grows.tried[name])
    assert "seasonal" in grows.chosen


def test_a_transformation_that_the_series_does_not_allow_is_refused():
    with pytest.raises(ValueError, match="allows no transformation by 'log'"):
        Transformed(Drift(), "log").fit(np.array([1.0, -1.0, 2.0]))
    with pytest.raises(ValueError, match="allows no transformation by 'seasonal difference'"):
        Transformed(Drift(), "seasonal difference").fit(np.arange(30.0))


def test_dates_and_columns_move_with_the_differences():
    days = pd.date_range("2024-01-01", periods=80)
    known = np.asarray(days.day_of_week < 5, dtype=float)[:, None]
    series = Series("y", 10 + 3 * known[:70, 0], days[:70], seasons={"week": 7},
                    covariates=Covariates(known=known, known_names=("work",)))  # fmt: skip
    model = Transformed(RidgeOnLags(2, 10, alpha=1e-6, use_covariates=True), "difference").fit(series)
    assert model.predict().index[0] == days[70]
    network = Transformed(Forecaster("gru", 10, hidden_size=4, epochs=1), "seasonal difference").fit(series)
    assert len(network.predict()) == 10
