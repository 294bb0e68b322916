r"""The fast way for layers that PyTorch has no operator for, or that our kernels run faster: see ``kernels``.

A kernel runs one layer in one direction over whole sequences. Layers, directions, dropout and lengths stay the business
of ``loop.run``, which calls ``scan`` here instead of its own.
"""

import gc
import warnings
from functools import cache
from typing import Any

import torch
from torch import Tensor

from rnn_tutorial import extras

from . import biases, fused_videos, native, noise, recorded
from .autocast import under_autocast
from .definition import Definition
from .sequences import Sequences
from .types import State, Weights

NO_NUMBA = "do without Numba"


def unsupported_reason(layer: Definition, sequences: Sequences) -> str:
    """Say what of the call no kernel can do, after "cannot", or nothing."""
    x = sequences.tensor
    if layer.kernel is None or not native.computes_known_step(layer.__class__):
        return f"run this {noise.described(layer)}: there is no kernel for it"
    if reason := noise.unsupported_reason(layer):
        return reason
    if layer.layer_norm or layer.proj_size:
        return "normalise or project between steps"
    if x.device.type not in ("cpu", "cuda"):
        return f"run on {x.device}: there are kernels for CPUs and NVIDIA GPUs"
    cast = under_autocast(x)
    if cast and not layer.spatial_dims:
        return "run under autocast"
    if not cast and x.device.type == "cpu" and x.dtype not in (torch.float32, torch.float64):
        return f"compute in {x.dtype} on a CPU, only in float32 and float64"
    if torch.compiler.is_compiling():
        return "be compiled into one graph"
    if torch._C._functorch.peek_interpreter_stack() is not None:
        return "be transformed by torch.func"
    if torch.autograd.forward_ad._current_level >= 0:
        return "take derivatives forwards"
    if x.device.type == "cuda" and (reason := _unsupported_on_gpu(layer, x)):
        return reason
    if reason := recorded.unsupported_reason((x, *layer.flat_weights())):
        return reason
    if x.device.type == "cpu" and _scan() is None:
        return NO_NUMBA
    return fused_videos.unsupported_reason(layer, x) if layer.spatial_dims else ""


def _unsupported_on_gpu(layer: Definition, x: Tensor) -> str:
    from rnn_tutorial.kernels import cuda

    if layer.backend == "auto":
        return "be chosen on a GPU: it has not been timed there yet"
    answer = cuda.supports(x.device, x.dtype)
    return "" if answer else f"run here: {answer.reason}"


def scan(
    layer: Definition, x: Tensor, state: State, w: Weights, lengths: Tensor | None, backward: bool, every: bool,
    readable: Any,
) -> tuple[State, State]:  # fmt: skip
    """Run one layer in one direction: x (T, B, F) → the states of every step, each (T, B, H), and the last ones.

    ``readable(x, state, w)`` gives the same states of every step, for derivatives that a kernel does not have.
    """
    if lengths is None:
        lengths = torch.full((x.shape[1],), x.shape[0], device=x.device)
    # Inside an autograd.Function gradients are off and tensors still say what they are: it cannot know this by itself.
    back = torch.is_grad_enabled() and any(t.requires_grad for t in (x, *state, *w.values()))
    count = len(state)
    if layer.spatial_dims:
        states = fused_videos.scan(layer, x, state, w, lengths, backward, every, back, readable)
        return states[:count], states[count:]
    kernels = _kernels(x)
    kernel = str(layer.kernel)
    bias, extra = biases.TAKEN[kernel](w)
    h = state[0]
    c = state[1] if len(state) > 1 else h.new_empty(len(h), 0)
    relu = getattr(layer, "nonlinearity", "tanh") == "relu"
    network = getattr(kernels, kernel)
    loop = loop_of(readable, kernel, count, backward)
    states = kernels.Scan.apply(
        loop, network, backward, relu, every, back, x, w["weight_ih"], w["weight_hh"], bias, extra, h, c, lengths
    )
    # on a GPU the cell has 32 bits whatever the layer has
    states = tuple(s.to(x.dtype) for s in states)
    return tuple(states[:count]), tuple(states[2 : 2 + count])


def loop_of(readable: Any, kernel: str, count: int, backward: bool) -> Any:
    """Return the readable loop with a kernel's inputs and outputs, for a network with ``count`` states."""

    def loop(x: Tensor, W_ih: Tensor, W_hh: Tensor, bias: Tensor, extra: Tensor, *first: Tensor) -> list[Tensor | None]:
        w = {"weight_ih": W_ih, "weight_hh": W_hh, **biases.named(kernel, bias, extra)}
        states = readable(x, first[:count], w)
        no_cell = [None] * (2 - count)
        return [*states, *no_cell, *(s[0 if backward else -1] for s in states), *no_cell]

    return loop


def _kernels(x: Tensor) -> Any:
    if x.device.type == "cpu":
        from rnn_tutorial.kernels import cpu

        return cpu
    from rnn_tutorial.kernels import cuda

    return cuda


@cache
def _scan() -> Any:
    collecting = gc.isenabled()
    gc.disable()  # what Numba loads stays: looking through it for garbage again and again took a fifth of the time
    try:
        from rnn_tutorial.kernels.cpu import Scan, load

        load()
    except ImportError:
        return None
    finally:
        if collecting:
            gc.enable()
    return Scan


@cache
def hint() -> None:
    """Tell, once, what would make the loop faster."""
    warnings.warn(
        f"this layer would run several times faster with Numba: {extras.install_line('fast')}",
        RuntimeWarning,
        stacklevel=7,
    )
