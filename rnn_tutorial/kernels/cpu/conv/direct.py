r"""Convolutions as sums of matrix products over a framed picture, channels last.

There the pixels that a row of a convolution's kernel covers, all their channels, follow each other in memory, as do
those of the next pixel one pixel later. So some pixels times a row of the kernel are the rows of a matrix, without a
copy, and the convolution is the sum of as many matrix products as the kernel has rows.
"""

import numpy as np

from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.products import plus_two_vectors, sum_of_one_vector, sum_of_two_vectors
from rnn_tutorial.kernels.cpu.simd.bfloat import paired
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS

from .pictures import room

LINES = 4
"""Lines of a picture whose pixels a product of the weight gradient takes at once: they stay in the second cache."""


@jit
def workspace(way, channels, width, like, lanes):
    """Return nothing: products are of the picture itself."""
    return ()


@jit
def workspace_back(way, channels, distance, gates, like, lanes):
    """Return scratch for pairs of gradients of gates and of channels, where products take numbers of 16 bits."""
    pixels = room(way.g) if way.each > 1 else 0
    return np.zeros(pixels * distance, like.dtype), np.zeros(pixels * channels + 2 * lanes, like.dtype)


@jit
def end_of_block(way, top):
    """Take all lines at once."""
    return len(way.g.lines)


@jit
def prepare(way, scratch, picture, kernel, top, end, lanes):
    """Do nothing: products are of the picture itself."""


@jit
def convolve(way, scratch, z, wide, to, picture, kernel, top, end, line, column, n, lanes):
    """Z = W * picture for ``n`` channels from ``column`` on of a line, its pixels ``wide`` numbers apart from ``to``.

    W holds for each row of the kernel, or turned round for each cell, K numbers one after the other.
    """
    (g, each, _), (numbers, C, channels) = way, picture
    start = g.lines[line]
    # gradients of gates have numbers between pixels, so that a row's do not follow each other
    places, K = (g.back_cells, channels // each) if kernel.turned else (g.rows, g.merged * channels // each)
    panel = column * len(places) * K
    for r in range(0, g.size, ROWS):
        at = (start + r) * C
        if n > lanes:
            sum_of_two_vectors(z, r * wide + to, wide, numbers, at, places, C, C, each, kernel.W, panel, 2 * lanes, K)
        else:
            sum_of_one_vector(z, r * wide + to, wide, numbers, at, places, C, C, each, kernel.W, panel, 2 * lanes, K)


@jit
def prepare_sum(way, scratch, picture, dz, lanes):
    """Return the numbers of both as products take them: of 16 bits, pairs of those of neighbouring pixels."""
    of_dz, of_picture = scratch
    return paired(picture.numbers, of_picture, picture.distance), paired(dz.numbers, of_dz, dz.distance)


@jit
def end_of_sum(way, top):
    """Sum up a few lines at once."""
    return min(top + LINES, len(way.g.lines))


@jit
def add_gradient(way, scratch, dW, seen, picture, dz, top, end, lanes):
    """DW (rows, 4H, N) += Σ dz ⊗ the N numbers that a row of the kernel covers, for all pixels of these lines."""
    g, each, _ = way
    (numbers, of_dz), C, G = seen, picture.distance, dz.distance
    first, last = g.lines[top], g.lines[end - 1] + g.size
    tall, wide = dW.shape[1], dW.shape[2]
    count = (last - first + each - 1) // each
    for k in range(len(g.rows)):
        for q in range(0, tall, ROWS):
            for u in range(0, g.merged * C, 2 * lanes):
                plus_two_vectors(dW, (k * tall + q) * wide + u, wide, of_dz, (first + g.centre) * G + q, 1, each * G,
                                 numbers, (first + g.rows[k]) * C + u, each * C, count)  # fmt: skip
