r"""The ConvLSTM's gates, peepholes included: one step of all videos, forward and back, each in one launch.

The convolutions are cuDNN's, that of the inputs for all steps at once and that of the state step by step
(``conv_scan``). What is left of a step, some twenty operations on every unit of every pixel, reads and writes each
number once here.

Videos are (B, H, S…), channels first and pixels last, so that N = H · pixels numbers of one video follow each other and
its four gates lie N apart. Numbers are stored in the type of the inputs, c in float32; all arithmetic is float32.
"""

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from .blocks import read, read_4, sigmoid, tanh, write, write_3

BLOCK = 1024
"""Units in one program; it treats each on its own."""


@triton.jit
def units(B, N, BLOCK: tl.constexpr):
    """Return this program's videos, the units in them, and which exist; 64 bits, since T · B · 4N may need them."""
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    return at // N, at % N, at < B * N


@triton.jit
def read_peepholes(peep, n, N, pixels, inside, BY_CHANNEL: tl.constexpr):
    """Read the weights (3, H) or, by position, (3, N) of units n; 0 where there are none."""
    if peep is None:
        return 0.0, 0.0, 0.0
    else:
        u = n // pixels if BY_CHANNEL else n
        each = N // pixels if BY_CHANNEL else N
        return read(peep, u, inside), read(peep, each + u, inside), read(peep, 2 * each + u, inside)


@triton.jit(do_not_specialize=["t", "B", "places"])
def forward_kernel(a, products, peep, lengths, h, c, t, B, N, pixels, places, REVERSE: tl.constexpr,
                   KEEP: tl.constexpr, BY_CHANNEL: tl.constexpr, BLOCK: tl.constexpr):  # fmt: skip
    """Take all videos through step t; ``products`` (B, 4N) is W_hh * h_{t-1}."""
    b, n, inside = units(B, N, BLOCK)
    w_i, w_f, w_o = read_peepholes(peep, n, N, pixels, inside, BY_CHANNEL)
    before, after = (t + 1, t) if REVERSE else (t, t + 1)
    at = (t * B + b) * 4 * N + n
    a_i, a_f, a_g, a_o = read_4(a, at, N, inside)
    m_i, m_f, m_g, m_o = read_4(products, b * 4 * N + n, N, inside)
    c_old = read(c, (before % places * B + b) * N + n, inside)
    h_old = read(h, (before * B + b) * N + n, inside)
    # i_t = σ(W_ii * x_t + b_i + W_hi * h_{t-1} + w_ci ⊙ c_{t-1}), and so f_t
    i, f = sigmoid(a_i + m_i + w_i * c_old), sigmoid(a_f + m_f + w_f * c_old)
    # g_t = tanh(W_ig * x_t + b_g + W_hg * h_{t-1})
    g = tanh(a_g + m_g)
    # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
    c_new = f * c_old + i * g
    # o_t = σ(W_io * x_t + b_o + W_ho * h_{t-1} + w_co ⊙ c_t)
    o = sigmoid(a_o + m_o + w_o * c_new)
    # h_t = o_t ⊙ tanh(c_t)
    h_new = o * tanh(c_new)
    # over, or not begun: the video keeps its state
    real = t < tl.load(lengths + b, mask=inside, other=0)
    write(c, (after % places * B + b) * N + n, inside, tl.where(real, c_new, c_old))
    write(h, (after * B + b) * N + n, inside, tl.where(real, h_new, h_old))
    if KEEP:  # for the backward pass, in the place of what nobody needs any more
        write_3(a, at, N, inside, i, f, g)
        write(a, at + 3 * N, inside, o)


@triton.jit(do_not_specialize=["t", "B"])
def backward_kernel(kept, peep, lengths, c, dh_all, dc_all, da, dh, dc, t, B, N, pixels, REVERSE: tl.constexpr,
                    BY_CHANNEL: tl.constexpr, BLOCK: tl.constexpr):  # fmt: skip
    """Take all videos back through step t; dh and dc (B, N) are those of the state, and dh then lacks W_hh^T * da_t."""
    b, n, inside = units(B, N, BLOCK)
    w_i, w_f, w_o = read_peepholes(peep, n, N, pixels, inside, BY_CHANNEL)
    before, after = (t + 1, t) if REVERSE else (t, t + 1)
    at, place, own = (t * B + b) * 4 * N + n, (t * B + b) * N + n, b * N + n
    dh_t, dc_t = read(dh, own, inside), read(dc, own, inside)
    if dh_all is not None:
        dh_t += read(dh_all, place, inside)
    if dc_all is not None:
        dc_t += read(dc_all, place, inside)
    i, f, g, o = read_4(kept, at, N, inside)
    c_old, c_new = read(c, (before * B + b) * N + n, inside), read(c, (after * B + b) * N + n, inside)
    seen = tanh(c_new)
    # h = o ⊙ tanh(c)
    dz_o = dh_t * seen * o * (1.0 - o)
    # c goes into h and, through its peephole, into o
    dc_new = dc_t + dh_t * o * (1.0 - seen * seen) + dz_o * w_o
    # c = f ⊙ c_{t-1} + i ⊙ g
    dz_i = dc_new * g * i * (1.0 - i)
    dz_f = dc_new * c_old * f * (1.0 - f)
    dz_g = dc_new * i * (1.0 - g * g)
    # where the state was kept its gradient passes, and the gates have none
    real = t < tl.load(lengths + b, mask=inside, other=0)
    dz_i, dz_f = tl.where(real, dz_i, 0.0), tl.where(real, dz_f, 0.0)
    dz_g, dz_o = tl.where(real, dz_g, 0.0), tl.where(real, dz_o, 0.0)
    write_3(da, at, N, inside, dz_i, dz_f, dz_g)
    write(da, at + 3 * N, inside, dz_o)
    # c_{t-1} goes into c and, through their peepholes, into i and f
    write(dc, own, inside, tl.where(real, dc_new * f + dz_i * w_i + dz_f * w_f, dc_t))
    write(dh, own, inside, tl.where(real, 0.0, dh_t))


def forward(
    t: int, reverse: bool, a: Tensor, products: Tensor, peep: Tensor | None, lengths: Tensor, h: Tensor, c: Tensor,
    keep: bool,
) -> None:  # fmt: skip
    """Fill in h and c after step t, and with ``keep`` the gates (i, f, g, o) in place of ``a``'s step.

    a (T, B, 4H, S…) = W_ih * x + b and products (B, 4H, S…) = W_hh * h_{t-1}; peep (3, H, 1) or (3, H, pixels), or
    None; lengths (B,). h and c are (T + 1, B, H, S…): the state before the step is there. c is float32 and may have two
    places only, used in turn.
    """
    grid, sizes, flags = _launch(h, peep)
    forward_kernel[grid](a, products, peep, lengths, h, c, t, *sizes, len(c), REVERSE=reverse, KEEP=keep, **flags)


def backward(
    t: int, reverse: bool, kept: Tensor, peep: Tensor | None, lengths: Tensor, c: Tensor, dh_all: Tensor | None,
    dc_all: Tensor | None, da: Tensor, dh: Tensor, dc: Tensor,
) -> None:  # fmt: skip
    """Fill in step t of da (T, B, 4H, S…) and take the state's gradients dh and dc (B, H, S…) one step back.

    ``dh_all`` and ``dc_all`` (T, B, H, S…) belong to the states of all steps; either may be None.
    """
    grid, sizes, flags = _launch(c, peep)
    backward_kernel[grid](kept, peep, lengths, c, dh_all, dc_all, da, dh, dc, t, *sizes, REVERSE=reverse, **flags)


def _launch(states: Tensor, peep: Tensor | None) -> tuple[tuple[int], tuple[int, int, int], dict[str, Any]]:
    # of (…, B, H, S…): the number of programs; B, N and pixels; what the kernels are compiled for
    B, H, *size = states.shape[1:]
    pixels = torch.Size(size).numel()
    by_channel = peep is not None and peep.shape[2] == 1
    flags = {"BY_CHANNEL": by_channel, "BLOCK": BLOCK, "num_warps": 4, "enable_fp_fusion": True}
    return (triton.cdiv(B * H * pixels, BLOCK),), (B, H * pixels, pixels), flags
