r"""Convolutions as sums of matrix products over a framed picture, channels last.

There the pixels that a row of a convolution's kernel covers, all their channels, follow each other in memory, as do
those of the next pixel one pixel later. So some pixels times a row of the kernel are the rows of a matrix, without a
copy, and the convolution is the sum of as many matrix products as the kernel has rows.
"""

from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.products import plus_two_vectors, sum_of_one_vector, sum_of_two_vectors
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS


@jit
def convolve(z, wide, to, picture, C, each, start, ways, size, W, panel, K, n, lanes):
    """Z = W * picture for ``n`` channels of a line's ``size`` pixels, ``wide`` numbers apart from element ``to`` on.

    ``start`` is the first pixel that the line's kernels cover, ``ways`` those from there to what each of the products
    takes: ``K`` numbers of C a pixel, multiplied ``each`` at a time. W has them one after the other from ``panel`` on.
    """
    for r in range(0, size, ROWS):
        at = (start + r) * C
        if n > lanes:
            sum_of_two_vectors(z, r * wide + to, wide, picture, at, ways, C, C, each, W, panel, 2 * lanes, K)
        else:
            sum_of_one_vector(z, r * wide + to, wide, picture, at, ways, C, C, each, W, panel, 2 * lanes, K)


@jit
def kernel_gradient(dW, dz, G, picture, C, each, first, last, centre, rows, N, lanes):
    """DW (rows, 4H, N) += Σ dz ⊗ the N numbers that a row of the kernel covers, for pixels ``first`` … ``last``."""
    tall, wide = dW.shape[1], dW.shape[2]
    count = (last - first + each - 1) // each
    for k in range(len(rows)):
        for q in range(0, tall, ROWS):
            for u in range(0, N, 2 * lanes):
                plus_two_vectors(dW, (k * tall + q) * wide + u, wide, dz, (first + centre) * G + q, 1, each * G,
                                 picture, (first + rows[k]) * C + u, each * C, count)  # fmt: skip
