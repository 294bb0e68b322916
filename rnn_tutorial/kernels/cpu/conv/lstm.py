r"""The LSTM's recurrence on pictures: one layer, one direction, whole videos. The equations are those of ``lstm``.

A video's state and input lie side by side, channels last, in a picture with a frame of zeros around it
(``conv_geometry``). It is convolved line by line, and the gates follow while the result is in the fastest cache. There
are three ways to convolve: ``conv_direct`` for all kernels, and with fewer multiplications ``conv_winograd`` and
``conv_squares``, which has the products of some lines done before. A thread takes its videos through all steps.
"""

import numpy as np

from rnn_tutorial.kernels.cpu.cells.peepholes import add_hole, pixel_of, plus_hole
from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.products import add, copy, whole_tiles
from rnn_tutorial.kernels.cpu.simd.bfloat import paired
from rnn_tutorial.kernels.cpu.simd.functions import sigmoid, tanh
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS
from rnn_tutorial.kernels.cpu.simd.vector import load, store

from . import direct as conv_direct
from . import squares as conv_squares
from . import winograd as conv_winograd
from .ways import PAIRS, SQUARES_OF_FOUR

KEPT = 4
"""Numbers that a unit keeps for the backward pass."""

LINES = 4
"""Lines of a picture whose pixels a product of the weight gradient takes at once: they stay in the second cache."""


@jit
def put(picture, channels, at, g, source, to, count, lanes):
    """Write ``count`` channels of a video's step, (P, count) from element ``to`` of ``source``, into the picture."""
    for p in range(len(g.lines) * g.size):
        pixel = g.lines[p // g.size] + g.centre + p % g.size
        copy(picture, pixel * channels + at, source, to + p * count, count, lanes)


@jit
def room_for_pairs(by, g, channels, lanes):
    """Return how many numbers the sums of a picture's pairs are: none without them."""
    return (g.area // 2 + ROWS) * conv_winograd.stride_of(g.merged, channels, lanes) if by == PAIRS else 0


@jit
def scratch_of_squares(by, g, squares, distance, channels, width, lanes, x):
    """Return scratch for ``conv_squares``: products, sums of lines and of pixels."""
    room = conv_squares.room(g, squares, distance, channels, width, lanes) if by == SQUARES_OF_FOUR else (0, 0, 0)
    return np.zeros(room[0], x.dtype), np.zeros(room[1], x.dtype), np.zeros(room[2], x.dtype)


@jit
def room(g):
    """Return the pixels of a picture, and more: its last tile, or pair of lines, looks further than its last kernel."""
    return g.area + 2 * ROWS + g.merged + g.line


@jit
def block_of_lines(by, g, top, squares):
    """Return the end of the lines that are taken at once from ``top`` on: all, or some ``squares`` of a plane's."""
    if by != SQUARES_OF_FOUR:
        return len(g.lines)
    return min(top + 2 * conv_squares.pairs_at_once(g, squares), (top // g.height + 1) * g.height)


@jit
def depth_of(by, g, channels, each):
    """Return how many numbers of so many channels a result is multiplied from."""
    if by == PAIRS:
        return len(g.rows) * conv_winograd.pieces_of(g.merged) * channels
    if by == SQUARES_OF_FOUR:
        return conv_squares.products_of(g) * channels
    return len(g.cells) * (channels // each)


@jit
def forward(first, last, how, way, weights, run):
    """Take videos ``first`` … ``last`` through time, pixels P line by line.

    W is in panels as for ``lstm``, of what the way to convolve multiplies by; ``peep`` is (P, 3H), (1, 3H) or None.
    What is handed over is described in ``objects``.
    """
    reverse, _, lanes = how
    g, by, each, blank = way
    W, bias, peep = weights
    x, lengths, h, c, kept = run
    T, B, P, F = x.shape
    H = h.shape[3]
    C = (H + F + each - 1) // each * each
    K = g.merged * C // each
    depth = depth_of(by, g, C, each)
    hole = pixel_of(peep)
    old, new = np.zeros(room(g) * C, blank.dtype), np.zeros(room(g) * C, blank.dtype)
    pairs = np.zeros(room_for_pairs(by, g, C, lanes), x.dtype)
    m = np.empty((4 * ROWS, 2 * lanes), x.dtype)
    wide = 4 * lanes
    columns = (H + lanes - 1) // lanes * wide
    squares, sums_of_lines, sums_of_pixels = scratch_of_squares(by, g, conv_squares.SQUARES, C, C, columns, lanes, x)
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
            if by == PAIRS:
                conv_winograd.sums(pairs, old, C, C, g.area, g.merged, lanes)
            top = 0
            while top < len(g.lines):
                end = block_of_lines(by, g, top, conv_squares.SQUARES)
                count = (end - top + 1) // 2
                if by == SQUARES_OF_FOUR:
                    conv_squares.multiply(squares, sums_of_lines, sums_of_pixels, old, C, C, g, g.lines[top],
                                          g.others, count, W, depth, columns, lanes)  # fmt: skip
                for u in range(0, H, lanes):
                    n = min(lanes, H - u)
                    for line in range(top, end):
                        start = g.lines[line]
                        # z = W_ih * x_t + W_hh * h_{t-1}, for this line, these units and all four gates
                        if by == SQUARES_OF_FOUR:
                            conv_squares.results(z, wide, squares, g, count, line - top, u * 4, columns, wide, lanes)
                        for half in range(0 if by == SQUARES_OF_FOUR else 2):
                            panel, to = (u // lanes * 2 + half) * 2 * lanes * depth, 2 * lanes * half
                            if by == PAIRS:
                                conv_winograd.convolve(z, wide, to, pairs, C, start, g.rows, g.merged, g.size, m, W,
                                                       panel, 2 * lanes, lanes)  # fmt: skip
                            else:
                                conv_direct.convolve(z, wide, to, old, C, each, start, g.rows, g.size, W, panel, K,
                                                     2 * lanes, lanes)  # fmt: skip
                        for k in range(g.size):
                            p, row = line * g.size + k, k * wide
                            c_u = load(c, before_c + p * H + u, n)
                            # i_t = σ(W_ii * x_t + W_hi * h_{t-1} + b_i + w_ci ⊙ c_{t-1}), and so f_t
                            z_i, z_f = (
                                load(z, row, n) + load(bias, u, n),
                                load(z, row + lanes, n) + load(bias, H + u, n),
                            )
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
                            store(new, (start + g.centre + k) * C + u, n, h_u)
                            store(h, to_h + p * H + u, n, h_u)
                            store(c, after_c + p * H + u, n, c_u)
                top = end
            old, new = new, old


@jit
def backward(first, last, how, way, weights, run, gradients, sums):
    """Take the same videos back, from the gradients of what ``forward`` gave to those of what it took.

    W_back has, for each two vectors of channels of [h, x], a panel of the 4H gates of all cells of the kernel, or what
    the other ways make of them. dW is (rows of the kernel, 4H, columns) or, of ``conv_winograd``'s products,
    (rows · products, channels, 4H), and for ``conv_squares`` what it says there.
    """
    reverse, _, lanes = how
    g, by, each, blank = way
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
    K = gates // each
    depth = depth_of(by, g, gates, each)
    picture = np.zeros(room(g) * C + 2 * lanes, blank.dtype)
    dz = np.zeros(room(g) * G, blank.dtype)
    scratch = np.zeros(len(picture) + len(dz) if each > 1 else 0, W_back.dtype)
    of_picture, of_dz = scratch[: len(picture)], scratch[len(picture) :]
    pairs = np.zeros(room_for_pairs(by, g, C, lanes), x.dtype)
    dz_pairs = np.zeros(room_for_pairs(by, g, gates, lanes), x.dtype)
    most = max(conv_squares.SQUARES, conv_squares.SUMMED)
    squares, sums_of_lines, sums_of_pixels = scratch_of_squares(
        by, g, most, max(C, G), max(C, gates), max(C, gates), lanes, x
    )
    m = np.empty((4 * ROWS, 2 * lanes), x.dtype)
    line_back = np.empty((whole_tiles(g.size), 2 * lanes), x.dtype)
    dh, dc = np.zeros((P, H), x.dtype), np.zeros((P, H), x.dtype)  # of the state, in the backward pass
    width = channels if len(dx) else H
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
            if by == PAIRS:
                conv_winograd.sums(dz_pairs, dz, G, gates, g.area, g.merged, lanes)
            top = 0
            while top < len(g.lines):
                end = block_of_lines(by, g, top, conv_squares.SQUARES)
                count = (end - top + 1) // 2
                if by == SQUARES_OF_FOUR:
                    conv_squares.multiply(squares, sums_of_lines, sums_of_pixels, dz, G, gates, g, g.lines[top],
                                          g.back_others, count, W_back, depth, width, lanes)  # fmt: skip
                for u in range(0, width, 2 * lanes):
                    panel, n = u * depth, min(2 * lanes, width - u)
                    of_h = min(max(H - u, 0), n)
                    for line in range(top, end):
                        start = g.lines[line]
                        if by == PAIRS:
                            conv_winograd.convolve(line_back, 2 * lanes, 0, dz_pairs, gates, start, g.back_rows,
                                                   g.merged, g.size, m, W_back, panel, n, lanes)  # fmt: skip
                        elif by == SQUARES_OF_FOUR:
                            conv_squares.results(
                                line_back, 2 * lanes, squares, g, count, line - top, u, width, n, lanes
                            )
                        else:
                            conv_direct.convolve(line_back, 2 * lanes, 0, dz, G, each, start, g.back_cells, g.size,
                                                 W_back, panel, K, n, lanes)  # fmt: skip
                        for k in range(g.size):
                            p, row = line * g.size + k, k * 2 * lanes
                            copy(dh, p * H + u, line_back, row, of_h, lanes)
                            copy(dx, (now + p) * F + u + of_h - H, line_back, row + of_h, n - of_h, lanes)
                top = end
            # dW: each row of the kernel has seen the picture moved by a row
            put(picture, C, 0, g, h, (before * B + b) * P * H, H, lanes)
            put(picture, C, H, g, x, now * F, F, lanes)
            dz_across, picture_across = paired(dz, of_dz, G), paired(picture, of_picture, C)
            if by == PAIRS:
                conv_winograd.sums(pairs, picture, C, C, g.area, g.merged, lanes)
            top = 0
            while by == SQUARES_OF_FOUR and top < len(g.lines):
                end = block_of_lines(by, g, top, conv_squares.SUMMED)
                conv_squares.kernel_gradient(dW, squares, sums_of_lines, sums_of_pixels, picture, C, dz, G, gates, g,
                                             g.lines[top], (end - top + 1) // 2, lanes)  # fmt: skip
                top = end
            for line in range(0, 0 if by == SQUARES_OF_FOUR else len(g.lines), LINES):
                start = g.lines[line]
                end = g.lines[min(line + LINES, len(g.lines)) - 1] + g.size
                if by == PAIRS:  # dz_pairs have done their work above: the room is free
                    count = (end - start + 1) // 2
                    conv_winograd.gradient_sums(dz_pairs, dz, G, gates, start + g.centre, count, lanes)
                    conv_winograd.kernel_gradient(dW, pairs, C, dz_pairs, gates, start, count, g.rows,
                                                  g.merged, lanes)  # fmt: skip
                else:
                    conv_direct.kernel_gradient(dW, dz_across, G, picture_across, C, each, start, end, g.centre,
                                                g.rows, g.merged * C, lanes)  # fmt: skip
        copy(dh_0, b * P * H, dh, 0, P * H, lanes)
        copy(dc_0, b * P * H, dc, 0, P * H, lanes)
