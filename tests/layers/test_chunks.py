"""In chunks a layer gives what it gives whole."""

from typing import Any

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.experiments.footprint import saved_for_backward

LAYERS = {
    "RNN": lambda **o: rt.RNN(3, 4, num_layers=2, dtype=torch.float64, **o),
    "LSTM": lambda **o: rt.LSTM(3, 4, num_layers=2, dtype=torch.float64, **o),
    "PeepholeLSTM": lambda **o: rt.PeepholeLSTM(3, 4, dtype=torch.float64, **o),
    "GRU": lambda **o: rt.GRU(3, 4, dtype=torch.float64, **o),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("steps", [1, 4, 11, 50])
def test_exact_chunks_give_the_same_values_and_gradients(name, batch_first, steps):
    layer = LAYERS[name](batch_first=batch_first)
    x = torch.randn(11, 11, 3, dtype=torch.float64, requires_grad=True)
    results = []
    ways: list[Any] = [layer, lambda x: rt.in_chunks(layer, x, steps=steps)]
    for run in ways:
        output, state = run(x)
        last = state[0] if isinstance(state, tuple) else state
        gradients = torch.autograd.grad(output.square().sum() + last.sum(), [x, *layer.parameters()])
        results.append([output, last, *gradients])
    for whole, chunked in zip(*results, strict=True):
        torch.testing.assert_close(chunked, whole)


def test_videos_and_single_sequences_and_a_given_state():
    layer = rt.ConvLSTM(1, 2, 3, batch_first=True)
    video = torch.rand(2, 7, 1, 4, 4)
    torch.testing.assert_close(rt.in_chunks(layer, video, steps=3), layer(video))
    gru = rt.GRU(3, 4, batch_first=True)
    x, h = torch.randn(9, 3), torch.randn(1, 4)
    torch.testing.assert_close(rt.in_chunks(gru, x, h, steps=4), gru(x, h))


def test_truncated_gradients_stop_at_the_cut():
    layer = rt.LSTM(3, 4, batch_first=True)
    x = torch.randn(2, 9, 3, requires_grad=True)
    output, _ = rt.in_chunks(layer, x, steps=3, gradient="truncated")
    torch.testing.assert_close(output, layer(x)[0])
    (gradient,) = torch.autograd.grad(output[:, -1].sum(), x)
    assert not gradient[:, :6].any()
    assert gradient[:, 6:].all()


def test_dropout_is_drawn_the_same_when_a_chunk_is_computed_again():
    layer = rt.LSTM(3, 8, num_layers=2, dropout=0.5)
    x = torch.randn(12, 2, 3, requires_grad=True)
    torch.manual_seed(3)
    output, _ = rt.in_chunks(layer, x, steps=4)
    (gradient,) = torch.autograd.grad(output.sum(), x)
    torch.manual_seed(3)
    parts, state = [], None
    for part in x.split(4):
        y, state = layer(part, state)
        parts.append(y)
    torch.testing.assert_close(torch.cat(parts), output)
    torch.testing.assert_close(torch.autograd.grad(torch.cat(parts).sum(), x)[0], gradient)


def test_chunks_keep_less():
    layer, x = rt.LSTM(3, 16, backend="reference"), torch.randn(256, 4, 3)
    whole = saved_for_backward(lambda: layer(x)[0])
    chunked = saved_for_backward(lambda: rt.in_chunks(layer, x, steps=16)[0])
    assert chunked < whole / 4


@pytest.mark.parametrize(
    ("layer", "options", "message"),
    [
        (rt.LSTM(3, 4, bidirectional=True), {"steps": 2}, "both ends"),
        (rt.LSTM(3, 4), {"steps": 0}, "at least 1, got 0"),
        (rt.LSTM(3, 4), {"steps": 2, "gradient": "none"}, '"exact" or "truncated"'),
    ],
)
def test_what_cannot_be_is_refused(layer, options, message):
    with pytest.raises(ValueError, match=message):
        rt.in_chunks(layer, torch.randn(5, 2, 3), **options)
