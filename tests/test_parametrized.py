"""Values given to weights that something else computes arrive, or are refused; none is lost."""

import copy
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

import rnn_tutorial as rt
from rnn_tutorial import convert
from rnn_tutorial.forecasting.neural.recurrent import Layer
from rnn_tutorial.layers.core.assign import assign

KINDS: dict[str, Any] = {
    "RNN": lambda **o: rt.RNN(3, 4, **o),
    "LSTM": lambda **o: rt.LSTM(3, 4, **o),
    "GRU": lambda **o: rt.GRU(3, 4, **o),
    "GRU before": lambda **o: rt.GRU(3, 4, reset_after=False, **o),
    "PeepholeLSTM": lambda **o: rt.PeepholeLSTM(3, 4, **o),
    "ConvLSTM": lambda **o: rt.ConvLSTM(3, 4, 3, peephole=None, **o),
}
IN_KERAS = [name for name in KINDS if name != "PeepholeLSTM"]
IN_ONNX = [name for name in KINDS if name != "ConvLSTM"]


def weights(layer):
    return {full: layer.parameter(full).detach().clone() for names in layer.weight_names for full in names.values()}


def assert_equal(first, second, **options):
    torch.testing.assert_close(first, second, **(options or {"rtol": 0, "atol": 0}))


def normed(layer, *names):
    for name in names or ("weight_hh_l0", "weight_ih_l0"):
        parametrizations.weight_norm(layer, name)
    return layer


def hooked(how, layer, name="weight_hh_l0"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # the old form, which networks still have
        how(layer, name)
    return layer


HOOKS: dict[str, Any] = {
    "weight_norm": nn.utils.weight_norm,
    "spectral_norm": nn.utils.spectral_norm,
    "prune": lambda layer, name: prune.random_unstructured(layer, name, 0.3),
}


class Halved(nn.Module):
    """A parametrisation without a way back."""

    def forward(self, x):
        return x / 2


# ---- assigned ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IN_KERAS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_keras_arrays_arrive_through_weight_norm(name, dtype):
    source, layer = KINDS[name](dtype=dtype), normed(KINDS[name](dtype=dtype))
    parameters = list(layer.parameters())
    convert.from_keras(layer, convert.to_keras(source))
    for given, held in zip(convert.to_keras(source), convert.to_keras(layer), strict=True):
        np.testing.assert_allclose(held, given, rtol=1e-5, atol=1e-7)
    assert all(a is b for a, b in zip(parameters, layer.parameters(), strict=True))
    assert parametrize.is_parametrized(layer, "weight_hh_l0")


@pytest.mark.parametrize("name", IN_ONNX)
def test_onnx_tensors_arrive_through_weight_norm(name):
    options: Any = {"num_layers": 2, "bidirectional": True}
    source, layer = KINDS[name](**options), normed(KINDS[name](**options), "weight_hh_l1", "weight_ih_l1_reverse")
    for number in (0, 1):
        convert.from_onnx(layer, convert.to_onnx(source, number), number)
    x = torch.randn(5, 2, 3)
    torch.testing.assert_close(layer(x), source(x))


@pytest.mark.parametrize("reset_after", [True, False])
def test_update_gate_is_flipped_through_weight_norm(reset_after):
    layer = normed(rt.GRU(3, 4, 2, reset_after=reset_after), "weight_hh_l0", "weight_ih_l1")
    plain = rt.GRU(3, 4, 2, reset_after=reset_after)
    plain.load_state_dict(weights(layer))
    flipped = convert.flip_update_gate(layer)
    assert_equal(weights(flipped), weights(convert.flip_update_gate(plain)), rtol=1e-5, atol=1e-7)
    assert_equal(weights(layer), weights(plain))
    assert parametrize.is_parametrized(flipped, "weight_hh_l0")


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("backend", ["auto", "reference"])
def test_fresh_weights_are_those_of_a_new_layer(name, backend):
    layer = normed(KINDS[name](backend=backend, recurrent_init="orthogonal", num_layers=2))
    before = weights(layer)
    torch.manual_seed(3)
    layer.reset_parameters()
    torch.manual_seed(3)
    new = KINDS[name](backend=backend, recurrent_init="orthogonal", num_layers=2)
    assert_equal(weights(layer), weights(new), rtol=1e-5, atol=1e-6)
    assert not torch.equal(before["weight_hh_l0"], weights(layer)["weight_hh_l0"])


@pytest.mark.parametrize("how", [parametrizations.spectral_norm, parametrizations.orthogonal])
def test_fresh_weights_keep_to_the_parametrisation(how):
    layer = how(rt.RNN(3, 4), "weight_hh_l0").eval()
    before = weights(layer)["weight_hh_l0"]
    layer.reset_parameters()
    after = weights(layer)["weight_hh_l0"]
    assert not torch.allclose(before, after)
    if how is parametrizations.orthogonal:
        torch.testing.assert_close(after @ after.T, torch.eye(4))


def test_a_layer_learns_on_after_the_assignment():
    layer = normed(rt.GRU(3, 4))
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    convert.from_keras(layer, convert.to_keras(rt.GRU(3, 4)))
    before = weights(layer)
    layer(torch.randn(5, 2, 3))[0].sum().backward()
    optimizer.step()
    assert all(not torch.equal(before[name], value) for name, value in weights(layer).items())


# ---- refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "kind"),
    [(parametrizations.spectral_norm, "SpectralNorm"), (parametrizations.orthogonal, "Orthogonal")],
)
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_what_a_parametrisation_cannot_hold_is_refused_and_changes_nothing(how, kind, name):
    layer = how(KINDS[name](), "weight_hh_l0").eval()
    arrays, tensors = convert.to_keras(KINDS[name]()), convert.to_onnx(KINDS[name]())
    before = {key: value.clone() for key, value in layer.state_dict().items()}
    message = rf"weight_hh_l0 is computed by {kind} and cannot take these values.*remove_parametrizations\(layer"
    with pytest.raises(ValueError, match=message):
        convert.from_keras(layer, [3 * array for array in arrays])
    with pytest.raises(ValueError, match=message):
        convert.from_onnx(layer, {key: 3 * value for key, value in tensors.items()})
    assert_equal(dict(layer.state_dict()), before)


def test_an_orthogonal_matrix_is_taken_by_an_orthogonal_weight():
    layer: Any = parametrizations.orthogonal(rt.RNN(3, 4), "weight_hh_l0")
    kernel, _, bias = convert.to_keras(layer)
    rotation: Any = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0].astype(np.float32)
    convert.from_keras(layer, [kernel, rotation, bias])
    np.testing.assert_allclose(convert.to_keras(layer)[1], rotation, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_no_way_back_is_refused_and_changes_nothing(name):
    layer = KINDS[name]()
    parametrize.register_parametrization(layer, "weight_hh_l0", Halved())
    before = weights(layer)
    with pytest.raises(ValueError, match="computed by Halved and cannot take these values: it has no right inverse"):
        layer.reset_parameters()
    if name in IN_KERAS:
        with pytest.raises(ValueError, match="Halved"):
            convert.from_keras(layer, convert.to_keras(KINDS[name]()))
    if name in IN_ONNX:
        with pytest.raises(ValueError, match="Halved"):
            convert.from_onnx(layer, convert.to_onnx(KINDS[name]()))
    assert_equal(weights(layer), before)


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "PeepholeLSTM", "ConvLSTM"])
def test_hooks_are_refused_everywhere(hook, name):
    layer = hooked(HOOKS[hook], KINDS[name]())
    message = rf"weight_hh_l0 of this {type(layer).__name__} is no parameter: .* from weight_hh_l0_\w+.*prune.remove"
    calls: list[Any] = [layer.reset_parameters]
    if name in IN_KERAS:
        calls += [lambda: convert.to_keras(layer), lambda: convert.from_keras(layer, [])]
    if name in IN_ONNX:
        calls += [lambda: convert.to_onnx(layer), lambda: convert.from_onnx(layer, {})]
    if name in ("RNN", "LSTM", "GRU"):
        calls += [lambda: convert.to_torch(layer)]
    if name == "LSTM":
        calls += [lambda: convert.add_peepholes(layer)]
    if name == "GRU":
        calls += [lambda: convert.flip_update_gate(layer)]
    before = {key: value.clone() for key, value in layer.state_dict().items()}
    for call in calls:
        with pytest.raises(ValueError, match=message):
            call()
    assert_equal(dict(layer.state_dict()), before)


def test_pruned_weights_are_taken_once_they_are_parameters():
    layer = hooked(HOOKS["prune"], rt.GRU(3, 4))
    prune.remove(layer, "weight_hh_l0")
    zeros = weights(layer)["weight_hh_l0"] == 0
    assert (torch.as_tensor(convert.to_onnx(layer)["R"]) == 0).sum() == zeros.sum() > 0
    layer.reset_parameters()
    assert not (weights(layer)["weight_hh_l0"] == 0).any()


@pytest.mark.parametrize("how", [parametrizations.weight_norm, parametrizations.orthogonal, *HOOKS.values()])
@pytest.mark.parametrize(("theirs", "ours"), [(nn.RNN, rt.RNN), (nn.LSTM, rt.LSTM), (nn.GRU, rt.GRU)])
def test_a_new_layer_would_not_be_parametrised(how, theirs, ours):
    message = "weight_hh_l0 (is computed by .* which the new layer would not have|of this .* is no parameter)"
    with pytest.raises(ValueError, match=message):
        convert.from_torch(hooked(how, theirs(3, 4)))
    with pytest.raises(ValueError, match=message):
        convert.to_torch(hooked(how, ours(3, 4)))
    if ours is rt.LSTM:
        with pytest.raises(ValueError, match=message):
            convert.add_peepholes(hooked(how, ours(3, 4)))


# ---- tied ----------------------------------------------------------------------------------------------------


def test_tied_gates_are_flipped_once():
    layer: Any = rt.GRU(4, 4, 2)
    layer.weight_hh_l1 = layer.weight_hh_l0
    flipped: Any = convert.flip_update_gate(layer)
    assert flipped.weight_hh_l1 is flipped.weight_hh_l0
    assert torch.equal(flipped.weight_hh_l0[4:8], -layer.weight_hh_l0[4:8])
    assert torch.equal(flipped.weight_hh_l0[:4], layer.weight_hh_l0[:4])


def test_tied_weights_do_not_take_two_values():
    layer: Any = rt.LSTM(3, 4, bidirectional=True)
    layer.weight_hh_l0_reverse = layer.weight_hh_l0
    before = weights(layer)
    with pytest.raises(ValueError, match="weight_hh_l0 is the same tensor as another weight of the layer"):
        convert.from_onnx(layer, convert.to_onnx(rt.LSTM(3, 4, bidirectional=True)))
    assert_equal(weights(layer), before)
    convert.from_onnx(layer, convert.to_onnx(copy.deepcopy(layer)))
    assert_equal(weights(layer), before)


def test_values_that_are_not_finite_are_written_as_they_are():
    layer, plain = normed(rt.RNN(3, 4), "weight_ih_l0"), rt.RNN(3, 4)
    value = torch.full((4, 4), float("inf"))
    for one in (layer, plain):
        assign(one, {"weight_hh_l0": value}, exactly=True)
        assert torch.equal(weights(one)["weight_hh_l0"], value)
    with pytest.raises(ValueError, match="computed by WeightNorm and cannot take"):
        assign(layer, {"weight_ih_l0": torch.zeros(4, 3)}, exactly=True)  # 0 / 0


# ---- in a forecaster -----------------------------------------------------------------------------------------


class Readable(nn.Module):
    """A layer of the user's with a part of PyTorch's behind it."""

    def __init__(self):
        super().__init__()
        self.gru = rt.GRU(2, 4, batch_first=True)
        self.readout = nn.Linear(4, 3)

    def forward(self, x):
        return self.readout(self.gru(x)[0])


def test_a_forecasters_layer_gets_fresh_weights_or_is_refused():
    own = Readable()
    normed(own.gru)
    before = weights(own.gru)["weight_hh_l0"]
    taken: Any = Layer(own, 2, 8, 1).layer
    assert not torch.allclose(weights(taken.gru)["weight_hh_l0"], before)
    parametrizations.weight_norm(own.readout)
    with pytest.raises(ValueError, match=r"a ParametrizedLinear cannot be given fresh weights: .* a function"):
        Layer(own, 2, 8, 1)
