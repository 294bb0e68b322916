"""Exponential smoothing and SARIMA against the forecasts of statsmodels itself, and against their own future."""

from typing import Any

import numpy as np
import pytest

from rnn_tutorial.forecasting import ETS, SARIMA

M, H = 6, 15  # a horizon of more than two seasons
STEPS = np.arange(M * 25)
NOISE = np.random.default_rng(0).normal(0, 2, len(STEPS))
TREND = 100 + 40 * (1 - 0.98**STEPS)
SERIES = TREND + 15 * np.sin(2 * np.pi * STEPS / M) + NOISE
MULTIPLIED = TREND * (1 + 0.2 * np.sin(2 * np.pi * STEPS / M)) + NOISE
END = np.array([len(SERIES)])
UNKNOWN: Any = "linear"

COMPONENTS = [
    (None, {}),
    (None, {"trend": "add"}),
    (None, {"trend": "mul"}),
    (None, {"trend": "mul", "damped": True}),
    (M, {}),
    (M, {"trend": "add", "damped": True}),
    (M, {"seasonal": "mul"}),
    (M, {"error": "mul", "trend": "add", "damped": True, "seasonal": "mul"}),
]
ORDERS = [
    ((1, 0, 0), (0, 0, 0), None),
    ((1, 1, 1), (0, 0, 0), None),
    ((1, 0, 0), (0, 1, 1), M),
    ((1, 0, 0), (1, 1, 0), M),
]


def name_of(value):
    return " ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else None


@pytest.mark.parametrize(("season", "parts"), COMPONENTS, ids=name_of)
def test_ets_forecasts_as_statsmodels_does(season, parts):
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    values = MULTIPLIED if "seasonal" in parts else SERIES
    ours = ETS(season, **parts).fit(values).forecast(values, END, H)[0]
    words = {"damped_trend" if name == "damped" else name: part for name, part in parts.items()}
    if season:
        words = {"seasonal": "add", "seasonal_periods": season} | words
    theirs = ETSModel(values.copy(), initialization_method="heuristic", **words).fit(disp=False, maxiter=1000)
    np.testing.assert_allclose(ours, theirs.forecast(H), rtol=1e-9)


@pytest.mark.parametrize("values", [np.zeros(20), np.full(20, 7.5), np.tile([1.0, 4, 2, 4, 3, 1], 4)])
def test_ets_without_errors_forecasts_without_warnings(values):
    forecast = ETS(M).fit(values).predict(horizon=M).point
    np.testing.assert_allclose(forecast, (values[-M:] if len(values) % M == 0 else values[:M]), atol=1e-9)


@pytest.mark.parametrize("constant", [False, True])
@pytest.mark.parametrize(("order", "seasonal", "season"), ORDERS)
def test_sarima_forecasts_as_statsmodels_does(order, seasonal, season, constant):
    """At the end of what it was fitted on, and at a later origin with the same estimates."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    values, cut = SERIES - 110, len(SERIES) - 20
    model = SARIMA(order, seasonal, season, constant=constant).fit(values[:cut])
    ours = model.forecast(values, np.array([cut, len(values)]), H)
    theirs = SARIMAX(
        values[:cut], order=order, seasonal_order=(*seasonal, season or 0), trend="c" if constant else "n"
    ).fit(disp=False, maxiter=200)
    np.testing.assert_allclose(ours[0], theirs.forecast(H), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(ours[1], theirs.append(values[cut:]).forecast(H), rtol=1e-6, atol=1e-8)


def test_simple_smoothing_by_hand():
    """The level after each value, the same for every step ahead."""
    model = ETS().fit(SERIES)
    alpha, level = model.constants[0], model.first["initial_level"]
    levels = [level := alpha * value + (1 - alpha) * level for value in SERIES]
    origins = np.array([20, 70, 71, len(SERIES)])
    np.testing.assert_allclose(model.forecast(SERIES, origins, 2), np.array(levels)[origins - 1, None].repeat(2, 1))


METHODS = [
    ETS(M, trend="add", damped=True),
    ETS(M, seasonal="mul", fit_on=60),
    SARIMA((1, 0, 0), (0, 1, 1), M),
    SARIMA((1, 0, 1), season=None, constant=True, fit_on=60),
]


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_no_origin_sees_the_future_or_another_origin(method):
    method.fit(SERIES[:110])
    origins = np.array([110, 113, 140])
    together = method.forecast(SERIES, origins, H)
    for row, origin in enumerate(origins):
        changed = np.append(SERIES[:origin], np.full(len(SERIES) - origin, 1e3))
        np.testing.assert_allclose(method.forecast(changed, origins[row : row + 1], H)[0], together[row], rtol=1e-9)


@pytest.mark.parametrize("make", [lambda **o: ETS(M, **o), lambda **o: SARIMA((1, 0, 0), (0, 1, 1), M, **o)])
def test_fit_on_reads_the_last_values_alone(make):
    """As if the series began there."""
    whole = make(fit_on=60).fit(SERIES).forecast(SERIES, END, H)
    np.testing.assert_allclose(whole, make().fit(SERIES[-60:]).forecast(SERIES[-60:], np.array([60]), H), rtol=1e-9)
    assert not np.allclose(whole, make().fit(SERIES).forecast(SERIES, END, H), rtol=1e-6)


def test_names_and_sizes():
    assert (ETS(M, trend="add", damped=True, seasonal="mul").name) == "ETS(A,Ad,M) (6)"
    assert ETS(M, trend="add", damped=True).parameters == 4
    assert SARIMA((2, 1, 1), (0, 1, 1), M, constant=True).name == "SARIMA(2,1,1)(0,1,1) (6)"
    assert SARIMA((2, 1, 1), (0, 1, 1), M, constant=True).parameters == 6  # and the variance


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ETS(trend=UNKNOWN), 'components are "add" or "mul"'),
        (lambda: ETS(1), "at least 2 steps"),
        (lambda: ETS(damped=True), "needs a trend"),
        (lambda: ETS(trend="mul").fit(SERIES - 110), "needs positive values"),
        (lambda: ETS(M, fit_on=500).fit(SERIES), "too few"),
        (lambda: SARIMA((1, -1, 0)), "numbers from 0 on"),
        (lambda: SARIMA(season=1), "at least 2 steps"),
        (lambda: SARIMA(season=M).fit(SERIES[:18]), "too few"),
    ],
)
def test_clear_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()
