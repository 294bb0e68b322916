"""Hard gates, and dropout of the state: what Keras 3 computes with the same weights and masks, values and gradients."""

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")  # read once, when Keras is imported
os.environ.setdefault("KERAS_TORCH_DEVICE", "cpu")

import keras
import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.layers.core.definition import hard_sigmoid

# Keras's get_weights() asks NumPy for arrays in a way that NumPy 2 is about to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

L: Any = keras.layers
DOUBLE: dict[str, Any] = {"dtype": torch.float64}
FILM: dict[str, Any] = {"kernel_size": 3, "padding": "same", "data_format": "channels_first"}
PAIRS: dict[str, Any] = {
    "RNN": (lambda **o: rt.RNN(3, 4, batch_first=True, **o), L.SimpleRNN, {}),
    "LSTM": (lambda **o: rt.LSTM(3, 4, batch_first=True, **o), L.LSTM, {}),
    "GRU": (lambda **o: rt.GRU(3, 4, batch_first=True, **o), L.GRU, {}),
    "GRU, reset before": (
        lambda **o: rt.GRU(3, 4, batch_first=True, reset_after=False, **o),
        L.GRU,
        {"reset_after": False},
    ),
    "ConvLSTM": (
        lambda **o: rt.ConvLSTM(3, 4, 3, batch_first=True, peephole=None, spatial_dims=1, **o),
        L.ConvLSTM1D,
        FILM,
    ),
}
GATED = [name for name in PAIRS if name != "RNN"]
KERAS_ORDER = {1: [0], 3: [1, 0, 2], 4: [0, 1, 2, 3]}  # of our gates: z, r, h for our r, z, n


@pytest.fixture(autouse=True)
def in_double(monkeypatch):
    """Keras on torch multiplies matrices in float32 whatever their dtype; not so here."""

    def matmul(*factors):
        return torch.matmul(*map(keras.ops.convert_to_tensor, factors))

    monkeypatch.setattr(keras.src.ops, "matmul", matmul)


def twins(name, ours=None, theirs=None):
    """Return our layer with Keras's weights, Keras's own, and an input wide enough to reach both kinks of the gates."""
    make, kind, options = PAIRS[name]
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    shape = (2, 6, 3, *[5] * (name == "ConvLSTM"))
    twin = kind(4, return_sequences=True, dtype="float64", **options, **(theirs or {}))
    twin.build(shape)
    layer = make(**DOUBLE, **(ours or {}))
    rt.convert.from_keras(layer, twin)
    return layer, twin, (4 * torch.randn(shape, **DOUBLE)).requires_grad_()


def of_keras(layer, twin):
    """Gradients of Keras's weights, laid out as ours."""
    w = [v.value.grad for v in twin.trainable_variables]
    order = [KERAS_ORDER[layer.gates].index(gate) for gate in range(layer.gates)]
    kernels = [g.permute(-1, -2, *range(g.dim() - 2)) for g in w[:2]]
    blocks = [torch.stack(g.chunk(layer.gates))[order].flatten(0, 1) for g in kernels]
    bias = w[2] if w[2].dim() > 1 else w[2][None]
    return [*blocks, *(torch.stack(b.chunk(layer.gates))[order].flatten() for b in bias)]


def assert_alike(layer, twin, x, **call):
    output = layer(x)[0]
    expected = twin(x, **call)
    torch.testing.assert_close(output, expected)
    weight = torch.randn(output.shape, **DOUBLE)
    slopes = torch.autograd.grad((weight * output).sum(), [x, *layer.parameters()])
    (weight * expected).sum().backward()
    torch.testing.assert_close(slopes[0], x.grad)
    theirs = of_keras(layer, twin)
    for one, other in zip(slopes[1 : 1 + len(theirs)], theirs, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("name", GATED)
def test_hard_gates_are_those_of_keras_3(name):
    layer, twin, x = twins(name, {"gate_activation": "hard_sigmoid"}, {"recurrent_activation": "hard_sigmoid"})
    assert_alike(layer, twin, x)
    with torch.no_grad():
        soft = PAIRS[name][0](**DOUBLE)
        soft.load_state_dict(layer.state_dict())
        assert not torch.allclose(layer(x)[0], soft(x)[0], atol=1e-2)


def test_the_function_is_that_of_keras_and_torch_between_and_beyond_its_kinks():
    x = torch.tensor([-9, -3.1, -3, -2.9, -0.5, 0, 1, 2.9, 3, 3.1, 9], **DOUBLE).requires_grad_()
    (slope,) = torch.autograd.grad(hard_sigmoid(x).sum(), x)
    torch.testing.assert_close(hard_sigmoid(x), torch.clamp(x / 6 + 0.5, 0, 1))
    torch.testing.assert_close(hard_sigmoid(x), keras.activations.hard_sigmoid(x))
    inside = ((x > -3) & (x < 3)).double() / 6
    torch.testing.assert_close(slope, inside)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "PeepholeLSTM", "ConvLSTM"])
def test_hard_gates_by_any_form_and_derivative(name):
    kind: Any = {"ConvLSTM": lambda F, H, **o: rt.ConvLSTM(F, H, 3, spatial_dims=1, **o)}.get(name) or getattr(rt, name)
    layer = kind(2, 3, num_layers=2, bidirectional=True, gate_activation="hard_sigmoid", **DOUBLE)
    x = torch.randn(5, 2, 2, *[4] * (name == "ConvLSTM"), **DOUBLE)
    output, _ = layer(x, lengths=[5, 2])
    torch.testing.assert_close(output[:2, 1], layer(x[:2, 1])[0])
    small = kind(1, 2, gate_activation="hard_sigmoid", **DOUBLE)
    given = torch.randn(2, 1, 1, *[3] * (name == "ConvLSTM"), **DOUBLE).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda x: small(x)[0], (given,))
    torch._dynamo.reset()
    torch.testing.assert_close(torch.compile(layer, fullgraph=True, backend="aot_eager")(x)[0], layer(x)[0])
    layer.float()
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(layer(x.float())[0].float(), layer.float()(x.float())[0].float())
    for backend in ("native", "fused"):
        layer.backend = backend
        with pytest.raises(ValueError, match=f"{name} with gate_activation='hard_sigmoid': .*use backend="):
            layer(x.float())


# ---- dropout of the state ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAIRS)
def test_recurrent_dropout_is_keras_s_with_the_same_masks(name, monkeypatch):
    layer, twin, x = twins(name, {"recurrent_dropout": 0.4}, {"recurrent_dropout": 0.4})
    layer.train()
    drawn = torch.nn.functional.dropout(torch.ones(2, layer.gates, 4, *x.shape[3:], **DOUBLE), 0.4)
    monkeypatch.setattr(torch.nn.functional, "dropout", lambda ones, p: drawn * ones)
    masks = [drawn[:, gate] for gate in KERAS_ORDER[layer.gates]]
    twin.cell._recurrent_dropout_mask = masks[0] if name == "RNN" else masks
    assert_alike(layer, twin, x, training=True)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_recurrent_dropout_is_distributed_as_keras_s(name):
    layer, twin, x = twins(name, {"recurrent_dropout": 0.3}, {"recurrent_dropout": 0.3, "seed": 1})
    many = x[:1].detach().div(8).expand(4000, -1, -1)  # each sequence has masks of its own
    with torch.no_grad():
        ours, theirs = layer(many)[0][:, -1], twin(many, training=True)[:, -1]
    assert ours.std(0).min() > 1e-3
    error = ((ours.var(0) + theirs.var(0)) / 4000).sqrt()
    assert ((ours.mean(0) - theirs.mean(0)).abs() < 5 * error).all()
    torch.testing.assert_close(ours.std(0), theirs.std(0), rtol=0.15, atol=1e-3)
