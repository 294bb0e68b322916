r"""Convolutions by kernels of odd width with two thirds of the multiplications (Winograd's minimal filtering).

Two neighbouring results of three weights g in a row, over numbers d, are six products. Four products are enough:

.. math::

    y_0 &= d_0 g_0 + d_1 g_1 + d_2 g_2 = m_0 + m_1 + m_2 \\
    y_1 &= d_1 g_0 + d_2 g_1 + d_3 g_2 = m_1 - m_2 + m_3

    m_0 &= (d_0 - d_2)\, g_0, & m_1 &= (d_1 + d_2)\, \tfrac{g_0 + g_1 + g_2}{2}, \\
    m_3 &= (d_3 - d_1)\, g_2, & m_2 &= (d_2 - d_1)\, \tfrac{g_0 - g_1 + g_2}{2}

A wider kernel has pairs of weights p, q besides, and three products in place of four for each:

.. math::

    m_0 \mathrel{+}= (d_3 - d_4)\, p, \quad m_1 \mathrel{+}= d_4\, (p + q), \quad m_3 \mathrel{+}= (d_5 - d_4)\, q

The sums of d are made once for all weights, those of weights once for all pixels, so what is left is m: a matrix
product over channels, products and rows of the kernel. The weights' gradient is as cheap, as the same turned round.

References:
    S. Winograd (1980), *Arithmetic complexity of computations*, SIAM. A. Lavin and S. Gray (2015), "Fast algorithms for
    convolutional neural networks", arXiv:1509.09308.

"""

import torch
from torch import Tensor

from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.products import plus_two_vectors, sum_of_one_vector, sum_of_two_vectors
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS
from rnn_tutorial.kernels.cpu.simd.vector import load, store


def weights(W: Tensor) -> Tensor:
    """Return what the products multiply by, for a kernel's rows: (…, 3) → (…, 4), (…, 5) → (…, 7) and so on."""
    g_0, g_1, g_2, *others = W.unbind(-1)
    ends, p, q = g_0 + g_2, others[::2], others[1::2]
    both = [a + b for a, b in zip(p, q, strict=True)]
    return torch.stack([g_0, *p, (ends + g_1) / 2, *both, (ends - g_1) / 2, g_2, *q], -1)


def of_outputs(W: Tensor) -> Tensor:
    """Return W (outputs, channels, rows, cells) as ``convolve`` takes it: (outputs, K), m by m and row by row."""
    by_m = weights(W).split(_pieces_by_m(W.shape[-1]), -1)
    return torch.cat([of_m.permute(0, 2, 3, 1).flatten(1) for of_m in by_m], 1)


def weights_gradient(dU: Tensor) -> Tensor:
    """Return the gradient of a kernel's rows from that of ``weights``: (…, 4) → (…, 3) and so on."""
    merged = 3 + (dU.shape[-1] - 4) // 3 * 2
    (of_g_0, *of_p), (plus, *of_both), (minus,), (of_g_2, *of_q) = (
        part.unbind(-1) for part in dU.split(_pieces_by_m(merged), -1)
    )
    ends = (plus + minus) / 2
    others = [d + both for two, both in zip(zip(of_p, of_q, strict=True), of_both, strict=True) for d in two]
    return torch.stack([of_g_0 + ends, (plus - minus) / 2, of_g_2 + ends, *others], -1)


def _pieces_by_m(merged: int) -> list[int]:
    # how many products end up in each of m_0 … m_3
    return [group.py_func(j, merged)[1] for j in range(4)]


@jit
def pieces_of(merged):
    """Return how many products a row of ``merged`` weights needs for two pixels."""
    return 4 + 3 * ((merged - 3) // 2)


@jit
def group(j, merged):
    """Return the first of the products that end up in m_j, and how many they are: one, and one for each pair p, q."""
    more = (merged - 3) // 2
    return (j * (1 + more), 1 + more) if j < 2 else (2 + 2 * more, 1) if j == 2 else (3 + 2 * more, 1 + more)


@jit
def stride_of(merged, channels, lanes):
    """Return the distance between pairs, an even number: their sums and, as caches dislike powers of two, a vector."""
    return (pieces_of(merged) * channels + 1) // 2 * 2 + lanes


@jit
def sums(pairs, picture, distance, channels, area, merged, lanes):
    """Write for every pair of pixels the sums of d, ``channels`` of ``distance`` numbers a pixel."""
    row = stride_of(merged, channels, lanes)
    of_1, of_2, of_3 = group(1, merged)[0], group(2, merged)[0], group(3, merged)[0]
    for p in range(area // 2):
        for u in range(0, channels, lanes):
            n, at, to = min(lanes, channels - u), 2 * p * distance + u, p * row + u
            d_0, d_1 = load(picture, at, n), load(picture, at + distance, n)
            d_2, d_3 = load(picture, at + 2 * distance, n), load(picture, at + 3 * distance, n)
            store(pairs, to, n, d_0 - d_2)
            store(pairs, to + of_1 * channels, n, d_1 + d_2)
            store(pairs, to + of_2 * channels, n, d_2 - d_1)
            store(pairs, to + of_3 * channels, n, d_3 - d_1)
            for k in range(3, merged, 2):
                more, d_3 = (k - 1) // 2, load(picture, at + k * distance, n)
                d_4, d_5 = load(picture, at + (k + 1) * distance, n), load(picture, at + (k + 2) * distance, n)
                store(pairs, to + more * channels, n, d_3 - d_4)
                store(pairs, to + (of_1 + more) * channels, n, d_4)
                store(pairs, to + (of_3 + more) * channels, n, d_5 - d_4)


@jit
def convolve(z, wide, to, pairs, channels, start, ways, merged, size, m, W, panel, n, lanes):
    """Do for a line what ``direct.convolve`` does, from the ``sums`` of its pairs; ``m`` is scratch for four tiles."""
    row, apart, count = stride_of(merged, channels, lanes), 2 * lanes, (size + 1) // 2
    tile = ROWS * apart
    for q in range(0, count, ROWS):
        for j in range(4):
            first, pieces = group(j, merged)
            K = pieces * channels
            at, of_W = (start // 2 + q) * row + first * channels, panel + first * len(ways) * channels * apart
            if n > lanes:
                sum_of_two_vectors(m, j * tile, apart, pairs, at, ways, row // 2, row, 1, W, of_W, apart, K)
            else:
                sum_of_one_vector(m, j * tile, apart, pairs, at, ways, row // 2, row, 1, W, of_W, apart, K)
        for k in range(min(ROWS, count - q)):
            for u in range(0, n, lanes):
                at, even = k * apart + u, 2 * (q + k) * wide + to + u
                m_0, m_1 = load(m, at, lanes), load(m, at + tile, lanes)
                m_2, m_3 = load(m, at + 2 * tile, lanes), load(m, at + 3 * tile, lanes)
                store(z, even, lanes, m_0 + m_1 + m_2)
                store(z, even + wide, lanes, m_1 - m_2 + m_3)


@jit
def gradient_sums(pairs, dz, distance, gates, first, count, lanes):
    """Write for ``count`` pairs from pixel ``first`` on the gradients of m_0 … m_3: y's sums turned round."""
    row = stride_of(3, gates, lanes)
    for p in range(count):
        for u in range(0, gates, lanes):
            n, at, to = min(lanes, gates - u), (first + 2 * p) * distance + u, p * row + u
            dy_0, dy_1 = load(dz, at, n), load(dz, at + distance, n)
            store(pairs, to, n, dy_0)
            store(pairs, to + gates, n, dy_0 + dy_1)
            store(pairs, to + 2 * gates, n, dy_0 - dy_1)
            store(pairs, to + 3 * gates, n, dy_1)


@jit
def kernel_gradient(dU, pairs, channels, dm, gates, first, count, rows, merged, lanes):
    """DU (rows · products, channels, gates) += Σ d's sums ⊗ ``dm`` over ``count`` pairs from pixel ``first`` on."""
    row, row_m = stride_of(merged, channels, lanes), stride_of(3, gates, lanes)
    tall, wide = dU.shape[1], dU.shape[2]
    for k in range(len(rows)):
        for j in range(4):
            begin, pieces = group(j, merged)
            for piece in range(begin, begin + pieces):
                for u in range(0, channels, ROWS):
                    at = (first + rows[k]) // 2 * row + piece * channels + u
                    to = ((k * pieces_of(merged) + piece) * tall + u) * wide
                    for q in range(0, gates, 2 * lanes):
                        plus_two_vectors(dU, to + q, wide, pairs, at, 1, row, dm, j * gates + q, row_m, count)
