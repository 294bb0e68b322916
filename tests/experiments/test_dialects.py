"""The page on dialects finds what the libraries do; here the answers are known."""

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")  # read once, when Keras is imported
os.environ.setdefault("KERAS_TORCH_DEVICE", "cpu")

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial import convert
from rnn_tutorial.experiments import rosetta_dialects as dialects
from rnn_tutorial.experiments import rosetta_papers as papers

F, H = 3, 5
X = torch.randn(2, 6, F, generator=torch.Generator().manual_seed(0))
ASK = {
    "here": dialects.in_ours,
    "torch": dialects.in_torch,
    "keras": dialects.in_keras,
    "onnx": dialects.in_onnx,
}


def lively(layer, seed=0):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_(std=0.7, generator=generator)
    return layer


@pytest.fixture
def lstm():
    return lively(rt.LSTM(F, H, batch_first=True))


@pytest.fixture
def gru():
    return lively(rt.GRU(F, H, batch_first=True))


@pytest.fixture
def peephole():
    return lively(rt.PeepholeLSTM(F, H, batch_first=True, backend="reference"))


@pytest.mark.parametrize(("name", "order"), [("here", "ifgo"), ("torch", "ifgo"), ("keras", "ifgo"), ("onnx", "iofg")])
def test_order_of_an_lstm(lstm, name, order):
    assert dialects.orders(lstm, lambda w: ASK[name]("LSTM", w, X), X) == [order]


def test_no_order_fits_another_network(lstm):
    def with_a_bias_too_many(w):
        return dialects.in_torch("LSTM", w | {"bias_hh": w["bias_ih"] + w["bias_hh"]}, X)

    assert dialects.orders(lstm, with_a_bias_too_many, X) == []


def test_gates_that_are_alike_leave_the_order_open(lstm):
    """One answer of 24 means something only because several are possible."""
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter[:H] = parameter[3 * H :]  # i = o
    assert sorted(dialects.orders(lstm, lambda w: dialects.in_torch("LSTM", w, X), X)) == ["ifgo", "ofgi"]


@pytest.mark.parametrize(
    ("name", "options", "reading"),
    [
        ("here", {}, ("rzn", True, True)),
        ("here", {"reset_after": False}, ("rzn", True, False)),
        ("torch", {}, ("rzn", True, True)),
        ("keras", {}, ("zrn", True, True)),
        ("keras", {"reset_after": False}, ("zrn", True, False)),
        ("onnx", {}, ("zrn", True, False)),
        ("onnx", {"linear_before_reset": 1}, ("zrn", True, True)),
    ],
)
def test_reading_of_a_gru(gru, name, options, reading):
    ask: Any = ASK[name]
    assert dialects.gru_readings(gru, lambda w: ask("GRU", w, X, **options), X) == [reading]


def test_an_update_gate_that_takes_the_new_state_is_noticed(gru):
    def chung(w):
        layer = rt.GRU(F, H, batch_first=True)
        layer.load_state_dict({f"{name}_l0": values for name, values in w.items()})
        return convert.flip_update_gate(layer)(X)[0].detach()

    assert dialects.gru_readings(gru, chung, X) == [("rzn", False, True)]


def test_order_of_peepholes(peephole):
    assert dialects.peephole_orders(peephole, lambda w: dialects.in_onnx("LSTM", w, X), X, gates="iofg") == ["iof"]
    assert dialects.peephole_orders(peephole, lambda w: dialects.in_onnx("LSTM", w, X), X, gates="ifgo") == []


@pytest.mark.parametrize("through", [dialects.through_torch, dialects.through_keras, dialects.through_onnx])
@pytest.mark.parametrize("kind", [rt.LSTM, rt.GRU])
def test_layers_carried_over(through, kind):
    layer = lively(kind(F, H, batch_first=True))
    assert dialects.difference(through(layer, X), layer(X)[0]) < dialects.SAME


def test_peepholes_carried_over(peephole):
    assert dialects.difference(dialects.through_onnx(peephole, X), peephole(X)[0]) < dialects.SAME
    for through in (dialects.through_torch, dialects.through_keras):
        with pytest.raises(ValueError, match="lacks peepholes"):
            through(peephole, X)


def test_videos_carried_over():
    layer = lively(rt.ConvLSTM(2, H, 3, peephole=None, batch_first=True, backend="reference"))
    video = torch.randn(2, 4, 2, 6, 7)
    options: dict[str, Any] = {"kernel_size": 3, "padding": "same", "data_format": "channels_last"}
    carried = dialects.through_keras(layer, video.movedim(2, -1), "ConvLSTM2D", **options).movedim(-1, 2)
    assert dialects.difference(carried, layer(video)[0]) < dialects.SAME


def test_shapes_in_letters():
    names = {F: "F", H: "H"}
    assert dialects.spell((4 * H, F), names) == "(4H, F)"
    assert dialects.spell((1, 6 * H), names) == "(1, 6H)"
    assert dialects.spell((3 * H,), names) == "(3H,)"
    with pytest.raises(KeyError):
        dialects.spell((7,), names)


# ---- papers --------------------------------------------------------------------------------------------------

DOUBLE: Any = {"dtype": torch.float64, "backend": "reference"}


def test_cho_and_chung_differ_in_polarity():
    layer = lively(rt.GRU(F, H, reset_after=False, **DOUBLE))
    x, gates = X.double(), papers.Gates(layer)
    torch.testing.assert_close(papers.cho2014(x, gates), layer(x)[0].detach())
    torch.testing.assert_close(papers.chung2014(x, gates), convert.flip_update_gate(layer)(x)[0].detach())


def test_peepholes_of_graves():
    layer = lively(rt.PeepholeLSTM(F, H, **DOUBLE))
    x, gates = X.double(), papers.Gates(layer)
    torch.testing.assert_close(papers.graves2013(x, gates), layer(x)[0].detach())
    assert dialects.difference(papers.graves2013(x, gates, output_sees="old"), layer(x)[0]) > 0.01


def test_convolutions_of_shi():
    layer = lively(rt.ConvLSTM(2, H, 3, **DOUBLE))
    video = torch.randn(4, 2, 2, 6, 7, dtype=torch.float64)
    torch.testing.assert_close(papers.shi2015(video, papers.Gates(layer)), layer(video)[0].detach())


def test_the_first_lstm_is_one_that_never_forgets():
    layer: Any = lively(rt.LSTM(F, H, **DOUBLE))
    x = X.double()
    expected = papers.hochreiter1997(x, papers.Gates(layer))
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter[H : 2 * H] = 0
            parameter[2 * H : 3 * H] /= 2
        layer.bias_ih_l0[H : 2 * H] = 50
    torch.testing.assert_close(layer(x)[0].detach(), expected)
