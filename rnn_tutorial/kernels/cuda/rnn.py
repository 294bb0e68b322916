r"""The simple network's recurrence over whole sequences, as ``lstm`` has the LSTM's; one product, and no cell."""

import torch
import triton
import triton.language as tl
from torch import Tensor

from . import graphs
from .blocks import copy_or_zeros, grid, options, plus_product, read, read_gate, rows_and_units, steps, tanh, write
from .limits import Support, whole_sequence

GATES = 1


def supports(H: int, dtype: torch.dtype, device: torch.device | None = None) -> Support:
    """Say whether one launch can run all steps: H ≤ 256 in float16 and bfloat16, H ≤ 128 in float32."""
    return whole_sequence(GATES, H, dtype, device)


@triton.jit(do_not_specialize=["start", "count", "B"])
def forward_kernel(a, W, lengths, h, start, count, B, H, REVERSE: tl.constexpr, RELU: tl.constexpr,
                   PRECISION: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr):  # fmt: skip
    """Take 16 rows through the steps ``start`` … ``start + count``; without W, ``a`` has W_hh h_{t-1} in it already."""
    b, u = rows_and_units(ROWS, UNITS)
    inside = (b < B) & (u < H)
    until = tl.load(lengths + b, mask=b < B, other=0)
    first = start + count if REVERSE else start
    h_t = tl.load(h + (first * B + b) * H + u, mask=inside, other=0.0)
    if W is not None:
        W_h = tl.trans(read_gate(W, 0, H, UNITS))
    for s in range(count):
        t = start + count - 1 - s if REVERSE else start + s
        after = t if REVERSE else t + 1
        z = read(a, (t * B + b) * H + u, inside)
        if W is not None:
            # z = W_ih x_t + b + W_hh h_{t-1}
            z = plus_product(z, h_t, W_h, PRECISION)
        # h_t = tanh(z), or relu; a comparison with NaN is false, and NaN must stay
        h_new = tl.where(z < 0, 0.0, z) if RELU else tanh(z)
        # over, or not begun: the sequence keeps its state
        h_t = tl.where(t < until, h_new.to(h_t.dtype), h_t)
        write(h, (after * B + b) * H + u, inside, h_t)


@triton.jit(do_not_specialize=["start", "count", "B"])
def backward_kernel(W, lengths, h, dh_all, dh_end, da, dh_0, start, count, B, H, REVERSE: tl.constexpr,
                    RELU: tl.constexpr, PRECISION: tl.constexpr, ROWS: tl.constexpr,
                    UNITS: tl.constexpr):  # fmt: skip
    """Take the same rows back; without W, ``dh_0`` still lacks what comes through the product, W_hh^T da_t."""
    b, u = rows_and_units(ROWS, UNITS)
    inside = (b < B) & (u < H)
    until = tl.load(lengths + b, mask=b < B, other=0)
    dh = read(dh_end, b * H + u, inside)
    if W is not None:
        W_h = read_gate(W, 0, H, UNITS)
    for s in range(count):
        t = start + s if REVERSE else start + count - 1 - s
        after = t if REVERSE else t + 1
        place = (t * B + b) * H + u
        if dh_all is not None:
            dh += read(dh_all, place, inside)
        h_t = read(h, (after * B + b) * H + u, inside)
        # tanh' = 1 - tanh²; relu's stops at units that are off, which NaN is not. From h alone: nothing else is kept
        dz = tl.where(h_t <= 0, 0.0, dh) if RELU else dh * (1.0 - h_t * h_t)
        # where the state was kept its gradient passes, and the unit has none
        dz = tl.where(t < until, dz, 0.0)
        dh = tl.where(t < until, 0.0, dh)
        write(da, place, inside, dz)
        if W is not None:
            # dh_{t-1} = W_hh^T dz
            dh = plus_product(dh, dz.to(W_h.dtype), W_h, PRECISION)
    write(dh_0, b * H + u, inside, dh)


def forward(
    reverse: bool, relu: bool, a: Tensor, W_hh: Tensor, none: Tensor, lengths: Tensor, h: Tensor, c: Tensor, keep: bool
) -> tuple[Tensor, ...]:
    """Fill h; shapes as in ``lstm``. The backward pass needs nothing but h, and c stays empty."""
    T, B, H = a.shape[0], *h.shape[1:]
    whole = bool(supports(H, a.dtype, a.device))
    start, flags = forward_kernel[grid(B, H, whole)], {"REVERSE": reverse, "RELU": relu, **options(H, whole)}
    if whole:
        start(a, W_hh, lengths, h, 0, T, B, H, **flags)
        return ()

    def loop(W_hh: Tensor, lengths: Tensor, a: Tensor, h: Tensor) -> None:
        for t in steps(T, reverse):
            # z = W_ih x_t + b + W_hh h_{t-1}
            a[t].addmm_(h[t + 1 if reverse else t], W_hh.t())
            start(a, None, lengths, h, t, 1, B, H, **flags)

    graphs.run(loop, ("rnn", reverse, relu), (W_hh, lengths), (a, h))
    return ()


def backward(
    reverse: bool, relu: bool, W_hh: Tensor, none: Tensor, lengths: Tensor, h: Tensor, c: Tensor, kept: list[Tensor],
    dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
    """Return the gradients of W_ih x + b and of W_hh h_{t-1} (here the same), of nothing, h_0 and nothing."""
    T, B, H = len(h) - 1, *h.shape[1:]
    whole = bool(supports(H, h.dtype, h.device))
    da, dh_t = torch.empty_like(h[1:]), copy_or_zeros(dh_end, h[0])
    dh = dh if dh is None else dh.contiguous()
    start, flags = backward_kernel[grid(B, H, whole)], {"REVERSE": reverse, "RELU": relu, **options(H, whole)}
    if whole:
        start(W_hh, lengths, h, dh, dh_t, da, dh_t, 0, T, B, H, **flags)
    else:

        def loop(W_hh: Tensor, lengths: Tensor, h: Tensor, dh: Tensor | None, da: Tensor, dh_t: Tensor) -> None:
            for t in steps(T, not reverse):
                start(None, lengths, h, dh, dh_t, da, dh_t, t, 1, B, H, **flags)
                # dh_{t-1} = W_hh^T dz
                dh_t.addmm_(da[t], W_hh)

        graphs.run(loop, ("rnn back", reverse, relu), (W_hh, lengths, h, dh), (da, dh_t))
    return da, da, none.clone(), dh_t, torch.empty_like(c[0])
