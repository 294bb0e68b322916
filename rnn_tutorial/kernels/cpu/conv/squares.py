r"""Convolutions with less than half of the multiplications: ``winograd``, of lines as well as of a line's pixels.

The equations of ``winograd`` hold as well if d and y are lines of a picture and g rows of a kernel, a product of the
two being the convolution of a line by a row: two lines of results take four convolutions of sums of lines by sums of
rows, in place of six. Each of these is done by the same equations once more. So a square of four results,

.. math::

    \begin{pmatrix} y_{00} & y_{01} \\ y_{10} & y_{11} \end{pmatrix}
    = A \begin{pmatrix} m_{00} & \cdots & m_{03} \\ \vdots & & \vdots \\ m_{30} & \cdots & m_{33} \end{pmatrix} A^\top,
    \qquad A = \begin{pmatrix} 1 & 1 & 1 & 0 \\ 0 & 1 & -1 & 1 \end{pmatrix},

takes 16 products instead of 36 by a kernel of 3 × 3, and 49 instead of 100 by one of 5 × 5. A product at a time, the
sums of d of some squares are made, (squares, channels), and multiplied by those of weights, while both are in the
fastest cache; squares need no lines of full tiles. All numbers are added and subtracted only, which loses hardly any
digits, and what a kernel does not reach, NaN for one, is in no sum.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.products import plus_one_vector, plus_two_vectors, whole_tiles
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS
from rnn_tutorial.kernels.cpu.simd.vector import load, store

from . import winograd
from .winograd import group, pieces_of

SQUARES = 32
"""So many squares are multiplied at a time, about: their sums stay in the first cache, their products in the second."""

SUMMED = 64
"""The same for the weights' gradient, which is a sum over squares."""


def of_outputs(W: Tensor) -> Tensor:
    """Return W (outputs, channels, others, rows, cells) as ``multiply`` takes it: (outputs, K), product by product."""
    outputs, channels, others, *kernel = W.shape
    cells = W.permute(2, 3, 4, 0, 1).reshape(others, -1, outputs * channels)
    of_products = (_weights(kernel, W) @ cells).view(-1, outputs, channels)
    return of_products.transpose(0, 1).flatten(1)


def weights_gradient(dU: Tensor, others: int, kernel: Sequence[int]) -> Tensor:
    """Return the gradient of W, (outputs, channels, others · rows · cells), from ``kernel_gradient``'s sums."""
    of_products = dU.transpose(1, 2).reshape(others, -1, dU[0].numel())
    of_cells = _weights(kernel, dU).mT @ of_products
    return of_cells.view(-1, dU.shape[2], dU.shape[1] * dU.shape[3]).permute(2, 1, 0)


def _weights(kernel: Sequence[int], like: Tensor) -> Tensor:
    # what products multiply by, (products, rows · cells): ``winograd.weights`` by rows and by cells
    by_row, by_cell = (winograd.weights(torch.eye(n, dtype=like.dtype, device=like.device)).T for n in kernel)
    return torch.kron(by_row, by_cell)


@jit
def products_of(g):
    """Return how many products a square takes."""
    return len(g.others) * pieces_of(g.down) * pieces_of(g.merged)


@jit
def pairs_at_once(g, squares):
    """Return how many pairs of lines have so many squares, about, in as equal parts of a plane as there can be."""
    pairs, most = (g.height + 1) // 2, max(1, squares // ((g.size + 1) // 2))
    parts = (pairs + most - 1) // most
    return (pairs + parts - 1) // parts


@jit
def row_of(width, lanes):
    """Return the distance between squares' numbers: so many, and the rest of two vectors."""
    return (width + 2 * lanes - 1) // (2 * lanes) * 2 * lanes


@jit
def room(g, squares, distance, channels, width, lanes):
    """Return how many numbers the scratch of so many squares is: products, sums of lines and sums of pixels."""
    pairs = pairs_at_once(g, squares)
    each = whole_tiles(pairs * ((g.size + 1) // 2))
    return 16 * each * row_of(width, lanes), pairs * g.line * distance + 2 * lanes, each * row_of(channels, lanes)


@jit
def terms(piece, merged):
    """Return for one of a row's products its m, the first d of its sum, how far on the second is, and its sign or 0."""
    more = (merged - 3) // 2
    j = 0 if piece <= more else 1 if piece <= 2 * more + 1 else 2 if piece == 2 * more + 2 else 3
    k = piece - group(j, merged)[0]
    if j == 0:
        return (0, 0, 2, -1) if k == 0 else (0, 2 * k + 1, 1, -1)
    if j == 1:
        return (1, 1, 1, 1) if k == 0 else (1, 2 * k + 2, 0, 0)
    if j == 2:
        return 2, 2, -1, -1
    return (3, 3, -2, -1) if k == 0 else (3, 2 * k + 3, -1, -1)


@jit
def result_terms(j):
    """Return the same for the gradient of m_j, a sum of those of y_0 and y_1."""
    return (0, 0, 0) if j == 0 else (0, 1, 1) if j == 1 else (0, 1, -1) if j == 2 else (1, 0, 0)


@jit
def add_up(to, at_to, row_to, source, at, row, further, sign, rows, count, lanes):
    """Write ``rows`` rows of ``count`` numbers plus or minus, by ``sign``, those ``further`` on; or these alone."""
    for r in range(rows):
        for u in range(0, count, lanes):
            n, here = min(lanes, count - u), at + r * row + u
            d = load(source, here, n)
            if sign > 0:
                d = d + load(source, here + further, n)
            elif sign < 0:
                d = d - load(source, here + further, n)
            store(to, at_to + r * row_to + u, n, d)


@jit
def multiply(m, lines, d, picture, distance, channels, g, start, others, pairs, W, depth, width, lanes):
    """Write all m of ``pairs`` pairs of lines from pixel ``start`` on, (16, squares, ``width``); the rest is scratch.

    The kernel's ``others``, planes and so on, lie so far apart, and a pixel's ``channels`` numbers ``distance``. W is
    in panels of two vectors, ``depth`` numbers tall.
    """
    across, line, wide, row = (g.size + 1) // 2, g.line * distance, 2 * lanes, row_of(channels, lanes)
    squares = whole_tiles(pairs * across)
    row_m = row_of(width, lanes)
    m[: 16 * squares * row_m] = 0
    of_W = 0
    for other in others:
        for a in range(pieces_of(g.down)):
            i, first, further, sign = terms(a, g.down)
            at = (start + other) * distance + first * line
            add_up(lines, 0, line, picture, at, 2 * line, further * line, sign, pairs, line, lanes)
            for b in range(pieces_of(g.merged)):
                j, first, further, sign = terms(b, g.merged)
                for q in range(pairs):
                    add_up(d, q * across * row, row, lines, q * line + first * distance, 2 * distance,
                           further * distance, sign, across, row, lanes)  # fmt: skip
                to = (4 * i + j) * squares * row_m
                for u in range(0, width, wide):
                    for r in range(0, squares, ROWS):
                        at_m, at_W = to + r * row_m + u, u * depth + of_W
                        if width - u > lanes:
                            plus_two_vectors(m, at_m, row_m, d, r * row, row, 1, W, at_W, wide, channels)
                        else:
                            plus_one_vector(m, at_m, row_m, d, r * row, row, 1, W, at_W, wide, channels)
                of_W += channels * wide


@jit
def of_lines(m, at, apart, odd, lanes):
    """Return y_0 or, ``odd``, y_1 of pairs of lines, from m_0 … m_3 that are so far ``apart``."""
    m_1, m_2 = load(m, at + apart, lanes), load(m, at + 2 * apart, lanes)
    return m_1 - m_2 + load(m, at + 3 * apart, lanes) if odd else load(m, at, lanes) + m_1 + m_2


@jit
def results(z, wide, m, g, pairs, line, column, width, n, lanes):
    """Write ``n`` channels from ``column`` on of the line of that number among the pairs, ``wide`` numbers a pixel."""
    across = (g.size + 1) // 2
    row_m = row_of(width, lanes)
    apart, odd = whole_tiles(pairs * across) * row_m, line % 2
    for p in range(across):
        for u in range(0, n, lanes):
            at, even = (line // 2 * across + p) * row_m + column + u, 2 * p * wide + u
            m_0, m_1 = of_lines(m, at, 4 * apart, odd, lanes), of_lines(m, at + apart, 4 * apart, odd, lanes)
            m_2 = of_lines(m, at + 2 * apart, 4 * apart, odd, lanes)
            m_3 = of_lines(m, at + 3 * apart, 4 * apart, odd, lanes)
            store(z, even, lanes, m_0 + m_1 + m_2)
            store(z, even + wide, lanes, m_1 - m_2 + m_3)


@jit
def kernel_gradient(dU, dm, lines, d, picture, channels, dz, G, gates, g, start, pairs, lanes):
    """DU (products, panels of two vectors of gates, channels, 2 · lanes) += Σ d's sums ⊗ gradients of m; see above."""
    across, wide = (g.size + 1) // 2, 2 * lanes
    squares, line, line_G, row = pairs * across, g.line * channels, g.line * G, row_of(channels, lanes)
    of_panel = dU.shape[2] * wide
    of_product = dU.shape[1] * of_panel
    for i in range(4):
        begin_a, count_a = group(i, g.down)
        first_i, further_i, sign_i = result_terms(i)
        for j in range(4):
            begin_b, count_b = group(j, g.merged)
            first_j, further_j, sign_j = result_terms(j)
            at = (start + g.centre) * G + first_i * line_G
            add_up(lines, 0, line_G, dz, at, 2 * line_G, further_i * line_G, sign_i, pairs, 2 * across * G, lanes)
            for q in range(pairs):
                for u in range(0, gates, wide):
                    add_up(dm, (u // wide * squares + q * across) * wide, wide, lines, q * line_G + first_j * G + u,
                           2 * G, further_j * G, sign_j, across, min(wide, gates - u), lanes)  # fmt: skip
            for k in range(len(g.others)):
                for a in range(begin_a, begin_a + count_a):
                    _, first, further, sign = terms(a, g.down)
                    at = (start + g.others[k]) * channels + first * line
                    add_up(lines, 0, line, picture, at, 2 * line, further * line, sign, pairs, line, lanes)
                    for b in range(begin_b, begin_b + count_b):
                        _, first, further, sign = terms(b, g.merged)
                        for q in range(pairs):
                            add_up(d, q * across * row, row, lines, q * line + first * channels,
                                   2 * channels, further * channels, sign, across, row, lanes)  # fmt: skip
                        product = (k * pieces_of(g.down) + a) * pieces_of(g.merged) + b
                        for u in range(0, gates, wide):
                            to = product * of_product + u // wide * of_panel
                            for r in range(0, channels, ROWS):
                                plus_two_vectors(dU, to + r * wide, wide, d, r, 1, row, dm, u * squares, wide,
                                                 squares)  # fmt: skip
