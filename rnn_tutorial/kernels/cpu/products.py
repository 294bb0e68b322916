r"""The matrix products that all networks share: tiles over some rows of the batch, and those of the backward pass."""

from .jit import jit
from .simd.matrix import ROWS, tile_of, tile_sum_of
from .simd.vector import load, store

LONG = 64
"""Rows of a weight gradient's product, at least: the steps of so many are collected."""

FEW, NEAR = 3, 2**20
"""So many rows are taken one by one, for in a tile most of the work would be for rows that do not exist. But each of
them reads the weights anew; where these have more bytes than the second cache holds, only a single row is."""

one_vector, two_vectors, three_vectors = tile_of(1), tile_of(2), tile_of(3)
plus_one_vector, plus_two_vectors = tile_of(1, add=True), tile_of(2, add=True)
row_by_one, row_by_two, row_by_three = tile_of(1, rows=1), tile_of(2, rows=1), tile_of(3, rows=1)
plus_row_by_one, plus_row_by_two = tile_of(1, add=True, rows=1), tile_of(2, add=True, rows=1)
sum_of_one_vector, sum_of_two_vectors = tile_sum_of(1), tile_sum_of(2)


@jit
def whole_tiles(rows):
    """Round up to a multiple of a tile's rows."""
    return (rows + ROWS - 1) // ROWS * ROWS


@jit
def padded_rows(rows, W):
    """Round up to whole tiles, but for a few rows and weights W that are near."""
    return rows if rows == 1 or (rows <= FEW and W.nbytes <= NEAR) else whole_tiles(rows)


@jit
def rows_at_once(padded):
    """Return how many rows a product takes: a tile's, or one."""
    return 1 if padded <= FEW else ROWS


@jit
def stride_of(columns, lanes):
    """Return the distance between rows of dz: whole tiles, and no power of two, which caches dislike."""
    return whole_tiles(columns) + lanes


@jit
def add(array, at, n, value):
    """Add a vector to one in memory."""
    store(array, at, n, load(array, at, n) + value)


@jit
def copy(target, to, source, at, count, lanes):
    """Copy ``count`` numbers."""
    for u in range(0, count, lanes):
        n = min(lanes, count - u)
        store(target, to + u, n, load(source, at + u, n))


@jit
def state_gradient(dh, dz, base, W_h, gates, lanes):
    """Dh += W_hh^T dz, for rows of dz from ``base`` on; W_h is W_hh in panels of two vectors."""
    (padded, wide), G = dh.shape, dz.shape[1]
    at_once = rows_at_once(padded)
    for u in range(0, wide, 2 * lanes):
        for r in range(0, padded, at_once):
            if at_once == 1:
                plus_row_by_two(dh, r * wide + u, wide, dz, (base + r) * G, G, 1, W_h, u * gates, 2 * lanes, gates)
            else:
                plus_two_vectors(dh, r * wide + u, wide, dz, (base + r) * G, G, 1, W_h, u * gates, 2 * lanes, gates)


@jit
def input_gradient(dx, at, rows, F, scratch, dz, base, W_x, gates, lanes):
    """dx_t = W_ih^T dz, rows of F numbers from element ``at`` on; W_x is W_ih in panels of one vector."""
    G, wide, at_once = dz.shape[1], scratch.shape[1], rows_at_once(rows)
    for r in range(0, rows, at_once):
        for u in range(0, wide, lanes):
            if at_once == 1:
                row_by_one(scratch, u, wide, dz, (base + r) * G, G, 1, W_x, u * gates, lanes, gates)
            else:
                one_vector(scratch, u, wide, dz, (base + r) * G, G, 1, W_x, u * gates, lanes, gates)
        for k in range(min(at_once, rows - r)):
            copy(dx, at + (r + k) * F, scratch, k * wide, F, lanes)


@jit
def weight_gradients(dW_x, dW_h, dz_x, dz_h, x, h, rows, gates, lanes):
    """DW += Σ dz ⊗ x and Σ dz ⊗ h over ``rows`` rows, which are those of several steps."""
    wide_x, wide_h, G = dW_x.shape[1], dW_h.shape[1], dz_h.shape[1]
    for q in range(0, gates, ROWS):
        for u in range(0, wide_h, 2 * lanes):
            plus_two_vectors(dW_h, q * wide_h + u, wide_h, dz_h, q, 1, G, h, u, wide_h, rows)
        for u in range(0, wide_x, lanes):
            plus_one_vector(dW_x, q * wide_x + u, wide_x, dz_x, q, 1, G, x, u, wide_x, rows)
