"""Forecasts in bounds: points, quantiles and intervals alike, and never worse for it."""

import numpy as np
import pytest

import rnn_tutorial as rt
from rnn_tutorial.forecasting import Bounded, Conformal, Drift, Method, Persistence, SeasonalNaive, pinball

rng = np.random.default_rng(5)
SALES = rng.poisson(1.5, 400).astype(float)
ORIGINS = np.arange(300, 390)


class Wide(Method):
    """Quantiles far beyond what can be."""

    name = "wide"

    def learn(self, series):
        pass

    def points(self, series, origins, horizon):
        return np.full((len(origins), horizon), -1.0)

    def quantiles(self, series, origins, horizon, levels):
        return np.tile(20 * (np.array(levels) - 0.5), (len(origins), horizon, 1))


def test_points_and_quantiles_by_hand():
    model = Bounded(Wide(), lower=0, upper=5).fit(SALES.clip(0, 5))
    assert model.forecast(SALES, np.array([300]), 2).tolist() == [[0.0, 0.0]]
    assert model.forecast(SALES, np.array([300]), 1, (0.1, 0.5, 0.75, 0.9)).tolist() == [[[0.0, 0.0, 5.0, 5.0]]]
    assert model.name == "wide, at least 0 and at most 5"


def test_intervals_and_their_losses():
    """Bounded intervals hold the same values, are narrower, and their quantiles lose no more."""
    plain = Conformal(Persistence(), calibration=100).fit(SALES[:300])
    bounded = Bounded(plain, lower=0).fit(SALES[:300])
    levels = plain.ends
    before, after = (model.forecast(SALES, ORIGINS, 3, levels) for model in (plain, bounded))
    truth = SALES[ORIGINS[:, None] + np.arange(3)]
    assert before.min() < 0 <= after.min()
    np.testing.assert_array_equal(after, np.maximum(before, 0))
    inside = [(q[..., 0] <= truth) & (truth <= q[..., 1]) for q in (before, after)]
    np.testing.assert_array_equal(*inside)
    assert all(
        pinball(truth, after[..., k], level) <= pinball(truth, before[..., k], level) for k, level in enumerate(levels)
    )


def test_predict_gives_what_the_method_gives():
    found = Bounded(Conformal(Drift(), calibration=50), lower=0).fit(SALES).predict(4)
    assert list(found.quantiles) == [0.05, 0.95]
    assert (found.quantiles[0.05] >= 0).all()
    assert found.method.endswith("at least 0")
    assert Bounded(Drift(), upper=9).fit(SALES).predict(4).quantiles == {}
    assert list(Bounded(Wide(), lower=0).fit(SALES).predict(2, (0.25, 0.75)).quantiles) == [0.25, 0.75]


def test_it_is_what_the_method_is():
    model = Bounded(SeasonalNaive(7), lower=0)
    assert model.needed == 7
    assert model.baseline
    assert model.finds_its_place
    assert not model.gives_quantiles
    assert not model.depends_on_chance
    network = Bounded(rt.Forecaster("gru", 2, hidden_size=2), lower=0)
    assert network.horizon == 2
    assert network.with_seed(3).get_params()["method__seed"] == 3
    assert network.set_params(method__hidden_size=4).get_params()["method__hidden_size"] == 4
    result = rt.backtest(
        [Bounded(Drift(), lower=0), Drift()], rt.Series.of(SALES), 5, test=50, levels=(), progress=False
    )
    board = result.board()
    assert board.errors("drift, at least 0")[0] <= board.errors("drift")[0]


@pytest.mark.parametrize("bounds", [{}, {"lower": 2, "upper": 2}, {"lower": 3, "upper": 1}, {"lower": float("nan")}])
def test_bounds_that_are_none_are_refused(bounds):
    with pytest.raises(ValueError, match="lower below the upper"):
        Bounded(Drift(), **bounds)


def test_a_series_beyond_the_bounds_is_refused():
    with pytest.raises(ValueError, match="goes from -1 to 7, which is not between the bounds 0 and inf"):
        Bounded(Drift(), lower=0).fit([-1.0, 3.0, 7.0])
