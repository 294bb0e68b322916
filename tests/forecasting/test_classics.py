"""Automatic smoothing, Theta, Croston and TSB, against other libraries and against what they should find."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tutorial.forecasting import ETS, TSB, AutoETS, Croston, SeasonalNaive, Theta, mase

DATA = json.loads((Path(__file__).parent / "short_series.json").read_text(encoding="utf-8"))
AIR, SHARES = np.array(DATA["AirPassengers"], float), np.array(DATA["JohnsonJohnson"], float)
H = 8


def error(method, values, season):
    forecast = method.fit(values[:-H]).predict(H).point
    return mase(values[-H:], forecast, values[:-H], season)


# ---- automatic exponential smoothing ---------------------------------------------------------------------------------


def test_the_form_that_was_planted_is_found():
    rng, steps = np.random.default_rng(0), np.arange(120)
    level = 100 + np.cumsum(rng.normal(0, 2, 120))
    season = np.array([1.0, 1.3, 0.9, 0.8])[steps % 4]
    assert AutoETS(1).fit(level).chosen.trend is None
    found = AutoETS(4).fit((100 + 2 * steps) * season * (1 + rng.normal(0, 0.01, 120))).chosen
    assert (found.season, found.seasonal, found.trend) == (4, "mul", "add")


@pytest.mark.parametrize(("values", "season"), [(SHARES, 4), (AIR, 12)], ids=["shares", "passengers"])
def test_a_form_of_the_data_halves_the_error_of_a_fixed_one(values, season):
    """Without a trend and with a season that is added, earnings that double are missed; R and its kin choose, too."""
    chosen = error(AutoETS(season), values, season)
    assert chosen < 0.6 * error(ETS(season), values, season)
    assert chosen < error(SeasonalNaive(season), values, season)


def test_aicc_counts_the_first_states():
    model = AutoETS(4).fit(SHARES)
    form, n = model.chosen, len(SHARES)
    k = form.parameters + 1 + 1 + 3 + 1  # level, slope, a season of four whose sum is given, the variance
    assert (form.trend, form.season) == ("add", 4)
    expected = -2 * form.log_likelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    assert model.aicc[form.name] == pytest.approx(expected) == min(model.aicc.values())


def test_what_multiplies_is_left_out_where_it_cannot():
    model = AutoETS(4).fit(SHARES - SHARES.mean())
    assert not [name for name in model.aicc if "M" in name]
    with pytest.raises(ValueError, match="no form of exponential smoothing"):
        AutoETS(1).fit(SHARES[:6])


# ---- Theta -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "season"),
    [(AIR, 12), (SHARES, 4), (AIR - AIR.mean(), 12), (np.random.default_rng(0).normal(5, 1, 90), 4)],
    ids=["multiplied", "grows", "added", "no season"],
)
def test_theta_forecasts_as_statsmodels_does(values, season):
    from statsmodels.tsa.forecasting.theta import ThetaModel

    theirs = ThetaModel(values.copy(), period=season).fit(disp=False).forecast(H)
    np.testing.assert_allclose(
        Theta(season).fit(values).predict(H).point, theirs, rtol=1e-3, atol=1e-3 * np.ptp(values)
    )


def test_theta_from_later_origins_is_its_own_equation():
    model = Theta(1).fit(SHARES[:60])
    level = SHARES[0]
    for value in SHARES[:70]:
        level = model.alpha * value + (1 - model.alpha) * level
    lag = (1 - (1 - model.alpha) ** 70) / model.alpha
    expected = level + model.slope / 2 * (np.arange(3) + lag)
    np.testing.assert_allclose(model.forecast(SHARES, np.array([70]), 3)[0], expected)


# ---- intermittent demand ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", DATA["intermittent"])
def test_croston_and_tsb_forecast_as_statsforecast_does(case):
    demand = np.array(case["demand"], float)
    assert Croston().fit(demand).predict(2).point == pytest.approx([case["croston"]] * 2, rel=1e-12)
    assert TSB(alpha=0.2, beta=0.1).fit(demand).predict(1).point[0] == pytest.approx(case["tsb"], rel=1e-12)


def test_what_is_no_longer_asked_for_is_forgotten_by_tsb_alone():
    demand = np.concatenate([np.tile([0.0, 3.0], 30), np.zeros(60)])
    assert Croston().fit(demand).predict(1).point[0] == pytest.approx(1.5)
    assert TSB().fit(demand).predict(1).point[0] < 0.01


@pytest.mark.parametrize("make", [Croston, TSB])
def test_what_is_no_demand_is_refused(make):
    for values in (np.array([1.0, -1.0, 2.0]), np.zeros(5)):
        with pytest.raises(ValueError, match="zero or more and not always zero"):
            make().fit(values)
    impossible: Any = 1.5
    with pytest.raises(ValueError, match="alpha lies above 0"):
        make(impossible)
