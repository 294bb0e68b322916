"""A seed gives torch.nn's dropout between layers: padded for padded batches, packed for packed ones and for lengths."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

import rnn_tutorial as rt

PAIRS: dict[str, tuple[Any, Any]] = {"RNN": (rt.RNN, nn.RNN), "LSTM": (rt.LSTM, nn.LSTM), "GRU": (rt.GRU, nn.GRU)}
BACKENDS = ["auto", "reference", "native", "fused"]
LENGTHS = [[3, 9, 1, 9, 6], [9, 9, 9, 9, 9], [9, 6, 6, 3, 1], [2, 2, 2, 2, 2]]


def pair(name, **options):
    ours, theirs = PAIRS[name]
    options = {"num_layers": 3, "dropout": 0.4, "dtype": torch.float64} | options
    layers = ours(3, 8, **options), theirs(3, 8, **options)
    layers[0].load_state_dict(layers[1].state_dict())
    return layers


def seeded(layer, x, **options):
    """Return output and gradients of a call under one seed, and the next number that it leaves to others."""
    torch.manual_seed(7)
    output, _ = layer(x, **options)
    data = output.data if isinstance(output, PackedSequence) else output
    after = torch.rand(())
    return [output, after, *torch.autograd.grad(data.square().sum(), list(layer.parameters()))]


def assert_alike(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("lengths", LENGTHS)
def test_packed_batches_and_lengths(name, bidirectional, lengths):
    ours, theirs = pair(name, bidirectional=bidirectional)
    x = torch.randn(9, 5, 3, dtype=torch.float64)
    packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    expected, *rest = seeded(theirs, packed)
    for backend in BACKENDS:
        ours.backend = backend
        output, *others = seeded(ours, packed)
        assert_alike([output.data, *others], [expected.data, *rest])
        assert_alike(seeded(ours, x, lengths=lengths), [pad_packed_sequence(expected, total_length=9)[0], *rest])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_batch_that_came_in_order(backend):
    ours, theirs = pair("GRU", batch_first=True)
    ours.backend = backend
    x = torch.randn(40, 5, 3, dtype=torch.float64)  # many of a length: their order is the packed batch's own
    packed = pack_padded_sequence(x, torch.tensor([5] * 20 + [2] * 20), batch_first=True)
    expected, *rest = seeded(theirs, packed)
    output, *others = seeded(ours, packed)
    assert_alike([output.data, *others], [expected.data, *rest])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_batch_packed_in_an_order_of_its_own(backend):
    ours, theirs = pair("LSTM")
    ours.backend = backend
    x = torch.randn(9, 4, 3, dtype=torch.float64)
    order = torch.tensor([2, 0, 3, 1])  # all are equally long: any order is right
    packed = PackedSequence(pack_padded_sequence(x[:, order], [9] * 4).data, torch.tensor([4] * 9), order)
    expected, *rest = seeded(theirs, packed)
    output, *others = seeded(ours, packed)
    assert_alike([output.data, *others], [expected.data, *rest])


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_padded_batches_draw_for_every_step(name, backend):
    ours, theirs = pair(name)
    ours.backend = backend
    x = torch.randn(9, 5, 3, dtype=torch.float64)
    assert_alike(seeded(ours, x), seeded(theirs, x))


@pytest.mark.parametrize("lengths", LENGTHS)
def test_layers_without_an_operator_of_torch(lengths):
    x = torch.randn(9, 5, 3, dtype=torch.float64)
    layers: list[Any] = [
        (rt.PeepholeLSTM(3, 8, num_layers=2, dropout=0.4, dtype=torch.float64), x),
        (rt.ConvLSTM(3, 4, 3, 2, dropout=0.4, spatial_dims=1, dtype=torch.float64), x[..., None].expand(9, 5, 3, 6)),
    ]
    for layer, batch in layers:
        layer.backend = "reference"
        by_loop = seeded(layer, batch, lengths=lengths)
        layer.backend = "fused"
        assert_alike(seeded(layer, batch, lengths=lengths), by_loop)


def test_peepholes_of_zero_draw_as_an_lstm():
    x = torch.randn(9, 5, 3, dtype=torch.float64)
    lstm, theirs = pair("LSTM")
    layer = rt.convert.add_peepholes(lstm)
    layer.train()
    packed = pack_padded_sequence(x, torch.tensor(LENGTHS[0]), enforce_sorted=False)
    torch.manual_seed(3)
    expected, _ = theirs(packed)
    torch.manual_seed(3)
    torch.testing.assert_close(layer(packed)[0].data, expected.data)


def test_what_is_dropped_are_outputs_that_are_there():
    layer = rt.RNN(3, 200, num_layers=2, dropout=0.25, backend="reference")
    dropped: list[torch.Tensor] = []
    drop = layer.drop

    def kept(x):
        dropped.append(drop(x))
        return dropped[-1]

    layer.drop = kept  # type: ignore[method-assign]
    layer(torch.randn(9, 5, 3), lengths=LENGTHS[0])
    (mask,) = dropped
    assert mask.shape == (sum(LENGTHS[0]), 200)
    torch.testing.assert_close(mask.unique(), torch.tensor([0.0, 4 / 3]))
    assert 0.2 < (mask == 0).float().mean() < 0.3


@pytest.mark.parametrize("backend", ["auto", "reference", "fused"])
def test_variational_dropout_is_one_mask_for_all_steps(backend):
    layer = rt.GRU(3, 8, num_layers=2, dropout=0.4, variational=True, backend=backend)
    x = torch.randn(9, 5, 3)
    torch.manual_seed(3)
    whole, _ = layer(x)
    torch.manual_seed(3)
    output, _ = layer(x, lengths=LENGTHS[0])
    for b, length in enumerate(LENGTHS[0]):
        torch.testing.assert_close(output[:length, b], whole[:length, b])


def test_a_compiled_graph_still_drops():
    layer = rt.LSTM(3, 64, num_layers=2, dropout=0.5, backend="reference")
    x = torch.randn(4, 3, 3)
    compiled = torch.compile(layer, backend="eager")
    assert not torch.equal(compiled(x, lengths=[2, 4, 1])[0], compiled(x, lengths=[2, 4, 1])[0])
    layer.eval()
    torch.testing.assert_close(compiled(x, lengths=[2, 4, 1])[0], layer(x, lengths=[2, 4, 1])[0])
