"""Every class built of layers: ``device`` and ``dtype`` reach all its parts."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

import rnn_tutorial as rt

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "RNN": lambda **o: rt.RNN(3, 4, num_layers=2, bidirectional=True, **o),
    "LSTM": lambda **o: rt.LSTM(3, 4, proj_size=2, layer_norm=True, **o),
    "GRU": lambda **o: rt.GRU(3, 4, reset_after=False, **o),
    "PeepholeLSTM": lambda **o: rt.PeepholeLSTM(3, 4, recurrent_init="orthogonal", forget_bias=1.0, **o),
    "ConvLSTM": lambda **o: rt.ConvLSTM(1, [2, 3], 3, peephole="position", image_size=(8, 8), **o),
    "ConvLSTMForecaster": lambda **o: rt.ConvLSTMForecaster(1, [3, 2], 3, patch_size=2, **o),
    "CNNLSTM": lambda **o: rt.CNNLSTM((1, 8, 8), 4, **o),
    "ManyToOne": lambda **o: rt.ManyToOne(nn.LSTM(3, 4, batch_first=True, **o), 2),
}
VIDEOS = {"ConvLSTM": (5, 2, 1, 8, 8), "ConvLSTMForecaster": (2, 5, 1, 8, 8), "CNNLSTM": (2, 5, 1, 8, 8)}


def all_tensors(model: nn.Module) -> list[torch.Tensor]:
    return [*model.parameters(), *model.buffers()]


def test_no_class_is_forgotten():
    public = [getattr(rt, name) for name in dir(rt)]
    modules = {c.__name__ for c in public if isinstance(c, type) and issubclass(c, nn.Module)}
    assert modules == set(BUILDERS)


@pytest.mark.parametrize("name", BUILDERS)
def test_dtype_and_device_reach_every_part(name):
    build = BUILDERS[name]
    assert {tensor.dtype for tensor in all_tensors(build())} == {torch.float32}
    for dtype in (torch.float64, torch.bfloat16):
        assert {tensor.dtype for tensor in all_tensors(build(dtype=dtype))} == {dtype}
    assert {tensor.device.type for tensor in all_tensors(build(device="meta"))} == {"meta"}
    both = build(device="meta", dtype=torch.float64)
    assert {(tensor.device.type, tensor.dtype) for tensor in all_tensors(both)} == {("meta", torch.float64)}


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")  # PyTorch's own
def test_a_model_of_doubles_runs_on_doubles(name):
    model = BUILDERS[name](dtype=torch.float64)
    x = torch.rand(VIDEOS.get(name, (5, 2, 3)), dtype=torch.float64)
    steps = (3,) if name == "ConvLSTMForecaster" else ()
    results = torch.utils._pytree.tree_leaves(model(x, *steps))
    assert {result.dtype for result in results} == {torch.float64}


@pytest.mark.parametrize("layer", [rt.GRU, nn.GRU])
def test_a_readout_goes_where_its_layer_is(layer):
    model = rt.ManyToOne(layer(3, 4, batch_first=True).to("meta", torch.float16), 2)
    assert (model.readout.weight.device.type, model.readout.weight.dtype) == ("meta", torch.float16)


def test_parts_of_your_own_go_along():
    parts: dict[str, Any] = {
        "encoder": nn.Sequential(nn.Flatten(), nn.Linear(12, 7), nn.BatchNorm1d(7)),
        "decoder": nn.Sequential(nn.Linear(7, 12), nn.Unflatten(1, (1, 3, 4))),
    }
    model = rt.CNNLSTM((1, 3, 4), 5, dtype=torch.float64, **parts)
    assert model(torch.rand(2, 3, 1, 3, 4, dtype=torch.float64))[0].dtype == torch.float64
    # nothing asked for, nothing moved
    unasked = rt.CNNLSTM((1, 3, 4), 5, **parts)
    assert unasked.encoder is parts["encoder"]
    assert {p.dtype for p in unasked.encoder.parameters()} == {torch.float64}


def test_an_empty_encoder_is_one_of_your_own():
    encoder = nn.Sequential()  # frames of one axis are codes already: it has no length, and is no None
    with pytest.raises(ValueError, match="Sequential should give 2 axes"):
        rt.CNNLSTM((1, 3, 4), 5, encoder=encoder)
