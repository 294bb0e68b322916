"""What Keras and ONNX compute with the same weights in another way is refused, by name; the rest is taken."""

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")  # read once, when Keras is imported
os.environ.setdefault("KERAS_TORCH_DEVICE", "cpu")

import keras
import numpy as np
import onnx
import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial import convert
from rnn_tutorial.onnx_export import export_onnx

from .refusals import unchanged

# Keras's get_weights() asks NumPy for arrays in a way that NumPy 2 is about to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

L: Any = keras.layers
PAIRS: dict[str, Any] = {
    "RNN": (lambda **o: rt.RNN(3, 4, batch_first=True, **o), L.SimpleRNN),
    "LSTM": (lambda **o: rt.LSTM(3, 4, batch_first=True, **o), L.LSTM),
    "GRU": (lambda **o: rt.GRU(3, 4, batch_first=True, **o), L.GRU),
}
GATED = ["LSTM", "GRU"]


def built(kind, shape=(2, 5, 3), units=4, **options):
    layer = kind(units, **options)
    layer.build(shape)
    return layer


def film(**options):
    options = {"kernel_size": 3, "padding": "same"} | options
    return built(L.ConvLSTM2D, (2, 5, 6, 6, 3), **options)


# ---- taken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"use_bias": False},
        {"return_sequences": True, "return_state": True},
        {"dropout": 0.3, "recurrent_dropout": 0.2, "unroll": True},
    ],
)
@pytest.mark.parametrize("way", ["layer", "config", "entry"])
def test_a_keras_layer_is_taken_and_computes_the_same(name, options, way):
    make, kind = PAIRS[name]
    theirs, ours = built(kind, **options | {"return_state": True}), make(bias=options.get("use_bias", True))
    if way == "layer":
        convert.from_keras(ours, theirs)
    else:
        entry = keras.saving.serialize_keras_object(theirs)
        convert.from_keras(ours, theirs.get_weights(), config=entry if way == "entry" else theirs.get_config())
    x = torch.randn(2, 5, 3)
    final = ours(x)[1]
    h = final[0] if isinstance(final, tuple) else final
    torch.testing.assert_close(h[0], theirs(x)[1], rtol=1e-4, atol=1e-5)


def test_options_that_only_start_a_layer_are_taken():
    for flag in (True, False):
        ours, theirs = rt.LSTM(3, 4), built(L.LSTM, unit_forget_bias=flag)
        convert.from_keras(ours, theirs)
        np.testing.assert_array_equal(convert.to_keras(ours)[2], theirs.get_weights()[2])


@pytest.mark.parametrize("reset_after", [True, False])
@pytest.mark.parametrize("bias", [True, False])
def test_both_resets_with_and_without_bias(reset_after, bias):
    theirs = built(L.GRU, reset_after=reset_after, use_bias=bias)
    ours = rt.GRU(3, 4, batch_first=True, bias=bias, reset_after=reset_after)
    convert.from_keras(ours, theirs)
    x = torch.randn(2, 5, 3)
    torch.testing.assert_close(ours(x)[1][0], theirs(x), rtol=1e-4, atol=1e-5)
    # Without biases the arrays are the same for either: only the options tell.
    other = rt.GRU(3, 4, bias=bias, reset_after=not reset_after)
    unchanged(
        other, lambda: convert.from_keras(other, theirs), rf"reset_after={reset_after} \(here {not reset_after}\)"
    )


def test_relu_goes_with_relu():
    theirs, ours = built(L.SimpleRNN, activation="relu"), rt.RNN(3, 4, nonlinearity="relu", batch_first=True)
    convert.from_keras(ours, theirs)
    x = torch.randn(2, 5, 3)
    torch.testing.assert_close(ours(x)[1][0], theirs(x), rtol=1e-4, atol=1e-5)
    tanh = rt.RNN(3, 4)
    unchanged(
        tanh, lambda: convert.from_keras(tanh, theirs), r"activation='relu' \(here 'tanh'\).*nonlinearity=\"relu\""
    )


@pytest.mark.parametrize("as_config", [True, False])
@pytest.mark.parametrize("backward", [True, False])
def test_both_directions_of_a_bidirectional(as_config, backward):
    own = {"backward_layer": L.GRU(4, return_sequences=True, go_backwards=True)} if backward else {}
    theirs = L.Bidirectional(L.GRU(4, return_sequences=True), **own)
    theirs.build((2, 5, 3))
    ours = rt.GRU(3, 4, batch_first=True, bidirectional=True)
    for direction in (0, 1):
        if as_config:
            arrays = theirs.get_weights()[3 * direction : 3 * direction + 3]
            convert.from_keras(ours, arrays, direction=direction, config=theirs.get_config())
        else:
            convert.from_keras(ours, theirs, direction=direction)
    x = torch.randn(2, 5, 3)
    torch.testing.assert_close(ours(x)[0], theirs(x), rtol=1e-4, atol=1e-5)


def test_films_are_taken():
    ours = rt.ConvLSTM(3, 4, 3, batch_first=True, peephole=None)
    first = built(L.ConvLSTM2D, (2, 5, 3, 6, 6), kernel_size=3, padding="same", data_format="channels_first")
    convert.from_keras(ours, first)
    np.testing.assert_array_equal(convert.to_keras(ours)[0], first.get_weights()[0])
    theirs = film()
    convert.from_keras(ours, theirs)
    x = torch.randn(2, 5, 3, 6, 6)
    h = theirs(x.movedim(2, -1))
    torch.testing.assert_close(ours(x)[1][0][0], h.movedim(-1, 1), rtol=1e-4, atol=1e-5)


# ---- refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GATED)
def test_hard_sigmoid_is_refused_where_gates_are_soft_and_both_are_named(name):
    make, kind = PAIRS[name]
    theirs, ours = built(kind, recurrent_activation="hard_sigmoid"), make()
    message = r"recurrent_activation='hard_sigmoid' \(here 'sigmoid'\).*clip\(0.2 x \+ 0.5, 0, 1\).*relu6\(x \+ 3\) / 6"
    message += '.*gate_activation="hard_sigmoid"'
    unchanged(ours, lambda: convert.from_keras(ours, theirs), message)
    unchanged(ours, lambda: convert.from_keras(ours, theirs.get_weights(), config=theirs.get_config()), message)
    entry = keras.saving.serialize_keras_object(theirs)
    unchanged(ours, lambda: convert.from_keras(ours, theirs.get_weights(), config=entry), message)


def squared(x):
    return x * x


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("RNN", {"activation": "linear"}, r"activation='linear' \(here 'tanh'\)"),
        ("RNN", {"activation": None}, r"activation='linear' \(here 'tanh'\)"),
        ("RNN", {"activation": "sigmoid"}, "activation='sigmoid'"),
        ("RNN", {"activation": squared}, "activation='squared'"),
        ("LSTM", {"activation": "relu"}, r"activation='relu' \(here 'tanh'\)"),
        (
            "LSTM",
            {"activation": "hard_tanh", "recurrent_activation": "tanh"},
            "'hard_tanh'.*recurrent_activation='tanh'",
        ),
        ("GRU", {"activation": "relu"}, r"activation='relu' \(here 'tanh'\)"),
        ("GRU", {"recurrent_activation": "linear"}, "recurrent_activation='linear'.*gates are sigmoids"),
        ("RNN", {"go_backwards": True}, r"go_backwards=True \(here False\).*direction 1"),
        ("GRU", {"go_backwards": True}, "go_backwards=True"),
        ("LSTM", {"use_bias": False}, r"use_bias=False \(here True\)\. build our layer"),
        ("LSTM", {"stateful": True}, r"stateful=True .*output, state = layer\(x, state\)"),
    ],
)
def test_options_that_ours_lack_are_named(name, options, message):
    make, kind = PAIRS[name]
    ours = make()
    shape = (2, 5, 3)
    if options.get("stateful"):
        theirs = kind(4, **options)
        theirs(torch.zeros(shape))
    else:
        theirs = built(kind, shape, **options)
    unchanged(ours, lambda: convert.from_keras(ours, theirs), message)
    unchanged(ours, lambda: convert.from_keras(ours, theirs.get_weights(), config=theirs.get_config()), message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"recurrent_activation": "hard_sigmoid"}, "hard_sigmoid"),
        ({"padding": "valid"}, r"padding='valid' \(here 'same'\).*keeps the size"),
        ({"strides": 2}, r"strides=[(\[]2, 2[)\]] \(here 1\)"),
        ({"dilation_rate": 2}, "dilation_rate="),
        ({"activation": "relu"}, "activation='relu'"),
    ],
)
def test_films_of_another_kind_are_refused(options, message):
    ours = rt.ConvLSTM(3, 4, 3, peephole=None)
    unchanged(ours, lambda: convert.from_keras(ours, film(**options)), message)


def test_other_layers_are_refused():
    lstm, gru = rt.LSTM(3, 4), rt.GRU(3, 4)
    unchanged(lstm, lambda: convert.from_keras(lstm, built(L.GRU)), "expected a Keras LSTM for this LSTM, got a GRU")
    unchanged(gru, lambda: convert.from_keras(gru, built(L.SimpleRNN)), "expected a Keras GRU .* got a SimpleRNN")
    cell = L.RNN(L.LSTMCell(4))
    cell.build((2, 5, 3))
    unchanged(lstm, lambda: convert.from_keras(lstm, cell), r"got a RNN; .*get_weights\(\)")
    unchanged(lstm, lambda: convert.from_keras(lstm, L.LSTM(4)), "has no weights yet")
    both = L.Bidirectional(L.LSTM(4))
    both.build((2, 5, 3))
    unchanged(lstm, lambda: convert.from_keras(lstm, both), "build a LSTM with bidirectional=True")
    summed = L.Bidirectional(L.LSTM(4), merge_mode="sum")
    summed.build((2, 5, 3))
    wide = rt.LSTM(3, 4, bidirectional=True)
    unchanged(wide, lambda: convert.from_keras(wide, summed), r"merge_mode='sum' \(here 'concat'\).*side by side")
    hard = L.Bidirectional(L.LSTM(4, recurrent_activation="hard_sigmoid"))
    hard.build((2, 5, 3))
    for direction in (0, 1):
        unchanged(wide, lambda d=direction: convert.from_keras(wide, hard, direction=d), "hard_sigmoid")


# ---- ONNX ----------------------------------------------------------------------------------------------------

OURS: dict[str, Any] = {
    "RNN": lambda **o: rt.RNN(3, 4, **o),
    "relu": lambda **o: rt.RNN(3, 4, nonlinearity="relu", **o),
    "LSTM": lambda **o: rt.LSTM(3, 4, **o),
    "PeepholeLSTM": lambda **o: rt.PeepholeLSTM(3, 4, **o),
    "GRU": lambda **o: rt.GRU(3, 4, **o),
    "GRU before": lambda **o: rt.GRU(3, 4, reset_after=False, **o),
}


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_attributes_of_our_own_export_are_taken(name, bidirectional, tmp_path):
    layer, twin = (OURS[name](bidirectional=bidirectional) for _ in range(2))
    export_onnx(layer, tmp_path / "layer.onnx")
    nodes = onnx.load(tmp_path / "layer.onnx").graph.node
    (node,) = (node for node in nodes if node.op_type in ("RNN", "LSTM", "GRU"))
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    convert.from_onnx(twin, convert.to_onnx(layer), attributes=attributes)
    x = torch.randn(5, 2, 3)
    torch.testing.assert_close(twin(x), layer(x))


@pytest.mark.parametrize(
    ("name", "attributes", "message"),
    [
        ("LSTM", {"activations": [b"HardSigmoid", b"Tanh", b"Tanh"]}, "activations=.'hardsigmoid', 'tanh', 'tanh'."),
        ("GRU", {"activations": ["Sigmoid", "Relu"], "linear_before_reset": 1}, "activations=.'sigmoid', 'relu'."),
        ("RNN", {"activations": ["Relu"]}, r"activations=\['relu'\] \(here \['tanh'\]\)"),
        ("relu", {}, r"activations=\['tanh'\] \(here \['relu'\]\)"),
        ("GRU", {}, r"linear_before_reset=0 \(here 1\)"),
        ("GRU before", {"linear_before_reset": 1}, r"linear_before_reset=1 \(here 0\)"),
        ("LSTM", {"direction": b"reverse"}, r"direction='reverse' \(here 'forward'\)"),
        ("LSTM", {"clip": 3.0}, "clip=3.0"),
        ("PeepholeLSTM", {"input_forget": 1}, r"input_forget=1 \(here 0\)"),
    ],
)
def test_attributes_that_ours_lack_are_named(name, attributes, message):
    layer = OURS[name]()
    tensors = convert.to_onnx(OURS[name]())
    unchanged(layer, lambda: convert.from_onnx(layer, tensors, attributes=attributes), message)
