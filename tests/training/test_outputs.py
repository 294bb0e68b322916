"""A model that returns no tensor, or that cannot be called with a batch alone, is refused with the cure."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import TensorDataset

import rnn_tutorial as rt
from rnn_tutorial.training import evaluate, fit

LAYERS = {
    "nn.LSTM": lambda: nn.LSTM(4, 3, batch_first=True),
    "nn.GRU": lambda: nn.GRU(4, 3, batch_first=True),
    "rt.RNN": lambda: rt.RNN(4, 3, batch_first=True),
    "rt.LSTM": lambda: rt.LSTM(4, 3, batch_first=True, bidirectional=True),
    "rt.GRU": lambda: rt.GRU(4, 3, 2, batch_first=True, backend="reference"),
    "rt.PeepholeLSTM": lambda: rt.PeepholeLSTM(4, 3, batch_first=True),
}
FILMS = {
    "rt.ConvLSTM": lambda: rt.ConvLSTM(1, 2, 3, batch_first=True),
    "rt.CNNLSTM": lambda: rt.CNNLSTM((1, 8, 8), 3, channels=(2, 2)),
}
MESSAGE = r"returned a tuple \(Tensor, \w+\); expected one tensor.*\(output, state\).*rt\.ManyToOne\(layer, out_featu"


@pytest.mark.parametrize("loss", [nn.MSELoss(), F.cross_entropy, lambda p, y: (p - y).mean()])
@pytest.mark.parametrize("name", [*LAYERS, *FILMS])
def test_a_tuple_is_refused_with_its_cure(name, loss):
    model, x = (LAYERS | FILMS)[name](), torch.randn(2, 5, *((4,) if name in LAYERS else (1, 8, 8)))
    data = TensorDataset(x, torch.randn(2, 5, 3))
    with pytest.raises(TypeError, match=MESSAGE):
        fit(model, data, loss=loss, epochs=1, progress=False)
    with pytest.raises(TypeError, match=MESSAGE):
        evaluate(model, data, loss=loss)
    with pytest.raises(TypeError, match=MESSAGE):
        rt.predict(model, x)


def test_a_loss_that_reads_the_tuple_is_let():
    model, data = nn.GRU(4, 3, batch_first=True), TensorDataset(torch.randn(2, 5, 4), torch.randn(2, 5, 3))

    def loss(prediction, target):
        return (prediction[0] - target).square().mean()

    fit(model, data, data, loss=loss, epochs=1, progress=False)
    expected = loss(model(data.tensors[0]), data.tensors[1]).item()
    assert evaluate(model, data, loss=loss)["loss"] == pytest.approx(expected)
    with pytest.raises(TypeError, match="returned a tuple"):
        evaluate(model, data, loss=loss, metrics={"loss too": loss})


def test_other_forms_are_named():
    class Named(nn.Module):
        def forward(self, x):
            return {"logits": x}

    with pytest.raises(TypeError, match="returned a dict; expected one tensor: wrap it in a module"):
        rt.predict(Named(), torch.randn(2, 3))


def test_a_model_of_two_arguments_is_refused():
    model, frames = rt.ConvLSTMForecaster(1, [2], 3), torch.randn(2, 3, 1, 4, 4)
    data = TensorDataset(frames, frames)
    message = r"ConvLSTMForecaster.forward needs frames, steps, .* calls it with steps of your choice"
    with pytest.raises(TypeError, match=message):
        fit(model, data, loss=nn.MSELoss(), epochs=1, progress=False)
    with pytest.raises(TypeError, match=message):
        evaluate(model, data, loss=nn.MSELoss())
    with pytest.raises(TypeError, match=message):
        rt.predict(model, frames)
