"""The test of two forecasters, against SciPy and by hand."""

import numpy as np
import pytest
from scipy import stats

from rnn_tutorial.forecasting import diebold_mariano

FIRST, SECOND = np.random.default_rng(0).gamma(2, size=(2, 12))


@pytest.mark.parametrize(("horizon", "stride"), [(1, 1), (6, 6), (4, 7)])
def test_independent_losses_make_it_the_paired_t_test(horizon, stride):
    """Targets that do not overlap: with the correction for few origins it is Student's test to the last digit."""
    found, expected = diebold_mariano(FIRST, SECOND, horizon, stride), stats.ttest_rel(FIRST, SECOND)
    assert (found.statistic, found.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-12)
    assert (found.difference, found.origins, found.lags) == (pytest.approx((FIRST - SECOND).mean()), 12, 0)


@pytest.mark.parametrize(("horizon", "stride"), [(2, 1), (8, 4), (5, 4)])
def test_overlapping_targets_by_hand(horizon, stride):
    """Differences 1, 2, 1, 4, 2: autocovariances 6/5 and -2/5, correction (5 + 1 - 4 + 2/5) / 5."""
    found = diebold_mariano([1, 2, 1, 4, 2], np.zeros(5), horizon, stride)
    statistic = 2 / np.sqrt((6 / 5 - 4 / 5) / 5) * np.sqrt(2.4 / 5)
    assert (found.difference, found.statistic, found.lags) == (2, pytest.approx(statistic), 1)
    assert found.p_value == pytest.approx(2 * stats.t.sf(statistic, 4))


def test_the_first_and_the_second_change_places():
    one, other = diebold_mariano(FIRST, SECOND, 3), diebold_mariano(SECOND, FIRST, 3)
    assert (one.statistic, one.p_value) == (pytest.approx(-other.statistic), pytest.approx(other.p_value))


def test_no_standard_error_no_answer():
    """Losses that alternate: the autocovariances sum up to less than nothing."""
    found = diebold_mariano([1, -1, 1, -1, 1.5], np.zeros(5), 2)
    assert found.difference == pytest.approx(0.3)
    assert np.isnan([found.statistic, found.p_value]).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: diebold_mariano(FIRST, SECOND[1:]), "one length"),
        (lambda: diebold_mariano(FIRST, SECOND * np.nan), "NaN"),
        (lambda: diebold_mariano(FIRST, SECOND, 0), "at least 1 step"),
        (lambda: diebold_mariano(FIRST, SECOND, 12), "more than 12 are needed"),
    ],
)
def test_clear_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()
