r"""The GRU's recurrence over whole sequences, as ``lstm`` has the LSTM's: some rows of the batch, through all steps."""

import numpy as np

from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.products import (
    LONG,
    add,
    copy,
    input_gradient,
    padded_rows,
    row_by_three,
    rows_at_once,
    state_gradient,
    stride_of,
    three_vectors,
    weight_gradients,
)  # fmt: skip
from rnn_tutorial.kernels.cpu.simd.functions import sigmoid, tanh
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS
from rnn_tutorial.kernels.cpu.simd.vector import load, store, zeros

GATES, KEPT, SPLIT = 3, 4, 1


@jit
def forward(first, last, how, weights, run):
    """Take rows ``first`` … ``last`` through time; shapes as in ``lstm``, panels hold (r, z, n).

    bias is b_ih + b_hh for r and z, b_ih for n; ``inner`` is b_hn, which the reset gate guards. ``c`` stays empty.
    ``kept`` (T, B, 4H): r, z, n and m = W_hn h + b_hn.
    """
    reverse, _, lanes = how
    W_x, W_h, bias, inner = weights
    x, lengths, h, _, kept = run
    T, wide_B, F = x.shape
    _, B, H = h.shape
    rows = last - first
    padded = padded_rows(rows, W_h)
    at_once = rows_at_once(padded)
    old, new = np.zeros((padded, H), x.dtype), np.zeros((padded, H), x.dtype)
    wide = 3 * lanes
    from_x, from_h = np.empty((ROWS, wide), x.dtype), np.empty((ROWS, wide), x.dtype)
    old[:rows] = h[T if reverse else 0, first:last]
    for s in range(T):
        t = T - 1 - s if reverse else s
        after = t if reverse else t + 1
        for u in range(0, H, lanes):
            n_units = min(lanes, H - u)
            for r_0 in range(0, padded, at_once):
                # W_ih x_t and W_hh h_{t-1} apart, because the reset gate comes between them
                panel = u // lanes * wide
                x_row = (t * wide_B + first + r_0) * F
                if at_once == 1:
                    row_by_three(from_x, 0, wide, x, x_row, F, 1, W_x, panel * F, wide, F)
                    row_by_three(from_h, 0, wide, old, r_0 * H, H, 1, W_h, panel * H, wide, H)
                else:
                    three_vectors(from_x, 0, wide, x, x_row, F, 1, W_x, panel * F, wide, F)
                    three_vectors(from_h, 0, wide, old, r_0 * H, H, 1, W_h, panel * H, wide, H)
                for k in range(min(at_once, rows - r_0)):
                    b, row, at = first + r_0 + k, k * wide, (r_0 + k) * H + u
                    h_u = load(old, at, n_units)
                    if t < lengths[b]:
                        a_r, a_z = load(from_x, row, n_units), load(from_x, row + lanes, n_units)
                        # r_t = σ(W_ir x_t + W_hr h_{t-1} + b_r), and so z_t
                        r = sigmoid(a_r + load(from_h, row, n_units) + load(bias, u, n_units))
                        z = sigmoid(a_z + load(from_h, row + lanes, n_units) + load(bias, H + u, n_units))
                        # n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_{t-1} + b_hn))
                        m = load(from_h, row + 2 * lanes, n_units) + load(inner, u, n_units)
                        a_n = load(from_x, row + 2 * lanes, n_units) + load(bias, 2 * H + u, n_units)
                        n = tanh(a_n + r * m)
                        # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
                        h_u = (1.0 - z) * n + z * h_u
                        if len(kept):
                            to = (t * B + b) * 4 * H + u
                            store(kept, to, n_units, r)
                            store(kept, to + H, n_units, z)
                            store(kept, to + 2 * H, n_units, n)
                            store(kept, to + 3 * H, n_units, m)
                    store(new, at, n_units, h_u)
                    store(h, (after * B + b) * H + u, n_units, h_u)
        old, new = new, old


@jit
def backward(first, last, how, weights, run, gradients, sums):
    """Take the same rows back; shapes as in ``lstm``. What the reset gate guards has gradients of its own, dm."""
    reverse, _, lanes = how
    W_x, W_h, _, _ = weights
    x, lengths, h, _, kept = run
    dh_all, _, dh_end, _, dx, dh_0, _ = gradients
    dW_x, dW_h, db, dinner = sums
    T, wide_B, F = x.shape
    _, B, H = h.shape
    rows = last - first
    padded = padded_rows(rows, W_h)
    steps = max(1, LONG // padded)
    G, wide_h, wide_x = stride_of(3 * H, lanes), dW_h.shape[1], dW_x.shape[1]
    of_x, of_h = np.zeros((steps * padded, G), x.dtype), np.zeros((steps * padded, G), x.dtype)  # dr, dz, dn or dm
    h_before, x_now = np.zeros((steps * padded, wide_h), x.dtype), np.zeros((steps * padded, wide_x), x.dtype)
    dh = np.zeros((padded, wide_h), x.dtype)
    dx_tile = np.empty((ROWS, wide_x), x.dtype)
    dh[:rows, :H] = dh_end[first:last]
    for s in range(T):
        t = s if reverse else T - 1 - s
        before = t + 1 if reverse else t
        base = s % steps * padded
        for k in range(rows):
            b = first + k
            copy(x_now, (base + k) * wide_x, x, (t * wide_B + b) * F, F, lanes)
            copy(h_before, (base + k) * wide_h, h, (before * B + b) * H, H, lanes)
            for u in range(0, H, lanes):
                n_units = min(lanes, H - u)
                to = (base + k) * G + u
                dh_u = load(dh, k * wide_h + u, n_units)
                if len(dh_all):
                    dh_u = dh_u + load(dh_all, (t * B + b) * H + u, n_units)
                if t < lengths[b]:
                    row = (t * B + b) * 4 * H + u
                    r, z = load(kept, row, n_units), load(kept, row + H, n_units)
                    n, m = load(kept, row + 2 * H, n_units), load(kept, row + 3 * H, n_units)
                    h_old = load(h, (before * B + b) * H + u, n_units)
                    # h = (1 - z) ⊙ n + z ⊙ h_{t-1}
                    dz = dh_u * (h_old - n) * z * (1.0 - z)
                    dn = dh_u * (1.0 - z) * (1.0 - n * n)
                    # n = tanh(a_n + r ⊙ m)
                    dm = dn * r
                    dr = dn * m * r * (1.0 - r)
                    dh_u = dh_u * z
                    add(db, u, n_units, dr)
                    add(db, H + u, n_units, dz)
                    add(db, 2 * H + u, n_units, dn)
                    add(dinner, u, n_units, dm)
                else:  # the state was kept: its gradient passes, and the gates have none
                    dr = dz = dn = dm = zeros(dh_u)
                store(of_x, to, n_units, dr)
                store(of_x, to + H, n_units, dz)
                store(of_x, to + 2 * H, n_units, dn)
                store(of_h, to, n_units, dr)
                store(of_h, to + H, n_units, dz)
                store(of_h, to + 2 * H, n_units, dm)
                store(dh, k * wide_h + u, n_units, dh_u)
        state_gradient(dh, of_h, base, W_h, 3 * H, lanes)
        if len(dx):
            input_gradient(dx, (t * B + first) * F, rows, F, dx_tile, of_x, base, W_x, 3 * H, lanes)
        if s % steps == steps - 1 or s == T - 1:
            weight_gradients(dW_x, dW_h, of_x, of_h, x_now, h_before, base + padded, 3 * H, lanes)
    dh_0[first:last] = dh[:rows, :H]
