r"""What is seen from an origin: the scores of the window before it, in order, and the unit of each place."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rnn_tutorial.forecasting.types import Array, Origins

PRIOR = 1
"""So many errors of average size are added to those of each position, so that one with few keeps near the average."""


@dataclass(frozen=True)
class Places:
    r"""Where each row lies in its season, and how large errors were there.

    Args:
        sizes: See ``sizes_of``, (rows, horizon).
        positions: Of each row, and of ``horizon`` rows more.
        count: Of positions.
    """

    sizes: Array
    positions: Origins
    count: int


@dataclass(frozen=True)
class Seen:
    r"""The scores of one step ahead that are known at each of several origins.

    Args:
        ordered: :math:`s_t / \sigma_{p(t)}^{-t}`, (O, w), the smallest first; NaN, where no forecast was made, last.
        scale: :math:`\sigma_p` at each of P positions, (O, P); ones, (O, 1), where all places are alike.
    """

    ordered: Array
    scale: Array

    @cached_property
    def number(self) -> Origins:
        """How many scores there are, n, (O,)."""
        return np.asarray(np.isfinite(self.ordered).sum(axis=1))


class Lookback:
    r"""Windows of rows before origins, from which scores are read in the unit of their place in the season.

    For each step ahead, the errors at position p have the mean size

    .. math::

        \sigma_p = \frac{\sum_{t \in p} |e_t| + c\,\bar e}{n_p + c}

    with :math:`\bar e` the mean size over all positions and c = ``PRIOR``: where :math:`n_p` is small,
    :math:`\sigma_p` is near :math:`\bar e`, and without any error there it is :math:`\bar e`. A score at position p is
    divided by a :math:`\sigma_p^{-t}` that leaves its own error out, as the one to come is not in it either: measured
    by what it is part of, every error would look small. So all n scores of a window serve, however few lie at one
    position.

    Args:
        scores: See ``scores_of``, (rows, horizon).
        ends: (O,), rows known at each origin.
        window: Rows to look back; ``None`` takes all rows for every origin.
        places: ``None`` where all are alike.
    """

    def __init__(self, scores: Array, ends: Origins, window: int | None, places: Places | None = None) -> None:
        self.scores, self.ends, self.window, self.places = scores, ends, window, places
        if places is None:
            return
        rows = len(scores)
        first = np.zeros_like(ends) if window is None else np.maximum(ends - window, 0)
        last = np.full_like(ends, rows) if window is None else ends
        self.sums = _Sums(places.positions[:rows], places.count, first, last)
        self.where = np.nan_to_num(self._before(places.positions[:rows].astype(float))).astype(np.int64)

    def of(self, k: int) -> Seen:
        """Return what is seen of step ahead k, from 0 on."""
        scores = self._before(self.scores[:, k])
        if self.places is None:
            return Seen(np.sort(scores, axis=1), np.ones((len(scores), 1)))
        sizes = self.places.sizes[:, k]
        number = self.sums.of(np.isfinite(sizes))  # n_p at each origin, (O, P)
        total = self.sums.of(np.nan_to_num(sizes))
        mean = total.sum(axis=1, keepdims=True) / np.maximum(number.sum(axis=1, keepdims=True), 1)
        # sigma_p = (sum of |e_t| at p + c mean) / (n_p + c)
        scale = (total + PRIOR * mean) / (number + PRIOR)
        scale = np.where(scale > 0, scale, 1.0)  # no errors at all: nothing to be wide for
        several = slice(None) if self.window is not None else slice(1)  # or one window for all origins
        others = np.take_along_axis((total + PRIOR * mean)[several], self.where, axis=1) - self._before(sizes)
        others /= np.take_along_axis(number[several], self.where, axis=1) - 1 + PRIOR
        return Seen(np.sort(scores / np.where(others > 0, others, 1.0), axis=1), scale)

    def unit(self, seen: Seen, origins: Origins | int, rows: Origins) -> Array:
        """Return the unit of rows as it is seen from origins, one for each row."""
        return np.asarray(seen.scale[origins, 0 if self.places is None else self.places.positions[rows]])

    def _before(self, column: Array) -> Array:
        # The window of rows that ends before each origin, (O, window); (1, rows) without one.
        if self.window is None:
            return column[None]
        padded = np.concatenate([np.full(self.window, np.nan), column])
        windows: Array = np.lib.stride_tricks.sliding_window_view(padded, self.window)[self.ends]
        return windows


class _Sums:
    r"""Sums over windows of rows, by position.

    Windows begin and end at few rows, and what lies between two of these is added up first: a table of all rows at
    all positions would cost more than the rest.

    Args:
        positions: Of each row.
        count: Of positions.
        first: First row of each window, (O,).
        last: The one after its last, likewise.
    """

    def __init__(self, positions: Origins, count: int, first: Origins, last: Origins) -> None:
        bounds = np.unique(np.concatenate([first, last]))
        part = np.searchsorted(bounds, np.arange(len(positions)), side="right")  # so many bounds are not after a row
        self.cell, self.shape = part * count + positions, (len(bounds) + 1, count)
        self.first, self.last = np.searchsorted(bounds, first), np.searchsorted(bounds, last)

    def of(self, column: Array | npt.NDArray[np.bool_]) -> Array:
        """Return the sums of a number for each row, (O, count)."""
        cells = np.bincount(self.cell, column.astype(float), minlength=self.shape[0] * self.shape[1])
        until: Array = np.cumsum(cells.reshape(self.shape), axis=0, dtype=float)  # over all rows before each bound
        sums: Array = until[self.last] - until[self.first]
        return sums
