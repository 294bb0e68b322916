"""In chunks, sequences of unequal lengths give what they give whole, padded and packed; the rest is refused clearly."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence

import rnn_tutorial as rt

LAYERS = {
    "RNN": lambda **o: rt.RNN(3, 4, num_layers=2, dtype=torch.float64, **o),
    "LSTM": lambda **o: rt.LSTM(3, 4, num_layers=2, dtype=torch.float64, **o),
    "GRU": lambda **o: rt.GRU(3, 4, dtype=torch.float64, **o),
    "PeepholeLSTM": lambda **o: rt.PeepholeLSTM(3, 4, dtype=torch.float64, **o),
    "ConvLSTM": lambda **o: rt.ConvLSTM(3, 2, 3, num_layers=2, spatial_dims=1, dtype=torch.float64, **o),
    "unequal ConvLSTM": lambda **o: rt.ConvLSTM(3, [2, 4], 3, spatial_dims=1, dtype=torch.float64, **o),
}
LENGTHS = [2, 11, 6, 1]


def state_of(layer, batch=4):
    """Return a first state that is not zero, in the layer's own form."""
    x = torch.rand(1, batch, 3, *[5] * layer.spatial_dims, dtype=torch.float64)
    with torch.no_grad():
        return layer(x.transpose(0, 1) if layer.batch_first else x)[1]


def leaves(result):
    tensors: list[torch.Tensor] = []
    for one in torch.utils._pytree.tree_leaves(result, is_leaf=lambda node: isinstance(node, PackedSequence)):
        tensors.append(one.data if isinstance(one, PackedSequence) else one)
    return tensors


def assert_same_in_chunks(layer, x, hx, steps, lengths=None, gradient="exact"):
    results = []
    ways: list[Any] = [
        lambda: layer(x, hx, lengths=lengths),
        lambda: rt.in_chunks(layer, x, hx, steps=steps, lengths=lengths, gradient=gradient),
    ]
    for run in ways:
        values = leaves(run())
        loss = sum(value.square().sum() for value in values)
        gradients = torch.autograd.grad(loss, list(layer.parameters())) if gradient == "exact" else ()
        results.append([*values, *gradients])
    for expected, chunked in zip(*results, strict=True):
        torch.testing.assert_close(chunked, expected)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("steps", [3, 6, 50])
def test_lengths_give_the_same_values_and_gradients(name, batch_first, steps):
    layer = LAYERS[name](batch_first=batch_first)
    batch, time = (4, 12) if batch_first else (12, 4)  # a last step that no sequence has
    x = torch.randn(batch, time, 3, *[5] * layer.spatial_dims, dtype=torch.float64)
    for hx in (None, state_of(layer)):
        assert_same_in_chunks(layer, x, hx, steps, LENGTHS)
    assert_same_in_chunks(layer, x, None, steps, torch.tensor(LENGTHS), gradient="truncated")


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "PeepholeLSTM"])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("steps", [4, 50])
def test_packed_sequences_come_back_packed(name, batch_first, steps):
    layer = LAYERS[name](batch_first=batch_first)
    x = torch.randn(4, 11, 3, dtype=torch.float64)
    packed = pack_padded_sequence(x, torch.tensor(LENGTHS), batch_first=True, enforce_sorted=False)
    in_order = pack_sequence([x[0], x[1, :7], x[2, :7]])
    for input, hx in ((packed, state_of(layer)), (packed, None), (in_order, None)):
        assert_same_in_chunks(layer, input, hx, steps)
        output, _ = rt.in_chunks(layer, input, hx, steps=steps)
        expected, _ = layer(input, hx)
        assert torch.equal(output.batch_sizes, expected.batch_sizes)
        assert output.sorted_indices is expected.sorted_indices


@pytest.mark.parametrize("backend", ["reference", "native", "fused"])
def test_every_backend(backend):
    layer = rt.LSTM(3, 4, num_layers=2, dtype=torch.float64, backend=backend)
    assert_same_in_chunks(layer, torch.randn(11, 4, 3, dtype=torch.float64), None, 3, LENGTHS)


def test_one_sequence_with_its_length():
    layer = rt.GRU(3, 4, dtype=torch.float64)
    assert_same_in_chunks(layer, torch.randn(9, 3, dtype=torch.float64), None, 2, [5])


def test_a_compiled_layer_is_still_a_layer():
    layer = rt.GRU(3, 4)
    compiled: Any = torch.compile(layer, backend="eager")
    x = torch.randn(6, 2, 3)
    torch.testing.assert_close(rt.in_chunks(compiled, x, steps=6, gradient="truncated"), layer(x))


NO_LAYERS: dict[str, Any] = {
    "torch.nn.modules.rnn.LSTM": nn.LSTM(3, 4),
    "CNNLSTM": rt.CNNLSTM((1, 4, 4), 3),
    "ManyToOne": rt.ManyToOne(rt.GRU(3, 4, batch_first=True), 1),
    "str": "LSTM",
}


@pytest.mark.parametrize("name", NO_LAYERS)
def test_what_is_no_layer_of_ours_is_refused(name):
    with pytest.raises(TypeError, match=rf"got .*{name}\. A layer of torch.nn becomes one of them by rt.convert"):
        rt.in_chunks(NO_LAYERS[name], torch.randn(5, 2, 3), steps=2)


def test_a_layer_of_torch_runs_once_converted():
    theirs = nn.LSTM(3, 4)
    x = torch.randn(7, 2, 3)
    ours: Any = rt.convert.from_torch(theirs)
    torch.testing.assert_close(rt.in_chunks(ours, x, steps=3), theirs(x))


@pytest.mark.parametrize("steps", [1.5, "2", None])
def test_steps_are_whole(steps):
    with pytest.raises(TypeError, match="steps should be a whole number"):
        rt.in_chunks(rt.GRU(3, 4), torch.randn(5, 2, 3), steps=steps)


@pytest.mark.parametrize(
    ("input", "options", "error", "words"),
    [
        ([1.0], {}, TypeError, "Tensor or a PackedSequence, got list"),
        (torch.randn(5), {}, ValueError, "2D or 3D"),
        (torch.randn(0, 2, 3), {}, RuntimeError, "larger than 0"),
        (torch.randn(5, 2, 3), {"hx": torch.zeros(1, 2, 4)}, TypeError, "a tuple"),
        (torch.randn(5, 2, 3), {"lengths": [6, 2]}, ValueError, "between 0 and the 5 steps"),
        (pack_sequence([torch.randn(5, 3)]), {"lengths": [5]}, ValueError, "already knows its lengths"),
    ],
)
def test_the_layers_own_errors(input, options, error, words):
    with pytest.raises(error, match=words):
        rt.in_chunks(rt.LSTM(3, 4), input, steps=2, **options)
