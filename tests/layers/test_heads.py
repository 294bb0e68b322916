import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

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


@pytest.mark.parametrize("layer_type", [rt.GRU, rt.LSTM, nn.GRU, nn.LSTM])
def test_packed_sequences_are_read_to_their_ends(layer_type):
    model = rt.ManyToOne(layer_type(3, 4, bidirectional=True, batch_first=True), 2)
    x = torch.randn(2, 6, 3)
    packed = pack_padded_sequence(x, torch.tensor([2, 6]), batch_first=True, enforce_sorted=False)
    torch.testing.assert_close(model(packed)[0], model(x[0, :2]))
    torch.testing.assert_close(model(packed)[1], model(x[1]))


def test_a_layer_that_shows_all_its_states():
    model = rt.ManyToOne(rt.LSTM(3, 4, batch_first=True), 2)
    x = torch.randn(2, 6, 3)
    torch.testing.assert_close(model(x, return_all_states=True), model(x))


@pytest.mark.parametrize("channels", [4, [2, 4]])
def test_pictures_are_no_vectors(channels):
    layer = rt.ConvLSTM(1, channels, 3, batch_first=True)
    with pytest.raises(ValueError, match="vectors, those of a ConvLSTM are pictures"):
        rt.ManyToOne(layer, 2)
    # what the message says
    _, (h_n, _) = layer(torch.rand(2, 3, 1, 6, 6))
    assert nn.Linear(4, 2)(h_n[-1].mean((-2, -1))).shape == (2, 2)


@pytest.mark.parametrize(
    "no_layer",
    [
        nn.Linear(3, 4),
        nn.MultiheadAttention(4, 2, batch_first=True),
        nn.LSTMCell(3, 4),
        rt.CNNLSTM((1, 4, 4), 3),
        rt.ConvLSTMForecaster(1, [2], 3),
    ],
)
def test_what_is_no_recurrent_layer_is_named(no_layer):
    with pytest.raises(TypeError, match=f"wants a recurrent layer, .* got {type(no_layer).__name__}$"):
        rt.ManyToOne(no_layer, 2)
