r"""The GRU's recurrence over whole sequences, as ``lstm`` has the LSTM's: the reset gate acts after its product."""

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
    read_gate,
    rows_and_units,
    sigmoid,
    steps,
    tanh,
    write,
    write_3,
)
from .limits import Support, whole_sequence

GATES = 3


def supports(H: int, dtype: torch.dtype, device: torch.device | None = None) -> Support:
    """Say whether one launch can run all steps: H ≤ 128 in float16 and bfloat16, H ≤ 64 in float32."""
    return whole_sequence(GATES, H, dtype, device)


@triton.jit(do_not_specialize=["start", "count", "B"])
def forward_kernel(a, products, W, inner, lengths, h, m_all, start, count, B, H, REVERSE: tl.constexpr,
                   KEEP: tl.constexpr, PRECISION: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr):  # fmt: skip
    """Take 16 rows through the steps ``start`` … ``start + count``; without W, W_hh h_{t-1} is in ``products`` (B, 3H).

    Apart from ``a``, because the reset gate comes between them.
    """
    b, u = rows_and_units(ROWS, UNITS)
    inside = (b < B) & (u < H)
    b_n = read(inner, u, u < H)
    until = tl.load(lengths + b, mask=b < B, other=0)
    first = start + count if REVERSE else start
    h_t = tl.load(h + (first * B + b) * H + u, mask=inside, other=0.0)
    if W is not None:
        W_r, W_z = tl.trans(read_gate(W, 0, H, UNITS)), tl.trans(read_gate(W, 1, H, UNITS))
        W_n = tl.trans(read_gate(W, 2, H, UNITS))
    for s in range(count):
        t = start + count - 1 - s if REVERSE else start + s
        after = t if REVERSE else t + 1
        at = (t * B + b) * 3 * H + u
        a_r, a_z, a_n = read(a, at, inside), read(a, at + H, inside), read(a, at + 2 * H, inside)
        # m = W_hn h_{t-1} + b_hn
        m = tl.zeros_like(a_n) + b_n
        if W is not None:
            a_r, a_z = plus_product(a_r, h_t, W_r, PRECISION), plus_product(a_z, h_t, W_z, PRECISION)
            m = plus_product(m, h_t, W_n, PRECISION)
        else:
            own = b * 3 * H + u
            a_r, a_z = a_r + read(products, own, inside), a_z + read(products, own + H, inside)
            m += read(products, own + 2 * H, inside)
        # r_t = σ(W_ir x_t + W_hr h_{t-1} + b_r), and so z_t
        r, z = sigmoid(a_r), sigmoid(a_z)
        # n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_{t-1} + b_hn))
        n = tanh(a_n + r * m)
        # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
        h_new = (1.0 - z) * n + z * h_t.to(tl.float32)
        # over, or not begun: the sequence keeps its state
        h_t = tl.where(t < until, h_new.to(h_t.dtype), h_t)
        write(h, (after * B + b) * H + u, inside, h_t)
        if KEEP:  # for the backward pass, three of the four in the place of what nobody needs any more
            write_3(a, at, H, inside, r, z, n)
            write(m_all, (t * B + b) * H + u, inside, m)


@triton.jit(do_not_specialize=["start", "count", "B"])
def backward_kernel(kept, m_all, W, lengths, h, dh_all, dh_end, of_x, of_h, dh_0, start, count, B, H,
                    REVERSE: tl.constexpr, PRECISION: tl.constexpr, ROWS: tl.constexpr,
                    UNITS: tl.constexpr):  # fmt: skip
    """Take the same rows back; without W, ``dh_0`` still lacks what comes through the product.

    What the reset gate guards has gradients of its own: ``of_x`` is (dr, dz, dn), ``of_h`` (dr, dz, dm).
    """
    b, u = rows_and_units(ROWS, UNITS)
    inside = (b < B) & (u < H)
    until = tl.load(lengths + b, mask=b < B, other=0)
    dh = read(dh_end, b * H + u, inside)
    if W is not None:
        W_r, W_z, W_n = read_gate(W, 0, H, UNITS), read_gate(W, 1, H, UNITS), read_gate(W, 2, H, UNITS)
    for s in range(count):
        t = start + s if REVERSE else start + count - 1 - s
        before = t + 1 if REVERSE else t
        at, place = (t * B + b) * 3 * H + u, (t * B + b) * H + u
        if dh_all is not None:
            dh += read(dh_all, place, inside)
        r, z, n = read(kept, at, inside), read(kept, at + H, inside), read(kept, at + 2 * H, inside)
        m, h_old = read(m_all, place, inside), read(h, (before * B + b) * H + u, inside)
        # h = (1 - z) ⊙ n + z ⊙ h_{t-1}
        dz = dh * (h_old - n) * z * (1.0 - z)
        dn = dh * (1.0 - z) * (1.0 - n * n)
        # n = tanh(a_n + r ⊙ m)
        dm = dn * r
        dr = dn * m * r * (1.0 - r)
        # where the state was kept its gradient passes, and the gates have none
        dr, dz = tl.where(t < until, dr, 0.0), tl.where(t < until, dz, 0.0)
        dn, dm = tl.where(t < until, dn, 0.0), tl.where(t < until, dm, 0.0)
        dh = tl.where(t < until, dh * z, dh)
        write_3(of_x, at, H, inside, dr, dz, dn)
        write_3(of_h, at, H, inside, dr, dz, dm)
        if W is not None:
            # dh_{t-1} = z ⊙ dh + W_hh^T (dr, dz, dm)
            dh = plus_product(dh, dr.to(W_r.dtype), W_r, PRECISION)
            dh = plus_product(dh, dz.to(W_r.dtype), W_z, PRECISION)
            dh = plus_product(dh, dm.to(W_r.dtype), W_n, PRECISION)
    write(dh_0, b * H + u, inside, dh)


def forward(
    reverse: bool, relu: bool, a: Tensor, W_hh: Tensor, inner: Tensor, lengths: Tensor, h: Tensor, c: Tensor, keep: bool
) -> tuple[Tensor, ...]:
    """Fill h from the input products a (T, B, 3H); return (r, z, n), in place of a, and m (T, B, H).

    The bias in ``a`` is b_ih + b_hh for r and z, b_ih for n; ``inner`` is b_hn. The rest is as in ``lstm``.
    """
    T, B, H = a.shape[0], *h.shape[1:]
    whole = bool(supports(H, a.dtype, a.device))
    m = a.new_empty(T if keep else 0, B, H)
    start, flags = forward_kernel[grid(B, H, whole)], {"REVERSE": reverse, "KEEP": keep, **options(H, whole)}
    if whole:
        start(a, None, W_hh, inner, lengths, h, m, 0, T, B, H, **flags)
        return a, m

    def loop(W_hh: Tensor, inner: Tensor, lengths: Tensor, a: Tensor, h: Tensor, m: Tensor) -> None:
        products = torch.empty_like(a[0])
        for t in steps(T, reverse):
            torch.mm(h[t + 1 if reverse else t], W_hh.t(), out=products)
            start(a, products, None, inner, lengths, h, m, t, 1, B, H, **flags)

    graphs.run(loop, ("gru", reverse, keep), (W_hh, inner, lengths), (a, h, m))
    return a, m


def backward(
    reverse: bool, relu: bool, W_hh: Tensor, inner: Tensor, lengths: Tensor, h: Tensor, c: Tensor, kept: list[Tensor],
    dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
    """Return the gradients of W_ih x + b and of W_hh h_{t-1} (T, B, 3H), of inner (H,), h_0 (B, H) and nothing."""
    gates, m = kept
    T, B, H = len(gates), *h.shape[1:]
    whole = bool(supports(H, gates.dtype, gates.device))
    of_x, of_h, dh_t = torch.empty_like(gates), torch.empty_like(gates), copy_or_zeros(dh_end, h[0])
    dh = dh if dh is None else dh.contiguous()
    start, flags = backward_kernel[grid(B, H, whole)], {"REVERSE": reverse, **options(H, whole)}
    if whole:
        start(gates, m, W_hh, lengths, h, dh, dh_t, of_x, of_h, dh_t, 0, T, B, H, **flags)
    else:

        def loop(
            gates: Tensor, m: Tensor, W_hh: Tensor, lengths: Tensor, h: Tensor, dh: Tensor | None,
            of_x: Tensor, of_h: Tensor, dh_t: Tensor,
        ) -> None:  # fmt: skip
            for t in steps(T, not reverse):
                start(gates, m, None, lengths, h, dh, dh_t, of_x, of_h, dh_t, t, 1, B, H, **flags)
                # dh_{t-1} = z ⊙ dh + W_hh^T (dr, dz, dm)
                dh_t.addmm_(of_h[t], W_hh)

        graphs.run(loop, ("gru back", reverse), (gates, m, W_hh, lengths, h, dh), (of_x, of_h, dh_t))
    return of_x, of_h, of_h[..., 2 * H :].sum((0, 1)), dh_t, torch.empty_like(c[0])
