r"""Where pixels and the cells of a convolution's kernel lie in a picture with a frame of zeros around it."""

from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]


class Geometry(NamedTuple):
    r"""Places in a framed picture, line by line, counted in pixels.

    ``area``: pixels with the frame. ``lines``: the first pixel that each line's kernels cover; ``size``: pixels of a
    line. ``centre``: from there to the pixel itself. ``cells``: from there to each cell of the kernel. ``rows`` and
    ``merged``: the same by rows of the kernel, where a row's cells follow each other.

    Lines form planes: ``height`` lines each, ``line`` pixels apart. ``others`` and ``down``: where the kernel's planes
    lie, and of how many rows each is that follow each other line by line.

    In the backward pass kernels are turned round: ``back_…`` is where cells, rows and planes lie then. A line has an
    even number of pixels with its frame, so that all lines' pixels can be taken in pairs.
    """

    area: int
    lines: Places
    size: int
    centre: int
    cells: Places
    rows: Places
    merged: int
    back_cells: Places
    back_rows: Places
    height: int
    line: int
    others: Places
    down: int
    back_others: Places

    @classmethod
    def of(cls, sizes: tuple[int, ...], kernel: tuple[int, ...], dilation: tuple[int, ...]) -> "Geometry":
        """Lay out pictures of so many pixels along each axis for a kernel of odd sizes."""
        around = [d * (k // 2) for d, k in zip(dilation, kernel, strict=True)]
        framed = [s + 2 * a for s, a in zip(sizes, around, strict=True)]
        framed[-1] += framed[-1] % 2
        strides = [prod(framed[axis + 1 :]) for axis in range(len(framed))]

        def places(counts: tuple[int, ...], steps: tuple[int, ...]) -> Places:
            along = [range(0, count * step, step) for count, step in zip(counts, steps, strict=True)]
            return np.array([sum(map(int.__mul__, at, strides)) for at in product(*along)], dtype=np.int64)

        cells = places(kernel, dilation)
        centre = sum(map(int.__mul__, around, strides))
        merged = kernel[-1] if dilation[-1] == 1 else 1
        down = kernel[-2] if len(kernel) > 1 and dilation[-2] == dilation[-1] == 1 else 1
        plane = merged * down
        return cls(
            area=prod(framed),
            lines=places((*sizes[:-1], 1), (1,) * len(sizes)),
            size=sizes[-1],
            centre=centre,
            cells=cells,
            rows=cells[::merged].copy(),  # contiguous, as compiled code expects
            merged=merged,
            back_cells=2 * centre - cells,
            back_rows=2 * centre - cells[merged - 1 :: merged],
            height=sizes[-2] if len(sizes) > 1 else 1,
            line=framed[-1],
            others=cells[::plane].copy(),
            down=down,
            back_others=2 * centre - cells[plane - 1 :: plane],
        )
