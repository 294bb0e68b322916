r"""Convolutions by kernels three wide with two thirds of the multiplications (Winograd's minimal filtering, F(2, 3)).

Two neighbouring results of a row of weights g are six products of four numbers d. Four products are enough:

.. math::

    y_0 &= d_0 g_0 + d_1 g_1 + d_2 g_2 = m_0 + m_1 + m_2 \\
    y_1 &= d_1 g_0 + d_2 g_1 + d_3 g_2 = m_1 - m_2 + m_3

    m_0 &= (d_0 - d_2)\, g_0, & m_1 &= (d_1 + d_2)\, \tfrac{g_0 + g_1 + g_2}{2}, \\
    m_3 &= (d_3 - d_1)\, g_2, & m_2 &= (d_2 - d_1)\, \tfrac{g_0 - g_1 + g_2}{2}

The sums of d are made once for all weights, those of g once for all pixels, so what is left is m: a matrix product
over channels and rows of the kernel. The gradient of g is as cheap, as the same sums turned round.

References:
    S. Winograd (1980), *Arithmetic complexity of computations*, SIAM. A. Lavin and S. Gray (2015), "Fast algorithms for
    convolutional neural networks", arXiv:1509.09308.

"""

import torch
from torch import Tensor

from .jit import jit
from .matrix import ROWS
from .products import plus_two_vectors, sum_of_one_vector, sum_of_two_vectors
from .vector import load, store

WIDTH = 3
"""Cells of a row of the kernel."""

PRODUCTS = 4
"""Products for two pixels."""

LEAST_CHANNELS = 9
"""Fewer, state and input together, are faster without."""


def pays(merged: int, size: int, channels: int) -> bool:
    """Whether this is faster: a tile is ``ROWS`` pairs here and ``ROWS`` pixels in ``conv_direct``.

    The sums cost as much as a few channels' products, and lines that fill their tiles badly lose what is gained.
    ``python -m benchmarks.films`` times both ways.
    """
    tiles, of_direct = PRODUCTS * -(-size // (2 * ROWS)), WIDTH * -(-size // ROWS)
    return merged == WIDTH and channels >= LEAST_CHANNELS and tiles <= 0.85 * of_direct


def weights(W: Tensor) -> Tensor:
    """Return what the weights g of a kernel's row are multiplied by in the four products: (…, 3) → (…, 4)."""
    g_0, g_1, g_2 = W.unbind(-1)
    ends = g_0 + g_2
    return torch.stack([g_0, (ends + g_1) / 2, (ends - g_1) / 2, g_2], -1)


def weights_gradient(dU: Tensor) -> Tensor:
    """Return the gradient of g from that of the products' weights: (…, 4) → (…, 3)."""
    du_0, du_1, du_2, du_3 = dU.unbind(-1)
    both = (du_1 + du_2) / 2
    return torch.stack([du_0 + both, (du_1 - du_2) / 2, both + du_3], -1)


@jit
def stride_of(channels, lanes):
    """Return the distance between pairs: their four sums and, because caches dislike powers of two, a vector."""
    return 4 * channels + lanes


@jit
def sums(pairs, picture, distance, channels, area, lanes):
    """Write for every pair of pixels the four sums of d, ``channels`` of ``distance`` numbers a pixel."""
    row = stride_of(channels, lanes)
    for p in range(area // 2):
        for u in range(0, channels, lanes):
            n, at, to = min(lanes, channels - u), 2 * p * distance + u, p * row + u
            d_0, d_1 = load(picture, at, n), load(picture, at + distance, n)
            d_2, d_3 = load(picture, at + 2 * distance, n), load(picture, at + 3 * distance, n)
            store(pairs, to, n, d_0 - d_2)
            store(pairs, to + channels, n, d_1 + d_2)
            store(pairs, to + 2 * channels, n, d_2 - d_1)
            store(pairs, to + 3 * channels, n, d_3 - d_1)


@jit
def convolve(z, wide, to, pairs, channels, start, ways, size, m, W, panel, n, lanes):
    """Do what ``conv_direct`` does, from the ``sums`` of a picture's pairs; ``m`` is scratch for four tiles."""
    row, apart, count = stride_of(channels, lanes), 2 * lanes, (size + 1) // 2
    tile = ROWS * apart
    for q in range(0, count, ROWS):
        for j in range(PRODUCTS):
            at, of_W = (start // 2 + q) * row + j * channels, panel + j * len(ways) * channels * apart
            if n > lanes:
                sum_of_two_vectors(m, j * tile, apart, pairs, at, ways, row // 2, row, 1, W, of_W, apart, channels)
            else:
                sum_of_one_vector(m, j * tile, apart, pairs, at, ways, row // 2, row, 1, W, of_W, apart, channels)
        for k in range(min(ROWS, count - q)):
            for u in range(0, n, lanes):
                at, even = k * apart + u, 2 * (q + k) * wide + to + u
                m_0, m_1 = load(m, at, lanes), load(m, at + tile, lanes)
                m_2, m_3 = load(m, at + 2 * tile, lanes), load(m, at + 3 * tile, lanes)
                store(z, even, lanes, m_0 + m_1 + m_2)
                store(z, even + wide, lanes, m_1 - m_2 + m_3)


@jit
def gradient_sums(pairs, dz, distance, gates, first, count, lanes):
    """Write for ``count`` pairs from pixel ``first`` on what reaches the four products: y's sums turned round."""
    row = stride_of(gates, lanes)
    for p in range(count):
        for u in range(0, gates, lanes):
            n, at, to = min(lanes, gates - u), (first + 2 * p) * distance + u, p * row + u
            dy_0, dy_1 = load(dz, at, n), load(dz, at + distance, n)
            store(pairs, to, n, dy_0)
            store(pairs, to + gates, n, dy_0 + dy_1)
            store(pairs, to + 2 * gates, n, dy_0 - dy_1)
            store(pairs, to + 3 * gates, n, dy_1)


@jit
def kernel_gradient(dU, pairs, channels, dm, gates, first, count, rows, lanes):
    """DU (rows · 4, channels, gates) += Σ d's sums ⊗ ``dm`` over ``count`` pairs from pixel ``first`` on."""
    row, row_m = stride_of(channels, lanes), stride_of(gates, lanes)
    tall, wide = dU.shape[1], dU.shape[2]
    for k in range(len(rows)):
        for j in range(PRODUCTS):
            for u in range(0, channels, ROWS):
                at, to = (first + rows[k]) // 2 * row + j * channels + u, ((k * PRODUCTS + j) * tall + u) * wide
                for q in range(0, gates, 2 * lanes):
                    plus_two_vectors(dU, to + q, wide, pairs, at, 1, row, dm, j * gates + q, row_m, count)
