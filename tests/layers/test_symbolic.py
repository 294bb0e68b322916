"""``torch.fx.symbolic_trace``: a layer is one node, as PyTorch's own are."""

import pytest
import torch
from torch import nn

import rnn_tutorial as rt

from .test_transforms import LAYERS, made


class Model(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        output, _ = self.layer(2 * x)
        return torch.relu(output)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_one_node(name):
    layer, x = made(name)
    model = Model(layer)
    graph = torch.fx.symbolic_trace(model)
    calls = [node for node in graph.graph.nodes if node.op == "call_module"]
    assert [node.target for node in calls] == ["layer"]
    for other in (x, x[:1], x[:, :2], torch.cat([x, x], dim=1)):
        torch.testing.assert_close(graph(other), model(other))


def test_options_and_states_come_through():
    class Options(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = rt.LSTM(3, 4, batch_first=True)

        def forward(self, x, h, c, lengths):
            return self.layer(x, (h, c), lengths=lengths, return_all_states=True)

    model = Options()
    given = torch.randn(2, 5, 3), torch.randn(1, 2, 4), torch.randn(1, 2, 4), torch.tensor([5, 2])
    torch.testing.assert_close(torch.fx.symbolic_trace(model)(*given), model(*given))


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (rt.ManyToOne(rt.LSTM(3, 4, batch_first=True), 2), (2, 5, 3)),
        (rt.ManyToOne(nn.LSTM(3, 4, batch_first=True), 2), (2, 5, 3)),
        (rt.CNNLSTM((1, 5, 6), 4), (2, 3, 1, 5, 6)),
    ],
    ids=["ManyToOne", "ManyToOne of torch.nn", "CNNLSTM"],
)
def test_a_model_inside_another(model, shape):
    x = torch.randn(shape)
    whole = nn.Sequential(nn.Identity(), model)
    torch.testing.assert_close(torch.fx.symbolic_trace(whole)(x), whole(x))


def test_a_forecaster_inside_another():
    class Film(nn.Module):
        def __init__(self):
            super().__init__()
            self.film = rt.ConvLSTMForecaster(1, [2], 3)

        def forward(self, x):
            return self.film(x, 2)

    x = torch.rand(1, 3, 1, 5, 6)
    torch.testing.assert_close(torch.fx.symbolic_trace(Film())(x).shape, torch.Size([1, 2, 1, 5, 6]))


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_alone_says_what_to_do(name):
    layer, x = made(name)
    with pytest.raises(TypeError, match=r"trace a model that holds it, such as torch.nn.Sequential\("):
        torch.fx.symbolic_trace(layer)
    whole = nn.Sequential(layer)
    torch.testing.assert_close(torch.fx.symbolic_trace(whole)(x)[0], whole(x)[0])
