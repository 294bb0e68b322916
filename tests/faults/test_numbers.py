"""Numbers of every size, and gaps wherever they may be: right results, or words."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.data import Standardizer
from rnn_tutorial.forecasting import Drift, Method, Persistence, RidgeOnLags, SeasonalNaive

from .conftest import Tally, seeds

FAMILY = "numbers"
METHODS: list[Callable[[], Method]] = [Persistence, Drift, lambda: SeasonalNaive(6), lambda: RidgeOnLags(6, 3)]
SIZES = [0.0, 5e-324, 1e-310, 1e-300, 1e-160, 1e-140, 1e-30, 1.0, 1e30, 1e140, 1e160, 1e300, 1e308]
ODD = [np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, 1e308]


@pytest.mark.parametrize("seed", seeds(sample=4, full=200))
def test_methods_forecast_finite_numbers_or_refuse(seed: int, drawn: Callable[..., np.random.Generator], tally: Tally):
    for case in range(25):
        rng = drawn(seed, case)
        values = SIZES[int(rng.integers(len(SIZES)))] * (
            rng.normal(size=60).clip(-1, 1) + float(rng.integers(0, 3)) / 3
        )
        for _ in range(int(rng.integers(0, 3))):
            values[int(rng.integers(60))] = ODD[int(rng.integers(len(ODD)))]
        method = METHODS[int(rng.integers(len(METHODS)))]()
        with tally(f"seed {seed}, case {case}: {method!r} of {values.tolist()}", ValueError):
            point = method.fit(values).predict(3).point
            assert np.isfinite(point).all()
            assert np.abs(point).max() <= 1e4 * max(1e-300, float(np.abs(values).max()))


LAYERS = {"RNN": rt.RNN, "LSTM": rt.LSTM, "GRU": rt.GRU, "PeepholeLSTM": rt.PeepholeLSTM}


def layer_of(name: str, backend: Any) -> Any:
    torch.manual_seed(0)
    return LAYERS[name](2, 3, batch_first=True, backend=backend)


@pytest.mark.parametrize("size", [1e-45, 1e-38, 1e-30, 1e10, 1e30, 3e38])
@pytest.mark.parametrize("name", LAYERS)
def test_layers_saturate_and_do_not_overflow(name: str, size: float, tally: Tally):
    inputs = size * torch.randn(2, 7, 2, generator=torch.Generator().manual_seed(1)).clamp(-1, 1)
    with tally(f"{name}, inputs of {size}"):
        expected = layer_of(name, "reference")(inputs)[0]
        assert torch.isfinite(expected).all()
        torch.testing.assert_close(layer_of(name, "auto")(inputs)[0], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("step", [0, 3, 6])
@pytest.mark.parametrize("name", LAYERS)
def test_what_is_no_number_stays_in_its_sequence_and_in_its_future(name: str, step: int, value: float, tally: Tally):
    inputs = torch.randn(2, 7, 2, generator=torch.Generator().manual_seed(1))
    spoilt = inputs.clone()
    spoilt[0, step, 1] = value
    for backend in ("reference", "auto"):
        with tally(f"{name}, {backend}: {value} at step {step}"):
            layer = layer_of(name, backend)
            outputs, clean = layer(spoilt)[0], layer(inputs)[0]
            torch.testing.assert_close(outputs[1], clean[1])
            torch.testing.assert_close(outputs[0, :step], clean[0, :step])
            if value != value:
                assert outputs[0, step:].isnan().any(dim=-1).all()


@pytest.mark.parametrize("name", LAYERS)
def test_a_hundred_thousand_steps(name: str, tally: Tally):
    """The state neither drifts away nor dies: what comes last depends on what came last, whatever was before."""
    layer = layer_of(name, "auto")
    inputs = torch.randn(1, 100_000, 2, generator=torch.Generator().manual_seed(1))
    with tally(name), torch.no_grad():
        outputs = layer(inputs)[0]
        late = layer(inputs[:, -2_000:])[0]
        assert torch.isfinite(outputs).all()
        assert outputs.std() > 0.05
        torch.testing.assert_close(outputs[:, -1_000:], late[:, -1_000:], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("size", [1e-150, 1e-30, 1.0, 1e30, 1e150])
def test_a_scaler_undoes_itself(size: float, drawn: Callable[..., np.random.Generator], tally: Tally):
    values = size * drawn(0).normal(size=100)
    with tally(f"values of {size}"):
        scaler = Standardizer().fit(values)
        np.testing.assert_allclose(scaler.inverse(scaler.transform(values)), values, rtol=1e-9)
