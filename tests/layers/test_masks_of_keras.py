"""Masks mean what they mean in Keras: padding on the left, in the middle and on the right, one way and two."""

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")  # read once, when Keras is imported
os.environ.setdefault("KERAS_TORCH_DEVICE", "cpu")

import keras
import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial import convert

from .test_masks import PATTERNS, mask_of

# Keras's get_weights() asks NumPy for arrays in a way that NumPy 2 is about to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
SINGLE: Any = {"rtol": 1e-4, "atol": 1e-5}  # Keras on torch multiplies matrices in float32 whatever their dtype
LAYERS: dict[str, Any] = {
    "RNN": lambda **o: rt.RNN(3, 4, **o),
    "LSTM": lambda **o: rt.LSTM(3, 4, **o),
    "GRU": lambda **o: rt.GRU(3, 4, **o),
    "ConvLSTM": lambda **o: rt.ConvLSTM(3, 2, 3, spatial_dims=1, peephole=None, **o),
}
THEIRS: dict[str, Any] = {
    "RNN": lambda **o: keras.layers.SimpleRNN(4, **o),
    "LSTM": lambda **o: keras.layers.LSTM(4, **o),
    "GRU": lambda **o: keras.layers.GRU(4, **o),
    "ConvLSTM": lambda **o: keras.layers.ConvLSTM1D(
        2, 3, padding="same", data_format="channels_first", recurrent_activation="sigmoid", **o
    ),
}


def pair(name, bidirectional=False, return_sequences=True):
    """Return our layer, Keras's with the same weights, and an input (B, T, …)."""
    torch.manual_seed(1)
    layer = LAYERS[name](batch_first=True, dtype=torch.float64, bidirectional=bidirectional)
    x = torch.randn(3, 5, 3, *[5] * layer.spatial_dims, dtype=torch.float64)
    theirs = THEIRS[name](dtype="float64", return_sequences=return_sequences, return_state=not bidirectional)
    if bidirectional:
        theirs = keras.layers.Bidirectional(theirs, dtype="float64")
    theirs(x)
    weights = [w for d in range(layer.num_directions) for w in convert.to_keras(layer, direction=d)]
    theirs.set_weights(weights)
    return layer, theirs, x


def gradients(values, x):
    weights = torch.Generator().manual_seed(3)
    loss = sum((v * torch.rand(v.shape, generator=weights, dtype=v.dtype)).sum() for v in values)
    return torch.autograd.grad(loss, x)


def assert_alike(ours, theirs, name, x):
    values = [ours(x), theirs(x)]
    for one, other in zip(*([*v, *gradients(v, x)] for v in values), strict=True):
        torch.testing.assert_close(one, other, **({} if name == "ConvLSTM" else SINGLE))


@pytest.mark.parametrize("backend", ["auto", "reference", "fused"])
@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_one_way(name, pattern, backend):
    layer, theirs, x = pair(name)
    layer.backend = backend
    mask = mask_of(PATTERNS[pattern]).t()

    def ours(x):
        output, final = layer(x, mask=mask)
        return [output, *(s[0] for s in (final if len(layer.state_names) > 1 else (final,)))]

    assert_alike(ours, lambda x: list(theirs(x, mask=mask)), name, x.requires_grad_())


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_two_ways(name, pattern):
    layer, theirs, x = pair(name, bidirectional=True)
    mask = mask_of(PATTERNS[pattern]).t()

    def of_keras(x):  # side by side along the last axis, whatever it is
        return [torch.cat(theirs(x, mask=mask).chunk(2, dim=-1), dim=2)]

    assert_alike(lambda x: [layer(x, mask=mask)[0]], of_keras, name, x.requires_grad_())


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_last_output(name, pattern):
    mask = mask_of(PATTERNS[pattern]).t()
    for two_way in (False, True):
        layer, theirs, x = pair(name, two_way, return_sequences=False)

        def last(x, layer=layer):
            final = layer(x, mask=mask)[1]
            h_n = final[0] if isinstance(final, tuple) else final
            return [torch.cat(h_n.unbind(0), dim=-1)]

        def of_keras(x, theirs=theirs, two_way=two_way):
            return [theirs(x, mask=mask)] if two_way else theirs(x, mask=mask)[:1]

        assert_alike(last, of_keras, name, x.requires_grad_())


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_two_layers(name):
    torch.manual_seed(2)
    kind = getattr(rt, name)
    ours = kind(3, 4, 2, batch_first=True, dtype=torch.float64)
    build = getattr(keras.layers, name)
    theirs = [build(4, dtype="float64", return_sequences=True) for _ in range(2)]
    x = torch.randn(3, 5, 3, dtype=torch.float64)
    theirs[1](theirs[0](x))
    for number, layer in enumerate(theirs):
        layer.set_weights(convert.to_keras(ours, number))
    for rows in PATTERNS.values():
        mask = mask_of(rows).t()
        assert_alike(
            lambda x, mask=mask: [ours(x, mask=mask)[0]],
            lambda x, mask=mask: [theirs[1](theirs[0](x, mask=mask), mask=mask)],
            name,
            x.requires_grad_(),
        )
