"""Derivatives of derivatives, and many at once, by the kernels as by the readable loop, whatever the size."""

import functools
from typing import Any

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.layers.core import dispatch
from rnn_tutorial.layers.core.sequences import Sequences

LAYERS: dict[str, Any] = {
    "RNN": rt.RNN,
    "RNN, relu": functools.partial(rt.RNN, nonlinearity="relu"),
    "LSTM": rt.LSTM,
    "GRU": rt.GRU,
    "PeepholeLSTM": rt.PeepholeLSTM,
    "ConvLSTM": lambda F, H, **options: rt.ConvLSTM(F, H, 3, spatial_dims=1, **options),
    "ConvLSTM by position": lambda F, H, **options: rt.ConvLSTM(
        F, H, 3, spatial_dims=1, peephole="position", image_size=(4,), **options
    ),
    "ConvLSTM without": lambda F, H, **options: rt.ConvLSTM(
        F, H, 3, spatial_dims=1, peephole=None, bias=False, **options
    ),
}
OPTIONS: dict[str, Any] = {
    "one layer": {},
    "no bias": {"bias": False},
    "two layers, both directions": {"num_layers": 2, "bidirectional": True, "batch_first": True},
}


def twins(name, F=2, H=3, **options):
    """Return a layer by kernel and the same by the reference loop."""
    pytest.importorskip("numba")
    torch.manual_seed(0)
    by_kernel, by_loop = (
        LAYERS[name](F, H, dtype=torch.float64, backend=backend, **options) for backend in ("fused", "reference")
    )
    with torch.no_grad():
        for parameter in by_kernel.parameters():
            torch.nn.init.normal_(parameter)
    by_loop.load_state_dict(by_kernel.state_dict())
    return by_kernel, by_loop


def sequences(layer, T=3, B=2, F=2):
    torch.manual_seed(1)
    shape = (B, T) if layer.batch_first else (T, B)
    return torch.randn(*shape, F, *[4] * layer.spatial_dims, dtype=torch.float64, requires_grad=True)


def everything(layer, x, state=None, lengths=None):
    """Return a weighted sum of all that a call gives."""
    output, final, states = layer(x, state, lengths=lengths, return_all_states=True)
    pairs = (final, states) if isinstance(final, tuple) else ((final,), (states,))
    generator = torch.Generator().manual_seed(5)
    given = [output, *(t for pair in pairs for t in pair)]
    return sum((torch.rand(t.shape, generator=generator, dtype=t.dtype) * t).sum() for t in given)


def squares(tensors):
    return torch.cat([t.flatten() for t in tensors]).square().sum()


@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("name", LAYERS)
def test_second_derivatives_equal_the_loops(name, options, lengths):
    found = []
    for layer in twins(name, **({} if name == "ConvLSTM without" and "bias" in options else options)):
        x = sequences(layer)
        _, first = layer(x)
        state = tuple(s.detach() + 0.5 for s in first) if isinstance(first, tuple) else first.detach() + 0.5
        leaves = [x, *(state if isinstance(state, tuple) else (state,)), *layer.parameters()]
        for leaf in leaves:
            leaf.requires_grad_()
        slopes = torch.autograd.grad(everything(layer, x, state, lengths), leaves, create_graph=True)
        found.append([*slopes, *torch.autograd.grad(squares(slopes), leaves)])
    for ours, expected in zip(*found, strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", [name for name in LAYERS if name != "RNN, relu"])
def test_gradgradcheck(name):
    layer, _ = twins(name, F=1, H=2)
    x = sequences(layer, T=2, B=1, F=1)
    names = [name for name, _ in layer.named_parameters()]

    def output(x, *parameters):
        return torch.func.functional_call(layer, dict(zip(names, parameters, strict=True)), (x,))[0]

    parameters = [parameter.detach().requires_grad_() for parameter in layer.parameters()]
    assert torch.autograd.gradgradcheck(output, (x, *parameters))


@pytest.mark.parametrize(("name", "T", "B", "H"), [("LSTM", 120, 8, 16), ("GRU", 6, 2, 3), ("PeepholeLSTM", 5, 9, 3)])
def test_a_gradient_penalty_trains_where_auto_takes_a_kernel(name, T, B, H):
    pytest.importorskip("numba")
    torch.manual_seed(0)
    critic, by_loop = (LAYERS[name](2, H, backend=backend) for backend in ("auto", "reference"))
    by_loop.load_state_dict(critic.state_dict())
    x = torch.randn(T, B, 2, requires_grad=True)
    assert dispatch.choose(critic, Sequences.of(critic, x, None), False) == "fused"
    found = []
    for layer in (critic, by_loop):
        # Gulrajani et al. (2017): the slope of the critic at each sequence should be 1
        (slope,) = torch.autograd.grad(layer(x)[0][-1].sum(), x, create_graph=True)
        penalty = (slope.transpose(0, 1).flatten(1).norm(dim=1) - 1).square().mean()
        found.append([penalty, *torch.autograd.grad(penalty, list(layer.parameters()), allow_unused=True)])
    for ours, expected in zip(*found, strict=True):
        if expected is not None:  # a bias may be without effect on slopes
            torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN", "PeepholeLSTM", "ConvLSTM"])
def test_each_call_counts_its_own_share_where_one_feeds_the_next(name):
    found = []
    for layer in twins(name, F=3):  # outputs and states go into a second call with the same weights
        x = sequences(layer, F=3)
        output, state = layer(x)
        output, _ = layer(output, state)
        slopes = torch.autograd.grad(output.square().sum(), [x, *layer.parameters()], create_graph=True)
        found.append([*slopes, *torch.autograd.grad(squares(slopes), list(layer.parameters()))])
    for ours, expected in zip(*found, strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize("name", LAYERS)
def test_many_backward_passes_at_once(name, lengths):
    layer, _ = twins(name, num_layers=2)
    x = sequences(layer)
    leaves = [x, *layer.parameters()]
    output = layer(x, lengths=lengths)[0]
    into = torch.randn(4, *output.shape, dtype=output.dtype)
    together = torch.autograd.grad(output, leaves, into, is_grads_batched=True, retain_graph=True)
    mapped = torch.func.vmap(lambda d: torch.autograd.grad(output, leaves, d, retain_graph=True))(into)
    one_by_one = [torch.autograd.grad(output, leaves, d, retain_graph=True) for d in into]
    for k, parts in enumerate(zip(*one_by_one, strict=True)):
        torch.testing.assert_close(together[k], torch.stack(parts))
        torch.testing.assert_close(mapped[k], torch.stack(parts))


@pytest.mark.parametrize("backend", ["auto", "reference", "fused"])
@pytest.mark.parametrize(("T", "B", "H"), [(2, 1, 2), (11, 8, 64)])  # the larger by a kernel, in training
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "PeepholeLSTM", "ConvLSTM"])
def test_jacobians(name, T, B, H, backend):
    if backend == "fused":
        pytest.importorskip("numba")
    torch.manual_seed(0)
    layer = LAYERS[name](2, H, backend=backend)
    x = torch.randn(T, B, 2, *[4] * layer.spatial_dims)

    def last(x):
        return layer(x)[0][-1, 0].flatten()[:3]

    expected = torch.autograd.functional.jacobian(last, x)
    torch.testing.assert_close(torch.autograd.functional.jacobian(last, x, vectorize=True), expected)
    if backend == "fused":  # named, it refuses what it cannot do
        with pytest.raises(ValueError, match=r"torch\.func"):
            torch.func.jacrev(last)(x)
        return
    torch.testing.assert_close(torch.func.jacrev(last)(x), expected)
    slopes = torch.func.vmap(torch.func.grad(lambda one: last(one).sum()))(torch.stack([x, 2 * x]))
    torch.testing.assert_close(slopes[0], expected.sum(0))


# PyTorch's own forward-mode rules still compile a few functions in the way it calls deprecated.
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "PeepholeLSTM", "ConvLSTM"])
def test_hessians_and_forward_jacobians(name):
    by_kernel, by_loop = twins(name)
    x = sequences(by_loop).detach()

    def loss_of(layer):
        return lambda x: layer(x)[0][-1, 0].square().sum()

    expected = torch.autograd.functional.hessian(loss_of(by_loop), x)
    assert expected.abs().sum() > 0
    for vectorize in (False, True):
        found = torch.autograd.functional.hessian(loss_of(by_kernel), x, vectorize=vectorize)
        torch.testing.assert_close(found, expected)
    by_kernel.backend = "auto"
    torch.testing.assert_close(torch.func.hessian(loss_of(by_kernel))(x), expected)
    torch.testing.assert_close(torch.func.jacfwd(loss_of(by_kernel))(x), torch.func.jacrev(loss_of(by_loop))(x))


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.parametrize("name", ["LSTM", "GRU", "ConvLSTM"])
def test_a_backward_pass_along_a_direction_keeps_it(name):
    layer, _ = twins(name)
    x = sequences(layer)
    output = layer(x)[0]
    one, direction = torch.randn(2, *output.shape, dtype=output.dtype)
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(one, direction)
        (slope,) = torch.autograd.grad(output, x, dual, retain_graph=True)
        tangent = torch.autograd.forward_ad.unpack_dual(slope).tangent
    (expected,) = torch.autograd.grad(output, x, direction)  # linear in what comes in
    torch.testing.assert_close(tangent, expected)
