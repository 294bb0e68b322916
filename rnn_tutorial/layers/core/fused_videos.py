r"""The ConvLSTM's call of its kernels: on CPUs one for whole videos, on GPUs one for all but the convolutions."""

from typing import Any

import torch
from torch import Tensor

from .autocast import under_autocast
from .biases import PEEPHOLES
from .definition import Definition
from .types import State, Weights


def unsupported_reason(layer: Any, x: Tensor) -> str:
    """Say what of the call the kernel cannot do, after "cannot", or nothing."""
    if layer.padding_mode != "zeros":
        return f"surround videos by {layer.padding_mode!r}, only by zeros"
    if x.device.type != "cpu":
        return "run videos under autocast on a GPU" if under_autocast(x) else ""
    if layer.kernel_size != layer.recurrent_kernel_size:
        return "use kernels of two sizes for input and state"
    return _unsupported_in_half(layer, x) if under_autocast(x) else ""


def _unsupported_in_half(layer: Any, x: Tensor) -> str:
    from rnn_tutorial.kernels.cpu.simd import bfloat

    if torch.get_autocast_dtype(x.device.type) != torch.bfloat16 or layer.weight_hh_l0.dtype != torch.float32:
        return "run under autocast but from float32 to bfloat16"
    if not bfloat.supported():
        return "run under autocast: this CPU does not multiply bfloat16"
    return "" if layer.kernel_size[-1] > 1 else "run under autocast with kernels of one pixel"


def loop_multiplies_tiles(x: Tensor) -> bool:
    """Whether the loop multiplies tiles of 16-bit numbers (AMX): then it takes 0.35 to 1.0 of the kernel's time."""
    from rnn_tutorial.kernels.cpu.simd import bfloat

    return under_autocast(x) and bfloat.tiles()


def scan(
    layer: Definition, x: Tensor, state: State, w: Weights, lengths: Tensor, backward: bool, every: bool, back: bool,
    readable: Any,
) -> tuple[Tensor, ...]:  # fmt: skip
    """Run one layer in one direction: x (T, B, F, S…) → h and c of every step (T, B, H, S…), and the last ones."""
    conv: Any = layer
    conv.check_places(tuple(x.shape[3:]))
    run = _on_cpu if x.device.type == "cpu" else on_gpu
    return run(conv, x, state, w, lengths, backward, every, back, readable)


def on_gpu(
    conv: Any, x: Tensor, state: State, w: Weights, lengths: Tensor, backward: bool, every: bool, back: bool,
    readable: Any,
) -> tuple[Tensor, ...]:  # fmt: skip
    """Run it by cuDNN's convolutions and Triton's kernel of the gates."""
    from rnn_tutorial.kernels.cuda import ConvScan

    W_hh, bias = w["weight_hh"], _bias(x, w)

    def loop(
        x: Tensor, W_ih: Tensor | None, W_hh: Tensor, bias: Tensor, peep: Tensor | None, h: Tensor, c: Tensor
    ) -> tuple[Tensor, ...]:
        h, c = readable(x, (h, c), _weights(w, W_hh, W_ih, bias, peep))
        last = 0 if backward else -1
        return h, c, h[last], c[last]

    states = ConvScan.apply(
        loop, backward, conv.dilation, every, back, x, w.get("weight_ih"), W_hh, bias, _holes(w), *state, lengths
    )
    # on a GPU the cell has 32 bits whatever the layer has
    return tuple(s.to(x.dtype) for s in states)


def _on_cpu(
    conv: Any, x: Tensor, state: State, w: Weights, lengths: Tensor, backward: bool, every: bool, back: bool,
    readable: Any,
) -> tuple[Tensor, ...]:  # fmt: skip
    from rnn_tutorial.kernels.cpu.conv.geometry import Geometry
    from rnn_tutorial.kernels.cpu.conv.scan import ConvScan

    sizes = tuple(x.shape[3:])
    # channels last, input and state side by side
    geometry = Geometry.of(sizes, conv.recurrent_kernel_size, conv.dilation)
    holes = _holes(w)
    if holes is None:
        holes = x.new_empty(3, state[0].shape[1], 0)
    half = under_autocast(x)
    dtype = torch.float32 if half else x.dtype

    def loop(
        x: Tensor, W_hh: Tensor, W_ih: Tensor | None, bias: Tensor, holes: Tensor, *state: Tensor
    ) -> tuple[Tensor, ...]:
        frames, *first = (_channels_first(t, sizes) for t in (x, *state))
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            states = readable(frames, tuple(first), _weights(w, W_hh, W_ih, bias, holes))
        h, c = (_channels_last(s, 2) for s in states)
        last = 0 if backward else -1
        return h, c, h[last], c[last]

    given = _channels_last(x, 2), w["weight_hh"], w.get("weight_ih"), _bias(x, w), holes
    inputs = (t if t is None else t.to(dtype) for t in (*given, *(_channels_last(s, 1) for s in state)))
    states = ConvScan.apply(loop, geometry, backward, every, back, half, *inputs, lengths)
    h, c, h_n, c_n = (_channels_first(s, sizes) for s in states)
    # under autocast h has 16 bits and the cell 32, as in the loop
    return (h.bfloat16(), c, h_n.bfloat16(), c_n) if half else (h, c, h_n, c_n)


def _bias(x: Tensor, w: Weights) -> Tensor:
    # a copy: what NumPy has seen cannot be freed by FSDP any more
    return w["bias_ih"].clone() if "bias_ih" in w else x.new_zeros(len(w["weight_hh"]))


def _holes(w: Weights) -> Tensor | None:
    # (3, H, 1) or (3, H, P), if there are any
    return torch.stack([w[name].flatten(1) for name in PEEPHOLES]) if PEEPHOLES[0] in w else None


def _weights(w: Weights, W_hh: Tensor, W_ih: Tensor | None, bias: Tensor, holes: Tensor | None) -> Weights:
    # what a kernel takes, by the names that the step knows; those that `w` lacks are no parameters
    named = {"weight_hh": W_hh, "bias_ih": bias}
    if W_ih is not None:
        named["weight_ih"] = W_ih
    if holes is None or PEEPHOLES[0] not in w:
        return named
    return named | {name: hole.view(w[name].shape) for name, hole in zip(PEEPHOLES, holes, strict=True)}


def _channels_last(x: Tensor, channels: int) -> Tensor:
    # (…, C, S…) → (…, P, C)
    return x.flatten(channels + 1).transpose(channels, channels + 1)


def _channels_first(x: Tensor, sizes: tuple[int, ...]) -> Tensor:
    # (…, P, C) → (…, C, S…)
    return x.transpose(-1, -2).unflatten(-1, sizes)
