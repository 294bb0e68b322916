"""Orders found as R's auto.arima finds them, and what is trivial forecast without any."""

import json
from pathlib import Path

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS

from rnn_tutorial.forecasting import AutoARIMA
from rnn_tutorial.forecasting.methods.automatic_arima import Orders, aicc_of, neighbours
from rnn_tutorial.forecasting.methods.unit_roots import (
    RETURNS,
    WANDERS,
    dickey_fuller,
    differences,
    kpss,
    seasonal_strength,
)

DATA = json.loads((Path(__file__).parent / "short_series.json").read_text(encoding="utf-8"))


def simulated(seed: int, phi: float, theta: float = 0.0) -> np.ndarray:
    noise, values = np.random.default_rng(seed).normal(size=200), np.zeros(200)
    for t in range(1, 200):
        values[t] = phi * values[t - 1] + noise[t] + theta * noise[t - 1]
    return values


@pytest.mark.parametrize(
    ("values", "order", "aicc", "forecast"),
    [
        (20 + simulated(0, 0.8), (1, 0, 0), 558.609, [19.619, 19.700, 19.766, 19.820]),
        (simulated(1, 0.0, 0.7), (2, 0, 1), 534.527, [-0.876, 0.073, 0.032, -0.187]),
        (np.cumsum(np.random.default_rng(2).normal(size=200)), (1, 1, 1), None, [-1.537, -1.523, -1.513, -1.505]),
    ],
    ids=["AR(1)", "MA(1)", "random walk"],
)
def test_orders_and_forecasts_are_those_of_statsforecast(values, order, aicc, forecast):
    """Its version 2.1.1, ``AutoARIMA(season_length=1)``: the second too takes more than the moving average it was."""
    model = AutoARIMA().fit(values)
    assert model.chosen is not None
    assert model.chosen.order == order
    if aicc is not None:  # of differences the two likelihoods have another constant
        assert min(model.aicc.values()) == pytest.approx(aicc, abs=0.02)
    np.testing.assert_allclose(model.predict(4).point, forecast, atol=0.02)


def test_what_never_changes_is_repeated():
    line = AutoARIMA().fit(5.0 * np.arange(40))
    assert (line.chosen, line.d) == (None, 1)
    np.testing.assert_allclose(line.predict(3).point, [200.0, 205.0, 210.0])
    np.testing.assert_allclose(AutoARIMA().fit(np.full(40, 7.0)).predict(3).point, 7.0)
    square = AutoARIMA().fit(np.arange(40.0) ** 2)
    np.testing.assert_allclose(square.predict(3).point, [1600.0, 1681.0, 1764.0])
    season = np.array([1.0, 5.0, 2.0, -3.0])[np.arange(48) % 4]
    for slope in (0.0, 0.5):
        values = season + slope * np.arange(48)
        model = AutoARIMA(4).fit(values)
        assert (model.chosen, model.D) == (None, 1)
        wanted = season[:6] + slope * np.arange(48, 54)
        np.testing.assert_allclose(model.predict(6).point, wanted)
        origins = np.array([30, 41])
        np.testing.assert_allclose(model.forecast(values, origins, 6), values[origins[:, None] + np.arange(6)])


def test_a_level_that_wanders_is_differenced_and_no_other():
    assert kpss(simulated(0, 0.0)) < WANDERS < kpss(np.cumsum(simulated(0, 0.0)))
    assert [differences(np.cumsum(simulated(3, 0.0))), differences(simulated(0, 0.5))] == [1, 0]
    assert kpss(np.full(20, 3.0)) == 0


@pytest.mark.parametrize("phi", [0.8, 1.0])
def test_the_test_of_dickey_and_fuller_is_that_of_statsmodels(phi):
    """With the same lags, a constant and no trend."""
    values = simulated(4, phi)
    X = np.column_stack([np.ones(196), values[3:-1], *(np.diff(values)[3 - lag : -lag] for lag in (1, 2, 3))])
    assert dickey_fuller(values) == pytest.approx(OLS(np.diff(values)[3:], X).fit().tvalues[1])
    assert (dickey_fuller(values) < RETURNS) == (phi < 1)


@pytest.mark.parametrize("values", [np.full(20, 3.0), np.arange(50.0), np.array([1.0, 2.0, 0.5]), np.zeros(1)])
def test_without_noise_or_values_nothing_is_said_to_return(values):
    assert dickey_fuller(values) == 0


def test_it_finds_as_many_walks_returning_as_it_says():
    """One in a hundred at 1 %, by the table for long series."""
    rng = np.random.default_rng(0)
    found = np.mean([dickey_fuller(np.cumsum(rng.normal(size=330))) < RETURNS for _ in range(1000)])
    assert 0.003 < found < 0.025


def test_a_strong_season_is_told_from_none():
    assert seasonal_strength(np.array(DATA["AirPassengers"], float), 12) > 0.9
    assert seasonal_strength(simulated(0, 0.0), 12) < 0.64


def test_neighbours_stay_within_bounds():
    found = list(neighbours(Orders(0, 5, 0, 2, True), seasonal=True, constant=True))
    assert Orders(0, 5, 0, 2, False) in found
    assert all(0 <= one.p <= 5 and 0 <= one.q <= 5 and 0 <= one.P <= 2 and 0 <= one.Q <= 2 for one in found)
    assert {one.Q for one in neighbours(Orders(1, 1), seasonal=False, constant=False)} == {0}


def test_a_model_with_one_lag_twice_is_none():
    assert aicc_of(Orders(2, 0, 1, 0, False), simulated(0, 0.8), 2) == np.inf
    assert np.isfinite(aicc_of(Orders(1, 0, 1, 0, False), simulated(0, 0.8), 2))
    assert aicc_of(Orders(5, 5), simulated(0, 0.8)[:12], 1) == np.inf  # as many numbers as values


def test_refusals():
    with pytest.raises(ValueError, match="at least 1 step"):
        AutoARIMA(0)
    with pytest.raises(ValueError, match="too few"):
        AutoARIMA().fit(np.arange(5.0))


@pytest.mark.parametrize("years", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("more", [0, 1, 5])
def test_orders_for_which_a_series_is_too_short_are_never_chosen(years, more):
    """Five years of months were refused, because the best orders remembered more than half of them."""
    steps = 12 * years + more
    values = np.array(DATA["AirPassengers"], float)[:steps]
    model = AutoARIMA(12).fit(values)
    assert model.chosen is not None
    assert model.chosen.least <= steps
    assert np.isfinite(model.predict(12).point).all()
    assert model.D == 1 or years < 3
