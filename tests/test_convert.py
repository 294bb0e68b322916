"""Weights carried to Keras, torch.nn and torchrecurrent and back: their layers must then compute what ours do."""

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")  # read once, when Keras is imported
os.environ.setdefault("KERAS_TORCH_DEVICE", "cpu")

import keras
import numpy as np
import pytest
import torch
import torchrecurrent
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial import convert
from rnn_tutorial.checks import assert_same

# Keras's get_weights() asks NumPy for arrays in a way that NumPy 2 is about to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
# Keras on torch multiplies matrices in float32 whatever their dtype; its convolutions are done in float64.
SINGLE: Any = {"rtol": 1e-4, "atol": 1e-5}
DOUBLE: Any = {"dtype": torch.float64}
KERAS: Any = {"dtype": "float64", "return_sequences": True, "return_state": True}


def test_keras_runs_on_torch():
    assert keras.backend.backend() == "torch", "unset KERAS_BACKEND, or set it to torch"


def randomise(layer, seed=0):
    """Give every parameter values of its own, so that no two gates or biases can be taken for each other."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64) * 0.5)
    return layer


def batch(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def same_with_gradient(ours, theirs, x, rtol=1e-10, atol=1e-12):
    """Compare two functions of one input, each giving a list of tensors, and their gradients."""
    results = []
    for function in (ours, theirs):
        leaf = x.clone().requires_grad_()
        outputs = function(leaf)
        total = sum((y * torch.linspace(0.5, 1.5, y.numel(), dtype=y.dtype).view(y.shape)).sum() for y in outputs)
        results.append([*(y.detach() for y in outputs), *torch.autograd.grad(total, leaf)])
    torch.testing.assert_close(results[0], results[1], rtol=rtol, atol=atol)


def flat(result):
    """Flatten ``output, h_n`` or ``output, (h_n, c_n)``, states without the axis of layers."""
    output, state = result
    return [output, *(s[0] for s in (state if isinstance(state, tuple) else (state,)))]


# ---- Keras ---------------------------------------------------------------------------------------------------

DENSE: dict[str, Any] = {
    "RNN tanh": (rt.RNN, {}, keras.layers.SimpleRNN, {}),
    "RNN relu": (rt.RNN, {"nonlinearity": "relu"}, keras.layers.SimpleRNN, {"activation": "relu"}),
    "LSTM": (rt.LSTM, {}, keras.layers.LSTM, {}),
    "GRU after": (rt.GRU, {"reset_after": True}, keras.layers.GRU, {"reset_after": True}),
    "GRU before": (rt.GRU, {"reset_after": False}, keras.layers.GRU, {"reset_after": False}),
}
SIZES = {
    "sizes": st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(1, 5)),
    "seed": st.integers(0, 2**16),
}


@pytest.mark.parametrize("name", DENSE)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(bias=st.booleans(), **SIZES)
def test_dense_layers_agree_with_keras(name, sizes, bias, seed):
    F, H, B, T = sizes
    ours_type, our_options, theirs_type, their_options = DENSE[name]
    ours = randomise(ours_type(F, H, bias=bias, batch_first=True, **our_options, **DOUBLE), seed)
    theirs = theirs_type(H, use_bias=bias, **their_options, **KERAS)
    theirs.build((B, T, F))
    theirs.set_weights(convert.to_keras(ours))
    same_with_gradient(lambda x: flat(ours(x)), theirs, batch(B, T, F, seed=seed), **SINGLE)
    other = randomise(ours_type(F, H, bias=bias, batch_first=True, **our_options, **DOUBLE), seed + 1)
    convert.from_keras(other, theirs.get_weights())
    same_with_gradient(lambda x: flat(other(x)), theirs, batch(B, T, F, seed=seed), **SINGLE)


@pytest.mark.parametrize("axes", [1, 2, 3])
@settings(max_examples=15, deadline=None, derandomize=True)
@given(data=st.data(), bias=st.booleans(), **SIZES)
def test_conv_lstm_agrees_with_keras(axes, data, sizes, bias, seed):
    C, H, B, T = sizes
    kernel = data.draw(st.tuples(*[st.sampled_from([1, 3])] * axes))
    image = data.draw(st.tuples(*[st.integers(1, 4)] * axes))
    options: Any = {"bias": bias, "batch_first": True, "spatial_dims": axes, "peephole": None, **DOUBLE}
    ours = randomise(rt.ConvLSTM(C, H, kernel, **options), seed)
    theirs_type = getattr(keras.layers, f"ConvLSTM{axes}D")
    theirs = theirs_type(H, kernel, padding="same", data_format="channels_last", use_bias=bias, **KERAS)
    theirs.build((B, T, *image, C))
    theirs.set_weights(convert.to_keras(ours))
    x = batch(B, T, C, *image, seed=seed)
    same_with_gradient(
        lambda x: flat(ours(x)),
        lambda x: [y.movedim(-1, -1 - axes) for y in theirs(x.movedim(2, -1))],
        x,
    )
    other = rt.ConvLSTM(C, H, kernel, **options)
    convert.from_keras(other, theirs.get_weights())
    torch.testing.assert_close(other(x), ours(x))


@pytest.mark.parametrize("name", DENSE)
def test_stack_of_bidirectional_keras_layers(name):
    ours_type, our_options, theirs_type, their_options = DENSE[name]
    ours = randomise(ours_type(3, 4, 2, batch_first=True, bidirectional=True, **our_options, **DOUBLE))
    x = y = batch(2, 5, 3)
    for number in range(2):
        one_way = theirs_type(4, return_sequences=True, dtype="float64", **their_options)
        both_ways = keras.layers.Bidirectional(one_way, dtype="float64")
        both_ways.build(y.shape)
        both_ways.set_weights(convert.to_keras(ours, number, 0) + convert.to_keras(ours, number, 1))
        y = both_ways(y)
    torch.testing.assert_close(ours(x)[0], y, **SINGLE)


def test_keras_masks_are_our_lengths():
    ours = randomise(rt.LSTM(3, 4, batch_first=True, **DOUBLE))
    theirs = keras.layers.LSTM(4, **KERAS)
    theirs.build((2, 5, 3))
    theirs.set_weights(convert.to_keras(ours))
    x, lengths = batch(2, 5, 3), torch.tensor([5, 2])
    output, h, c = theirs(x, mask=torch.arange(5) < lengths[:, None])
    mine, (h_n, c_n) = ours(x, lengths=lengths)
    torch.testing.assert_close((h_n[0], c_n[0]), (h, c), **SINGLE)
    torch.testing.assert_close(mine[1, :2], output[1, :2], **SINGLE)


@pytest.mark.parametrize("name", DENSE)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_round_trip_through_keras_is_exact(name, dtype):
    kind, options, *_ = DENSE[name]
    layer = randomise(kind(3, 4, 2, bidirectional=True, dtype=dtype, **options))
    copy = kind(3, 4, 2, bidirectional=True, dtype=dtype, **options)
    for place in [(0, 0), (0, 1), (1, 0), (1, 1)]:
        arrays = convert.to_keras(layer, *place)
        memory = [parameter.data_ptr() for parameter in copy.parameters()]
        convert.from_keras(copy, arrays, *place)
        assert memory == [parameter.data_ptr() for parameter in copy.parameters()]
        for before, after in zip(arrays, convert.to_keras(copy, *place), strict=True):
            assert before.dtype == after.dtype == np.dtype(str(dtype).removeprefix("torch."))
            np.testing.assert_array_equal(before, after)
        w, v = layer.weights(*place), copy.weights(*place)
        assert torch.equal(w["weight_hh"], v["weight_hh"])
        if name == "GRU after":
            assert torch.equal(w["bias_hh"], v["bias_hh"])
        else:
            assert torch.equal(w["bias_ih"] + w["bias_hh"], v["bias_ih"])
            assert not v["bias_hh"].any()


def test_forget_bias_is_counted_once():
    theirs = keras.layers.LSTM(4, dtype="float64")  # unit_forget_bias
    theirs.build((1, 1, 3))
    layer: Any = rt.LSTM(3, 4, forget_bias=1.0, **DOUBLE)
    kernel, recurrent, bias = convert.to_keras(layer)
    np.testing.assert_array_equal(bias[4:8], 1)
    np.testing.assert_array_equal(bias[4:8], theirs.get_weights()[2][4:8])
    convert.from_keras(layer, [kernel, recurrent, bias])
    assert (layer.bias_ih_l0 + layer.bias_hh_l0)[4:8].tolist() == [1] * 4


def test_what_is_returned_is_a_copy():
    layer: Any = rt.RNN(2, 3)
    before = layer.weight_ih_l0.clone()
    for array in [*convert.to_keras(layer), *convert.to_onnx(layer).values()]:
        array[...] = 7
    assert torch.equal(layer.weight_ih_l0, before)


def test_bfloat16_goes_through_float32():
    layer = randomise(rt.LSTM(2, 3, dtype=torch.bfloat16, bias=False))
    copy = rt.LSTM(2, 3, dtype=torch.bfloat16, bias=False)
    convert.from_keras(copy, convert.to_keras(layer))
    assert all(torch.equal(a, b) for a, b in zip(layer.parameters(), copy.parameters(), strict=True))


# ---- PyTorch -------------------------------------------------------------------------------------------------

TORCH = [
    (nn.RNN, rt.RNN, {"nonlinearity": "relu", "bias": False}),
    (nn.LSTM, rt.LSTM, {"proj_size": 2, "bidirectional": True}),
    (nn.GRU, rt.GRU, {"batch_first": True, "dropout": 0.25}),
]


@pytest.mark.parametrize(("theirs_type", "ours_type", "options"), TORCH)
def test_torch_both_ways(theirs_type, ours_type, options):
    theirs = theirs_type(3, 4, num_layers=2, dtype=torch.float64, **options).eval()
    ours = convert.from_torch(theirs)
    back = convert.to_torch(ours)
    assert type(ours) is ours_type
    assert type(back) is theirs_type
    assert repr(back) == repr(theirs)
    assert not ours.training
    assert not back.training
    assert_same(theirs, ours, batch(2, 5, 3))
    assert_same(theirs, back, batch(2, 5, 3))
    assert ours.weight_ih_l0.data_ptr() != theirs.weight_ih_l0.data_ptr()


def test_zero_peepholes_change_nothing():
    theirs = nn.LSTM(3, 4, num_layers=2, bidirectional=True, dtype=torch.float64)
    lstm = convert.from_torch(theirs)
    layer: Any = convert.add_peepholes(lstm)
    x = batch(5, 2, 3)
    torch.testing.assert_close(layer(x), theirs(x))
    assert not layer.weight_co_l1_reverse.any()
    assert type(layer) is rt.PeepholeLSTM
    with pytest.raises(TypeError, match="without peepholes, got PeepholeLSTM"):
        convert.add_peepholes(layer)


def test_peepholes_keep_options():
    lstm = rt.LSTM(3, 4, batch_first=True, layer_norm=True, proj_size=2, forget_bias=1.0, backend="reference")
    layer = convert.add_peepholes(lstm.eval())
    assert repr(layer) == repr(lstm).replace("LSTM", "PeepholeLSTM")
    torch.testing.assert_close(layer(torch.ones(2, 5, 3)), lstm(torch.ones(2, 5, 3)))


# ---- conventions ---------------------------------------------------------------------------------------------


def gru_of_chung(x, layer):
    """Run the GRU of Chung et al. (2014), h = (1 - z) h + z n, on our weights taken as they are."""
    H, w = layer.hidden_size, layer.weights()
    h = x.new_zeros(x.shape[1], H)
    for x_t in x:
        a = nn.functional.linear(x_t, w["weight_ih"], w["bias_ih"])
        m = nn.functional.linear(h, w["weight_hh"], w["bias_hh"])
        r, z = torch.sigmoid(a + m)[:, : 2 * H].chunk(2, dim=1)
        n = torch.tanh(a[:, 2 * H :] + r * m[:, 2 * H :])
        h = (1 - z) * h + z * n
    return h


def test_flipped_update_gate():
    layer = randomise(rt.GRU(3, 4, **DOUBLE))
    before = {name: p.clone() for name, p in layer.state_dict().items()}
    x = batch(6, 2, 3)
    flipped = convert.flip_update_gate(layer)
    torch.testing.assert_close(flipped(x)[1][0], gru_of_chung(x, layer))
    torch.testing.assert_close(layer(x)[1][0], gru_of_chung(x, flipped))
    assert not torch.allclose(layer(x)[1], flipped(x)[1])
    assert all(torch.equal(p, before[name]) for name, p in layer.state_dict().items())
    twice = convert.flip_update_gate(flipped).state_dict()
    assert all(torch.equal(p, before[name]) for name, p in twice.items())
    not_a_gru: Any = rt.LSTM(2, 3)
    with pytest.raises(TypeError, match="expected a GRU, got LSTM"):
        convert.flip_update_gate(not_a_gru)


@pytest.mark.parametrize("reset_after", [True, False])
def test_flip_swaps_what_stays_and_what_is_new(reset_after):
    """With z near 1 the state stays at h_0; flipped, it is n at once: for every layer, direction and layer norm."""
    layer = rt.GRU(3, 4, 2, bidirectional=True, layer_norm=True, reset_after=reset_after, **DOUBLE)
    with torch.no_grad():
        for names in layer.weight_names:
            getattr(layer, names["bias_ih"])[4:8] = 40
    x, h_0 = batch(1, 2, 3), torch.full((4, 2, 4), 5.0, dtype=torch.float64)
    torch.testing.assert_close(layer(x, h_0)[1], h_0)
    assert convert.flip_update_gate(layer)(x, h_0)[1].abs().max() <= 1


@pytest.mark.parametrize(
    ("source", "implementation"),
    [("ifog", "ndrplz ConvLSTM_pytorch"), ("igfo", "Haste, and TensorFlow's BasicLSTMCell"), ("iofg", "ONNX")],
)
def test_reordered_gates(source, implementation):
    layer = randomise(rt.LSTM(3, 4, **DOUBLE))
    gates = dict(zip("ifgo", layer.weight_ih_l0.chunk(4), strict=True))
    foreign = torch.cat([gates[gate] for gate in source])
    assert torch.equal(convert.reorder_gates(foreign, source, "ifgo"), layer.weight_ih_l0), implementation
    assert torch.equal(convert.reorder_gates(layer.weight_ih_l0, "ifgo", source), foreign)
    as_array = convert.reorder_gates(foreign.detach().numpy(), source, "ifgo")
    np.testing.assert_array_equal(as_array, layer.weight_ih_l0.detach().numpy())


def test_reordering_refuses():
    with pytest.raises(ValueError, match="should name the same gates"):
        convert.reorder_gates(np.zeros(8), "ifgo", "ifco")
    with pytest.raises(ValueError, match="7 rows cannot be divided into the 4 gates"):
        convert.reorder_gates(np.zeros(7), "ifgo", "iofg")


def test_the_two_resets_are_two_networks():
    after, before = (randomise(rt.GRU(3, 4, reset_after=reset, **DOUBLE)) for reset in (True, False))
    before.load_state_dict(after.state_dict())
    assert not torch.allclose(after(batch(5, 2, 3))[0], before(batch(5, 2, 3))[0], atol=1e-3)
    for layer, other, shapes in (
        (after, before, r"\(2, 12\), got \(12,\)"),
        (before, after, r"\(12,\), got \(2, 12\)"),
    ):
        with pytest.raises(ValueError, match=rf"bias: expected shape {shapes}; GRU\(reset_after=True\) has"):
            convert.from_keras(layer, convert.to_keras(other))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(**SIZES)
def test_peephole_lstm_agrees_with_torchrecurrent(sizes, seed):
    F, H, B, T = sizes
    theirs = randomise(torchrecurrent.PeepholeLSTM(F, H, num_layers=2, dtype=torch.float64), seed)
    ours = rt.PeepholeLSTM(F, H, num_layers=2, **DOUBLE)
    state: dict[str, torch.Tensor] = {}
    for number, cell in enumerate(theirs.cells):
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        state |= {f"{name}_l{number}": getattr(cell, name) for name in names}
        state |= {f"weight_c{gate}_l{number}": w for gate, w in zip("ifo", cell.weight_ph.chunk(3), strict=True)}
    ours.load_state_dict(state)
    h, c = batch(2, B, H, seed=seed + 1), batch(2, B, H, seed=seed + 2)

    def run(layer, x):
        output, state = layer(x, (h, c))
        return [output, *state]

    same_with_gradient(lambda x: run(ours, x), lambda x: run(theirs, x), batch(T, B, F, seed=seed))


# ---- errors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (rt.PeepholeLSTM(2, 3), "PeepholeLSTM has no counterpart: Keras lacks peepholes"),
        (rt.LSTM(2, 3, proj_size=1), "Keras lacks proj_size"),
        (rt.GRU(2, 3, layer_norm=True), "Keras lacks layer_norm"),
        (rt.ConvLSTM(2, 3, 3), "Keras lacks peepholes: make the ConvLSTM with peephole=None, not 'channel'"),
        (rt.ConvLSTM(2, 3, 3, peephole=None, dilation=2), "Keras lacks dilation"),
        (rt.ConvLSTM(2, 3, 3, peephole=None, padding_mode="circular"), "Keras lacks padding_mode='circular'"),
        (rt.ConvLSTM(2, 3, 3, peephole=None, recurrent_kernel_size=5), "Keras lacks kernels over the state"),
        (rt.ConvLSTM(0, 3, 3, peephole=None), "Keras lacks a ConvLSTM without input"),
    ],
)
def test_what_keras_has_not(layer, message):
    with pytest.raises(ValueError, match=message):
        convert.to_keras(layer)
    with pytest.raises(ValueError, match=message):
        convert.from_keras(layer, [])


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (rt.PeepholeLSTM(2, 3), "torch.nn lacks peepholes"),
        (rt.ConvLSTM(2, 3, 3, peephole=None), "torch.nn lacks convolutions"),
        (rt.GRU(2, 3, reset_after=False), r"torch.nn lacks GRU\(reset_after=False\)"),
        (rt.LSTM(2, 3, layer_norm=True), "torch.nn lacks layer_norm"),
        (rt.LSTM(2, 3, 2, variational=True, dropout=0.5), "torch.nn lacks variational dropout"),
    ],
)
def test_what_torch_has_not(layer, message):
    with pytest.raises(ValueError, match=message):
        convert.to_torch(layer)


def test_wrong_shapes_are_named_and_change_nothing():
    layer = rt.LSTM(2, 3)
    before = {name: p.clone() for name, p in layer.state_dict().items()}
    kernel, recurrent, bias = convert.to_keras(layer)
    for arrays, message in [
        ([kernel + 1, recurrent.T, bias], r"recurrent_kernel: expected shape \(3, 12\), got \(12, 3\)"),
        ([kernel + 1, recurrent], r"expected 3 arrays kernel \(2, 12\), .* for bias=True, got 2"),
        ([kernel + 1, recurrent, bias * 1j], "bias: expected real numbers, got complex"),
    ]:
        with pytest.raises(ValueError, match=message):
            convert.from_keras(layer, arrays)
    W, R, B = convert.to_onnx(layer).values()
    for tensors, message in [
        ({"W": W + 1, "R": R[0], "B": B}, r"R: expected shape \(1, 12, 3\), got \(12, 3\)"),
        ({"W": W + 1, "B": B}, r"expected W \(1, 12, 2\), R .* got B, W"),
        ({"W": W + 1, "R": R, "B": B, "P": B}, "for a LSTM with bias=True, got B, P, R, W"),
        ({}, "got nothing"),
    ]:
        with pytest.raises(ValueError, match=message):
            convert.from_onnx(layer, tensors)
    assert all(torch.equal(p, before[name]) for name, p in layer.state_dict().items())
    with pytest.raises(ValueError, match="for bias=False, got 3"):
        convert.from_keras(rt.LSTM(2, 3, bias=False), [kernel, recurrent, bias])


def test_wrong_places_and_types():
    with pytest.raises(ValueError, match="no layer 2, direction 0 in a LSTM with num_layers=2, bidirectional=False"):
        convert.to_keras(rt.LSTM(2, 3, 2), 2)
    with pytest.raises(ValueError, match="no layer 0, direction 1"):
        convert.to_keras(rt.LSTM(2, 3), 0, 1)
    theirs: Any = nn.LSTM(2, 3)
    with pytest.raises(TypeError, match="from_torch first"):
        convert.to_onnx(theirs)
    neither: Any = nn.Linear(2, 3)
    with pytest.raises(TypeError, match=r"expected a torch.nn.RNN, LSTM or GRU, got .*Linear"):
        convert.from_torch(neither)
    with pytest.raises(TypeError, match="expected an RNN, LSTM, GRU"):
        convert.to_torch(neither)
