"""Scores of intervals and quantiles against numbers of other packages, computed once in an environment of their own."""

import numpy as np
import pytest
from scipy.stats import norm

from rnn_tutorial.forecasting import crps, interval_score, pinball

TRUTH = [0.001, 0.299, -0.274, -0.891, -0.455, -0.992]
QUANTILES = [
    [-0.62, -0.492, 0.06, 0.49, 1.34], [-0.93, -0.029, 0.105, 0.357, 0.695], [-1.901, -1.842, -1.344, -1.29, -0.458],
    [-1.267, -0.235, -0.187, 0.157, 0.271], [-2.517, -1.53, -0.539, -0.049, 0.113],
    [-0.979, -0.809, -0.808, -0.478, 1.061],
]  # fmt: skip
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def test_interval_score_is_that_of_scoringrules():
    """scoringrules 0.10.0, interval_score(obs, lower, upper, alpha=0.1), mean."""
    low, high = np.array(QUANTILES)[:, 0], np.array(QUANTILES)[:, -1]
    assert interval_score(TRUTH, low, high, 0.9) == pytest.approx(2.529333333333333, rel=1e-12)


def test_crps_is_that_of_scoringrules():
    """scoringrules 0.10.0, crps_quantile(obs, fct, alpha), mean; and its quantile_score, mean, level by level."""
    assert crps(TRUTH, QUANTILES, LEVELS) == pytest.approx(0.3194866666666667, rel=1e-12)
    theirs = [0.05135, 0.24920833333333334, 0.19125, 0.23179166666666665, 0.0751166666666667]
    ours = [pinball(TRUTH, np.array(QUANTILES)[:, k], level) for k, level in enumerate(LEVELS)]
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_crps_of_many_levels_is_that_of_the_distribution():
    """properscoring 0.1, crps_gaussian(y, 0.2, 1.3), mean; scoringrules' crps_quantile of the same 999 levels."""
    levels = np.arange(1, 1000) / 1000
    quantiles = np.tile(0.2 + 1.3 * norm.ppf(levels), (6, 1))
    found = crps(TRUTH, quantiles, list(levels))
    assert found == pytest.approx(0.4651665859624075, rel=1e-12)
    assert found == pytest.approx(0.4647028612505045, rel=2e-3)


def test_interval_score_is_least_for_the_true_quantiles():
    values = np.random.default_rng(0).normal(size=20_000)
    scores = {end: interval_score(values, np.full_like(values, -end), np.full_like(values, end), 0.9) for end in
              (1.2, norm.ppf(0.95), 2.2)}  # fmt: skip
    assert min(scores, key=lambda end: scores[end]) == norm.ppf(0.95)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: interval_score([1.0], [0.0], [2.0], 1.0), "strictly between 0 and 1"),
        (lambda: interval_score([1.0], [3.0], [2.0], 0.5), "end below their beginning"),
        (lambda: interval_score([1.0, 2.0], [0.0], [2.0], 0.5), "should be"),
    ],
)
def test_what_is_no_interval_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
