"""One direction of one layer by the GPU's kernels and by the readable loop, which is the definition: all of both."""

from functools import partial

import torch

import rnn_tutorial as rt
from rnn_tutorial.kernels import cuda
from rnn_tutorial.layers.core import biases, fused, loop

LAYERS = {"PeepholeLSTM": rt.PeepholeLSTM, "LSTM": rt.LSTM, "GRU": rt.GRU, "RNN": rt.RNN, "RNN relu": rt.RNN}


def build(name, F, H, dtype, device="cpu"):
    options = {"nonlinearity": "relu"} if name.endswith("relu") else {}
    return LAYERS[name](F, H, backend="reference", dtype=dtype, device=device, **options)


def by_kernel(layer, x, state, lengths, reverse, back=True):
    """Return h (and c) of all steps, then of the last; what a backward pass needs is kept only if there will be one."""
    w = layer.weights(0, 0)
    bias, extra = biases.TAKEN[layer.kernel](w)
    c = state[1] if len(state) > 1 else x.new_empty(x.shape[1], 0)
    relu = getattr(layer, "nonlinearity", "tanh") == "relu"
    network, n = getattr(cuda, layer.kernel), len(state)
    readable = partial(loop.scan, layer, real=loop.sequence_mask(lengths, x), backward=reverse)
    again = fused.loop_of(readable, layer.kernel, n, reverse)
    given = cuda.Scan.apply(
        again, network, reverse, relu, True, back, x, w["weight_ih"], w["weight_hh"], bias, extra, state[0], c, lengths
    )
    return [*given[:n], *given[2 : 2 + n]]


def by_loop(layer, x, state, lengths, reverse):
    states = loop.scan(layer, x, tuple(state), layer.weights(0, 0), loop.sequence_mask(lengths, x), reverse)
    return [*states, *(s[0 if reverse else -1] for s in states)]


def with_gradients(run, layer, x, state, lengths, reverse, probe=None):
    """Return what a run gives and the gradients of a weighted sum of it, or of output ``probe`` alone."""
    leaves = [x.detach().clone().requires_grad_(), *(s.detach().clone().requires_grad_() for s in state)]
    given = run(layer, leaves[0], leaves[1:], lengths, reverse)
    generator = torch.Generator().manual_seed(5)
    chosen = given if probe is None else [given[probe]]
    loss = sum((y.float() * torch.randn(y.shape, generator=generator).to(y.device)).sum() for y in chosen)
    leaves += layer.parameters()
    gradients = torch.autograd.grad(loss, leaves, allow_unused=True)
    return [*given, *(torch.zeros_like(p) if g is None else g for p, g in zip(leaves, gradients, strict=True))]


def case(name, T, B, H, dtype=torch.float32, device="cpu", seed=0):
    """Return a layer, an input, first states and lengths, ragged as soon as T and B allow."""
    torch.manual_seed(seed)
    layer = build(name, 4, H, dtype, device)
    x = torch.randn(T, B, 4, dtype=dtype, device=device)
    state = [torch.randn(B, H, dtype=dtype, device=device) for _ in layer.state_names]
    lengths = torch.randint(1, T + 1, (B,), device=device)
    return layer, x, state, lengths
