"""Batches of no sequences, sequences of no steps, tensors on two devices: as torch.nn, and in its words."""

from typing import Any

import pytest
import torch
from torch import nn

import rnn_tutorial as rt

PAIRS: dict[str, tuple[Any, Any]] = {"RNN": (rt.RNN, nn.RNN), "LSTM": (rt.LSTM, nn.LSTM), "GRU": (rt.GRU, nn.GRU)}
BACKENDS = ["auto", "reference", "native", "fused"]
NO_LENGTHS: list[Any] = [[], torch.tensor([], dtype=torch.int64), torch.tensor([])]

both = pytest.mark.parametrize("name", PAIRS)
by_every_backend = pytest.mark.parametrize("backend", BACKENDS)


def shapes(result):
    return [tuple(tensor.shape) for tensor in torch.utils._pytree.tree_leaves(result)]


def state_of(name, h):
    return (h, h) if name == "LSTM" else h


@both
@by_every_backend
@pytest.mark.parametrize("steps", [1, 5, 120])
def test_a_batch_of_no_sequences(name, backend, steps):
    ours, theirs = PAIRS[name]
    options: dict[str, Any] = {"num_layers": 2, "bidirectional": True, "dropout": 0.5}
    layer = ours(3, 4, backend=backend, **options)
    x = torch.zeros(steps, 0, 3, requires_grad=True)
    expected = shapes(theirs(3, 4, **options)(x))
    state = state_of(name, torch.zeros(4, 0, 4))
    for lengths in (None, *NO_LENGTHS):
        result = layer(x, lengths=lengths)
        assert shapes(result) == expected
        assert shapes(layer(x, state, lengths=lengths)) == expected
        result[0].sum().backward()
    assert all(not p.grad.any() for p in layer.parameters() if p.grad is not None)


@pytest.mark.parametrize("backend", ["auto", "reference", "fused"])
def test_no_sequences_for_layers_that_torch_has_not(backend):
    assert rt.PeepholeLSTM(3, 4, backend=backend)(torch.zeros(5, 0, 3), lengths=[])[0].shape == (5, 0, 4)
    video = torch.zeros(0, 5, 1, 6, 6)
    layer = rt.ConvLSTM(1, [4, 2], 3, batch_first=True, backend=backend)
    assert layer(video, lengths=[])[0].shape == (0, 5, 2, 6, 6)
    assert rt.ConvLSTMForecaster(1, [4, 2], 3, backend=backend)(video, 3).shape == (0, 3, 1, 6, 6)
    assert rt.CNNLSTM((1, 6, 6), 4, backend=backend)(video)[0].shape == video.shape
    assert rt.ManyToOne(rt.GRU(3, 4, batch_first=True), 2)(torch.zeros(0, 5, 3), lengths=[]).shape == (0, 2)
    assert rt.in_chunks(rt.GRU(3, 4), torch.zeros(5, 0, 3), steps=2, lengths=[])[0].shape == (5, 0, 4)


@by_every_backend
def test_a_length_for_each_sequence_is_still_asked_for(backend):
    layer = rt.RNN(3, 4, backend=backend)
    with pytest.raises(ValueError, match=r"shape \(2,\), got \(0,\)"):
        layer(torch.zeros(5, 2, 3), lengths=[])
    with pytest.raises(ValueError, match=r"shape \(0,\), got \(1,\)"):
        layer(torch.zeros(5, 0, 3), lengths=[5])


def of_one_kind(name, backend, call, words):
    """Ours raises what torch.nn raises, in words that both have."""
    ours, theirs = PAIRS[name]
    for build in (theirs, lambda *a, **o: ours(*a, backend=backend, **o)):
        with pytest.raises(RuntimeError) as caught:
            call(build)
        assert words in str(caught.value)


@both
@by_every_backend
@pytest.mark.parametrize("shape", [(0, 2, 3), (0, 3), (0, 0, 3)])
def test_no_steps(name, backend, shape):
    words = "Expected sequence length to be larger than 0 in RNN"
    of_one_kind(name, backend, lambda build: build(3, 4)(torch.zeros(shape)), words)
    if len(shape) == 3:
        first = torch.zeros(shape).transpose(0, 1)
        of_one_kind(name, backend, lambda build: build(3, 4, batch_first=True)(first), words)


@both
@by_every_backend
def test_weights_elsewhere(name, backend):
    x, away = torch.zeros(5, 2, 3), torch.zeros(5, 2, 3, device="meta")
    words = (
        "Input and parameter tensors are not at the same device, found input tensor at {} and parameter tensor at {}"
    )
    of_one_kind(name, backend, lambda build: build(3, 4)(away), words.format("meta", "cpu"))
    of_one_kind(name, backend, lambda build: build(3, 4, device="meta")(x), words.format("cpu", "meta"))


@both
@by_every_backend
def test_a_state_elsewhere(name, backend):
    state = state_of(name, torch.zeros(1, 2, 4, device="meta"))
    words = "Input and hidden tensors are not at the same device, found input tensor at cpu and hidden tensor at meta"
    of_one_kind(name, backend, lambda build: build(3, 4)(torch.zeros(5, 2, 3), state), words)


@pytest.mark.parametrize("layer", [rt.PeepholeLSTM(3, 4), rt.ConvLSTM(3, 4, 3, spatial_dims=1)])
def test_the_same_words_for_layers_that_torch_has_not(layer):
    x = torch.zeros(5, 2, 3, *[6] * layer.spatial_dims)
    h = torch.zeros(1, 2, 4, *[6] * layer.spatial_dims, device="meta")
    with pytest.raises(RuntimeError, match="larger than 0 in RNN"):
        layer(x[:0])
    with pytest.raises(RuntimeError, match="parameter tensors are not at the same device"):
        layer(x.to("meta"))
    with pytest.raises(RuntimeError, match="hidden tensors are not at the same device"):
        layer(x, (h, h))
