r"""Which numbers d the products of ``winograd`` take the sums of, one product at a time, and how these are made."""

from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.simd.vector import load, store

from .winograd import group


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
