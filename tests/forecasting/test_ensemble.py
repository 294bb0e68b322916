"""Copies that differ by their seed: their mean is what an ensemble forecasts, anywhere a method is taken."""

import numpy as np
import pytest

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Conformal, Ensemble, Forecaster, Hybrid, SeasonalNaive, backtest

DAY, H = 6, 3
VALUES = 50 + 9 * np.sin(2 * np.pi * np.arange(150) / DAY) + np.random.default_rng(0).normal(0, 1, 150)
ORIGINS = np.array([100, 120, 150])


def small(**options):
    return Forecaster("rnn", H, seasons=(DAY,), hidden_size=4, epochs=1, batch_size=32, **options)


def test_the_mean_of_copies_with_the_seeds_given():
    network = small(output="gaussian")
    model = Ensemble(network, seeds=(3, 8)).fit(VALUES[:100])
    apart = [small(output="gaussian", seed=seed).fit(VALUES[:100]) for seed in (3, 8)]
    one, other = (method.forecast(VALUES, ORIGINS) for method in apart)
    assert not np.allclose(one, other)
    np.testing.assert_array_equal(model.forecast(VALUES, ORIGINS), (one + other) / 2)
    levels = (0.1, 0.9)
    one, other = (method.forecast(VALUES, ORIGINS, levels=levels) for method in apart)
    np.testing.assert_array_equal(model.forecast(VALUES, ORIGINS, levels=levels), (one + other) / 2)
    assert model.name == "RNN, mean of 2"
    assert model.parameters == 2 * apart[0].parameters
    assert not hasattr(network, "series")  # it stays as it was


def test_an_ensemble_is_a_method_like_any_other():
    model = Ensemble(small(), seeds=range(2))
    assert (model.horizon, model.reads_covariates, model.gives_quantiles) == (H, True, False)
    methods = {"mean": Conformal(model, level=0.8, calibration=40), "one": small()}
    result = backtest(
        methods, Series.of(VALUES), H, test=30, levels=(0.1, 0.9), seeds=(0, 5), progress=False, return_fitted=True
    )
    board = result.board()
    assert {name: len(entry.forecasts) for name, entry in board.entries.items()} == {"mean": 2, "one": 2}
    fitted = [conformal.fitted for conformal in result.fitted["mean"] if isinstance(conformal, Conformal)]
    seeds = [member.get_params()["seed"] for one in fitted if isinstance(one, Ensemble) for member in one.members]
    assert seeds == [0, 1, 10, 11]
    assert 0.5 < board.score("mean", "coverage")[0] <= 1


@pytest.mark.parametrize("size", [1, 2, 5])
def test_ensembles_of_different_seeds_share_no_member(size):
    model = Ensemble(small(), seeds=range(size))
    assert model.with_seed(0).seeds == model.seeds
    assert model.with_seed(7).seeds == model.with_seed(7).seeds
    seeds = [seed for of in (0, 1, 2, 3, 1_000_003) for seed in model.with_seed(of).seeds]
    assert len(set(seeds)) == 5 * size
    hybrid = Ensemble(Hybrid(SeasonalNaive(DAY), small()), seeds=range(size)).with_seed(3)
    assert hybrid.seeds == model.with_seed(3).seeds


def test_it_needs_what_its_members_need():
    hybrid = Hybrid(SeasonalNaive(DAY), small())
    model = Ensemble(hybrid, seeds=(0, 1)).fit(VALUES)
    assert model.needed == model.members[0].needed > hybrid.needed
    with pytest.raises(ValueError, match=f"between {model.needed} and"):
        model.forecast(VALUES, np.array([model.needed - 1]))


def test_scikit_learn_copies_it():
    clone = pytest.importorskip("sklearn.base").clone
    model = Ensemble(small(), seeds=[1, 2])
    copy = clone(model)
    assert copy is not model
    assert copy.seeds == (1, 2)
    assert copy.set_params(method__epochs=2).method.epochs == 2
    assert model.method.get_params()["epochs"] == 1


@pytest.mark.parametrize(
    ("method", "seeds", "message"),
    [(small(), (), "distinct"), (small(), (1, 1), "distinct"), (SeasonalNaive(DAY), (0, 1), "depends on chance")],
)
def test_what_makes_no_ensemble(method, seeds, message):
    with pytest.raises(ValueError, match=message):
        Ensemble(method, seeds)
