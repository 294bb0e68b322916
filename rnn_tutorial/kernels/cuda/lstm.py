r"""The LSTM's recurrence, peepholes included, over whole sequences: one layer, one direction.

Rows of a batch have nothing to do with each other. So a program takes 16 rows and all their units through all steps of
time, and no program ever waits for another: a batch of B keeps ⌈B/16⌉ multiprocessors busy. W_hh is read once and stays
on the chip, h and c stay in registers; a step reads its part of the input product and writes its results.

That holds while W_hh, with H padded to a power of two, takes at most 128 KiB: **H ≤ 128 in float16 and bfloat16, H ≤ 64
in float32**, on the GPUs of data centres (A100, H100); others have less room. ``supports`` says so. Beyond, ``forward``
and ``backward`` start the same kernels without their products, one step a launch, leave the products to cuBLAS, and
make a graph of it all (``graphs``).

Numbers are stored in the type of the inputs, c in float32; all arithmetic is float32.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from . import graphs
from .blocks import (
    copy_or_zeros,
    grid,
    options,
    plus_product,
    read,
    read_4,
    read_gate,
    rows_and_units,
    sigmoid,
    steps,
    tanh,
    write,
    write_3,
)
from .limits import Support, whole_sequence

GATES = 4


def supports(H: int, dtype: torch.dtype, device: torch.device | None = None) -> Support:
    """Say whether one launch can run all steps: on any GPU that ``limits.supports``, or on this."""
    return whole_sequence(GATES, H, dtype, device)


@triton.jit(do_not_specialize=["start", "count", "B", "places"])
def forward_kernel(a, W, peep, lengths, h, c, start, count, B, H, places, REVERSE: tl.constexpr, KEEP: tl.constexpr,
                   PRECISION: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr):  # fmt: skip
    """Take 16 rows through the steps ``start`` … ``start + count``; without W, ``a`` has W_hh h_{t-1} in it already."""
    b, u = rows_and_units(ROWS, UNITS)
    inside = (b < B) & (u < H)
    w_i, w_f, w_o = read(peep, u, u < H), read(peep, H + u, u < H), read(peep, 2 * H + u, u < H)
    until = tl.load(lengths + b, mask=b < B, other=0)
    first = start + count if REVERSE else start
    h_t = tl.load(h + (first * B + b) * H + u, mask=inside, other=0.0)
    c_t = read(c, (first % places * B + b) * H + u, inside)
    if W is not None:
        W_i, W_f = tl.trans(read_gate(W, 0, H, UNITS)), tl.trans(read_gate(W, 1, H, UNITS))
        W_g, W_o = tl.trans(read_gate(W, 2, H, UNITS)), tl.trans(read_gate(W, 3, H, UNITS))
    for s in range(count):
        t = start + count - 1 - s if REVERSE else start + s
        after = t if REVERSE else t + 1
        at = (t * B + b) * 4 * H + u
        z_i, z_f, z_g, z_o = read_4(a, at, H, inside)
        if W is not None:
            # z = W_ih x_t + b + W_hh h_{t-1}
            z_i = plus_product(z_i, h_t, W_i, PRECISION)
            z_f = plus_product(z_f, h_t, W_f, PRECISION)
            z_g = plus_product(z_g, h_t, W_g, PRECISION)
            z_o = plus_product(z_o, h_t, W_o, PRECISION)
        # i_t = σ(W_ii x_t + W_hi h_{t-1} + b_i + w_ci ⊙ c_{t-1}), and so f_t
        i, f = sigmoid(z_i + w_i * c_t), sigmoid(z_f + w_f * c_t)
        # g_t = tanh(W_ig x_t + W_hg h_{t-1} + b_g)
        g = tanh(z_g)
        # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
        c_new = f * c_t + i * g
        # o_t = σ(W_io x_t + W_ho h_{t-1} + b_o + w_co ⊙ c_t)
        o = sigmoid(z_o + w_o * c_new)
        # h_t = o_t ⊙ tanh(c_t)
        h_new = o * tanh(c_new)
        # over, or not begun: the sequence keeps its state
        c_t = tl.where(t < until, c_new, c_t)
        h_t = tl.where(t < until, h_new.to(h_t.dtype), h_t)
        write(c, (after % places * B + b) * H + u, inside, c_t)
        write(h, (after * B + b) * H + u, inside, h_t)
        if KEEP:  # for the backward pass, in the place of what nobody needs any more
            write_3(a, at, H, inside, i, f, g)
            write(a, at + 3 * H, inside, o)


@triton.jit(do_not_specialize=["start", "count", "B"])
def backward_kernel(kept, W, peep, lengths, c, dh_all, dc_all, dh_end, dc_end, da, dh_0, dc_0, dpeep, start, count, B,
                    H, REVERSE: tl.constexpr, PRECISION: tl.constexpr, ROWS: tl.constexpr,
                    UNITS: tl.constexpr):  # fmt: skip
    """Take the same rows back; without W, ``dh_0`` still lacks what comes through the product, W_hh^T da_t."""
    b, u = rows_and_units(ROWS, UNITS)
    inside = (b < B) & (u < H)
    w_i, w_f, w_o = read(peep, u, u < H), read(peep, H + u, u < H), read(peep, 2 * H + u, u < H)
    until = tl.load(lengths + b, mask=b < B, other=0)
    end = b * H + u
    dh, dc = read(dh_end, end, inside), read(dc_end, end, inside)
    dw_i, dw_f, dw_o = tl.zeros_like(dh), tl.zeros_like(dh), tl.zeros_like(dh)
    if W is not None:
        W_i, W_f = read_gate(W, 0, H, UNITS), read_gate(W, 1, H, UNITS)
        W_g, W_o = read_gate(W, 2, H, UNITS), read_gate(W, 3, H, UNITS)
    for s in range(count):
        t = start + s if REVERSE else start + count - 1 - s
        before, after = (t + 1, t) if REVERSE else (t, t + 1)
        at, place = (t * B + b) * 4 * H + u, (t * B + b) * H + u
        if dh_all is not None:
            dh += read(dh_all, place, inside)
        if dc_all is not None:
            dc += read(dc_all, place, inside)
        i, f, g, o = read_4(kept, at, H, inside)
        c_old, c_new = read(c, (before * B + b) * H + u, inside), read(c, (after * B + b) * H + u, inside)
        seen = tanh(c_new)
        # h = o ⊙ tanh(c)
        dz_o = dh * seen * o * (1.0 - o)
        # c goes into h and, through its peephole, into o
        dc_t = dc + dh * o * (1.0 - seen * seen) + dz_o * w_o
        # c = f ⊙ c_{t-1} + i ⊙ g
        dz_i = dc_t * g * i * (1.0 - i)
        dz_f = dc_t * c_old * f * (1.0 - f)
        dz_g = dc_t * i * (1.0 - g * g)
        # where the state was kept its gradient passes, and the gates have none
        dz_i, dz_f = tl.where(t < until, dz_i, 0.0), tl.where(t < until, dz_f, 0.0)
        dz_g, dz_o = tl.where(t < until, dz_g, 0.0), tl.where(t < until, dz_o, 0.0)
        # c_{t-1} goes into c and, through their peepholes, into i and f
        dc = tl.where(t < until, dc_t * f + dz_i * w_i + dz_f * w_f, dc)
        dh = tl.where(t < until, 0.0, dh)
        dw_i += dz_i * c_old
        dw_f += dz_f * c_old
        dw_o += dz_o * c_new
        write_3(da, at, H, inside, dz_i, dz_f, dz_g)
        write(da, at + 3 * H, inside, dz_o)
        if W is not None:
            # h_{t-1} goes into all four gates: dh_{t-1} = W_hh^T dz
            dh = plus_product(dh, dz_i.to(W_i.dtype), W_i, PRECISION)
            dh = plus_product(dh, dz_f.to(W_i.dtype), W_f, PRECISION)
            dh = plus_product(dh, dz_g.to(W_i.dtype), W_g, PRECISION)
            dh = plus_product(dh, dz_o.to(W_i.dtype), W_o, PRECISION)
    write(dh_0, end, inside, dh)
    write(dc_0, end, inside, dc)
    # each program has a row of its own to add to: no two ever meet, and sums come out the same every time
    own, known = tl.program_id(0) * 3 * H + u, u < H
    dw_i, dw_f, dw_o = tl.sum(dw_i, 0)[None, :], tl.sum(dw_f, 0)[None, :], tl.sum(dw_o, 0)[None, :]
    dw_i, dw_f = dw_i + read(dpeep, own, known), dw_f + read(dpeep, own + H, known)
    tl.debug_barrier()  # several threads may have read what one now writes
    write_3(dpeep, own, H, known, dw_i, dw_f, dw_o + read(dpeep, own + 2 * H, known))


def forward(
    reverse: bool, relu: bool, a: Tensor, W_hh: Tensor, peep: Tensor, lengths: Tensor, h: Tensor, c: Tensor, keep: bool
) -> tuple[Tensor]:
    """Fill h and c from the input products a (T, B, 4H) = W_ih x + b; return in its place what the backward pass needs.

    W_hh (4H, H), peep (3H,), lengths (B,). h and c are (T + 1, B, H): the first state, or the last if ``reverse``, is
    there. c is float32 and may have two places only, used in turn.
    """
    T, B, H = a.shape[0], *h.shape[1:]
    whole = bool(supports(H, a.dtype, a.device))
    start, rest = forward_kernel[grid(B, H, whole)], (B, H, len(c))
    flags = {"REVERSE": reverse, "KEEP": keep, **options(H, whole)}
    if whole:
        start(a, W_hh, peep, lengths, h, c, 0, T, *rest, **flags)
        return (a,)

    def loop(W_hh: Tensor, peep: Tensor, lengths: Tensor, a: Tensor, h: Tensor, c: Tensor) -> None:
        for t in steps(T, reverse):
            # z = W_ih x_t + b + W_hh h_{t-1}
            a[t].addmm_(h[t + 1 if reverse else t], W_hh.t())
            start(a, None, peep, lengths, h, c, t, 1, *rest, **flags)

    graphs.run(loop, ("lstm", reverse, keep), (W_hh, peep, lengths), (a, h, c))
    return (a,)


def backward(
    reverse: bool, relu: bool, W_hh: Tensor, peep: Tensor, lengths: Tensor, h: Tensor, c: Tensor, kept: list[Tensor],
    dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
    """Return the gradients of W_ih x + b and of W_hh h_{t-1} (here the same), of peep (3H,), h_0 and c_0 (B, H).

    ``dh`` and ``dc`` (T, B, H) belong to all states, ``dh_end`` and ``dc_end`` (B, H) to the last; any may be None.
    """
    (gates,) = kept
    T, B, H = len(gates), *h.shape[1:]
    whole = bool(supports(H, gates.dtype, gates.device))
    programs = grid(B, H, whole)
    da, dpeep = torch.empty_like(gates), torch.zeros(programs[0], 3 * H, device=h.device)
    # the state's gradients in the backward pass, at the end those of h_0 and c_0; a block is read before it is written
    dh_t, dc_t = copy_or_zeros(dh_end, h[0]), copy_or_zeros(dc_end, c[0])
    ends = [d if d is None else d.contiguous() for d in (dh, dc)] + [dh_t, dc_t]
    tensors = (peep, lengths, c, *ends, da, dh_t, dc_t, dpeep)
    start, flags = backward_kernel[programs], {"REVERSE": reverse, **options(H, whole)}
    if whole:
        start(gates, W_hh, *tensors, 0, T, B, H, **flags)
        return da, da, dpeep.sum(0), dh_t, dc_t

    def loop(
        gates: Tensor, W_hh: Tensor, peep: Tensor, lengths: Tensor, c: Tensor, dh: Tensor | None, dc: Tensor | None,
        da: Tensor, dh_t: Tensor, dc_t: Tensor, dpeep: Tensor,
    ) -> None:  # fmt: skip
        for t in steps(T, not reverse):
            start(gates, None, peep, lengths, c, dh, dc, dh_t, dc_t, da, dh_t, dc_t, dpeep, t, 1, B, H, **flags)
            # h_{t-1} goes into all four gates: dh_{t-1} = W_hh^T dz
            dh_t.addmm_(da[t], W_hh)

    read = gates, W_hh, peep, lengths, c, *ends[:2]
    graphs.run(loop, ("lstm back", reverse), read, (da, dh_t, dc_t, dpeep))
    return da, da, dpeep.sum(0), dh_t, dc_t
