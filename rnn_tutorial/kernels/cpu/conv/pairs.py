r"""Convolutions of two pixels at a time, as ``winograd`` has it."""

import numpy as np

from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS

from . import winograd
from .direct import end_of_block, end_of_sum  # lines are taken as there

__all__ = [
    "add_gradient", "convolve", "end_of_block", "end_of_sum", "prepare", "prepare_sum", "workspace", "workspace_back",
]  # fmt: skip


@jit
def sums_of(way, channels, like, lanes):
    """Return scratch for the sums of a picture's pairs."""
    g = way.g
    return np.zeros((g.area // 2 + ROWS) * winograd.stride_of(g.merged, channels, lanes), like.dtype)


@jit
def workspace(way, channels, width, like, lanes):
    """Return scratch: a picture's sums, and four tiles of products."""
    return sums_of(way, channels, like, lanes), np.empty((4 * ROWS, 2 * lanes), like.dtype)


@jit
def workspace_back(way, channels, distance, gates, like, lanes):
    """Return the same for gradients of gates, and a picture's sums besides."""
    sums, m = workspace(way, gates, channels, like, lanes)
    return sums, m, sums_of(way, channels, like, lanes)


@jit
def prepare(way, scratch, picture, kernel, top, end, lanes):
    """Sum up the picture's numbers: all lines are one block."""
    winograd.sums(scratch[0], picture.numbers, picture.distance, picture.channels, way.g.area, way.g.merged, lanes)


@jit
def convolve(way, scratch, z, wide, to, picture, kernel, top, end, line, column, n, lanes):
    """Z = W * picture, as in ``direct``, from what ``prepare`` has summed up."""
    g, channels = way.g, picture.channels
    rows = g.back_rows if kernel.turned else g.rows
    panel = column * len(rows) * winograd.pieces_of(g.merged) * channels
    winograd.convolve(z, wide, to, scratch[0], channels, g.lines[line], rows, g.merged, g.size, scratch[1], kernel.W,
                      panel, n, lanes)  # fmt: skip


@jit
def prepare_sum(way, scratch, picture, dz, lanes):
    """Sum up the picture's numbers, and return them."""
    winograd.sums(scratch[2], picture.numbers, picture.distance, picture.channels, way.g.area, way.g.merged, lanes)
    return scratch[2]


@jit
def add_gradient(way, scratch, dW, seen, picture, dz, top, end, lanes):
    """DW += the gradient from these lines; the sums of dz have done their work by then, so their room is free."""
    g, of_m, gates = way.g, scratch[0], dz.channels
    start = g.lines[top]
    count = (g.lines[end - 1] + g.size - start + 1) // 2
    winograd.gradient_sums(of_m, dz.numbers, dz.distance, gates, start + g.centre, count, lanes)
    winograd.kernel_gradient(dW, seen, picture.channels, of_m, gates, start, count, g.rows, g.merged, lanes)
