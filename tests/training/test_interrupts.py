"""An interrupt goes through what would swallow it."""

import warnings

import numpy as np
import pytest
from sklearn.neural_network import MLPRegressor

from rnn_tutorial.forecasting import Hybrid, SeasonalNaive
from rnn_tutorial.training.interrupts import interrupts_raise

# The suite turns every warning into an error; here that would do the work of what is tested.
pytestmark = pytest.mark.filterwarnings("ignore:Training interrupted")

X = np.linspace(0, 1, 40).reshape(20, 2)


def interrupted(self, *args, **kwargs):
    raise KeyboardInterrupt


@pytest.mark.parametrize("way", ["fit", "partial_fit"])
def test_scikit_learns_networks(monkeypatch, way):
    monkeypatch.setattr(MLPRegressor, "_backprop", interrupted)
    network = MLPRegressor(hidden_layer_sizes=(4,), random_state=0)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        getattr(network, way)(X, X[:, 0])  # what would pass for a result
    with pytest.raises(KeyboardInterrupt), interrupts_raise():
        getattr(network, way)(X, X[:, 0])


def test_other_warnings_pass_by():
    with pytest.warns(UserWarning, match="something else"), interrupts_raise():
        warnings.warn("something else", stacklevel=1)
    with pytest.raises(UserWarning, match="an error of its own"), interrupts_raise():
        raise UserWarning("an error of its own")


def test_a_hybrid_with_such_a_network(monkeypatch):
    monkeypatch.setattr(MLPRegressor, "_backprop", interrupted)
    t = np.arange(24 * 20)
    series = 10 + np.sin(t / 24 * 2 * np.pi) + 0.1 * np.random.default_rng(0).standard_normal(len(t))
    hybrid = Hybrid(
        SeasonalNaive(24), MLPRegressor(hidden_layer_sizes=(4,), random_state=0), horizon=4, input_length=24
    )
    with pytest.raises(KeyboardInterrupt):
        hybrid.fit(series)
