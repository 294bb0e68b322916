r"""Ways to convolve, each a type: by all products (``direct``), by ``pairs``, by ``squares``; and which is fastest."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnn_tutorial.kernels.cpu.simd.matrix import ROWS

from . import squares, winograd
from .geometry import Geometry


class Way(NamedTuple):
    """How videos are convolved: what kernels get in place of weights W (4H, C, kernel…), and what W gets back.

    ``g``: where pixels lie. Pictures hold numbers of ``blank``'s type: of 16 bits, two at ``each`` time, or those of x,
    one at a time.
    """

    g: Geometry
    each: int
    blank: Any

    def of_outputs(self, W: Tensor) -> Tensor:
        """Return what each gate of each unit sums up, (4H, K)."""
        raise NotImplementedError

    def of_channels(self, W: Tensor) -> Tensor:
        """Return what each channel's gradient sums up, (K, C)."""
        raise NotImplementedError

    def sums(self, gates: int, channels: int, lanes: int) -> tuple[int, ...]:
        """Return the shape of the sums that the gradient of W is made of."""
        raise NotImplementedError

    def gradient(self, dW: Tensor, W: Tensor) -> Tensor:
        """Return the gradient of W from those sums, in any shape that has its axes in order."""
        raise NotImplementedError


class Direct(Way):
    """By all products."""

    __slots__ = ()

    def of_outputs(self, W: Tensor) -> Tensor:
        """Return them cell by cell; pairs of channels must not end in the next pixel."""
        return torch.nn.functional.pad(W.flatten(2), (0, 0, 0, W.shape[1] % self.each)).mT.flatten(1)

    def of_channels(self, W: Tensor) -> Tensor:
        """Return them cell by cell."""
        return W.flatten(2).permute(2, 0, 1).flatten(0, 1)

    def sums(self, gates: int, channels: int, lanes: int) -> tuple[int, ...]:
        """Return (rows of the kernel, 4H, a row's numbers)."""
        return len(self.g.rows), _whole(gates, ROWS), _whole(self.g.merged * channels, 2 * lanes)

    def gradient(self, dW: Tensor, W: Tensor) -> Tensor:
        """Put rows of the kernel last."""
        gates, C, merged = len(W), W.shape[1], self.g.merged
        of_rows = dW[:, :gates, : merged * _whole(C, self.each)].unflatten(2, (merged, -1))
        return of_rows[..., :C].permute(1, 3, 0, 2)


class Pairs(Way):
    """By pairs of a line's pixels."""

    __slots__ = ()

    def of_outputs(self, W: Tensor) -> Tensor:
        """Return sums of weights, product by product."""
        return winograd.of_outputs(_by_row(W))

    def of_channels(self, W: Tensor) -> Tensor:
        """Return sums of the kernel's rows turned round."""
        return winograd.of_outputs(_by_row(W).flip(3).transpose(0, 1)).t()

    def sums(self, gates: int, channels: int, lanes: int) -> tuple[int, ...]:
        """Return (rows · products, channels, 4H): tiles are some channels by two vectors of gates."""
        products = len(self.g.rows) * winograd.pieces_of.py_func(self.g.merged)
        return products, _whole(channels, ROWS), _whole(gates, 2 * lanes)

    def gradient(self, dW: Tensor, W: Tensor) -> Tensor:
        """Return (4H, C, rows, cells)."""
        of_products = dW[:, : W.shape[1], : len(W)].unflatten(0, (len(self.g.rows), -1))
        return winograd.weights_gradient(of_products.permute(3, 2, 0, 1))


class Squares(Way):
    """By squares of four pixels."""

    __slots__ = ()

    def of_outputs(self, W: Tensor) -> Tensor:
        """Return sums of weights, product by product."""
        by_plane = _by_plane(W)
        outputs, channels, others, *kernel = by_plane.shape
        cells = by_plane.permute(2, 3, 4, 0, 1).reshape(others, -1, outputs * channels)
        of_products = (_of_products(kernel, W) @ cells).view(-1, outputs, channels)
        return of_products.transpose(0, 1).flatten(1)

    def of_channels(self, W: Tensor) -> Tensor:
        """Return sums of the kernel's planes turned round."""
        return self.of_outputs(_by_plane(W).flip(3, 4).transpose(0, 1)).t()

    def sums(self, gates: int, channels: int, lanes: int) -> tuple[int, ...]:
        """Return (products, panels of two vectors of gates, channels, 2 · lanes)."""
        return squares.products_of.py_func(self.g), -(-gates // (2 * lanes)), _whole(channels, ROWS), 2 * lanes

    def gradient(self, dW: Tensor, W: Tensor) -> Tensor:
        """Return (4H, C, planes · rows · cells)."""
        of_products = dW.transpose(1, 2).reshape(len(self.g.others), -1, dW[0].numel())
        of_cells = _of_products((self.g.down, self.g.merged), dW).mT @ of_products
        in_order = of_cells.view(-1, dW.shape[2], dW.shape[1] * dW.shape[3]).permute(2, 1, 0)
        return in_order[: len(W), : W.shape[1]]


SUMS: dict[type[Way], int] = {Direct: 0, Pairs: 15, Squares: 33}
"""The time for sums before and after products: that of the products of so many channels."""

WEIGHTS = 200
"""The time to prepare a number that pictures are multiplied by, once a call: that of so many products."""


def products(g: Geometry) -> dict[type[Way], tuple[int, int]]:
    """Return for each way how many products it takes for a channel's picture, and by how many numbers.

    Products for the empty rows of tiles count as well. ``Pairs`` need kernels of three pixels and more in a row,
    ``Squares`` of three such rows and more besides.
    """
    lines, cells = len(g.lines), len(g.cells)
    found: dict[type[Way], tuple[int, int]] = {Direct: (lines * cells * _whole(g.size, ROWS), cells)}
    across, down = -(-g.size // 2), -(-g.height // 2)
    if g.merged >= 3:
        numbers = len(g.rows) * winograd.pieces_of.py_func(g.merged)
        found[Pairs] = lines * numbers * _whole(across, ROWS), numbers
    if g.merged >= 3 and g.down >= 3:
        numbers = squares.products_of.py_func(g)
        at_once = squares.pairs_at_once.py_func(g, squares.SQUARES)
        of_plane = sum(_whole(min(at_once, down - top) * across, ROWS) for top in range(0, down, at_once))
        found[Squares] = lines // g.height * of_plane * numbers, numbers
    return found


def fastest(g: Geometry, channels: int, pictures: int) -> type[Way]:
    """Return the way for so many ``pictures``, steps of all videos, with so many ``channels`` of state and input.

    ``python -m benchmarks.films`` times the layers.
    """

    def time(way: type[Way]) -> int:
        multiplied, numbers = ways[way]
        return pictures * multiplied * (channels + SUMS[way]) + WEIGHTS * numbers * channels

    ways = products(g)
    return min(ways, key=time)


def _whole(numbers: int, of: int) -> int:
    return -(-numbers // of) * of


def _by_row(W: Tensor) -> Tensor:
    # (4H, C, kernel…) → (4H, C, rows of the kernel, cells of a row)
    return W.flatten(2).unflatten(2, (-1, W.shape[-1]))


def _by_plane(W: Tensor) -> Tensor:
    # (4H, C, kernel…) → (4H, C, planes of the kernel, rows, cells)
    return W.flatten(2).unflatten(2, (-1, *W.shape[-2:]))


def _of_products(kernel: Sequence[int], like: Tensor) -> Tensor:
    # what products of a square multiply by, (products, rows · cells): ``winograd.weights`` by rows and by cells
    by_row, by_cell = (winograd.weights(torch.eye(n, dtype=like.dtype, device=like.device)).T for n in kernel)
    return torch.kron(by_row, by_cell)
