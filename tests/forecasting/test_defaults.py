"""What a forecaster does when it is told the horizon alone: seasons of the series, as many updates as it needs."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Forecaster, Hybrid, SeasonalNaive
from rnn_tutorial.forecasting.neural import clock, short
from rnn_tutorial.forecasting.neural.outputs import Point
from rnn_tutorial.forecasting.neural.training import EPOCHS, MIN_STEPS, Recipe
from rnn_tutorial.forecasting.seasons import learnable_seasons

DAY, WEEK, H = 4, 28, 4
STEPS = np.arange(WEEK * 8)
VALUES = 100 + 10 * np.sin(2 * np.pi * STEPS / DAY) + np.random.default_rng(0).normal(0, 2, len(STEPS))
INDEX = pd.date_range("2024-01-01", periods=len(STEPS), freq="6h")
SERIES = Series("toy", VALUES, INDEX, seasons={"day": DAY, "week": WEEK})
SMALL: dict[str, Any] = {"hidden_size": 4, "epochs": 1, "stride": 8}


def test_the_seasons_are_those_of_the_series():
    found = Forecaster("gru", H, **SMALL).fit(SERIES)
    told = Forecaster("gru", H, seasons=(DAY, WEEK), **SMALL).fit(SERIES)
    assert (found.seasons, found.length) == ((DAY, WEEK), DAY)
    np.testing.assert_array_equal(found.predict().point, told.predict().point)
    assert found.get_params()["seasons"] is None  # so a copy asks the series that it is handed


def test_no_seasons_are_no_seasons():
    none = Forecaster("gru", H, seasons=(), **SMALL).fit(SERIES)
    assert (none.seasons, none.length) == ((), 2 * H)
    plain = Forecaster("gru", H, **SMALL).fit(VALUES)  # numbers know of none
    assert plain.seasons == ()


def test_a_file_keeps_the_seasons_that_were_found(tmp_path):
    before = Forecaster("gru", H, **SMALL).fit(SERIES)
    before.save(tmp_path / "a")
    after = Forecaster.load(tmp_path / "a")
    assert after.seasons == (DAY, WEEK)
    np.testing.assert_array_equal(after.predict().point, before.predict().point)


def test_a_failed_fit_leaves_the_seasons_as_they_were():
    model = Forecaster("gru", H, input_length=40, **SMALL)
    with pytest.raises(ValueError, match="too few"):
        model.fit(SERIES.part(0, 40))
    assert model.seasons == ()


def test_a_hybrid_asks_the_series_as_well():
    network = Forecaster("gru", H, **SMALL)
    found = Hybrid(SeasonalNaive(DAY), network).fit(SERIES)
    told = Hybrid(SeasonalNaive(DAY), network, input_length=DAY, seasons=(DAY, WEEK)).fit(SERIES)
    assert (found.read_seasons, found.length) == ((DAY, WEEK), DAY)
    np.testing.assert_array_equal(found.predict().point, told.predict().point)


@pytest.mark.parametrize(
    ("steps", "horizon", "expected"),
    [(3 * WEEK, H, (DAY, WEEK)), (3 * WEEK - 1, H, (DAY,)), (3 * WEEK, 27, (DAY,)), (2 * DAY, 1, ())],
)
def test_a_season_is_learnt_where_there_is_room(steps, horizon, expected):
    assert learnable_seasons(SERIES.part(0, steps), horizon) == expected


# ---- how long is trained ---------------------------------------------------------------------------------------------


def test_a_short_series_gets_its_steps_and_a_long_one_its_epochs():
    recipe = Recipe(None, 1e-3, batch_size=64)
    assert recipe.epochs_for(windows=100) == -(-MIN_STEPS // 2)
    assert recipe.epochs_for(windows=64 * MIN_STEPS) == EPOCHS
    assert Recipe(3, 1e-3, batch_size=64).epochs_for(windows=100) == 3  # as was asked for


def test_on_a_long_series_the_defaults_are_fifteen_epochs():
    """To the bit what fifteen epochs and explicit seasons gave before there was a floor."""
    options: dict[str, Any] = {"hidden_size": 2, "batch_size": 4, "min_steps": 100}
    default = Forecaster("gru", H, seasons=(DAY,), **options).fit(SERIES)
    told = Forecaster("gru", H, seasons=(DAY,), epochs=15, **options).fit(SERIES)
    assert len(default.history) == EPOCHS == 15
    np.testing.assert_array_equal(default.predict().point, told.predict().point)


def test_what_is_short_is_said_by_the_recipe_and_not_where_epochs_are_given():
    recipe = Recipe(None, 1e-3, batch_size=64)
    least = 64 * -(-MIN_STEPS // EPOCHS)  # windows from which fifteen epochs make the steps
    assert recipe.finds_short(least - 64)
    assert not recipe.finds_short(least - 63)
    assert not recipe.finds_short(0)
    assert not Recipe(EPOCHS, 1e-3, batch_size=64).finds_short(100)


# ---- what a short series is told beside ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "expected"), [(np.zeros(240), True), (0.05 * np.arange(240.0), False)], ids=["stays", "rises"]
)
def test_a_level_that_wanders_is_told_from_one_that_stays(level, expected):
    """Also where the season moves by much more than the level does, and where values are missing."""
    t = np.arange(240)
    values = level + 30 * np.sin(2 * np.pi * t / 12) + np.random.default_rng(1).normal(size=240)
    assert short.is_settled(values, 12) == expected
    values[100:110] = np.nan
    kept = values.copy()
    assert short.is_settled(values, 12) == expected
    np.testing.assert_array_equal(values, kept)


def test_a_level_that_is_slowly_returned_to_is_no_walk():
    """Of an AR(1) with φ = 0.9 the test of a constant level alone denies every second one that it is settled."""
    rng = np.random.default_rng(0)
    returns, walks = [], []
    for _ in range(50):
        values = np.zeros(330)
        for t, noise in enumerate(rng.normal(size=329), 1):
            values[t] = 0.9 * values[t - 1] + noise
        returns.append(short.is_settled(values, 1))
        walks.append(short.is_settled(np.cumsum(rng.normal(size=330)), 1))
    assert np.mean(returns) > 0.75
    assert np.mean(walks) < 0.15


def test_a_short_series_without_seasons_is_trained_half_as_long():
    values = np.random.default_rng(0).normal(size=120)
    few = Forecaster("gru", H, hidden_size=2).fit(values)
    updates = len(few.history) * -(-len(range(2 * H, 120 - H + 1)) // 64)
    assert (few.scale, updates, few.get_params()["min_steps"]) == ("series", short.STEPS, None)
    told = Forecaster("gru", H, hidden_size=2, min_steps=short.STEPS).fit(values)
    np.testing.assert_array_equal(told.predict().point, few.predict().point)
    more = Forecaster("gru", H, hidden_size=2, min_steps=MIN_STEPS).fit(values)
    assert len(more.history) == 2 * len(few.history)
    months = Forecaster("gru", H, hidden_size=2, seasons=(12,)).fit(values)
    assert len(months.history) == 2 * len(few.history)


def test_a_short_series_that_wanders_is_read_from_its_last_value():
    walk = np.cumsum(np.random.default_rng(0).normal(size=120))
    found = Forecaster("gru", H, hidden_size=2, min_steps=40).fit(walk)
    assert (found.scale, found.clock.harmonics) == ("last", clock.HARMONICS)
    seasonal = Forecaster("gru", H, hidden_size=2, min_steps=40, seasons=(12,)).fit(walk)
    assert seasonal.scale == "window"


def test_a_short_series_is_read_from_its_level_and_by_the_month():
    options: dict[str, Any] = {"hidden_size": 2, "min_steps": 16}
    t = np.arange(60)
    months = np.random.default_rng(2).normal(size=12)[t % 12] + 0.1 * np.random.default_rng(3).normal(size=60)
    stays = Forecaster("gru", H, seasons=(12,), **options).fit(months)
    assert (stays.scale, stays.clock.harmonics) == ("series", short.HARMONICS)
    assert stays.clock.columns(0, 12).shape[1] == 11 + 1  # the sine of the sixth wave is 0
    rises = Forecaster("gru", H, seasons=(12,), **options).fit(months + t)
    assert (rises.scale, rises.clock.harmonics) == ("window", clock.HARMONICS)
    asked_for: list[dict[str, Any]] = [{"scale": "centre"}, {"epochs": 1, "scale": None}]
    for told in asked_for:
        asked = Forecaster("gru", H, seasons=(12,), **(options | told)).fit(months)
        assert (asked.scale, asked.clock.harmonics) == (told["scale"] or "window", clock.HARMONICS)
    again = stays.fit(np.tile(months, 30) + np.arange(1800))  # a long one, after a short one
    assert (again.scale, again.clock.harmonics, again.get_params()["scale"]) == ("window", clock.HARMONICS, None)


def test_a_file_keeps_the_scale_that_was_found(tmp_path):
    values = np.random.default_rng(0).normal(size=40)
    before = Forecaster("gru", H, hidden_size=2, min_steps=16).fit(values)
    before.save(tmp_path / "a")
    after = Forecaster.load(tmp_path / "a")
    assert (before.scale, after.scale, after.get_params()["scale"]) == ("series", "series", None)
    np.testing.assert_array_equal(after.predict().point, before.predict().point)


@pytest.mark.parametrize("layer", ["lstm", "gru"])
def test_counting_goes_on(layer):
    """1 … 120 is followed by 121 … 132: of thirty updates, fifteen epochs, came 123 … 130."""
    forecast = Forecaster(layer, horizon=12).fit(np.arange(1.0, 121.0)).predict().point
    np.testing.assert_allclose(forecast, np.arange(121.0, 133.0), rtol=0.01)


# ---- what is learnt --------------------------------------------------------------------------------------------------


def test_rare_counts_are_forecast_by_their_mean():
    """A network of the median says 0 for ever; the mean of one demand of 5 in four steps is 1.25."""
    rng = np.random.default_rng(0)
    counts = np.where(rng.random(300) < 0.25, 5.0, 0.0)
    model = Forecaster("rnn", 2, input_length=8, hidden_size=2, scale="series", min_steps=60).fit(counts)
    assert isinstance(model.distribution, Point)
    assert model.distribution.mean
    assert 0.8 < model.predict().point.mean() < 1.7
    night = Forecaster("rnn", 2, input_length=8, hidden_size=2, epochs=1).fit(counts + 0.5 * (counts > 0))
    assert isinstance(night.distribution, Point)
    assert not night.distribution.mean  # sunlight is no count
