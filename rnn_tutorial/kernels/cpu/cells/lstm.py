r"""The LSTM's recurrence, peepholes included, over whole sequences: one layer, one direction, some rows of the batch.

Rows of a batch have nothing to do with each other. So a thread takes its rows through all steps of time, and no thread
ever waits for another. Within a step, a vector of units goes from the matrix product to the new state while its gates
are still in the fastest cache.
"""

import numpy as np

from rnn_tutorial.kernels.cpu.cells.peepholes import add_hole, plus_hole
from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.products import (
    LONG,
    add,
    copy,
    input_gradient,
    padded_rows,
    plus_row_by_two,
    plus_two_vectors,
    row_by_two,
    rows_at_once,
    state_gradient,
    stride_of,
    two_vectors,
    weight_gradients,
)  # fmt: skip
from rnn_tutorial.kernels.cpu.simd.functions import sigmoid, tanh
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS
from rnn_tutorial.kernels.cpu.simd.vector import load, store, zeros

GATES, KEPT, SPLIT = 4, 4, 2
"""Blocks of H rows in the weights; numbers a unit keeps for the backward pass; panels for each vector of units."""


@jit
def forward(first, last, how, weights, run):
    """Take rows ``first`` … ``last`` through time: fill in the states of ``run``, and the gates i, f, g, o in ``kept``.

    Panels are two for each vector of units, (i, f) and (g, o). What is handed over is described in ``objects``.
    """
    reverse, _, lanes = how
    W_x, W_h, bias, peep = weights
    x, lengths, h, c, kept = run
    T, wide_B, F = x.shape
    _, B, H = h.shape
    rows = last - first
    padded = padded_rows(rows, W_h)
    at_once = rows_at_once(padded)
    old, new = np.zeros((padded, H), x.dtype), np.zeros((padded, H), x.dtype)  # h, with rows to fill the last tile
    z = np.empty((ROWS, 4 * lanes), x.dtype)
    old[:rows] = h[T if reverse else 0, first:last]
    for s in range(T):
        t = T - 1 - s if reverse else s
        before, after = (t + 1, t) if reverse else (t, t + 1)
        for u in range(0, H, lanes):
            n = min(lanes, H - u)
            for r in range(0, padded, at_once):
                # z = W_ih x_t + W_hh h_{t-1}, for these rows, these units and all four gates
                x_row = (t * wide_B + first + r) * F
                for pair in range(2):
                    panel, to = (u // lanes * 2 + pair) * 2 * lanes, 2 * lanes * pair
                    if at_once == 1:
                        row_by_two(z, to, 4 * lanes, x, x_row, F, 1, W_x, panel * F, 2 * lanes, F)
                        plus_row_by_two(z, to, 4 * lanes, old, r * H, H, 1, W_h, panel * H, 2 * lanes, H)
                        continue
                    two_vectors(z, to, 4 * lanes, x, x_row, F, 1, W_x, panel * F, 2 * lanes, F)
                    plus_two_vectors(z, to, 4 * lanes, old, r * H, H, 1, W_h, panel * H, 2 * lanes, H)
                for k in range(min(at_once, rows - r)):
                    b, row = first + r + k, k * 4 * lanes
                    c_u = load(c, (before % len(c) * B + b) * H + u, n)
                    if t < lengths[b]:
                        # i_t = σ(W_ii x_t + W_hi h_{t-1} + b_i + w_ci ⊙ c_{t-1}), and so f_t
                        z_i = load(z, row, n) + load(bias, u, n)
                        z_f = load(z, row + lanes, n) + load(bias, H + u, n)
                        i = sigmoid(plus_hole(z_i, peep, u, n, c_u))
                        f = sigmoid(plus_hole(z_f, peep, H + u, n, c_u))
                        # g_t = tanh(W_ig x_t + W_hg h_{t-1} + b_g)
                        g = tanh(load(z, row + 2 * lanes, n) + load(bias, 2 * H + u, n))
                        # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
                        c_u = f * c_u + i * g
                        # o_t = σ(W_io x_t + W_ho h_{t-1} + b_o + w_co ⊙ c_t)
                        z_o = load(z, row + 3 * lanes, n) + load(bias, 3 * H + u, n)
                        o = sigmoid(plus_hole(z_o, peep, 2 * H + u, n, c_u))
                        # h_t = o_t ⊙ tanh(c_t)
                        h_u = o * tanh(c_u)
                        if len(kept):
                            to = (t * B + b) * 4 * H + u
                            store(kept, to, n, i)
                            store(kept, to + H, n, f)
                            store(kept, to + 2 * H, n, g)
                            store(kept, to + 3 * H, n, o)
                    else:  # over, or not begun: the sequence keeps its state
                        h_u = load(old, (r + k) * H + u, n)
                    store(new, (r + k) * H + u, n, h_u)
                    store(h, (after * B + b) * H + u, n, h_u)
                    store(c, (after % len(c) * B + b) * H + u, n, c_u)
        old, new = new, old


@jit
def backward(first, last, how, weights, run, gradients, sums):
    """Take the same rows back, from the gradients of what ``forward`` gave to those of what it took."""
    reverse, _, lanes = how
    W_x, W_h, _, peep = weights
    x, lengths, h, c, kept = run
    dh_all, dc_all, dh_end, dc_end, dx, dh_0, dc_0 = gradients
    dW_x, dW_h, db, dpeep = sums
    T, wide_B, F = x.shape
    _, B, H = h.shape
    rows = last - first
    padded = padded_rows(rows, W_h)
    steps = max(1, LONG // padded)
    G, wide_h, wide_x = stride_of(4 * H, lanes), dW_h.shape[1], dW_x.shape[1]
    dz = np.zeros((steps * padded, G), x.dtype)
    h_before, x_now = np.zeros((steps * padded, wide_h), x.dtype), np.zeros((steps * padded, wide_x), x.dtype)
    dh, dc = np.zeros((padded, wide_h), x.dtype), np.zeros((padded, H), x.dtype)  # of the state, in the backward pass
    dx_tile = np.empty((ROWS, wide_x), x.dtype)
    dh[:rows, :H], dc[:rows] = dh_end[first:last], dc_end[first:last]
    for s in range(T):
        t = s if reverse else T - 1 - s
        before, after = (t + 1, t) if reverse else (t, t + 1)
        base = s % steps * padded
        for k in range(rows):
            b = first + k
            copy(x_now, (base + k) * wide_x, x, (t * wide_B + b) * F, F, lanes)
            copy(h_before, (base + k) * wide_h, h, (before * B + b) * H, H, lanes)
            for u in range(0, H, lanes):
                n = min(lanes, H - u)
                at, to = (t * B + b) * H + u, (base + k) * G + u
                dh_u, dc_u = load(dh, k * wide_h + u, n), load(dc, k * H + u, n)
                if len(dh_all):
                    dh_u = dh_u + load(dh_all, at, n)
                if len(dc_all):
                    dc_u = dc_u + load(dc_all, at, n)
                if t < lengths[b]:
                    row = (t * B + b) * 4 * H + u
                    i, f, g = load(kept, row, n), load(kept, row + H, n), load(kept, row + 2 * H, n)
                    o = load(kept, row + 3 * H, n)
                    c_old, c_new = load(c, (before * B + b) * H + u, n), load(c, (after * B + b) * H + u, n)
                    seen = tanh(c_new)
                    # h = o ⊙ tanh(c)
                    dz_o = dh_u * seen * o * (1.0 - o)
                    # c goes into h and, through its peephole, into o
                    dc_u = plus_hole(dc_u + dh_u * o * (1.0 - seen * seen), peep, 2 * H + u, n, dz_o)
                    # c = f ⊙ c_{t-1} + i ⊙ g
                    dz_i = dc_u * g * i * (1.0 - i)
                    dz_f = dc_u * c_old * f * (1.0 - f)
                    dz_g = dc_u * i * (1.0 - g * g)
                    # c_{t-1} goes into c and, through their peepholes, into i and f
                    dc_u = plus_hole(plus_hole(dc_u * f, peep, u, n, dz_i), peep, H + u, n, dz_f)
                    add_hole(dpeep, u, n, dz_i, c_old)
                    add_hole(dpeep, H + u, n, dz_f, c_old)
                    add_hole(dpeep, 2 * H + u, n, dz_o, c_new)
                    add(db, u, n, dz_i)
                    add(db, H + u, n, dz_f)
                    add(db, 2 * H + u, n, dz_g)
                    add(db, 3 * H + u, n, dz_o)
                    dh_u = zeros(dh_u)
                else:  # the state was kept: its gradient passes, and the gates have none
                    dz_i = dz_f = dz_g = dz_o = zeros(dh_u)
                store(dz, to, n, dz_i)
                store(dz, to + H, n, dz_f)
                store(dz, to + 2 * H, n, dz_g)
                store(dz, to + 3 * H, n, dz_o)
                store(dh, k * wide_h + u, n, dh_u)
                store(dc, k * H + u, n, dc_u)
        state_gradient(dh, dz, base, W_h, 4 * H, lanes)
        if len(dx):
            input_gradient(dx, (t * B + first) * F, rows, F, dx_tile, dz, base, W_x, 4 * H, lanes)
        if s % steps == steps - 1 or s == T - 1:
            weight_gradients(dW_x, dW_h, dz, dz, x_now, h_before, base + padded, 4 * H, lanes)
    dh_0[first:last], dc_0[first:last] = dh[:rows, :H], dc[:rows]
