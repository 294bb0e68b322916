"""Drawn demand for spare parts, and its scores against the mean that it was drawn from."""

from typing import Any

import numpy as np
import pytest

from rnn_tutorial.experiments import rare_counts
from rnn_tutorial.experiments.special_rare_counts import WEEK
from rnn_tutorial.forecasting import TSB, Method, backtest


class Tells(Method):
    """Forecasts a given mean."""

    def __init__(self, mean, name):
        self.mean, self.name = mean, name

    def learn(self, series):
        pass

    def points(self, series, origins, horizon):
        return self.mean[origins[:, None] + np.arange(horizon)]

    def quantiles(self, series, origins, horizon, levels):
        return np.repeat(self.points(series, origins, horizon)[..., None], len(levels), axis=-1)


SERIES, MEAN = rare_counts.parts(0)
FOUND = backtest(
    {"true": Tells(MEAN, "true"), "zero": Tells(0 * MEAN, "zero"), "TSB": TSB()},
    [SERIES],
    horizon=14,
    test=280,
    stride=7,
    levels=(0.05, 0.95),
    progress=False,
)


def test_parts_are_counts_that_are_mostly_zero():
    assert (SERIES.values == 0).mean() > 0.7
    np.testing.assert_array_equal(SERIES.values, np.round(SERIES.values))
    assert SERIES.seasons == {"week": 7}
    assert SERIES.values[SERIES.index.day_of_week == 6].sum() == 0 == WEEK[6]


def test_parts_have_the_mean_and_variance_of_a_negative_binomial():
    drawn = np.stack([rare_counts.parts(seed, 70)[0].values for seed in range(2000)])
    mean = rare_counts.parts(0, 70)[1]
    np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.1)
    np.testing.assert_allclose(drawn.var(axis=0).mean(), (mean + 2 * mean**2).mean(), rtol=0.05)


def test_errors_know_the_true_mean():
    rows: Any = rare_counts.errors(FOUND, {SERIES.name: MEAN}).set_index("method")
    assert rows.loc["true", "from the true mean"] == pytest.approx(0)
    assert rows.loc["zero", "forecast / asked for"] == 0
    assert rows.loc["zero", "MAE"] < rows.loc["true", "MAE"]  # the median is zero, whatever is to be expected
    assert rows.loc["zero", "RMSE"] > rows.loc["true", "RMSE"]
    assert rare_counts.table(rows.reset_index()).index[0] == "true"


def test_the_figure_shows_eight_weeks_of_demand_and_forecasts():
    above, below = rare_counts.draw(FOUND, SERIES, MEAN, "true", ["TSB", "zero"]).axes
    days: Any = above.lines[0].get_xdata()
    assert len(days) == 56
    assert [line.get_label() for line in below.lines] == ["true mean", "true", "TSB", "zero"]
