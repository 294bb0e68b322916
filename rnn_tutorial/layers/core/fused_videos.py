r"""The ConvLSTM's call of its kernels: on CPUs one for whole videos, on GPUs one for all but the convolutions."""

from typing import Any

import torch
from torch import Tensor

from .autocast import under_autocast
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


def scan(
    layer: Definition,
    x: Tensor,
    state: State,
    w: Weights,
    lengths: Tensor,
    backward: bool,
    every: bool,
    back: bool,
) -> tuple[Tensor, ...]:
    """Run one layer in one direction: x (T, B, F, S…) → h and c of every step (T, B, H, S…), and the last ones."""
    conv: Any = layer
    conv.check_places(tuple(x.shape[3:]))
    run = _on_cpu if x.device.type == "cpu" else on_gpu
    return run(conv, x, state, w, lengths, backward, every, back)


def on_gpu(
    conv: Any, x: Tensor, state: State, w: Weights, lengths: Tensor, backward: bool, every: bool, back: bool
) -> tuple[Tensor, ...]:
    """Run it by cuDNN's convolutions and Triton's kernel of the gates."""
    from rnn_tutorial.kernels.cuda import ConvScan

    a = conv.input_map(x, w)  # W_ih * x_t + b, all steps at once
    H = state[0].shape[1]
    holes = [w[f"weight_c{gate}"].reshape(H, -1) for gate in "ifo"] if "weight_ci" in w else []
    peep = torch.stack(holes) if holes else None
    states = ConvScan.apply(backward, conv.dilation, every, back, a, w["weight_hh"], peep, *state, lengths)
    # on a GPU the cell has 32 bits whatever the layer has
    return tuple(s.to(x.dtype) for s in states)


def _on_cpu(
    conv: Any, x: Tensor, state: State, w: Weights, lengths: Tensor, backward: bool, every: bool, back: bool
) -> tuple[Tensor, ...]:
    from rnn_tutorial.kernels.cpu.conv.geometry import Geometry
    from rnn_tutorial.kernels.cpu.conv.scan import ConvScan

    sizes = tuple(x.shape[3:])
    # channels last, input and state side by side
    geometry = Geometry.of(sizes, conv.recurrent_kernel_size, conv.dilation)
    h_0, c_0 = (_channels_last(s, 1) for s in state)
    H = h_0.shape[2]
    # [h, x]: one convolution of both
    W = torch.cat([w["weight_hh"], w["weight_ih"]], dim=1) if "weight_ih" in w else w["weight_hh"]
    # a copy: what NumPy has seen cannot be freed by FSDP any more
    bias = w["bias_ih"].clone() if "bias_ih" in w else x.new_zeros(4 * H)
    holes = [w[f"weight_c{gate}"].reshape(H, -1) for gate in "ifo"] if "weight_ci" in w else [x.new_zeros(H, 1)] * 3
    peep = torch.cat(holes).t().contiguous()
    half = under_autocast(x)
    dtype = torch.float32 if half else x.dtype
    inputs = (t.to(dtype) for t in (_channels_last(x, 2), W, bias, peep, h_0, c_0))
    states = ConvScan.apply(geometry, backward, every, back, half, *inputs, lengths)
    h, c, h_n, c_n = (s.transpose(-1, -2).unflatten(-1, sizes) for s in states)
    # under autocast h has 16 bits and the cell 32, as in the loop
    return (h.bfloat16(), c, h_n.bfloat16(), c_n) if half else (h, c, h_n, c_n)


def _channels_last(x: Tensor, channels: int) -> Tensor:
    # (…, C, S…) → (…, P, C)
    return x.flatten(channels + 1).transpose(channels, channels + 1)
