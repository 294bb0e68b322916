"""The order of an autoregression, and the regression that finds its own."""

import numpy as np
import pytest

from rnn_tutorial.forecasting import AutoRegression
from rnn_tutorial.forecasting.methods.order import most_lags, order_of


def autoregressive(*weights, steps=400, seed=0):
    noise = np.random.default_rng(seed).normal(size=steps)
    y = np.zeros(steps)
    for t in range(len(weights), steps):
        y[t] = sum(w * y[t - 1 - j] for j, w in enumerate(weights)) + noise[t]
    return y


@pytest.mark.parametrize("seed", range(3))
def test_the_order_is_that_of_statsmodels(seed):
    """AICc is AIC and a term for few values: statsmodels's AIC, on the same values, and that term."""
    from statsmodels.tsa.ar_model import AutoReg

    y, most = autoregressive(0.5, 0.0, 0.3, seed=seed, steps=120), 12
    n = len(y) - most
    found = []
    for p in range(most + 1):
        k = p + 2
        aic = AutoReg(y, lags=p, trend="c", hold_back=most).fit().aic
        found.append(aic + 2 * k * (k + 1) / (n - k - 1))
    assert order_of(y, most) == int(np.argmin(found))


@pytest.mark.parametrize(("steps", "most"), [(10, 2), (60, 15), (144, 21), (329, 25)])
def test_as_many_lags_are_tried_as_there_is_room_for(steps, most):
    assert most_lags(steps) == most


def test_what_is_exact_is_found_by_the_shortest():
    t = np.arange(100.0)
    assert order_of(t, 20) == 1
    assert order_of(np.full(100, 3.0), 20) == 0
    assert order_of(np.tile([1.0, 4.0, 2.0, 8.0], 25), 20) <= 4


def test_an_order_of_its_own_or_the_one_given():
    y = autoregressive(0.6, 0.3)
    model = AutoRegression().fit(y)
    assert (model.order, model.parameters, model.needed) == (2, 3, 2)
    told = AutoRegression(2).fit(y)
    origins = np.array([50, 400])
    np.testing.assert_array_equal(model.forecast(y, origins, 5), told.forecast(y, origins, 5))
    assert (model.name, told.name) == ("automatic autoregression", "autoregression (2), recursive")
    assert AutoRegression().get_params() == {"lags": None}


def test_of_noise_it_forecasts_the_mean():
    y = np.random.default_rng(4).normal(size=200)
    model = AutoRegression().fit(y)
    assert (model.order, model.needed) == (0, 1)
    np.testing.assert_allclose(model.forecast(y, np.array([1, 200]), 3), np.full((2, 3), y.mean()))


def test_too_few_values_are_refused():
    with pytest.raises(ValueError, match="9 values are too few for automatic autoregression: at least 10"):
        AutoRegression().fit(np.arange(9.0))
