"""``torch.compile``: the call stays outside the graph, unless one graph is asked for. Lengths are as other tensors."""

from typing import Any

import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.layers.core import dispatch
from tests.sampled import dear

from .test_transforms import LAYERS, made

DENSE = [name for name in LAYERS if name not in ("ConvLSTM", "CNNLSTM")]
SOME = ["LSTM", "GRU, reset before", "PeepholeLSTM", "ConvLSTM"]
# Where a graph ends, the compiler asks a tensor in the middle of a computation for its gradient.
breaks = pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")


class Between(nn.Module):
    """A layer with something before and after it that is worth compiling."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x, lengths=None):
        options = {} if lengths is None else {"lengths": lengths}
        output, _ = self.layer(torch.tanh(x), **options)
        return torch.tanh(output)


@pytest.fixture
def graphs():
    """Sizes of the graphs compiled so far, by a compiler that runs them as they are."""
    torch._dynamo.reset()
    sizes: list[int] = []

    def compiler(graph, inputs):
        sizes.append(len([node for node in graph.graph.nodes if node.op.startswith("call")]))
        return graph.forward

    sizes_and_compiler = sizes, compiler
    yield sizes_and_compiler
    torch._dynamo.reset()


@breaks
@pytest.mark.parametrize("name", dear(LAYERS))
def test_the_layer_stays_outside(name, graphs):
    sizes, compiler = graphs
    layer, x = made(name)
    model = Between(layer)
    compiled = torch.compile(model, backend=compiler)
    for steps in (4, 7):  # the second time the number of steps becomes a variable of the graph
        given = torch.cat([x] * 3, dim=1)[:, :steps].contiguous()
        torch.testing.assert_close(compiled(given), model(given))
    before = len(sizes)
    for steps in (5, 9):
        given = torch.cat([x] * 3, dim=1)[:, :steps].contiguous()
        torch.testing.assert_close(compiled(given), model(given))
    assert len(sizes) == before
    assert max(sizes) <= (14 if name == "CNNLSTM" else 3)  # the tanh, and questions of sizes
    grads = [torch.autograd.grad(m(x).sum(), list(layer.parameters())) for m in (compiled, model)]
    torch.testing.assert_close(*grads)


@breaks
@pytest.mark.parametrize("kind", [rt.RNN, rt.LSTM, rt.GRU, rt.PeepholeLSTM])
def test_the_fast_way_is_taken_there(kind, graphs, monkeypatch):
    chosen: list[str] = []
    choose = dispatch.choose

    def noted(*given):
        chosen.append(choose(*given))
        return chosen[-1]

    monkeypatch.setattr(dispatch, "choose", noted)
    layer = kind(3, 16)
    compiled = torch.compile(layer, backend=graphs[1])
    for steps, batch in ((3, 2), (120, 16)):
        x = torch.randn(steps, batch, 3)
        torch.testing.assert_close(compiled(x), layer(x))
    assert chosen[::2] == chosen[1::2]
    assert chosen[-1] == "fused"


@breaks
def test_a_packed_sequence_and_a_backend_by_name(graphs):
    for backend in ("auto", "native", "fused"):
        layer = rt.GRU(3, 4, backend=backend)
        packed = nn.utils.rnn.pack_sequence([torch.randn(5, 3), torch.randn(2, 3)])
        compiled: Any = torch.compile(layer, backend=graphs[1])
        torch.testing.assert_close(compiled(packed)[1], layer(packed)[1])


@pytest.mark.parametrize("name", dear(DENSE))
def test_the_loop_is_compiled_when_asked_for(name, graphs):
    sizes, compiler = graphs
    layer, x = made(name)
    layer.backend = "reference"
    torch.testing.assert_close(torch.compile(layer, backend=compiler)(x)[0], layer(x)[0])
    assert len(sizes) == 1
    assert sizes[0] > 3 * x.shape[1]


@pytest.mark.parametrize("name", dear(DENSE))
def test_one_graph_when_asked_for(name, graphs):
    sizes, compiler = graphs
    layer, x = made(name)
    compiled = torch.compile(Between(layer), fullgraph=True, backend=compiler)
    torch.testing.assert_close(compiled(x), Between(layer)(x))
    assert len(sizes) == 1
    assert sizes[0] > 3 * x.shape[1]


def test_one_graph_cannot_hold_a_kernel_asked_for_by_name(graphs):
    layer = rt.LSTM(3, 4, backend="fused")
    refused = r"cannot be compiled into one graph|Observed exception"  # an older compiler keeps the text to itself
    with pytest.raises(torch._dynamo.exc.TorchDynamoException, match=refused):
        torch.compile(layer, fullgraph=True, backend=graphs[1])(torch.randn(5, 2, 3))


@pytest.mark.parametrize("name", dear(SOME))
@pytest.mark.parametrize("whole", [pytest.param(False, marks=breaks), True])
def test_lengths_when_compiled(name, whole, graphs):
    layer, x = made(name)
    model = Between(layer)
    compiled = torch.compile(model, fullgraph=whole, backend=graphs[1])
    for lengths in ([4, 2], [1, 3]):
        torch.testing.assert_close(compiled(x, torch.tensor(lengths)), model(x, torch.tensor(lengths)))
    graphs[0].clear()
    compiled(x, torch.tensor([2, 4]))
    assert not graphs[0]  # other lengths, the same graph


@pytest.mark.parametrize(("name", "strict"), [*((name, False) for name in SOME), ("LSTM", True)])
def test_lengths_when_exported(name, strict):
    torch._dynamo.reset()
    layer, x = made(name)
    model = Between(layer.eval())
    program = torch.export.export(model, (x, torch.tensor([4, 2])), strict=strict).module()
    for lengths in ([4, 2], [1, 3]):
        torch.testing.assert_close(program(x, torch.tensor(lengths)), model(x, torch.tensor(lengths)))
    # out of range, a length counts as the nearest one that gives a meaning to it
    torch.testing.assert_close(program(x, torch.tensor([9, 2])), model(x, torch.tensor([4, 2])))
    assert not program(x, torch.tensor([0, 2]))[0].any()


def test_lengths_are_checked_where_they_can_be():
    layer, x = made("LSTM")
    for lengths in ([5, 1], [-1, 1]):
        with pytest.raises(ValueError, match="between 0 and the 4 steps"):
            layer(x, lengths=torch.tensor(lengths))


@breaks
def test_a_transformation_inside_a_compiled_function(graphs):
    layer, x = made("GRU")
    mapped = torch.func.vmap(lambda x: layer(x[None])[0][0])
    torch.testing.assert_close(torch.compile(mapped, backend=graphs[1])(x), layer(x)[0])
