"""Paths: each step as it was forecast, and all of them together as they come."""

import numpy as np
import pytest

from rnn_tutorial.forecasting import Bounded, Conformal, Method, Persistence
from rnn_tutorial.forecasting.paths import LEVELS, coupled_paths, levels_between

H, PHI = 24, 0.8


class FirstOrder(Method):
    """The best forecast of an AR(1): the last value, ever less of it."""

    name, finds_its_place = "AR(1)", True

    def learn(self, series):
        """Nothing."""

    def points(self, series, origins, horizon):
        """φ^{k+1} y."""
        return series.values[origins - 1, None] * PHI ** np.arange(1, horizon + 1)


def autoregression(steps: int, seed: int) -> np.ndarray:
    noise, values = np.random.default_rng(seed).normal(size=steps), np.zeros(steps)
    for t in range(1, steps):
        values[t] = PHI * values[t - 1] + noise[t]
    return values


VALUES = autoregression(20_000, seed=0)
MODEL = Conformal(FirstOrder(), calibration=1000, rolling=False).fit(VALUES[:1200])


def test_each_step_has_the_quantiles_that_were_forecast():
    paths = MODEL.sample_paths(20_000, H)
    assert paths.shape == (20_000, H)
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    wanted = np.stack(list(MODEL.predict(H, levels).quantiles.values()))
    # of a spread of 1.7 far ahead: the quantiles of 20,000 draws, and the straight lines between the levels asked for
    np.testing.assert_allclose(np.quantile(paths, levels, axis=0), wanted, atol=0.17)


def test_the_interval_of_a_sum_over_a_day_holds_what_it_says():
    """Of 90 % intervals from paths; drawn step by step, as if steps were independent, they hold far fewer."""
    origins = range(1200, 20_000 - H, 4 * H)
    inside: dict[str, list[bool]] = {"together": [], "apart": []}
    generator = np.random.default_rng(1)
    for origin in origins:
        paths = MODEL.sample_paths(300, H, seed=origin, series=VALUES[:origin])
        apart = generator.permuted(paths, axis=0)
        truth = VALUES[origin : origin + H].sum()
        for name, several in (("together", paths), ("apart", apart)):
            low, high = np.quantile(several.sum(axis=1), (0.05, 0.95))
            inside[name].append(low <= truth <= high)
    assert 0.85 < np.mean(inside["together"]) < 0.95
    assert np.mean(inside["apart"]) < 0.75


def test_neighbours_go_together_as_in_the_series():
    """Errors k and k + 1 steps ahead of an AR(1) with φ = 0.8 have a correlation of nearly 0.8 far ahead."""
    paths = MODEL.sample_paths(4000, H)
    found = np.corrcoef(paths[:, -2], paths[:, -1])[0, 1]
    assert found == pytest.approx(PHI, abs=0.06)


def test_one_seed_one_draw():
    first, again, other = (MODEL.sample_paths(5, 3, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_bounds_hold_for_paths():
    model = Bounded(Conformal(Persistence(), calibration=60), lower=0).fit(np.abs(VALUES[:200]))
    paths = model.sample_paths(300, 5)
    assert paths.min() == 0
    assert paths.max() > 1


def test_refusals():
    with pytest.raises(ValueError, match=r"forecasts points alone; rt.Conformal"):
        Persistence().fit(VALUES[:50]).sample_paths(5, 3)
    with pytest.raises(RuntimeError, match="has learnt nothing"):
        Conformal(Persistence(), calibration=20).sample_paths(5, 3)
    short = Conformal(Persistence(), calibration=20, level=0.5).fit(VALUES[:50])
    with pytest.raises(ValueError, match=r"errors of 9 earlier forecasts"):
        short.sample_paths(5, 12)
    with pytest.raises(ValueError, match="the number of paths"):
        short.sample_paths(0, 2)


def test_levels_reach_to_both_ends():
    levels = levels_between(0.02, 0.99)
    assert (levels[0], levels[LEVELS // 2], levels[-1], len(levels)) == (0.02, 0.5, 0.98, LEVELS)
    assert np.all(np.diff(levels) > 0)


def test_counts_stay_counts_and_tails_go_on():
    errors = np.random.default_rng(0).normal(size=(50, 2))
    counts = coupled_paths((0.1, 0.5, 0.9), np.array([[0.0, 1.0, 4.0], [0.0, 2.0, 9.0]]), errors, 400, seed=0)
    np.testing.assert_array_equal(counts, np.round(counts))
    normal = np.array([-1.2815515655446004, 0.0, 1.2815515655446004])
    paths = coupled_paths((0.1, 0.5, 0.9), np.stack([normal, normal]), errors, 4000, seed=0)
    assert np.quantile(paths, 0.99) == pytest.approx(2.326, abs=0.2)
