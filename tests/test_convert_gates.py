"""Hard gates to and from Keras and ONNX: only where the line has the same slope there."""

import io
import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")  # read once, when Keras is imported
os.environ.setdefault("KERAS_TORCH_DEVICE", "cpu")

import keras
import onnx
import onnxruntime
import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial import convert

from .refusals import unchanged

# Keras's get_weights() asks NumPy for arrays in a way that NumPy 2 is about to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

L: Any = keras.layers
HARD: Any = {"gate_activation": "hard_sigmoid"}
THEIRS: Any = {"recurrent_activation": "hard_sigmoid"}
SINGLE: Any = {"rtol": 1e-4, "atol": 1e-5}  # Keras on torch multiplies matrices in float32
KINDS: dict[str, Any] = {"LSTM": (rt.LSTM, L.LSTM), "GRU": (rt.GRU, L.GRU)}
GATED: dict[str, Any] = {
    "LSTM": rt.LSTM,
    "PeepholeLSTM": rt.PeepholeLSTM,
    "GRU": rt.GRU,
    "GRU before": lambda F, H, **o: rt.GRU(F, H, reset_after=False, **o),
}
SLOPE = [1 / 6]


def built(kind, shape=(2, 5, 3), **options):
    layer = kind(4, return_sequences=True, **options)
    layer.build(shape)
    return layer


# ---- Keras ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("way", ["layer", "config", "entry"])
def test_hard_gates_of_keras_3_are_ours(name, way):
    make, kind = KINDS[name]
    ours, theirs = make(3, 4, batch_first=True, **HARD), built(kind, **THEIRS)
    config = {"layer": None, "config": theirs.get_config(), "entry": keras.saving.serialize_keras_object(theirs)}[way]
    convert.from_keras(ours, theirs if way == "layer" else theirs.get_weights(), config=config)
    x = 4 * torch.randn(2, 5, 3)
    torch.testing.assert_close(ours(x)[0], theirs(x), **SINGLE)
    back = built(kind, **THEIRS)
    back.set_weights(convert.to_keras(ours))
    torch.testing.assert_close(back(x), ours(x)[0], **SINGLE)


def test_both_directions_and_films():
    both = L.Bidirectional(L.GRU(4, return_sequences=True, **THEIRS))
    both.build((2, 5, 3))
    ours = rt.GRU(3, 4, batch_first=True, bidirectional=True, **HARD)
    for direction in (0, 1):
        convert.from_keras(ours, both, direction=direction)
    x = 4 * torch.randn(2, 5, 3)
    torch.testing.assert_close(ours(x)[0], both(x), **SINGLE)
    options: Any = {"kernel_size": 3, "padding": "same", "data_format": "channels_first"}
    film = built(L.ConvLSTM2D, (2, 5, 3, 6, 6), **options, **THEIRS)
    conv = rt.ConvLSTM(3, 4, 3, batch_first=True, peephole=None, **HARD)
    convert.from_keras(conv, film)
    video = 4 * torch.randn(2, 5, 3, 6, 6)
    torch.testing.assert_close(conv(video)[0], film(video), **SINGLE)


@pytest.mark.parametrize("name", KINDS)
def test_the_hard_gates_of_keras_2_are_not(name):
    make, kind = KINDS[name]
    ours, theirs = make(3, 4, **HARD), built(kind, **THEIRS)
    config, arrays = theirs.get_config(), theirs.get_weights()
    without = {key: value for key, value in config.items() if key != "seed"}
    message = r"recurrent_activation='hard_sigmoid of Keras 2' \(here 'hard_sigmoid'\).*clip\(0.2 x \+ 0.5, 0, 1\)"
    # Keras 2 writes no seed, but which of its implementations runs, and the order of its axes
    for old in (without, config | {"implementation": 2}, config | {"time_major": False}):
        unchanged(ours, lambda old=old: convert.from_keras(ours, arrays, config=old), message)
    entry = {"class_name": name, "config": without}
    unchanged(ours, lambda: convert.from_keras(ours, arrays, config=entry), message)


@pytest.mark.parametrize("name", KINDS)
def test_soft_gates_are_not_hard_ones(name):
    make, kind = KINDS[name]
    ours = make(3, 4, **HARD)
    message = r"recurrent_activation='sigmoid' \(here 'hard_sigmoid'\)"
    unchanged(ours, lambda: convert.from_keras(ours, built(kind)), message)


# ---- ONNX ----------------------------------------------------------------------------------------------------


def exported(layer, **options):
    file = io.BytesIO()
    rt.export_onnx(layer, file, **options)
    return file.getvalue()


def node_of(model):
    (node,) = (node for node in onnx.load_from_string(model).graph.node if node.op_type in ("LSTM", "GRU"))
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_an_export_computes_hard_gates(name, bidirectional):
    layer = GATED[name](3, 4, bidirectional=bidirectional, **HARD)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.mul_(4)  # beyond the kinks
    model = exported(layer)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    x = 2 * torch.randn(6, 2, 3)
    output = torch.from_numpy(session.run(["output"], {"input": x.numpy()})[0])
    torch.testing.assert_close(output, layer(x)[0], rtol=1e-4, atol=1e-5)
    soft = GATED[name](3, 4, bidirectional=bidirectional)
    soft.load_state_dict(layer.state_dict())
    assert not torch.allclose(output, soft(x)[0], atol=1e-2)
    twin = GATED[name](3, 4, bidirectional=bidirectional, **HARD)
    convert.from_onnx(twin, convert.to_onnx(layer), attributes=node_of(model))
    torch.testing.assert_close(twin(x), layer(x))


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM", "GRU"])
def test_a_node_with_gates_of_another_slope_is_refused(name):
    layer = GATED[name](3, 4, **HARD)
    tensors, usual = convert.to_onnx(layer), node_of(exported(layer))
    convert.from_onnx(layer, tensors, attributes=usual)
    for change, message in [
        ({"activation_alpha": None}, r"activation_alpha=\[0.2\] \(here \[0.166667\]\)"),
        ({"activation_alpha": [0.2], "activation_beta": [0.5]}, r"activation_alpha=\[0.2\]"),
        ({"activation_beta": [0.4]}, r"activation_beta=\[0.4\] \(here \[0.5\]\)"),
        ({"activation_alpha": SLOPE * 2}, r"activation_alpha=\[0.166667, 0.166667\]"),
        ({"activations": None}, r"activations=\['sigmoid', 'tanh'.*\(here \['hardsigmoid'"),
    ]:
        attributes = {key: value for key, value in (usual | change).items() if value is not None}
        unchanged(layer, lambda a=attributes: convert.from_onnx(layer, tensors, attributes=a), message)
    soft = GATED[name](3, 4)
    message = r"activations=\['hardsigmoid', .*\(here \['sigmoid'.*gate_activation"
    unchanged(soft, lambda: convert.from_onnx(soft, tensors, attributes=usual), message)
