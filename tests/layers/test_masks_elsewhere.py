"""Masks and resets where PyTorch compiles, exports, traces, maps or draws the call."""

from typing import Any

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx

from tests.sampled import dear

from .test_masks import mask_of
from .test_transforms import LAYERS, made

MASKED = [name for name in LAYERS if name != "CNNLSTM"]
SOME = ["LSTM", "RNN", "PeepholeLSTM", "ConvLSTM"]
MASK, OTHER = mask_of(["0101", "0011"]).t(), mask_of(["1111", "0000"]).t()
RESET = mask_of(["0100", "0011"]).t()
breaks = pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")


class Masked(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x, mask):
        return self.layer(x, mask=mask)[0]


class Episodes(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x, reset):
        return self.layer(x, reset=reset)[0]


@breaks
@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM"])
def test_compiled_around_the_layer(name):
    layer, x = made(name)
    torch._dynamo.reset()
    masked, episodes = (torch.compile(m(layer), backend="eager") for m in (Masked, Episodes))
    for mask in (MASK, OTHER):
        torch.testing.assert_close(masked(x, mask), layer(x, mask=mask)[0])
        torch.testing.assert_close(episodes(x, mask), layer(x, reset=mask)[0])


@pytest.mark.parametrize("name", dear(["RNN", "LSTM", "ConvLSTM"]))
def test_a_mask_in_one_graph(name):
    layer, x = made(name)
    torch._dynamo.reset()
    compiled: Any = torch.compile(Masked(layer), fullgraph=True, backend="aot_eager")
    for mask in (MASK, OTHER):
        torch.testing.assert_close(compiled(x, mask), layer(x, mask=mask)[0])


@pytest.mark.parametrize("name", dear(SOME))
def test_a_mask_exported(name):
    layer, x = made(name)
    program = torch.export.export(Masked(layer.eval()), (x, MASK)).module()
    for mask in (MASK, OTHER):
        torch.testing.assert_close(program(x, mask), layer(x, mask=mask)[0])


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", MASKED)
def test_a_mask_traced(name):
    layer, x = made(name)
    traced: Any = torch.jit.trace(Masked(layer.eval()), (x, MASK))
    for mask in (MASK, OTHER, ~MASK):
        torch.testing.assert_close(traced(x, mask), layer(x, mask=mask)[0])


@pytest.mark.parametrize("name", MASKED)
def test_a_mask_mapped(name):
    layer, x = made(name)
    masks = torch.stack([MASK, OTHER])
    mapped = torch.func.vmap(lambda mask: layer(x, mask=mask)[0])(masks)
    torch.testing.assert_close(mapped, torch.stack([layer(x, mask=mask)[0] for mask in masks]))
    alone = torch.func.vmap(lambda x, mask: layer(x, mask=mask)[0])(x, MASK)
    torch.testing.assert_close(alone, layer(x, mask=MASK)[0])


@pytest.mark.parametrize("name", dear(MASKED))
def test_a_mask_recorded(name):
    layer, x = made(name)
    graph = make_fx(Masked(layer))(x, MASK)
    for mask in (MASK, OTHER):
        torch.testing.assert_close(graph(x, mask), layer(x, mask=mask)[0])
    with FakeTensorMode(allow_non_fake_inputs=True):
        fake = layer(torch.empty(x.shape), mask=torch.empty(MASK.shape, dtype=torch.bool))[0]
    assert fake.shape == layer(x)[0].shape


@pytest.mark.parametrize("name", MASKED)
def test_drawn_as_one_node(name):
    layer, x = made(name)
    for model in (Masked(layer), Episodes(layer)):
        graph = torch.fx.symbolic_trace(model)
        torch.testing.assert_close(graph(x, MASK), model(x, MASK))


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", SOME)
def test_resets_that_cannot_be_seen_are_refused(name):
    layer, x = made(name)
    words = f"{type(layer).__name__}: reset makes as many parts"
    with pytest.raises(ValueError, match=words):
        torch.jit.trace(Episodes(layer), (x, RESET))
    with pytest.raises(ValueError, match=words):
        torch.func.vmap(lambda reset: layer(x, reset=reset)[0])(torch.stack([RESET, RESET]))
    with pytest.raises(ValueError, match=words):
        torch.export.export(Episodes(layer), (x, RESET))
    torch._dynamo.reset()
    refused = f"{words}|Observed exception"  # an older compiler keeps the text to itself
    with pytest.raises(torch._dynamo.exc.TorchDynamoException, match=refused):
        torch.compile(Episodes(layer), fullgraph=True, backend="eager")(x, RESET)
