"""Infinities and NaN in the input and the first state: kernels, loop and PyTorch give them at the same places."""

from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import rnn_tutorial as rt

pytest.importorskip("numba")

LAYERS: dict[str, tuple[Any, Any]] = {
    "RNN": (rt.RNN, nn.RNN),
    "RNN, relu": (partial(rt.RNN, nonlinearity="relu"), partial(nn.RNN, nonlinearity="relu")),
    "GRU": (rt.GRU, nn.GRU),
    "LSTM": (rt.LSTM, nn.LSTM),
    "PeepholeLSTM": (rt.PeepholeLSTM, None),
    "ConvLSTM without peepholes": (partial(rt.ConvLSTM, kernel_size=3, spatial_dims=1, peephole=None), None),
}
CELLS = ("LSTM", "PeepholeLSTM", "ConvLSTM without peepholes")
VALUES = {"inf": torch.inf, "-inf": -torch.inf, "nan": torch.nan}


def cases():
    for name in LAYERS:
        for where in ("x", "h", *(["c"] if name in CELLS else [])):
            for value in VALUES:
                yield name, where, value


def kinds(result: Any) -> list[Tensor]:
    """Return -inf, 0, inf or NaN for each number of a call's result."""
    output, state = result
    given = [output, *(state if isinstance(state, tuple) else (state,))]
    return [torch.where(t.isfinite(), 0, t) for t in given]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize(("name", "where", "value"), [*cases()])
def test_the_same_numbers_are_not_finite(name, where, value, dtype):
    make, known = LAYERS[name]
    layers = [make(3, 5, backend=backend, dtype=dtype) for backend in ("reference", "fused")]
    layers += [known(3, 5, dtype=dtype)] if known else []
    torch.manual_seed(0)
    places = [4] * getattr(layers[0], "spatial_dims", 0)
    sizes = (6, 9, 3, *places), (1, 9, 5, *places), (1, 9, 5, *places)
    x, h, c = (torch.randn(size, dtype=torch.float64).to(dtype) for size in sizes)
    {"x": x[2], "h": h[0], "c": c[0]}[where][4, 1] = VALUES[value]
    expected, *others = layers
    with torch.no_grad():
        for parameter_name, parameter in expected.named_parameters():  # the same numbers in both types
            drawn = torch.randn(parameter.shape, dtype=torch.float64)
            parameter.copy_(drawn.abs() if "weight_c" in parameter_name else drawn)
    for layer in others:
        layer.load_state_dict(expected.state_dict())
        hx = (h, c) if name in CELLS else h
        torch.testing.assert_close(kinds(layer(x, hx)), kinds(expected(x, hx)), equal_nan=True)


@pytest.mark.parametrize(("name", "where", "value"), [*cases()])
def test_the_same_gradients_are_not_finite(name, where, value):
    """Of a loss that takes what is not finite for 0, so that its own gradient is finite."""
    make, _ = LAYERS[name]
    torch.manual_seed(0)
    expected, layer = (make(3, 5, backend=backend) for backend in ("reference", "fused"))
    layer.load_state_dict(expected.state_dict())
    places = [4] * getattr(layer, "spatial_dims", 0)
    x, h, c = (torch.randn(size) for size in ((6, 9, 3, *places), (1, 9, 5, *places), (1, 9, 5, *places)))
    {"x": x[2], "h": h[0], "c": c[0]}[where][4, 1] = VALUES[value]
    found = []
    for one in (layer, expected):
        leaves = [t.clone().requires_grad_() for t in ((x, h, c) if name in CELLS else (x, h))]
        output = one(leaves[0], tuple(leaves[1:]) if name in CELLS else leaves[1])[0]
        gradients = torch.autograd.grad(output.nan_to_num(0, 0, 0).sum(), [*leaves, *one.parameters()])
        found.append([torch.where(g.isfinite(), 0, g) for g in gradients])
    torch.testing.assert_close(*found, equal_nan=True)
