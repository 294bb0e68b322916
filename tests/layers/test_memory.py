"""What a layer hands out has memory of its own: changed in place it changes nothing else, values or gradients."""

import itertools
from functools import partial
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

import rnn_tutorial as rt

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN:UserWarning")

LAYERS: dict[str, Any] = {
    "RNN": rt.RNN,
    "LSTM": rt.LSTM,
    "LSTM, projected": partial(rt.LSTM, proj_size=2),
    "LSTM, layer norm": partial(rt.LSTM, layer_norm=True),
    "GRU": rt.GRU,
    "GRU, reset before": partial(rt.GRU, reset_after=False),
    "PeepholeLSTM": rt.PeepholeLSTM,
    "ConvLSTM": lambda F, H, **options: rt.ConvLSTM(F, H, 3, spatial_dims=1, **options),
    "ConvLSTM, two widths": lambda F, H, num_layers=1, **options: rt.ConvLSTM(
        F, [H, H - 1][:num_layers], 3, spatial_dims=1, **options
    ),
}
OPERATORS, KERNELS = ("RNN", "LSTM", "LSTM, projected", "GRU"), ("RNN", "LSTM", "GRU", "PeepholeLSTM", "ConvLSTM")
WAYS = [
    (name, backend)
    for name, backend in itertools.product(LAYERS, ("auto", "reference", "native", "fused"))
    if backend == "auto"
    or (backend == "reference" and name in KERNELS)
    or (backend == "native" and name in OPERATORS)
    or (backend == "fused" and (name in KERNELS or "widths" in name))
]
FORMS: dict[str, dict[str, Any]] = {
    "a batch": {},
    "batch first": {"batch_first": True},
    "two layers": {"num_layers": 2},
    "both directions": {"bidirectional": True},
    "one sequence": {"unbatched": True},
    "lengths": {"lengths": [5, 2, 3]},
    "packed": {"packed": [5, 2, 3]},
}


def called(name, backend, form, **options):
    """Return a layer, and a call of it that gives its tensors one by one: the output first, then the states."""
    if backend == "fused":
        pytest.importorskip("numba")
    given = FORMS[form] | options
    unbatched, lengths, packed = (given.pop(key, None) for key in ("unbatched", "lengths", "packed"))
    every = given.pop("every", False)
    torch.manual_seed(0)
    layer = LAYERS[name](3, 5, backend=backend, **given)
    x: Any = torch.randn(3 if layer.batch_first else 5, 5 if layer.batch_first else 3, 3, *[4] * layer.spatial_dims)
    if unbatched:
        x = x[:, 0]
    if packed:
        x = pack_padded_sequence(x, torch.tensor(packed), enforce_sorted=False)

    def call():
        output, *states = layer(x, lengths=lengths, return_all_states=every)
        return [output.data if isinstance(output, PackedSequence) else output, *tensors(states)]

    return layer, call


def tensors(nested):
    return [nested] if isinstance(nested, torch.Tensor) else [t for part in nested for t in tensors(part)]


def gradients(layer, loss):
    return torch.autograd.grad(loss, list(layer.parameters()), allow_unused=True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_output_and_states_share_no_memory(name, backend, form):
    layer, call = called(name, backend, form)
    given = call()
    assert len({t.untyped_storage().data_ptr() for t in given}) == len(given)
    whole = sum((k + 1) * t.square().sum() for k, t in enumerate(given))
    expected = gradients(layer, whole)
    for changed in range(1, len(given)):
        again = call()
        kept = [t.clone() for t in again]
        with torch.no_grad():
            again[changed].zero_()
        for k, (t, old) in enumerate(zip(again, kept, strict=True)):
            assert torch.equal(t, torch.zeros_like(t) if k == changed else old)
        whole = sum((k + 1) * t.square().sum() for k, t in enumerate(kept))
        for ours, right in zip(gradients(layer, whole), expected, strict=True):
            torch.testing.assert_close(ours, right)


@pytest.mark.parametrize("form", ["a batch", "two layers", "both directions", "lengths"])
@pytest.mark.parametrize(("name", "backend"), [way for way in WAYS if way[1] != "native"])
def test_states_of_every_step_share_no_memory(name, backend, form):
    layer, call = called(name, backend, form, every=True)
    given = call()
    assert len({t.untyped_storage().data_ptr() for t in given}) == len(given)
    expected = gradients(layer, given[0].sum())
    again = call()
    for state in again[1:]:
        state.mul_(0)
    for ours, right in zip(gradients(layer, again[0].sum()), expected, strict=True):
        torch.testing.assert_close(ours, right)


@pytest.mark.parametrize(
    ("form", "steps"), [("a batch", 5), ("batch first", 120), ("two layers", 5), ("both directions", 5)]
)
@pytest.mark.parametrize(("name", "backend"), [way for way in WAYS if way[0] not in ("LSTM", "ConvLSTM, two widths")])
def test_an_output_may_be_changed_in_place(name, backend, form, steps):
    layer, _ = called(name, backend, form)
    shape = (3, steps) if layer.batch_first else (steps, 3)
    x = torch.randn(*shape, 3, *[4] * layer.spatial_dims)
    expected, _ = layer(x)
    right = gradients(layer, expected.relu().square().sum())
    output, _ = layer(x)
    assert nn.ReLU(inplace=True)(output) is output
    assert torch.equal(output, expected.relu())
    for ours, known in zip(gradients(layer, output.square().sum()), right, strict=True):
        torch.testing.assert_close(ours, known)


@pytest.mark.parametrize("backend", ["reference", "fused"])
def test_an_lstms_output_may_be_changed_in_place_where_it_is_not_pytorchs(backend):
    layer, call = called("LSTM", backend, "a batch")  # PyTorch's own keeps it for the backward pass, and says so
    right = gradients(layer, call()[0].relu().square().sum())
    output = call()[0].relu_()
    for ours, known in zip(gradients(layer, output.square().sum()), right, strict=True):
        torch.testing.assert_close(ours, known)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_an_output_without_gradients_may_be_changed_in_place(name, backend, mode):
    layer, call = called(name, backend, "a batch")
    with mode():
        expected = call()[0].clone()
        output = call()[0]
        output.mul_(2)
    assert torch.equal(output, 2 * expected)
    layer.requires_grad_(False)
    scale = torch.ones((), requires_grad=True)
    output = call()[0]
    output.mul_(scale)
    (slope,) = torch.autograd.grad(output.sum(), scale)
    torch.testing.assert_close(slope, expected.sum())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_gradients_of_parameters_are_contiguous_and_apart(name, backend, bias):
    layer, call = called(name, backend, "two layers", bias=bias, bidirectional=True)
    found = gradients(layer, sum(t.square().sum() for t in call()))
    sizes = [gradient.view(-1).numel() for gradient in found]
    assert sizes == [parameter.numel() for parameter in layer.parameters()]
    if backend != "native":
        assert len({gradient.data_ptr() for gradient in found}) == len(found)


@pytest.mark.parametrize("H", [1, 3, 8, 32])
@pytest.mark.parametrize("kernel_size", [1, 3, 5])
def test_gradients_of_pictures_are_contiguous(H, kernel_size):
    pytest.importorskip("numba")
    layer: Any = rt.ConvLSTM(2, H, kernel_size, peephole="position", image_size=(4, 6), backend="fused")
    for gradient in gradients(layer, layer(torch.randn(3, 2, 2, 4, 6))[0].square().sum()):
        gradient.view(-1)


@pytest.mark.parametrize(("F", "H"), [(8, 32), (3, 7), (16, 64)])
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "PeepholeLSTM"])
def test_gradients_of_many_steps_are_contiguous(name, F, H):
    layer = LAYERS[name](F, H)
    for gradient in gradients(layer, layer(torch.randn(120, 9, F))[0].square().sum()):
        gradient.view(-1)
