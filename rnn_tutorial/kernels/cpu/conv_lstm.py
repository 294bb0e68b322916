r"""The LSTM's recurrence on pictures: one layer, one direction, whole films. The equations are those of ``lstm``.

A film's state and input lie side by side, channels last, in a picture with a frame of zeros around it. There the pixels
that a row of a convolution's kernel covers, all their channels, follow each other in memory, as do those of the next
pixel one pixel later. So eight pixels times a row of the kernel are the rows of a matrix, without a copy, and the
convolution is the sum of as many matrix products as the kernel has rows. A thread takes its films through all steps.
"""

import numpy as np

from .bfloat import paired
from .functions import sigmoid, tanh
from .jit import jit
from .matrix import ROWS
from .products import add, copy, one_vector, plus_one_vector, plus_two_vectors, two_vectors, whole_tiles
from .vector import load, store

KEPT = 4
"""Numbers that a unit keeps for the way back."""

LINES = 4
"""Lines of a picture whose pixels a product of the weight gradient takes at once: they stay in the second cache."""


@jit
def put(picture, channels, at, lines, size, centre, source, to, count, lanes):
    """Write ``count`` channels of a film's step, (P, count) from element ``to`` of ``source``, into the picture."""
    for p in range(len(lines) * size):
        pixel = lines[p // size] + centre + p % size
        copy(picture, pixel * channels + at, source, to + p * count, count, lanes)


@jit
def forward(first, last, reverse, lanes, area, lines, size, centre, taps, merged, each,
            blank, x, W, bias, peep, lengths, h, c, kept):  # fmt: skip
    """Take films ``first`` … ``last`` through time.

    x (T, B, P, F), h and c (T + 1, B, P, H), pixels P line by line. A picture with its frame has ``area`` pixels;
    ``lines`` are the first pixels that each line's kernels cover, ``centre`` the way from there to the pixel itself,
    ``taps`` the ways to the kernel's rows, of ``merged`` pixels each. W is in panels as for ``lstm``, and the rest is
    as there; ``peep`` is (P, 3H) or (1, 3H). Pictures hold numbers of ``blank``'s type: of 16 bits, multiplied two at
    ``each`` time, or those of x, one at a time.
    """
    T, B, P, F = x.shape
    H = h.shape[3]
    C = (H + F + each - 1) // each * each
    K = merged * C // each
    depth = len(taps) * K
    hole = 3 * H if len(peep) > 1 else 0
    old, new = np.zeros((area + 2 * ROWS) * C, blank.dtype), np.zeros((area + 2 * ROWS) * C, blank.dtype)
    wide = 4 * lanes
    z = np.empty((whole_tiles(size), wide), x.dtype)
    for b in range(first, last):
        begin = T if reverse else 0
        put(old, C, 0, lines, size, centre, h, (begin * B + b) * P * H, H, lanes)
        for s in range(T):
            t = T - 1 - s if reverse else s
            before, after = (t + 1, t) if reverse else (t, t + 1)
            before_c, after_c = (before % len(c) * B + b) * P * H, (after % len(c) * B + b) * P * H
            to_h = (after * B + b) * P * H
            if t >= lengths[b]:  # over, or not begun: the film keeps its state
                copy(h, to_h, h, (before * B + b) * P * H, P * H, lanes)
                copy(c, after_c, c, before_c, P * H, lanes)
                continue
            put(old, C, H, lines, size, centre, x, (t * B + b) * P * F, F, lanes)
            for u in range(0, H, lanes):
                n = min(lanes, H - u)
                for line in range(len(lines)):
                    # z = W_ih * x_t + W_hh * h_{t-1}, for this line, these units and all four gates
                    for pair in range(2):
                        panel, to = (u // lanes * 2 + pair) * 2 * lanes * depth, 2 * lanes * pair
                        for r in range(0, size, ROWS):
                            at = (lines[line] + r + taps[0]) * C
                            two_vectors(z, r * wide + to, wide, old, at, C, each, W, panel, 2 * lanes, K)
                            for k in range(1, len(taps)):
                                at = (lines[line] + r + taps[k]) * C
                                row = panel + k * K * 2 * lanes
                                plus_two_vectors(z, r * wide + to, wide, old, at, C, each, W, row, 2 * lanes, K)
                    for k in range(size):
                        p, row = line * size + k, k * wide
                        c_u = load(c, before_c + p * H + u, n)
                        # i_t = σ(W_ii * x_t + W_hi * h_{t-1} + b_i + w_ci ⊙ c_{t-1}), and so f_t
                        i = sigmoid(load(z, row, n) + load(bias, u, n) + load(peep, p * hole + u, n) * c_u)
                        z_f = load(z, row + lanes, n) + load(bias, H + u, n)
                        f = sigmoid(z_f + load(peep, p * hole + H + u, n) * c_u)
                        # g_t = tanh(W_ig * x_t + W_hg * h_{t-1} + b_g)
                        g = tanh(load(z, row + 2 * lanes, n) + load(bias, 2 * H + u, n))
                        # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
                        c_u = f * c_u + i * g
                        # o_t = σ(W_io * x_t + W_ho * h_{t-1} + b_o + w_co ⊙ c_t)
                        z_o = load(z, row + 3 * lanes, n) + load(bias, 3 * H + u, n)
                        o = sigmoid(z_o + load(peep, p * hole + 2 * H + u, n) * c_u)
                        # h_t = o_t ⊙ tanh(c_t)
                        h_u = o * tanh(c_u)
                        if len(kept):
                            to = ((t * B + b) * P + p) * 4 * H + u
                            store(kept, to, n, i)
                            store(kept, to + H, n, f)
                            store(kept, to + 2 * H, n, g)
                            store(kept, to + 3 * H, n, o)
                        store(new, (lines[line] + centre + k) * C + u, n, h_u)
                        store(h, to_h + p * H + u, n, h_u)
                        store(c, after_c + p * H + u, n, c_u)
            old, new = new, old


@jit
def backward(first, last, reverse, lanes, area, lines, size, centre, taps, merged, each, back_taps,
             blank, x, W_back, peep, lengths, h, c, kept, dh_all, dc_all, dh_end, dc_end,
             dx, dh_0, dc_0, dW, db, dpeep):  # fmt: skip
    """Take the same films back, from the gradients of what ``forward`` gave to those of what it took.

    ``back_taps`` are the ways to single pixels of the kernel, turned round. W_back has, for each two vectors of
    channels of [h, x], a panel of all these taps' 4H gates. dW (taps, 4H, columns), db and dpeep are this thread's
    share of the sums; dh_all, dc_all and dx may be empty, (0, …).
    """
    T, B, P, F = x.shape
    H = h.shape[3]
    channels = H + F
    C, G = (channels + each - 1) // each * each, 4 * H + lanes  # gates: no power of two, which caches dislike
    N = merged * C
    wide, tall = dW.shape[2], dW.shape[1]
    hole = 3 * H if len(peep) > 1 else 0
    K = 4 * H // each
    depth = len(back_taps) * K
    picture = np.zeros((area + 2 * ROWS) * C + 2 * lanes, blank.dtype)
    dz = np.zeros((area + 2 * ROWS) * G, blank.dtype)
    scratch = np.zeros(len(picture) + len(dz) if each > 1 else 0, W_back.dtype)
    of_picture, of_dz = scratch[: len(picture)], scratch[len(picture) :]
    dh, dc = np.zeros((P, H), x.dtype), np.zeros((P, H), x.dtype)  # of the state, on its way back
    tile = np.empty((ROWS, 2 * lanes), x.dtype)
    for b in range(first, last):
        copy(dh, 0, dh_end, b * P * H, P * H, lanes)
        copy(dc, 0, dc_end, b * P * H, P * H, lanes)
        for s in range(T):
            t = s if reverse else T - 1 - s
            before, after = (t + 1, t) if reverse else (t, t + 1)
            now = (t * B + b) * P
            over = t >= lengths[b]
            for line in range(len(lines)):
                for k in range(size):
                    p = line * size + k
                    for u in range(0, H, lanes):
                        n = min(lanes, H - u)
                        at, to = (now + p) * H + u, (lines[line] + centre + k) * G + u
                        dh_u, dc_u = load(dh, p * H + u, n), load(dc, p * H + u, n)
                        if len(dh_all):
                            dh_u = dh_u + load(dh_all, at, n)
                        if len(dc_all):
                            dc_u = dc_u + load(dc_all, at, n)
                        if over:  # the state was kept: its gradient passes, and the gates have none
                            store(dh, p * H + u, n, dh_u)
                            store(dc, p * H + u, n, dc_u)
                            continue
                        row = (now + p) * 4 * H + u
                        i, f, g = load(kept, row, n), load(kept, row + H, n), load(kept, row + 2 * H, n)
                        o = load(kept, row + 3 * H, n)
                        c_old = load(c, ((before * B + b) * P + p) * H + u, n)
                        c_new = load(c, ((after * B + b) * P + p) * H + u, n)
                        seen = tanh(c_new)
                        # h = o ⊙ tanh(c)
                        dz_o = dh_u * seen * o * (1.0 - o)
                        # c goes into h and, through its peephole, into o
                        holes = p * hole + u
                        dc_u = dc_u + dh_u * o * (1.0 - seen * seen) + dz_o * load(peep, holes + 2 * H, n)
                        # c = f ⊙ c_{t-1} + i ⊙ g
                        dz_i = dc_u * g * i * (1.0 - i)
                        dz_f = dc_u * c_old * f * (1.0 - f)
                        dz_g = dc_u * i * (1.0 - g * g)
                        # c_{t-1} goes into c and, through their peepholes, into i and f
                        dc_u = dc_u * f + dz_i * load(peep, holes, n) + dz_f * load(peep, holes + H, n)
                        add(dpeep, holes, n, dz_i * c_old)
                        add(dpeep, holes + H, n, dz_f * c_old)
                        add(dpeep, holes + 2 * H, n, dz_o * c_new)
                        add(db, u, n, dz_i)
                        add(db, H + u, n, dz_f)
                        add(db, 2 * H + u, n, dz_g)
                        add(db, 3 * H + u, n, dz_o)
                        store(dz, to, n, dz_i)
                        store(dz, to + H, n, dz_f)
                        store(dz, to + 2 * H, n, dz_g)
                        store(dz, to + 3 * H, n, dz_o)
                        store(dc, p * H + u, n, dc_u)
            if over:
                if len(dx):
                    dx[t, b] = 0
                continue
            # dh_{t-1} and dx_t: dz convolved with the kernel turned round
            columns = channels if len(dx) else H
            for u in range(0, columns, 2 * lanes):
                panel, n = u * depth, min(2 * lanes, columns - u)
                for line in range(len(lines)):
                    for r in range(0, size, ROWS):
                        for k in range(len(back_taps)):
                            at, row = (lines[line] + r + back_taps[k]) * G, panel + k * K * 2 * lanes
                            if n > lanes and k:
                                plus_two_vectors(tile, 0, 2 * lanes, dz, at, G, each, W_back, row, 2 * lanes, K)
                            elif n > lanes:
                                two_vectors(tile, 0, 2 * lanes, dz, at, G, each, W_back, row, 2 * lanes, K)
                            elif k:
                                plus_one_vector(tile, 0, 2 * lanes, dz, at, G, each, W_back, row, 2 * lanes, K)
                            else:
                                one_vector(tile, 0, 2 * lanes, dz, at, G, each, W_back, row, 2 * lanes, K)
                        for k in range(min(ROWS, size - r)):
                            p, of_h = line * size + r + k, min(max(H - u, 0), n)
                            copy(dh, p * H + u, tile, k * 2 * lanes, of_h, lanes)
                            copy(dx, (now + p) * F + u + of_h - H, tile, k * 2 * lanes + of_h, n - of_h, lanes)
            # dW: each row of the kernel has seen the picture moved by a tap
            put(picture, C, 0, lines, size, centre, h, (before * B + b) * P * H, H, lanes)
            put(picture, C, H, lines, size, centre, x, now * F, F, lanes)
            dz_across, picture_across = paired(dz, of_dz, G), paired(picture, of_picture, C)
            for line in range(0, len(lines), LINES):
                start = lines[line]
                end = lines[min(line + LINES, len(lines)) - 1] + size
                for k in range(len(taps)):
                    for q in range(0, tall, ROWS):
                        for u in range(0, N, 2 * lanes):
                            plus_two_vectors(dW, (k * tall + q) * wide + u, wide,
                                             dz_across, (start + centre) * G + q, 1, each * G,
                                             picture_across, (start + taps[k]) * C + u, each * C,
                                             (end - start + each - 1) // each)  # fmt: skip
        copy(dh_0, b * P * H, dh, 0, P * H, lanes)
        copy(dc_0, b * P * H, dc, 0, P * H, lanes)
