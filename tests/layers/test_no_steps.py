"""Sequences without a step in a batch: padding all through, and the state stays what it was."""

from typing import Any

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

import rnn_tutorial as rt

from .step_by_step import WAYS, assert_same, compare, flat, made

LENGTHS = [[0, 4, 2], [3, 0, 0], [0, 0, 0], [4, 4, 0], [1, 0, 4]]


@pytest.mark.parametrize(("name", "backend"), WAYS)
@pytest.mark.parametrize("lengths", LENGTHS)
def test_values_and_gradients(name, backend, lengths):
    layer, x, hx = made(name, 4, 3, backend=backend)
    assert_same(layer, x, hx, lengths=lengths)


@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_batch_first_as_a_tensor(name, backend):
    layer, x, hx = made(name, 4, 3, backend=backend, batch_first=True)
    expected = flat(layer, layer(x.transpose(0, 1), hx, lengths=[0, 4, 2]))
    for lengths in (torch.tensor([0, 4, 2]), torch.tensor([0, 4, 2], dtype=torch.int32)):
        ours = flat(layer, layer(x.transpose(0, 1), hx, lengths=lengths))
        assert all(torch.equal(one, other) for one, other in zip(ours, expected, strict=True))
    assert_same(layer, x, hx, lengths=[0, 4, 2])


@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_without_a_state_all_is_zero(name, backend):
    layer, x, _ = made(name, 4, 2, backend=backend)
    x = x.detach().clone()
    x[:, 0] = float("nan")  # nothing of it is read
    output, final = layer(x.requires_grad_(), lengths=[0, 3])
    leaves = torch.utils._pytree.tree_leaves(final)
    assert not output[:, 0].any()
    assert not any(s[..., 0, :, :].any() if layer.spatial_dims else s[..., 0, :].any() for s in leaves)
    output.sum().backward()
    assert not x.grad[:, 0].any()
    assert all(p.grad.isfinite().all() for p in layer.parameters())


@pytest.mark.parametrize("backend", ["auto", "reference", "native", "fused"])
@pytest.mark.parametrize("kind", [rt.RNN, rt.LSTM, rt.GRU])
def test_a_seed_drops_the_same_by_every_backend(kind, backend):
    layer = kind(3, 8, 3, dropout=0.4, bidirectional=True, backend=backend)
    by_loop = kind(3, 8, 3, dropout=0.4, bidirectional=True, backend="reference")
    by_loop.load_state_dict(layer.state_dict())
    x, results = torch.randn(5, 4, 3), []
    for one in (layer, by_loop):
        torch.manual_seed(7)
        results.append(one(x, lengths=[3, 0, 5, 0])[0])
    torch.testing.assert_close(*results)
    torch.manual_seed(7)  # those who have steps drop what they drop without the others
    torch.testing.assert_close(layer(x[:, ::2], lengths=[3, 5])[0], results[0][:, ::2])


@pytest.mark.parametrize("kind", [rt.RNN, rt.LSTM, rt.GRU])
def test_under_autocast(kind):
    x = torch.randn(6, 3, 3)
    for backend in ("auto", "reference", "native"):
        layer = kind(3, 4, backend=backend)
        with torch.autocast("cpu", torch.bfloat16):
            output, final = layer(x, lengths=[0, 6, 2])
        assert not output[:, 0].any()
        assert not any(s[:, 0].any() for s in torch.utils._pytree.tree_leaves(final))


@pytest.mark.parametrize("lengths", LENGTHS)
@pytest.mark.parametrize("steps", [1, 3, 9])
@pytest.mark.parametrize("name", ["RNN", "GRU", "ConvLSTM"])
def test_in_chunks(name, steps, lengths):
    layer, x, hx = made(name, 4, 3)
    whole = flat(layer, layer(x, hx, lengths=lengths))
    for gradient in ("exact", "truncated"):
        parts = flat(layer, rt.in_chunks(layer, x, hx, steps=steps, lengths=lengths, gradient=gradient))
        if gradient == "exact":
            compare(parts, whole, [x, *torch.utils._pytree.tree_leaves(hx), *layer.parameters()])
        else:
            torch.testing.assert_close(parts, whole)


def test_one_sequence_alone_and_a_model_that_reads_many():
    layer = rt.LSTM(3, 4, bidirectional=True, batch_first=True)
    output, (h_n, c_n) = layer(torch.randn(5, 3), lengths=[0])
    assert output.shape == (5, 8)
    assert not output.any()
    assert not h_n.any()
    assert not c_n.any()
    model = rt.ManyToOne(layer, 2)
    torch.testing.assert_close(model(torch.randn(2, 5, 3), lengths=[0, 5])[0], model.readout.bias)


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.uint8])
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_a_trace_takes_other_lengths(name, dtype):
    layer, x, _ = made(name, 4, 3)
    x = x.detach()

    class WithLengths(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = layer

        def forward(self, x, lengths):
            return self.layer(x, lengths=lengths)[0]

    model = WithLengths().eval()
    traced: Any = torch.jit.trace(model, (x, torch.tensor([4, 2, 1], dtype=dtype)))
    for lengths in ([0, 4, 2], [3, 1, 4], [0, 0, 1]):
        given = torch.tensor(lengths, dtype=dtype)
        torch.testing.assert_close(traced(x, given), model(x, given))


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")
def test_compiled():
    layer, x, _ = made("LSTM", 4, 3)

    def output(x, lengths):
        return layer(x, lengths=lengths)[0]

    torch._dynamo.reset()
    compiled: Any = torch.compile(output, backend="aot_eager")
    one_graph: Any = torch.compile(output, backend="aot_eager", fullgraph=True)
    for lengths in ([0, 4, 2], [0, 0, 0], [4, 1, 3]):
        given = torch.tensor(lengths)
        torch.testing.assert_close(compiled(x.detach(), given), layer(x.detach(), lengths=given)[0])
        torch.testing.assert_close(one_graph(x.detach(), given), layer(x.detach(), lengths=given)[0])


def test_what_is_still_refused():
    with pytest.raises(ValueError, match=r"between 0 and the 4 steps of the input, got \[-1, 2\]"):
        rt.GRU(3, 4)(torch.randn(4, 2, 3), lengths=[-1, 2])
    with pytest.raises(RuntimeError, match="greater than 0"):  # the form that cannot hold it is PyTorch's
        pack_padded_sequence(torch.randn(4, 2, 3), torch.tensor([4, 0]))
