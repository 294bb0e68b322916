r"""The LSTM's recurrence on pictures: one layer, one direction, whole videos. Equations are those of ``cells.lstm``.

A video's state and input lie side by side, channels last, in a picture with a frame of zeros around it (``geometry``).
It is convolved line by line, in one of three ways (``convolution``), and the gates follow while the result is in the
fastest cache. A thread takes its videos through all steps.
"""

import numpy as np

from rnn_tutorial.kernels.cpu.cells.peepholes import pixel_of, plus_hole
from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.objects import Kernel, Picture
from rnn_tutorial.kernels.cpu.products import copy, whole_tiles
from rnn_tutorial.kernels.cpu.simd.functions import sigmoid, tanh
from rnn_tutorial.kernels.cpu.simd.vector import load, store

from .convolution import convolve, end_of_block, prepare, workspace
from .pictures import put, room

KEPT = 4
"""Numbers that a unit keeps for the backward pass."""


@jit
def forward(first, last, how, way, weights, run):
    """Take videos ``first`` … ``last`` through time, pixels P line by line.

    W is in panels as for ``lstm``, of what the way to convolve multiplies by; ``peep`` is (P, 3H), (1, 3H) or None.
    What is handed over is described in ``objects``.
    """
    reverse, _, lanes = how
    g, each, blank = way
    W, bias, peep = weights
    x, lengths, h, c, kept = run
    T, B, P, F = x.shape
    H = h.shape[3]
    C = (H + F + each - 1) // each * each
    hole = pixel_of(peep)
    old, new = np.zeros(room(g) * C, blank.dtype), np.zeros(room(g) * C, blank.dtype)
    wide = 4 * lanes
    kernel = Kernel(W, False, (H + lanes - 1) // lanes * wide)
    scratch = workspace(way, C, kernel.width, W, lanes)
    z = np.empty((whole_tiles(g.size), wide), x.dtype)
    for b in range(first, last):
        begin = T if reverse else 0
        put(old, C, 0, g, h, (begin * B + b) * P * H, H, lanes)
        for s in range(T):
            t = T - 1 - s if reverse else s
            before, after = (t + 1, t) if reverse else (t, t + 1)
            before_c, after_c = (before % len(c) * B + b) * P * H, (after % len(c) * B + b) * P * H
            to_h = (after * B + b) * P * H
            if t >= lengths[b]:  # over, or not begun: the video keeps its state
                copy(h, to_h, h, (before * B + b) * P * H, P * H, lanes)
                copy(c, after_c, c, before_c, P * H, lanes)
                continue
            put(old, C, H, g, x, (t * B + b) * P * F, F, lanes)
            picture, top = Picture(old, C, C), 0
            while top < len(g.lines):
                end = end_of_block(way, top)
                prepare(way, scratch, picture, kernel, top, end, lanes)
                for u in range(0, H, lanes):
                    n = min(lanes, H - u)
                    for line in range(top, end):
                        # z = W_ih * x_t + W_hh * h_{t-1}, for this line, these units and all four gates
                        for to in range(0, wide, 2 * lanes):
                            convolve(way, scratch, z, wide, to, picture, kernel, top, end, line, 4 * u + to, 2 * lanes,
                                     lanes)  # fmt: skip
                        for k in range(g.size):
                            p, row = line * g.size + k, k * wide
                            c_u = load(c, before_c + p * H + u, n)
                            # i_t = σ(W_ii * x_t + W_hi * h_{t-1} + b_i + w_ci ⊙ c_{t-1}), and so f_t
                            z_i = load(z, row, n) + load(bias, u, n)
                            z_f = load(z, row + lanes, n) + load(bias, H + u, n)
                            i = sigmoid(plus_hole(z_i, peep, p * hole + u, n, c_u))
                            f = sigmoid(plus_hole(z_f, peep, p * hole + H + u, n, c_u))
                            # g_t = tanh(W_ig * x_t + W_hg * h_{t-1} + b_g)
                            g_t = tanh(load(z, row + 2 * lanes, n) + load(bias, 2 * H + u, n))
                            # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
                            c_u = f * c_u + i * g_t
                            # o_t = σ(W_io * x_t + W_ho * h_{t-1} + b_o + w_co ⊙ c_t)
                            z_o = load(z, row + 3 * lanes, n) + load(bias, 3 * H + u, n)
                            o = sigmoid(plus_hole(z_o, peep, p * hole + 2 * H + u, n, c_u))
                            # h_t = o_t ⊙ tanh(c_t)
                            h_u = o * tanh(c_u)
                            if len(kept):
                                to = ((t * B + b) * P + p) * 4 * H + u
                                store(kept, to, n, i)
                                store(kept, to + H, n, f)
                                store(kept, to + 2 * H, n, g_t)
                                store(kept, to + 3 * H, n, o)
                            store(new, (g.lines[line] + g.centre + k) * C + u, n, h_u)
                            store(h, to_h + p * H + u, n, h_u)
                            store(c, after_c + p * H + u, n, c_u)
                top = end
            old, new = new, old
