"""Whole numbers are checked in one way everywhere: NumPy's count, truth values and decimals do not."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

import rnn_tutorial as rt
from rnn_tutorial.validate import whole

KINDS = [np.int64, np.int32, np.uint8]


@pytest.mark.parametrize("value", [3, *(kind(3) for kind in KINDS)])
def test_a_whole_number_becomes_a_plain_one(value):
    assert type(whole("n", value)) is int
    assert whole("n", value, least=3) == 3
    with pytest.raises(ValueError, match="n should be at least 4, got 3"):
        whole("n", value, least=4)


@pytest.mark.parametrize("value", [True, False, np.True_, 3.0, np.float64(3), "3", None, (3,), torch.tensor(3.0)])
def test_what_is_no_whole_number(value):
    with pytest.raises(TypeError, match="n should be a whole number, got "):
        whole("n", value, least=0)


LAYERS = {
    "rnn": lambda n: (rt.RNN(n(3), n(4), num_layers=n(2)), (5, 2, 3)),
    "lstm": lambda n: (rt.LSTM(n(3), n(4), num_layers=n(2)), (5, 2, 3)),
    "projected": lambda n: (
        rt.LSTM(n(3), n(4), n(2), batch_first=True, bidirectional=True, proj_size=n(2), backend="reference"), (5, 2, 3)
    ),
    "gru": lambda n: (rt.GRU(n(3), n(4), n(1)), (5, 3)),
    "peephole": lambda n: (rt.PeepholeLSTM(n(1), n(1)), (1, 1, 1)),
    "conv": lambda n: (rt.ConvLSTM(n(1), n(2), n(3), n(2), dilation=n(2), spatial_dims=n(2)), (3, 2, 1, 5, 5)),
    "conv, each": lambda n: (
        rt.ConvLSTM(
            n(0), (n(2), n(1)), (n(3), n(1)), batch_first=True, peephole="position", image_size=(n(4), n(5)),
            recurrent_kernel_size=[n(1), n(3)],
        ),
        (2, 3, 0, 4, 5),
    ),
    "cnn-lstm": lambda n: (rt.CNNLSTM((n(1), n(8), n(8)), n(4), n(3), n(2)), (2, 3, 1, 8, 8)),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_layers_take_numpys_whole_numbers(make, kind):
    (plain, shape), (layer, _) = make(int), make(kind)
    layer.load_state_dict(plain.state_dict())
    assert repr(layer) == repr(plain)
    x = torch.randn(shape)
    torch.testing.assert_close(layer(x)[0], plain(x)[0], rtol=0, atol=0)
    for part, same in zip(layer.modules(), plain.modules(), strict=True):
        if isinstance(part, rt.LSTM | rt.RNN | rt.GRU | rt.CNNLSTM):
            assert kinds_of(vars(part)) == kinds_of(vars(same))


def kinds_of(options: dict[str, Any]) -> dict[str, Any]:
    """The kind of each option, of each number in a tuple."""
    return {k: [type(n) for n in v] if isinstance(v, tuple) else type(v) for k, v in options.items() if k[0] != "_"}


@pytest.mark.parametrize("name", ["input_size", "hidden_size", "num_layers", "proj_size"])
@pytest.mark.parametrize("value", [True, np.True_, 2.0, "2"])
def test_layers_refuse_what_is_no_whole_number(name, value):
    sizes: dict[str, Any] = {"input_size": 3, "hidden_size": 4} | {name: value}
    with pytest.raises(TypeError, match=f"{name} should be of type int, got: {type(value).__name__} {value!r}"):
        rt.LSTM(**sizes)  # in torch.nn's words


@pytest.mark.parametrize("name", ["hidden_channels", "kernel_size", "num_layers", "dilation", "spatial_dims"])
@pytest.mark.parametrize("value", [True, 1.0])
def test_a_convlstm_refuses_what_is_no_whole_number(name, value):
    sizes: dict[str, Any] = {"input_channels": 1, "hidden_channels": 2, "kernel_size": 3} | {name: value}
    with pytest.raises(TypeError, match=f"{name} should be a whole number, got {value!r}"):
        rt.ConvLSTM(**sizes)


@pytest.mark.parametrize("kind", KINDS)
def test_windows_take_numpys_whole_numbers(kind):
    plain, windows = (rt.WindowDataset(np.arange(30.0), n(4), n(3), stride=n(2)) for n in (int, kind))
    assert repr(windows) == repr(plain)
    assert [type(n) for n in (windows.input_length, windows.horizon, windows.stride)] == [int] * 3
    assert all(torch.equal(a, b) for a, b in zip(windows[-1], plain[-1], strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_training_takes_numpys_whole_numbers(kind, tmp_path):
    """The checkpoint, too: what one writes, the other goes on from."""
    data = TensorDataset(torch.linspace(0, 1, 12)[:, None], torch.linspace(1, 2, 12)[:, None])
    found = []
    for n, folder in ((int, "plain"), (kind, "numpy"), (int, "numpy")):
        torch.manual_seed(0)
        model = nn.Linear(1, 1)
        options: dict[str, Any] = {"epochs": n(2), "batch_size": n(5), "seed": n(3), "patience": n(1)}
        rt.fit(model, data, data, loss=nn.MSELoss(), progress=False, checkpoint=tmp_path / folder, **options)
        found.append(model.weight.item())
    assert found[0] == found[1] == found[2]
