"""How much is kept back to choose a method by, and what is taken where nothing can be."""

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import (
    AutoETS,
    Best,
    Drift,
    Method,
    Persistence,
    SeasonalNaive,
    Theta,
    candidates_for,
)
from rnn_tutorial.forecasting.wrappers.part import (
    longest_season,
    steps_to_choose_by,
    taken_without_a_part,
    usual_part,
)

H = M = 12


def months(steps: int, noise: float = 0.1) -> Series:
    t = np.arange(steps)
    values = 50 + 10 * np.sin(2 * np.pi * t / M) + noise * np.random.default_rng(0).normal(size=steps)
    return Series("y", values, pd.date_range("2000-01-01", periods=steps, freq="MS"), seasons={"year": M})


def by_name(*methods: Method) -> dict[str, Method]:
    return {one.name: one for one in methods}


@pytest.mark.parametrize(
    ("steps", "part"),
    [
        (2 * M + 2 * H - 1, 0),  # one step too few for a horizon
        (2 * M + 2 * H, H),  # exactly enough
        (2 * M + 2 * H + 5, H + 5),  # shorter than usual
        (2 * M + 3 * H - 1, 2 * H - 1),
        (2 * M + 3 * H, 2 * H),  # as usual from here on
        (2 * M + 3 * H + 1, 2 * H),
        (20 * M, 4 * M),  # a fifth
    ],
)
def test_two_seasons_and_a_horizon_are_left(steps, part):
    assert steps_to_choose_by(months(steps), H, M) == part
    assert part in (0, usual_part(months(steps), H)) or steps - part == 2 * M + H


@pytest.mark.parametrize(("steps", "part"), [(13, 0), (14, 6), (15, 7), (16, 8), (40, 12), (100, 20)])
def test_without_a_season_there_is_room_from_two_horizons_and_two_steps_on(steps, part):
    assert steps_to_choose_by(Series.of(np.arange(float(steps))), 6) == part


def test_the_usual_part_is_at_least_a_horizon():
    assert [usual_part(Series.of(np.arange(float(steps))), 6) for steps in (7, 20, 100, 1000)] == [6, 10, 20, 180]


def test_the_longest_season_is_known_or_repeated_and_three_times_there():
    methods = by_name(Persistence(), SeasonalNaive(12), SeasonalNaive(90))
    assert longest_season(methods, Series.of(np.arange(40.0))) == 12
    assert longest_season(methods, Series.of(np.arange(35.0))) == 1
    assert longest_season(methods, Series.of(np.arange(270.0))) == 90
    assert longest_season(by_name(Persistence()), months(36)) == 12
    assert longest_season(by_name(Persistence()), months(35)) == 1


def test_without_a_part_smoothing_is_taken_or_else_a_season():
    def taken(series: Series, longest: int, *methods: Method) -> str | None:
        found = taken_without_a_part(by_name(*methods), series, longest)
        return None if found is None else found.name

    series, naive, ets = months(36), SeasonalNaive(M), AutoETS(M)
    assert taken(series, M, naive, Persistence(), ets) == ets.name
    assert taken(series, M, naive, Persistence()) == naive.name
    assert taken(series, M, SeasonalNaive(7), Persistence()) is None
    quarter = SeasonalNaive(3)
    assert taken(series.part(0, 5), 3, AutoETS(3), quarter) == quarter.name  # smoothing refuses so few
    week = SeasonalNaive(168)
    assert taken(Series.of(np.arange(504.0)), 168, week, AutoETS(24)) == week.name


def test_best_says_that_nothing_was_kept_back():
    model = Best([SeasonalNaive(M), Persistence(), AutoETS(M)], H).fit(months(2 * M + 2 * H - 1))
    assert (model.part, model.chosen.name) == (0, "automatic ETS")
    assert model.errors == model.losses == model.left_out == {}
    assert model.simple == model.networks == ()
    assert model.lost("persistence") == ""
    alone = AutoETS(M).fit(months(2 * M + 2 * H - 1)).predict(H).point
    np.testing.assert_array_equal(model.predict().point, alone)


def test_best_chooses_by_a_horizon_where_that_is_just_possible():
    model = Best([SeasonalNaive(M), Persistence(), AutoETS(M), Theta(M)], H).fit(months(2 * M + 2 * H))
    assert model.part == H
    assert set(model.errors) == {"seasonal naive (12)", "persistence", "automatic ETS", "Theta"}
    assert model.left_out == {}


def test_what_was_asked_for_stays():
    model = Best([SeasonalNaive(M), Persistence(), AutoETS(M)], H, valid=H).fit(months(30))
    assert model.part == H
    assert model.errors


def test_methods_without_smoothing_and_season_are_judged_by_what_there_is():
    model = Best([Persistence(), Drift()], H).fit(months(36))
    assert model.part == 18
    assert set(model.errors) == {"persistence", "drift"}


def test_a_season_that_is_three_times_there_is_repeated_and_smoothed():
    """A network has no room for it beside its windows; that is no reason to forget it."""
    candidates = {one.name: one for one in candidates_for(months(36), H)}
    ets, theta = candidates["automatic ETS"], candidates["Theta"]
    assert "seasonal naive (12)" in candidates
    assert isinstance(ets, AutoETS)
    assert isinstance(theta, Theta)
    assert ets.season == theta.season == M
    assert "seasonal naive (12)" not in {one.name for one in candidates_for(months(35), H)}


@pytest.mark.parametrize("steps", [36, 47])
def test_three_years_of_months_are_forecast_with_their_season(steps):
    series = months(steps + H)
    model = Best(horizon=H).fit(series.part(0, steps))
    assert model.part == 0
    assert np.abs(model.predict().point - series.values[steps:]).mean() < 0.5  # of a season of 10
