"""Calls that PyTorch records: traced, exported by the older exporter, watched by a mode. No kernel may be in them."""

import io
from typing import Any

import onnxruntime
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._pytree import tree_leaves

import rnn_tutorial as rt

# A batch and steps so many that a kernel would be chosen for each, wherever one is there; "few" are left to PyTorch.
CALLS = {
    "RNN": (lambda **o: rt.RNN(3, 16, **o), (60, 8, 3)),
    "LSTM": (lambda **o: rt.LSTM(3, 16, 2, bidirectional=True, batch_first=True, **o), (16, 120, 3)),
    "GRU": (lambda **o: rt.GRU(3, 16, **o), (60, 8, 3)),
    "GRU, few": (lambda **o: rt.GRU(3, 4, **o), (5, 2, 3)),
    "GRU, reset before": (lambda **o: rt.GRU(3, 4, reset_after=False, **o), (5, 8, 3)),
    "PeepholeLSTM": (lambda **o: rt.PeepholeLSTM(3, 4, bidirectional=True, **o), (5, 8, 3)),
    "ConvLSTM": (lambda **o: rt.ConvLSTM(2, [3, 4], 3, batch_first=True, **o), (2, 4, 2, 5, 6)),
    "CNNLSTM": (lambda **o: rt.CNNLSTM((1, 5, 6), 16, code_size=3, **o), (16, 110, 1, 5, 6)),
    "ManyToOne": (lambda **o: rt.ManyToOne(rt.GRU(3, 16, batch_first=True, **o), 2), (8, 60, 3)),
}
UNROLLED = ["GRU, reset before", "PeepholeLSTM", "ConvLSTM"]  # those that PyTorch has no operator for
WITH_LENGTHS = [name for name in CALLS if name != "CNNLSTM"]

# PyTorch says of its older tools that they are old, and of every comparison of sizes that it is not recorded.
pytestmark = pytest.mark.filterwarnings(
    "ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"
)


class WithLengths(torch.nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x, lengths):
        return self.layer(x, lengths=lengths)


def made(name, **options):
    torch.manual_seed(0)
    make, shape = CALLS[name]
    return make(**options).eval(), torch.randn(shape)


def lengths_of(name, x):
    model = CALLS[name][0]()
    layer = getattr(model, "layer", model)
    batch, steps = x.shape[:2] if layer.batch_first else (x.shape[1], x.shape[0])
    return torch.arange(batch) * 3 % steps + 1


def same(given, expected):
    for one, other in zip(tree_leaves(given), tree_leaves(expected), strict=True):
        torch.testing.assert_close(one, other.detach(), rtol=1e-4, atol=1e-5)


def run_onnx(model, inputs):
    file: Any = io.BytesIO()  # what the older exporter takes, and the newer's types do not name
    torch.onnx.export(model, inputs, file, dynamo=False)
    quiet = onnxruntime.SessionOptions()
    quiet.log_severity_level, quiet.intra_op_num_threads = 3, 1
    session = onnxruntime.InferenceSession(file.getvalue(), quiet, providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_inputs()]
    return lambda *given: [
        torch.tensor(y) for y in session.run(None, dict(zip(names, (g.numpy() for g in given), strict=True)))
    ]


@pytest.mark.parametrize("name", CALLS)
def test_traces(name):
    model, x = made(name)
    traced = torch.jit.trace(model, x)
    same(traced(2 * x.flip(0)), model(2 * x.flip(0)))
    for axis in (0, 1):
        longer = torch.cat([x, x.narrow(axis, 0, 1)], dim=axis)
        if name in UNROLLED and axis == int(model.batch_first):  # the number of steps is part of the record
            with pytest.raises(RuntimeError, match="elements in a list"):
                traced(longer)
        else:
            same(traced(longer), model(longer))


@pytest.mark.parametrize("name", WITH_LENGTHS)
def test_traces_lengths(name):
    layer, x = made(name)
    model, lengths = WithLengths(layer).eval(), lengths_of(name, x)
    traced = torch.jit.trace(model, (x, lengths))
    for other in (lengths, lengths.flip(0), torch.ones_like(lengths)):
        same(traced(x, other), model(x, other))


@pytest.mark.parametrize("name", CALLS)
def test_the_older_exporter(name):
    model, x = made(name)
    run = run_onnx(model, (x,))
    for other in (x, 2 * x.flip(0)):
        same(run(other), model(other))


@pytest.mark.parametrize("name", ["GRU", "LSTM"])
def test_the_older_exporter_with_a_state(name):
    layer, x = made(name)
    _, state = layer(x)
    file: Any = io.BytesIO()
    torch.onnx.export(layer, (x, state), file, dynamo=False)  # the rest is filled in by place
    same(layer(x, state, None, True)[:2], layer(x, state))


@pytest.mark.parametrize("name", CALLS)
def test_on_fake_tensors(name):
    model, x = made(name)
    expected = [tuple(leaf.shape) for leaf in tree_leaves(model(x))]
    with FakeTensorMode(allow_non_fake_inputs=True):
        fake = torch.empty(x.shape)
        results = [model(fake)]
        tree_leaves(results[0])[0].sum().backward()
    results.append(model(fake))  # after the mode, the tensor is still fake
    for result in results:
        assert [tuple(leaf.shape) for leaf in tree_leaves(result)] == expected


@pytest.mark.parametrize("name", ["GRU, few", *UNROLLED])
def test_lengths_on_fake_tensors(name):
    layer, x = made(name)
    lengths = lengths_of(name, x)
    expected = [tuple(leaf.shape) for leaf in tree_leaves(layer(x, lengths=lengths))]
    with FakeTensorMode(allow_non_fake_inputs=True):
        fake = torch.empty(x.shape)
        results = [layer(fake, lengths=given) for given in (lengths, torch.empty_like(lengths), lengths.tolist())]
    for result in results:
        assert [tuple(leaf.shape) for leaf in tree_leaves(result)] == expected


@pytest.mark.parametrize("pre_dispatch", [False, True])
@pytest.mark.parametrize("name", CALLS)
def test_makes_a_graph(name, pre_dispatch):
    model, x = made(name)
    x = x[:, :6] if name in ("CNNLSTM", "ManyToOne") else x[:6] if x.shape[0] > 16 else x
    graph = make_fx(model, pre_dispatch=pre_dispatch)(x)
    for other in (x, 2 * x.flip(0)):
        same(graph(other), model(other))


@pytest.mark.parametrize("pre_dispatch", [False, True])
@pytest.mark.parametrize("name", WITH_LENGTHS)
def test_makes_a_graph_of_lengths(name, pre_dispatch):
    layer, x = made(name)
    x = x[:, :6] if name in ("ManyToOne", "LSTM") else x[:6]
    model, lengths = WithLengths(layer), lengths_of(name, x)
    graph = make_fx(model, pre_dispatch=pre_dispatch)(x, lengths)
    for other in (lengths, lengths.flip(0), torch.ones_like(lengths)):
        same(graph(x, other), model(x, other))


@pytest.mark.parametrize("name", WITH_LENGTHS)
def test_maps_over_lengths(name):
    layer, x = made(name)
    lengths = lengths_of(name, x)
    both = torch.func.vmap(lambda lengths: layer(x, lengths=lengths))(torch.stack([lengths, lengths.flip(0)]))
    for k, one in enumerate((lengths, lengths.flip(0))):
        same([leaf[k] for leaf in tree_leaves(both)], layer(x, lengths=one))


@pytest.mark.parametrize("name", [name for name in CALLS if name != "GRU, reset before"])
def test_a_kernel_asked_for_by_name_is_refused(name):
    model, x = made(name, backend="fused")
    with pytest.raises(ValueError, match=r'backend="fused" cannot be traced by torch.jit.trace.*; use backend="auto"'):
        torch.jit.trace(model, x)
    with pytest.raises(ValueError, match=r'backend="fused" cannot run in a TorchDispatchMode such as FakeTensorMode'):
        make_fx(model)(x)
    with FakeTensorMode(allow_non_fake_inputs=True):
        fake = torch.empty(x.shape)
    with pytest.raises(ValueError, match=r'backend="fused" cannot read a FakeTensor'):
        getattr(model, "layer", getattr(model, "lstm", model))(fake if name != "CNNLSTM" else model.encode(fake))


def test_the_kernel_is_back_after_the_record():
    layer, x = made("GRU", backend="fused")
    with pytest.raises(ValueError, match="cannot be traced"):
        torch.jit.trace(layer, x)
    same(layer(x), made("GRU", backend="reference")[0](x))
