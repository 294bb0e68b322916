r"""Elman's recurrence over whole sequences, as ``lstm`` has the LSTM's: some rows of the batch, through all steps."""

import numpy as np

from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.products import (
    LONG,
    add,
    copy,
    input_gradient,
    one_vector,
    padded_rows,
    plus_one_vector,
    plus_row_by_one,
    row_by_one,
    rows_at_once,
    state_gradient,
    stride_of,
    weight_gradients,
)  # fmt: skip
from rnn_tutorial.kernels.cpu.simd.functions import tanh
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS
from rnn_tutorial.kernels.cpu.simd.vector import clamp, load, store, unless_off, zeros

GATES, KEPT, SPLIT = 1, 0, 1


@jit
def forward(first, last, how, weights, run):
    """Take rows ``first`` … ``last`` through time; shapes as in ``lstm``. ``c`` and ``kept`` stay empty."""
    reverse, relu, lanes = how
    W_x, W_h, bias, _ = weights
    x, lengths, h, _, _ = run
    T, wide_B, F = x.shape
    _, B, H = h.shape
    rows = last - first
    padded = padded_rows(rows, W_h)
    at_once = rows_at_once(padded)
    old, new = np.zeros((padded, H), x.dtype), np.zeros((padded, H), x.dtype)
    z = np.empty((ROWS, lanes), x.dtype)
    old[:rows] = h[T if reverse else 0, first:last]
    for s in range(T):
        t = T - 1 - s if reverse else s
        after = t if reverse else t + 1
        for u in range(0, H, lanes):
            n = min(lanes, H - u)
            for r in range(0, padded, at_once):
                x_row = (t * wide_B + first + r) * F
                if at_once == 1:
                    row_by_one(z, 0, lanes, x, x_row, F, 1, W_x, u * F, lanes, F)
                    plus_row_by_one(z, 0, lanes, old, r * H, H, 1, W_h, u * H, lanes, H)
                else:
                    one_vector(z, 0, lanes, x, x_row, F, 1, W_x, u * F, lanes, F)
                    plus_one_vector(z, 0, lanes, old, r * H, H, 1, W_h, u * H, lanes, H)
                for k in range(min(at_once, rows - r)):
                    b, at = first + r + k, (r + k) * H + u
                    if t < lengths[b]:
                        # h_t = tanh(W_ih x_t + W_hh h_{t-1} + b), or relu
                        a = load(z, k * lanes, n) + load(bias, u, n)
                        h_u = clamp(a, 0.0, np.inf) if relu else tanh(a)
                    else:  # over, or not begun: the sequence keeps its state
                        h_u = load(old, at, n)
                    store(new, at, n, h_u)
                    store(h, (after * B + b) * H + u, n, h_u)
        old, new = new, old


@jit
def backward(first, last, how, weights, run, gradients, sums):
    """Take the same rows back; shapes as in ``lstm``."""
    reverse, relu, lanes = how
    W_x, W_h, _, _ = weights
    x, lengths, h, _, _ = run
    dh_all, _, dh_end, _, dx, dh_0, _ = gradients
    dW_x, dW_h, db, _ = sums
    T, wide_B, F = x.shape
    _, B, H = h.shape
    rows = last - first
    padded = padded_rows(rows, W_h)
    steps = max(1, LONG // padded)
    G, wide_h, wide_x = stride_of(H, lanes), dW_h.shape[1], dW_x.shape[1]
    dz = np.zeros((steps * padded, G), x.dtype)
    h_before, x_now = np.zeros((steps * padded, wide_h), x.dtype), np.zeros((steps * padded, wide_x), x.dtype)
    dh = np.zeros((padded, wide_h), x.dtype)
    dx_tile = np.empty((ROWS, wide_x), x.dtype)
    dh[:rows, :H] = dh_end[first:last]
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
                dh_u = load(dh, k * wide_h + u, n)
                if len(dh_all):
                    dh_u = dh_u + load(dh_all, (t * B + b) * H + u, n)
                if t < lengths[b]:
                    # the slopes can be told from the values: tanh' = 1 - h²; relu stops what comes where h <= 0
                    h_u = load(h, (after * B + b) * H + u, n)
                    d = unless_off(dh_u, h_u) if relu else dh_u * (1.0 - h_u * h_u)
                    add(db, u, n, d)
                    dh_u = zeros(dh_u)
                else:  # the state was kept: its gradient passes, and there is none of the sum
                    d = zeros(dh_u)
                store(dz, (base + k) * G + u, n, d)
                store(dh, k * wide_h + u, n, dh_u)
        state_gradient(dh, dz, base, W_h, H, lanes)
        if len(dx):
            input_gradient(dx, (t * B + first) * F, rows, F, dx_tile, dz, base, W_x, H, lanes)
        if s % steps == steps - 1 or s == T - 1:
            weight_gradients(dW_x, dW_h, dz, dz, x_now, h_before, base + padded, H, lanes)
    dh_0[first:last] = dh[:rows, :H]
