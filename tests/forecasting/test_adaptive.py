"""Levels that learn from what was covered."""

import numpy as np
import pytest

from rnn_tutorial.forecasting import Conformal, Persistence, RidgeOnLags
from rnn_tutorial.forecasting.wrappers.adaptive import adapted
from rnn_tutorial.forecasting.wrappers.margins import margins

from .test_conformal import LOUD, NOISE, Quantiles, Zero, sees_no_future

GROWING = NOISE * np.linspace(1, 6, len(NOISE))
"""Errors that grow: the window before an origin always saw smaller ones."""
ORIGINS = np.arange(2000, 5990)


def covered(model, values, origins=ORIGINS, horizon=1):
    low, high = model.fit(values[:2000]).interval(values, origins, horizon)
    truth = values[origins[:, None] + np.arange(horizon)]
    return ((low <= truth) & (truth <= high)).mean(axis=0)


def test_levels_are_those_of_the_paper_one_step_at_a_time():
    """Equation 2 of Gibbs & Candès, with each interval made as ``margins`` makes it."""
    scores = np.abs(GROWING[:400, None])
    found = adapted(scores, [0.8], 50, None, rate=0.02)[0, :, 0]
    level = 0.8
    for t, score in enumerate(scores[:, 0]):
        assert found[t] == pytest.approx(level, abs=1e-12)
        seen = np.sort(scores[max(0, t - 50) : t, 0])
        n = len(seen)
        if n < 4:  # say nothing about 80 %
            continue
        inside = score <= seen[max(1, int(np.ceil((n + 1) * level - 1e-9))) - 1]
        level = min(max(level + 0.02 * (0.8 - inside), 0), n / (n + 1))
    assert found[-1] == pytest.approx(level, abs=1e-12)
    assert np.ptp(found) > 0.05


@pytest.mark.parametrize("by", [None, 8])
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_growing_errors_are_covered_as_promised(level, by):
    fixed, following = (
        covered(Conformal(Zero(), level, calibration=1000, by=by, adapt=adapt), GROWING)[0] for adapt in (0, 0.005)
    )
    assert fixed < level - 0.02
    assert following == pytest.approx(level, abs=0.01)


def test_each_step_ahead_learns_by_itself():
    walk = np.cumsum(GROWING)
    following = covered(Conformal(Persistence(), 0.8, calibration=1000, adapt=0.01), walk, horizon=6)
    np.testing.assert_allclose(following, 0.8, atol=0.015)


def test_quantiles_that_are_far_too_narrow_are_mended():
    assert covered(Conformal(Quantiles(), 0.9, calibration=1000, adapt=0.005), GROWING)[0] == pytest.approx(
        0.9, abs=0.01
    )


def test_a_rate_of_nothing_changes_nothing():
    scores, ends = np.abs(NOISE[:900].reshape(300, 3)), np.arange(100, 300)
    np.testing.assert_array_equal(adapted(scores, [0.7], 60, None, rate=0.0), np.full((1, 301, 3), 0.7))
    assert (margins(scores, ends, [0.7], 60, rate=1e-9) == margins(scores, ends, [0.7], 60)).all()


def test_no_adaptive_interval_sees_the_future():
    sees_no_future(Conformal(RidgeOnLags(5, 4), calibration=600, window=300, every=7, by=8, adapt=0.02), LOUD)


def test_misses_in_a_row_do_not_add_up():
    """After 50 values far outside the level is what the scores can tell, and comes down as soon as they are inside."""
    scores = np.r_[np.ones(300), 10.0 ** np.arange(1, 51), np.ones(250)][:, None]
    found = adapted(scores, [0.9], 100, None, rate=0.05)[0, :, 0]
    assert found.max() <= 100 / 101
    assert found[-1] < 0.9


def test_what_cannot_adapt_is_refused():
    with pytest.raises(ValueError, match="rate at which levels learn"):
        Conformal(Zero(), calibration=100, adapt=1.5)
    with pytest.raises(ValueError, match="rolling=True"):
        Conformal(Zero(), calibration=100, rolling=False, adapt=0.005)


def test_it_says_what_it_is():
    assert Conformal(Zero(), calibration=100, adapt=0.005).name == "zero + adaptive conformal"
