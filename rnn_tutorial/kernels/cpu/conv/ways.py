r"""Which way to convolve is fastest: by all products (``direct``), by pairs (``winograd``) or by ``squares``."""

from rnn_tutorial.kernels.cpu.simd.matrix import ROWS

from .geometry import Geometry
from .squares import SQUARES, pairs_at_once, products_of
from .winograd import pieces_of

DIRECT, PAIRS, SQUARES_OF_FOUR = range(3)

SUMS = {DIRECT: 0, PAIRS: 15, SQUARES_OF_FOUR: 33}
"""The time for sums before and after products: that of the products of so many channels."""

WEIGHTS = 200
"""The time to prepare a number that pictures are multiplied by, once a call: that of so many products."""


def products(g: Geometry) -> dict[int, tuple[int, int]]:
    """Return for each way how many products it takes for a channel's picture, and by how many numbers.

    Products for the empty rows of tiles count as well. ``PAIRS`` needs kernels of three pixels and more in a row,
    ``SQUARES_OF_FOUR`` of three such rows and more besides.
    """
    lines, cells = len(g.lines), len(g.cells)
    found = {DIRECT: (lines * cells * _whole(g.size), cells)}
    across, down = -(-g.size // 2), -(-g.height // 2)
    if g.merged >= 3:
        numbers = len(g.rows) * pieces_of.py_func(g.merged)
        found[PAIRS] = lines * numbers * _whole(across), numbers
    if g.merged >= 3 and g.down >= 3:
        numbers, at_once = products_of.py_func(g), pairs_at_once.py_func(g, SQUARES)
        of_plane = sum(_whole(min(at_once, down - top) * across) for top in range(0, down, at_once))
        found[SQUARES_OF_FOUR] = lines // g.height * of_plane * numbers, numbers
    return found


def fastest(g: Geometry, channels: int, pictures: int) -> int:
    """Return the way for so many ``pictures``, steps of all videos, with so many ``channels`` of state and input.

    ``python -m benchmarks.films`` times the layers.
    """

    def time(way: int) -> int:
        multiplied, numbers = ways[way]
        return pictures * multiplied * (channels + SUMS[way]) + WEIGHTS * numbers * channels

    ways = products(g)
    return min(ways, key=time)


def _whole(rows: int) -> int:
    return -(-rows // ROWS) * ROWS
