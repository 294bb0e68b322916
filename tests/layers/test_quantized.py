"""Dynamic quantization finds PyTorch's layers by class: ours are converted first."""

import pytest
import torch
from torch import nn

import rnn_tutorial as rt

# torch.ao says of itself that it moves to another package.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")


class Model(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.readout = nn.Linear(16, 2)

    def forward(self, x):
        output, _ = self.layer(x)
        return self.readout(output)


@pytest.mark.parametrize("kind", [rt.LSTM, rt.GRU])
def test_to_torch_is_the_way(kind):
    torch.manual_seed(0)
    model, x = Model(kind(3, 16, batch_first=True)).eval(), torch.randn(2, 5, 3)
    expected = model(x)
    untouched = torch.ao.quantization.quantize_dynamic(model)
    assert type(untouched.layer) is kind
    assert type(untouched.readout) is not nn.Linear
    model.layer = rt.convert.to_torch(model.layer)
    quantized = torch.ao.quantization.quantize_dynamic(model)
    assert type(quantized.layer).__module__ == "torch.ao.nn.quantized.dynamic.modules.rnn"
    result = quantized(x)
    torch.testing.assert_close(result, expected, rtol=0, atol=0.05)
    assert not torch.equal(result, expected)
