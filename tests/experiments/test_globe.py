"""The Pacific's parts, its simple forecasts and its networks, on a small field of our own."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from rnn_tutorial.data.datasets.grids import Grid
from rnn_tutorial.experiments import globe

YEARS = 78  # 1948 to 2025
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def world() -> globe.Pacific:
    """A season of 5 K, and anomalies of which each month keeps nine tenths."""
    months = pd.date_range("1948-01-01", periods=12 * YEARS, freq="MS")
    latitude, longitude = np.arange(40.0, -41, -10), np.arange(110.0, 291, 10)
    anomaly = np.zeros((len(months), len(latitude), len(longitude)))
    for t in range(1, len(months)):
        anomaly[t] = 0.9 * anomaly[t - 1] + RNG.normal(0, 1, anomaly.shape[1:])
    season = 5 * np.sin(2 * np.pi * np.arange(len(months)) / 12)[:, None, None]
    values = (20 + season + anomaly).astype(np.float32)
    return globe.pacific(Grid(values, months, latitude, longitude, "°C", "made here", "none"))


def test_region_and_parts(world):
    assert world.frames.shape == (12 * YEARS, 6, 16)  # 7 rows and 17 columns inside, made even for patches
    assert world.weights.mean() == pytest.approx(1)
    assert world.weights[0] < world.weights[3]  # cells are smaller towards the poles
    for part, first, last in (("train", 1949, 1999), ("valid", 2000, 2009), ("test", 2010, 2025)):
        origins = world.origins(part)
        assert world.years[origins[0]] == first
        assert world.years[origins[-1] + 2] == last
        assert len(origins) == 12 * (last - first + 1) - 2


def test_months_have_names_and_warm_ones_are_found(world):
    assert world.name(0) == "January 1948"
    assert world.name(-1) == "December 2025"
    warm = replace(world, frames=world.frames.copy())
    middle = (np.abs(world.latitude)[:, None] <= 5) & ((world.longitude >= 190) & (world.longitude <= 240))
    assert middle.any()
    first = world.origins("test")[17]
    warm.frames[first + 2 : first + 6, middle] = 50.0
    assert warm.warmest("test", 4) == 17


def test_anomalies_have_no_season_on_the_training_years(world):
    train = world.frames[world.years <= 1999]
    by_month = train.reshape(-1, 12, *train.shape[1:]).mean(axis=0)
    np.testing.assert_allclose(by_month, 0, atol=1e-4)


def test_inputs_end_where_targets_begin(world):
    o = world.origins("valid")[3]
    np.testing.assert_array_equal(world.inputs("valid")[3], world.frames[o - 12 : o])
    np.testing.assert_array_equal(world.targets("valid")[3], world.frames[o : o + 3])


def test_simple_forecasts(world):
    found = globe.simple_forecasts(world, "test")
    errors = {name: world.error(forecast, "test") for name, forecast in found.items()}
    np.testing.assert_array_equal(found["persistence"][:, 2], world.inputs("test")[:, -1].astype(float))
    # least squares by hand, for one cell and lead
    x, y = world.inputs("train")[:, -1, 2, 5].astype(float), world.targets("train")[:, 1, 2, 5].astype(float)
    damping = (x @ y) / (x @ x)
    np.testing.assert_allclose(
        found["damped persistence"][:, 1, 2, 5], damping * world.inputs("test")[:, -1, 2, 5], rtol=1e-5
    )
    assert damping == pytest.approx(0.81, abs=0.08)
    assert np.all(errors["damped persistence"] < errors["persistence"])
    assert np.all(errors["damped persistence"] < errors["climatology"])


def test_the_best_regressions_of_each_cell_start_the_better_network(world):
    """Before it has learnt anything, the correction says what the regression says."""
    torch.manual_seed(0)
    weights = globe._by_cell(globe.FEATURES[globe.REGRESSION](world.inputs("train")), world.targets("train"))
    model = globe.Correction(globe.ByConvLSTM(4), weights)
    said = globe.simple_forecasts(world, "test")[globe.REGRESSION]
    np.testing.assert_allclose(globe.forecast(model, world, "test"), said, atol=1e-4)


def test_patterns_find_what_cells_hear_of_each_other(world):
    rng = np.random.default_rng(1)
    shape = world.frames.shape[1:]
    strength = rng.normal(0, 1, 300)
    pattern, answer = rng.normal(0, 1, shape), rng.normal(0, 1, (2, *shape))
    x = strength[:, None, None] * pattern
    y = strength[:, None, None, None] * answer
    found = globe.by_patterns(world, x[:200], y[:200], x[200:], patterns=1, penalty=0.0)
    np.testing.assert_allclose(found, y[200:], atol=1e-9)
    shrunk = globe.by_patterns(world, x[:200], y[:200], x[200:], patterns=1, penalty=1.0)
    np.testing.assert_allclose(shrunk, y[200:] / 2, atol=1e-9)


def test_error_weighs_cells_by_their_area(world):
    wrong = world.targets("test").astype(float)
    wrong[:, 0, 0] += 2.0  # the first row, one month ahead
    np.testing.assert_allclose(world.error(wrong, "test"), [2 * float(world.weights[0, 0]) / 6, 0, 0], atol=1e-9)


@pytest.mark.parametrize("make", [lambda: globe.ByConvLSTM(4), lambda: globe.ByCNNLSTM((6, 16), 8, 4)])
def test_networks_begin_as_damped_persistence(world, make):
    torch.manual_seed(0)
    x = torch.tensor(world.inputs("test"))[:4, :, None]
    network = make()
    assert network(x).shape == (4, 3, 6, 16)
    np.testing.assert_array_equal(network(x).detach().numpy(), 0)
    trained = globe.train(make, world, seed=0, epochs=1)
    ours = world.error(globe.forecast(trained, world, "test"), "test")
    damped = world.error(globe.simple_forecasts(world, "test")["damped persistence"], "test")
    np.testing.assert_allclose(ours, damped, rtol=0.1)
    assert any(p.grad is None or p.abs().sum() > 0 for p in trained.parameters())


def test_a_stride_leaves_origins_out(world):
    seen = []

    class Watching(nn.Module):
        def forward(self, frames: torch.Tensor) -> torch.Tensor:
            seen.append(len(frames))
            return frames[:, -3:, 0] * 0

    globe.train(Watching, world, seed=0, epochs=1, stride=8)
    assert sum(seen) == -(-len(world.origins("train")) // 8)


def test_seeds_make_rows(world):
    class Nothing(nn.Module):
        def forward(self, frames: torch.Tensor) -> torch.Tensor:
            return frames[:, -3:, 0] * 0

    errors = globe.errors_of_networks({"none": Nothing}, world, "valid", seeds=[0, 1], epochs=1)
    assert errors["none"].shape == (2, 3)


def kept_run(network, epochs, seed, valid):
    return {"network": network, "epochs": epochs, "seed": seed, "valid": [valid] * 3, "test": [seed, epochs, 0]}


def test_epochs_are_chosen_on_the_seeds_that_all_have():
    rows = [kept_run("a", 1, 0, 0.4), kept_run("a", 1, 1, 0.6), kept_run("a", 6, 1, 0.5), kept_run("a", 6, 0, 0.45)]
    assert globe.tried_epochs(rows) == {"a": {1: pytest.approx(0.5), 6: pytest.approx(0.475)}}
    assert globe.chosen_epochs(rows) == {"a": 6}
    luckier = [*rows, kept_run("a", 1, 2, 0.0), kept_run("b", 3, 0, 0.9)]
    assert globe.chosen_epochs(luckier) == {"a": 6, "b": 3}
    test = {**rows[0], "epochs": 12, "test": [0.0] * 3, "valid": [0.9] * 3}
    assert globe.chosen_epochs([*rows, test]) == {"a": 1}  # on seed 0, the only common one; the test counts for nothing


def test_errors_of_kept_runs_come_in_the_order_of_seeds():
    rows = [kept_run("a", 6, 1, 0.5), kept_run("a", 1, 0, 0.4), kept_run("a", 6, 0, 0.45)]
    found = globe.kept_errors(rows, "test", {"a": 6})
    np.testing.assert_array_equal(found["a"], [[0, 6, 0], [1, 6, 0]])


def test_networks_fit_the_world(world):
    x = torch.tensor(world.inputs("valid"))[:1, :, None]
    makers = globe.networks(world)
    assert list(makers) == ["ConvLSTM", "CNN-LSTM", globe.BETTER] == list(globe.STARTS)
    assert [make()(x).shape for make in makers.values()] == [(1, 3, 6, 16)] * 3
