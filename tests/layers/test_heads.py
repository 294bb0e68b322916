import pytest
import torch
from torch import nn

import rnn_tutorial as rt


@pytest.mark.parametrize("layer_type", [rt.RNN, rt.LSTM, nn.RNN, nn.LSTM])
def test_reads_the_final_state_of_both_directions(layer_type):
    layer = layer_type(3, 4, num_layers=2, bidirectional=True, batch_first=True)
    model = rt.ManyToOne(layer, 5)
    x = torch.randn(2, 6, 3)
    output, _ = layer(x)
    both = torch.cat([output[:, -1, :4], output[:, 0, 4:]], dim=-1)  # backward run: done at the first step
    torch.testing.assert_close(model(x), model.readout(both))
    assert not torch.allclose(model(x), model.readout(output[:, -1]))  # the usual mistake is a different answer


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")  # PyTorch's own
def test_projected_and_padded():
    model = rt.ManyToOne(rt.LSTM(3, 6, proj_size=2, batch_first=True), 1)
    x = torch.randn(2, 6, 3)
    torch.testing.assert_close(model(x, lengths=[3, 6])[0], model(x[:, :3])[0])
