"""The interval score by origin, the comparison of two, and quantiles of all values before."""

import numpy as np
import pytest

from rnn_tutorial.data import Series
from rnn_tutorial.experiments import interval_scores
from rnn_tutorial.forecasting import backtest, interval_score

VALUES = np.random.default_rng(0).normal(size=400)
SERIES = Series.of(VALUES)


class Shifted(interval_scores.Climatology):
    """Quantiles that are all too high."""

    name = "shifted"

    def quantiles(self, series, origins, horizon, levels):
        return super().quantiles(series, origins, horizon, levels) + 1


BOARD = backtest(
    [interval_scores.Climatology(), Shifted()],
    SERIES,
    horizon=4,
    test=160,
    stride=4,
    levels=interval_scores.LEVELS,
    progress=False,
).board()


def test_climatology_says_the_quantiles_of_what_it_has_seen():
    (quantiles,) = BOARD.entries["all values before"].quantiles
    assert quantiles.shape == (40, 4, 19)
    np.testing.assert_allclose(quantiles[7, 3], np.quantile(VALUES[:240], interval_scores.LEVELS))
    assert (BOARD.entries["all values before"].forecasts[0] == np.median(VALUES[:240])).all()


def test_scores_by_origin_have_the_mean_of_the_table():
    scores = interval_scores.by_origin(BOARD, "shifted")
    (quantiles,) = BOARD.entries["shifted"].quantiles
    assert scores.shape == (40,)
    one = interval_score(BOARD.truth[5], quantiles[5, :, 0], quantiles[5, :, -1], 0.9)
    assert scores[5] == pytest.approx(one)
    assert scores.mean() == pytest.approx(BOARD.table(["interval score"]).loc["shifted", "interval score"])


def test_quantiles_that_are_too_high_lose():
    ratio, p = interval_scores.compare(BOARD, "shifted", "all values before", stride=4)
    assert ratio > 1.2
    assert p < 0.01
