"""Demand that is mostly zero, and shops that are only closed at night."""

import numpy as np
import pytest

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Forecaster
from rnn_tutorial.forecasting.methods.rare import is_intermittent, is_rare_counts
from rnn_tutorial.forecasting.neural.outputs import Point


def demand(share: float, steps: int = 364, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.where(rng.random(steps) < share, 1 + rng.poisson(2, steps), 0).astype(float)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.6])
@pytest.mark.parametrize("seasons", [(), (7,), (7, 28), (121,)])
def test_a_season_does_not_explain_zeros_that_fall_by_chance(share, seasons):
    assert is_rare_counts(demand(share), seasons)


def test_closed_hours_are_no_rare_demand_where_the_season_is_known():
    week = np.zeros((7, 24))
    week[:5, 9:18] = 12  # open on five days
    sales = np.random.default_rng(0).poisson(np.tile(week.ravel(), 10)).astype(float)
    assert is_rare_counts(sales)
    assert not is_rare_counts(sales, seasons=[24, 168])
    assert not is_intermittent(sales[5:-7], seasons=[168])  # wherever it begins and ends


def test_a_few_sales_at_night_leave_the_night_closed():
    hours = np.tile([0.0] * 12 + [8.0] * 12, 40)
    hours[::125] = 1  # odd sales, now and then
    assert not is_rare_counts(hours, seasons=[24])


def test_gaps_say_nothing_and_all_zeros_are_rare():
    gappy = demand(0.2)
    gappy[::3] = np.nan
    assert is_rare_counts(gappy, seasons=[7])
    assert is_rare_counts(np.zeros(50), seasons=[7])
    assert not is_rare_counts(np.full(50, np.nan), seasons=[7])
    assert not is_rare_counts(-demand(0.2), seasons=[7])


def test_a_network_learns_the_median_of_a_shop_and_the_mean_of_rare_demand():
    hours = np.tile([0.0] * 4 + [5.0, 6.0, 7.0, 4.0], 20)
    shop = Series.of(hours + (np.arange(len(hours)) % 3 == 0) * (hours > 0))
    means = {}
    for seasons in ((), (8,)):
        model = Forecaster("gru", 8, input_length=8, hidden_size=2, epochs=1, min_steps=1, seasons=seasons).fit(shop)
        assert isinstance(model.distribution, Point)
        means[seasons] = model.distribution.mean
    assert means == {(): True, (8,): False}
