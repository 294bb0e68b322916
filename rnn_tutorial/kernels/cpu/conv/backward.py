r"""The way back of ``forward``: from the gradients of what it gave to those of what it took."""

import numpy as np

from rnn_tutorial.kernels.cpu.cells.peepholes import add_hole, pixel_of, plus_hole
from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.objects import Kernel, Picture
from rnn_tutorial.kernels.cpu.products import add, copy, whole_tiles
from rnn_tutorial.kernels.cpu.simd.functions import tanh
from rnn_tutorial.kernels.cpu.simd.vector import load, store

from .convolution import add_gradient, convolve, end_of_block, end_of_sum, prepare, prepare_sum, workspace_back
from .pictures import put, room


@jit
def backward(first, last, how, way, weights, run, gradients, sums):
    """Take the same videos back, from the gradients of what ``forward`` gave to those of what it took.

    W_back has panels of two vectors of channels of [h, x]; dW are the sums that the way makes the gradient of.
    """
    reverse, _, lanes = how
    g, each, blank = way
    W_back, _, peep = weights
    x, lengths, h, c, kept = run
    dh_all, dc_all, dh_end, dc_end, dx, dh_0, dc_0 = gradients
    dW, db, dpeep = sums
    T, B, P, F = x.shape
    H = h.shape[3]
    channels = H + F
    C, gates = (channels + each - 1) // each * each, 4 * H
    G = gates + lanes  # no power of two, which caches dislike
    hole = pixel_of(peep)
    picture = Picture(np.zeros(room(g) * C + 2 * lanes, blank.dtype), C, C)
    dz = Picture(np.zeros(room(g) * G, blank.dtype), G, gates)
    kernel = Kernel(W_back, True, channels if len(dx) else H)
    scratch = workspace_back(way, C, G, gates, W_back, lanes)
    line_back = np.empty((whole_tiles(g.size), 2 * lanes), x.dtype)
    dh, dc = np.zeros((P, H), x.dtype), np.zeros((P, H), x.dtype)  # of the state, in the backward pass
    for b in range(first, last):
        copy(dh, 0, dh_end, b * P * H, P * H, lanes)
        copy(dc, 0, dc_end, b * P * H, P * H, lanes)
        for s in range(T):
            t = s if reverse else T - 1 - s
            before, after = (t + 1, t) if reverse else (t, t + 1)
            now = (t * B + b) * P
            over = t >= lengths[b]
            for line in range(len(g.lines)):
                for k in range(g.size):
                    p = line * g.size + k
                    for u in range(0, H, lanes):
                        n = min(lanes, H - u)
                        at, to = (now + p) * H + u, (g.lines[line] + g.centre + k) * G + u
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
                        i, f = load(kept, row, n), load(kept, row + H, n)
                        g_t, o = load(kept, row + 2 * H, n), load(kept, row + 3 * H, n)
                        c_old = load(c, ((before * B + b) * P + p) * H + u, n)
                        c_new = load(c, ((after * B + b) * P + p) * H + u, n)
                        seen = tanh(c_new)
                        # h = o ⊙ tanh(c)
                        dz_o = dh_u * seen * o * (1.0 - o)
                        # c goes into h and, through its peephole, into o
                        holes = p * hole + u
                        dc_u = plus_hole(dc_u + dh_u * o * (1.0 - seen * seen), peep, holes + 2 * H, n, dz_o)
                        # c = f ⊙ c_{t-1} + i ⊙ g
                        dz_i = dc_u * g_t * i * (1.0 - i)
                        dz_f = dc_u * c_old * f * (1.0 - f)
                        dz_g = dc_u * i * (1.0 - g_t * g_t)
                        # c_{t-1} goes into c and, through their peepholes, into i and f
                        dc_u = plus_hole(plus_hole(dc_u * f, peep, holes, n, dz_i), peep, holes + H, n, dz_f)
                        add_hole(dpeep, holes, n, dz_i, c_old)
                        add_hole(dpeep, holes + H, n, dz_f, c_old)
                        add_hole(dpeep, holes + 2 * H, n, dz_o, c_new)
                        add(db, u, n, dz_i)
                        add(db, H + u, n, dz_f)
                        add(db, 2 * H + u, n, dz_g)
                        add(db, 3 * H + u, n, dz_o)
                        store(dz.numbers, to, n, dz_i)
                        store(dz.numbers, to + H, n, dz_f)
                        store(dz.numbers, to + 2 * H, n, dz_g)
                        store(dz.numbers, to + 3 * H, n, dz_o)
                        store(dc, p * H + u, n, dc_u)
            if over:
                if len(dx):
                    dx[t, b] = 0
                continue
            # dh_{t-1} and dx_t: dz convolved with the kernel turned round
            top = 0
            while top < len(g.lines):
                end = end_of_block(way, top)
                prepare(way, scratch, dz, kernel, top, end, lanes)
                for u in range(0, kernel.width, 2 * lanes):
                    n = min(2 * lanes, kernel.width - u)
                    of_h = min(max(H - u, 0), n)
                    for line in range(top, end):
                        convolve(way, scratch, line_back, 2 * lanes, 0, dz, kernel, top, end, line, u, n, lanes)
                        for k in range(g.size):
                            p, row = line * g.size + k, k * 2 * lanes
                            copy(dh, p * H + u, line_back, row, of_h, lanes)
                            copy(dx, (now + p) * F + u + of_h - H, line_back, row + of_h, n - of_h, lanes)
                top = end
            # dW: each row of the kernel has seen the picture moved by a row
            put(picture.numbers, C, 0, g, h, (before * B + b) * P * H, H, lanes)
            put(picture.numbers, C, H, g, x, now * F, F, lanes)
            of_pixels, top = prepare_sum(way, scratch, picture, dz, lanes), 0
            while top < len(g.lines):
                end = end_of_sum(way, top)
                add_gradient(way, scratch, dW, of_pixels, picture, dz, top, end, lanes)
                top = end
        copy(dh_0, b * P * H, dh, 0, P * H, lanes)
        copy(dc_0, b * P * H, dc, 0, P * H, lanes)
