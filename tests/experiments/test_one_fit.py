"""Several kinds of interval around the forecasts of one fit."""

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.experiments.one_fit import Told
from rnn_tutorial.forecasting import Conformal, SeasonalNaive

VALUES = np.random.default_rng(0).normal(size=300)


class Ahead(SeasonalNaive):
    """The naive method, built for four steps."""

    horizon = 4


def test_told_says_what_the_method_would():
    series = Series.of(VALUES)
    told = Told.of(Ahead(12), series, 100)
    origins = np.array([100, 200, 296])
    fitted = Ahead(12).fit(series.part(0, 100))
    np.testing.assert_array_equal(told.fit(VALUES[:100]).forecast(VALUES, origins, 4), fitted.forecast(VALUES, origins))
    band = Conformal(told, calibration=100).fit(VALUES[:200])
    again = Conformal(Ahead(12), calibration=100).fit(VALUES[:200])
    np.testing.assert_array_equal(band.interval(VALUES, origins[1:], 4), again.interval(VALUES, origins[1:], 4))
    assert told.name == fitted.name
