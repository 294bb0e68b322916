"""Options that act inside the loop over time: what they refuse, and that nothing loses them without a word."""

import copy
import io
import pickle
from typing import Any

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial import convert

ALL: dict[str, Any] = {
    "zoneout": (0.1, 0.2),
    "recurrent_dropout": 0.3,
    "weight_dropout": 0.4,
    "gate_activation": "hard_sigmoid",
}
FILM: dict[str, Any] = {"kernel_size": 3, "peephole": None}


def one(value):
    return {"zoneout": 0.1} if value == "zoneout" else {value: ALL[value]}


@pytest.mark.parametrize("name", ["zoneout", "recurrent_dropout", "weight_dropout"])
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf"), True, False, None, "0.5", 1j])
def test_what_is_no_probability_is_refused(name, value):
    for make in (rt.RNN, rt.LSTM, lambda F, H, **o: rt.ConvLSTM(F, H, 3, **o)):
        with pytest.raises(ValueError, match=rf"^{name} should be a probability, a number in range \[0, 1\], got "):
            make(2, 3, **{name: value})


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (rt.LSTM, (0.1,), r"one probability, or a pair of them for h and c, got \(0.1,\)"),
        (rt.LSTM, [0.1, 0.2, 0.3], "a pair of them for h and c"),
        (rt.LSTM, (), "a pair of them for h and c"),
        (rt.LSTM, (0.1, 1.5), r"zoneout of c should be a probability, .* got 1.5"),
        (rt.LSTM, (True, 0.1), "zoneout of h should be a probability, .* got True"),
        (rt.LSTM, ((0.1, 0.1), 0.1), "zoneout of h should be a probability"),
        (rt.GRU, (0.1, 0.2), "the state of this GRU is h alone, so give one probability"),
        (rt.RNN, [0.1], "the state of this RNN is h alone"),
    ],
)
def test_pairs_are_for_networks_with_two_states(kind, value, message):
    with pytest.raises(ValueError, match=message):
        kind(2, 3, zoneout=value)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("hardsigmoid", "; did you mean 'hard_sigmoid'[?]"),
        ("Sigmoid", "; did you mean 'sigmoid'[?]"),
        ("HARD_SIGMOID", "; did you mean 'hard_sigmoid'[?]"),
        ("tanh", "$"),
        (None, "$"),
        (torch.sigmoid, "$"),
    ],
)
def test_gates_of_an_unknown_kind_are_refused(value, hint):
    for kind in (rt.GRU, rt.LSTM, rt.PeepholeLSTM):
        with pytest.raises(ValueError, match=r"gate_activation should be one of sigmoid, hard_sigmoid, got .*" + hint):
            kind(2, 3, gate_activation=value)
    with pytest.raises(TypeError, match="unexpected keyword argument 'gate_activation'"):
        rt.RNN(2, 3, gate_activation="sigmoid")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [rt.RNN, rt.GRU, rt.LSTM, rt.PeepholeLSTM])
def test_defaults_add_nothing(kind):
    plain = kind(2, 3)
    off: dict[str, Any] = {"zoneout": 0, "recurrent_dropout": 0, "weight_dropout": 0}
    if kind is not rt.RNN:
        off["gate_activation"] = "sigmoid"
    same = kind(2, 3, **off)
    assert repr(same) == repr(plain)
    assert list(same.state_dict()) == list(plain.state_dict())
    assert list(kind(2, 3, zoneout=0.1, weight_dropout=0.1, recurrent_dropout=0.1).state_dict()) == list(
        plain.state_dict()
    )
    assert (same.mode, same.kernel) == (plain.mode, plain.kernel)


@pytest.mark.parametrize(
    "make", [rt.LSTM, rt.PeepholeLSTM, lambda F, H, **o: rt.ConvLSTM(F, H, 3, spatial_dims=1, **o)]
)
def test_copies_pickles_and_files_keep_them(make):
    layer = make(2, 3, **ALL)
    assert all(f"{name}={value}" in repr(layer) for name, value in ALL.items())
    x = torch.randn(4, 2, 2, *[5] * layer.spatial_dims)
    torch.save(layer, file := io.BytesIO())
    file.seek(0)
    copies = [copy.deepcopy(layer), pickle.loads(pickle.dumps(layer)), torch.load(file, weights_only=False)]
    for again in copies:
        assert repr(again) == repr(layer)
        for training in (True, False):
            outputs = []
            for each in (layer, again):
                torch.manual_seed(3)
                outputs.append(each.train(training)(x)[0])
            assert torch.equal(*outputs)


def test_a_pickle_from_before_the_options_has_them_off():
    state = rt.GRU(2, 3).__getstate__()
    for name in ALL:
        del state[name]
    read = rt.GRU.__new__(rt.GRU)
    read.__setstate__(state)
    assert repr(read) == "GRU(2, 3)"
    assert read(torch.randn(4, 1, 2))[0].shape == (4, 1, 3)


@pytest.mark.parametrize("option", ALL)
def test_torch_has_none_of_them(option):
    for kind in (rt.GRU, rt.LSTM):
        with pytest.raises(ValueError, match=f"no counterpart: torch.nn lacks {option}"):
            convert.to_torch(kind(2, 3, **one(option)))


@pytest.mark.parametrize("option", ["zoneout", "weight_dropout"])
def test_keras_has_neither_zoneout_nor_dropped_weights(option):
    for layer in (rt.RNN(2, 3, **one(option)), rt.LSTM(2, 3, **one(option)), rt.ConvLSTM(2, 3, **FILM, **one(option))):
        with pytest.raises(ValueError, match=f"no counterpart: Keras lacks {option}"):
            convert.to_keras(layer)


def test_an_export_is_the_layer_in_evaluation(tmp_path):
    with pytest.raises(ValueError, match="ONNX lacks zoneout"):
        rt.export_onnx(rt.GRU(2, 3, zoneout=0.1), tmp_path / "gru.onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    layer = rt.GRU(2, 3, recurrent_dropout=0.3, weight_dropout=0.4)
    rt.export_onnx(layer, tmp_path / "gru.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "gru.onnx"), providers=["CPUExecutionProvider"])
    x = torch.randn(4, 2, 2)
    (output, _) = session.run(None, {"input": x.numpy()})
    torch.testing.assert_close(torch.from_numpy(output), layer.eval()(x)[0])


def test_other_conventions_keep_them():
    x = torch.randn(6, 2, 3, dtype=torch.float64)
    lstm = rt.LSTM(3, 4, dtype=torch.float64, **ALL)
    gru = rt.GRU(3, 4, dtype=torch.float64, **(ALL | {"zoneout": 0.1}))
    peepholes, flipped = convert.add_peepholes(lstm), convert.flip_update_gate(gru)
    assert repr(peepholes) == "Peephole" + repr(lstm)
    assert repr(flipped) == repr(gru)
    for training in (True, False):
        outputs = []
        for layer in (lstm, peepholes):
            torch.manual_seed(3)
            outputs.append(layer.train(training)(x)[0])
        torch.testing.assert_close(*outputs)
    # z = 1 takes the new: flipped weights in the other convention are the first ones in ours
    torch.testing.assert_close(convert.flip_update_gate(flipped).eval()(x), gru.eval()(x))


def test_layers_made_of_layers_take_them():
    films = rt.ConvLSTMForecaster(1, [3, 2], 3, **ALL)
    assert films.encoder.zoneout == films.forecaster.zoneout == (0.1, 0.2)
    assert films(torch.rand(2, 3, 1, 6, 6), steps=2).shape == (2, 2, 1, 6, 6)
    model = rt.CNNLSTM((1, 8, 8), 4, code_size=3, **ALL)
    assert model.lstm.recurrent_dropout == 0.3
    assert model(torch.rand(2, 3, 1, 8, 8))[0].shape == (2, 3, 1, 8, 8)
    rt.ManyToOne(rt.GRU(2, 3, batch_first=True, zoneout=0.1), 1)(torch.randn(2, 4, 2)).sum().backward()


def zoned(columns):
    return rt.GRU(columns, 4, batch_first=True, zoneout=0.25, gate_activation="hard_sigmoid", recurrent_dropout=0.2)


def test_a_saved_forecaster_keeps_them(tmp_path):
    values = [float(t % 7) for t in range(80)]
    model = rt.Forecaster(zoned, 7, epochs=1, stride=20).fit(values)
    model.save(tmp_path / "model.safetensors")
    read = rt.Forecaster.load(tmp_path / "model.safetensors", layer=zoned)
    assert repr(read.network) == repr(model.network)
    assert "zoneout=0.25" in repr(read.network)
    first, second = (each.forecast(values, [60, 70]) for each in (model, read))
    assert (first == second).all()


# PyTorch's own forward-mode rules still compile a few functions in the way it calls deprecated, and so does tracing.
@pytest.mark.filterwarnings("ignore:`torch.jit", "ignore::torch.jit.TracerWarning")
@pytest.mark.parametrize("option", ALL)
def test_recorded_mapped_and_differentiated_forward(option):
    layer, x = rt.LSTM(3, 4, 2, bidirectional=True, **one(option)), torch.randn(4, 2, 3)
    weights = dict(layer.named_parameters())

    def loss(weights, row):
        return torch.func.functional_call(layer, weights, (row[:, None],))[0].sum()

    mapped = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 1), randomness="different")
    assert mapped(weights, x)["weight_hh_l0"].shape == (2, 16, 4)
    torch.manual_seed(3)
    slope = torch.func.jvp(lambda x: layer(x)[0].sum(), (x,), (torch.ones_like(x),))[1]
    torch.manual_seed(3)
    (gradient,) = torch.autograd.grad(layer(x.requires_grad_())[0].sum(), x)
    torch.testing.assert_close(slope, gradient.sum())
    layer.eval()
    given = torch.randn(4, 2, 3)
    expected = layer(given)[0]
    torch.testing.assert_close(torch.jit.trace(layer, (x.detach(),), check_trace=False)(given)[0], expected)
    torch.testing.assert_close(torch.export.export(layer, (x.detach(),)).module()(given)[0], expected)
    each = mapped(weights, given)["weight_hh_l0"].sum(0)
    (total,) = torch.autograd.grad(layer(given)[0].sum(), weights["weight_hh_l0"])
    torch.testing.assert_close(each, total, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("option", ALL)
def test_one_sequence_none_and_numbers_of_16_bits(option):
    layer, x = rt.GRU(3, 4, **one(option)), torch.randn(4, 3)
    for training in (True, False):
        layer.train(training)
        outputs = []
        for given in (x, x[:, None]):
            torch.manual_seed(3)
            outputs.append(layer(given)[0])
        torch.testing.assert_close(outputs[0], outputs[1][:, 0])
        assert layer(torch.randn(4, 0, 3))[0].shape == (4, 0, 4)
    half = rt.LSTM(3, 4, dtype=torch.bfloat16, **one(option))
    assert half(torch.randn(4, 2, 3, dtype=torch.bfloat16))[1][1].dtype == torch.bfloat16
