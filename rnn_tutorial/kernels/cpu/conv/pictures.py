r"""Videos' frames in a picture with a frame of zeros around it, channels last."""

from rnn_tutorial.kernels.cpu.jit import jit
from rnn_tutorial.kernels.cpu.products import copy
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS


@jit
def room(g):
    """Return the pixels of a picture, and more: its last tile, or pair of lines, looks further than its last kernel."""
    return g.area + 2 * ROWS + g.merged + g.line


@jit
def put(picture, channels, at, g, source, to, count, lanes):
    """Write ``count`` channels of a video's step, (P, count) from element ``to`` of ``source``, into the picture."""
    for p in range(len(g.lines) * g.size):
        pixel = g.lines[p // g.size] + g.centre + p % g.size
        copy(picture, pixel * channels + at, source, to + p * count, count, lanes)
