"""``torch.jit.script``: one sentence instead of a page of TorchScript's errors."""

import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.layers.frame_coder import ConvDecoder, ConvEncoder

MODULES = {
    "RNN": lambda: rt.RNN(3, 4, 2, bidirectional=True),
    "LSTM": lambda: rt.LSTM(3, 4, layer_norm=True),
    "GRU": lambda: rt.GRU(3, 4, reset_after=False, backend="reference"),
    "PeepholeLSTM": lambda: rt.PeepholeLSTM(3, 4),
    "ConvLSTM": lambda: rt.ConvLSTM(3, [4, 2], 3),
    "CNNLSTM": lambda: rt.CNNLSTM((3, 5, 6), 4, code_size=3),
    "ManyToOne": lambda: rt.ManyToOne(nn.LSTM(3, 4, batch_first=True), 2),
    "ConvLSTMForecaster": lambda: rt.ConvLSTMForecaster(1, [2], 3),
    "ConvEncoder": lambda: ConvEncoder((1, 5, 6), 3, (4,)),
    "ConvDecoder": lambda: ConvDecoder((1, 5, 6), 3, (4,)),
}
# PyTorch says of its older tools that they are old.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::torch.jit.TracerWarning"
)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_and_a_model_that_holds_it_are_refused_in_a_sentence(name):
    module = MODULES[name]()
    for given in (module, nn.Sequential(nn.Identity(), nn.Sequential(module)), type(module)):
        with pytest.raises(
            TypeError, match=rf"script cannot compile a {name}: .*export, or torch.jit.trace"
        ) as refused:
            torch.jit.script(given)
        assert "\n" not in str(refused.value)


def test_a_class_of_ones_own_is_named():
    class Mine(rt.LSTM):
        pass

    with pytest.raises(TypeError, match="cannot compile a Mine: "):
        torch.jit.script(Mine(3, 4))


@pytest.mark.parametrize("kind", [rt.RNN, rt.LSTM, rt.GRU])
def test_what_the_sentence_names_does_the_same(kind):
    layer, x = kind(3, 4), torch.randn(5, 2, 3)
    scripted = torch.jit.script(nn.Sequential(rt.convert.to_torch(layer)))
    torch.testing.assert_close(scripted(x), layer(x))
    torch.testing.assert_close(torch.jit.trace(layer, x)(x), layer(x))
    torch.testing.assert_close(torch.export.export(layer, (x,)).module()(x), layer(x))
