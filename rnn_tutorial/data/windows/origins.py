r"""Where windows begin their targets: as runs of equal stride, so that a million of them need a few numbers."""

import operator
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

Rows = npt.NDArray[np.int64]


class Origins:
    r"""Rows of a panel at which windows have their first target, in order.

    Args:
        runs: First row and number of rows of every run of origins, ``(R, 2)``.
        stride: Rows from one origin of a run to the next.
    """

    def __init__(self, runs: Rows, stride: int) -> None:
        runs = runs[runs[:, 1] > 0]
        self.stride = stride
        self._first = runs[:, 0]
        self._end = np.cumsum(runs[:, 1])  # of each run, counted in windows
        self._size = int(runs[:, 1].sum())

    def __len__(self) -> int:
        return self._size

    def row(self, index: int) -> int:
        """Row of window ``index``, which may count from the end; IndexError outside."""
        chosen = operator.index(index)
        chosen += self._size if chosen < 0 else 0
        if not 0 <= chosen < self._size:
            raise IndexError(f"There are {self._size} windows, 0 to {self._size - 1}.")
        run = int(np.searchsorted(self._end, chosen, side="right"))
        return int(self._first[run]) + (chosen - (int(self._end[run - 1]) if run else 0)) * self.stride

    def rows(self, indices: Sequence[int] | Rows) -> Rows:
        """Rows of several windows; IndexError if one is outside."""
        if isinstance(indices, np.ndarray):
            chosen = indices
        else:
            chosen = np.fromiter(map(operator.index, indices), np.int64, len(indices))
        size = len(self)
        chosen = np.where(chosen < 0, chosen + size, chosen)
        if ((chosen < 0) | (chosen >= size)).any():
            raise IndexError(f"There are {size} windows, 0 to {size - 1}.")
        run = np.searchsorted(self._end, chosen, side="right")
        before = np.where(run > 0, self._end[run - 1], 0)
        return self._first[run] + (chosen - before) * self.stride

    def all(self) -> Rows:
        """Rows of all windows, made on demand."""
        return self.rows(np.arange(len(self), dtype=np.int64))


def runs_in(candidates: range, keep: npt.NDArray[np.bool_] | None) -> Rows:
    r"""Runs of the candidates that are kept.

    Args:
        candidates: Origins at equal strides.
        keep: ``(len(candidates),)``, ``None`` to keep all.

    Returns:
        First origin and number of origins of each run, ``(R, 2)``.
    """
    if keep is None:
        return np.array([[candidates.start, len(candidates)]], np.int64)
    change = np.flatnonzero(np.diff(keep.view(np.int8), prepend=np.int8(0), append=np.int8(0)))
    begin, end = change[::2], change[1::2]
    return np.stack([candidates.start + begin * candidates.step, end - begin], axis=1).astype(np.int64)


def any_observed(target: torch.Tensor, candidates: range, horizon: int) -> npt.NDArray[np.bool_] | None:
    r"""Which windows have at least one target that is not missing.

    Args:
        target: ``(T,)``, NaN where missing.
        candidates: Origins.
        horizon: Targets per window.

    Returns:
        ``(len(candidates),)``, or ``None`` if nothing is missing.
    """
    observed = ~np.isnan(target.numpy())
    if observed.all() or not candidates:
        return None
    count = np.zeros(len(observed) + 1, np.int32)  # observed steps before each step
    np.cumsum(observed, out=count[1:])
    first, stop, step = candidates.start, candidates[-1] + 1, candidates.step
    return count[first + horizon : stop + horizon : step] > count[first:stop:step]


def checked_slices(targets: slice | Sequence[slice | None] | None, lengths: Sequence[int]) -> list[tuple[int, int]]:
    r"""Start and stop of the targets in each series; unlike Python's own slices they must lie inside it.

    Args:
        targets: Consecutive steps, the same in all series, or a list with those of each; ``None`` for all steps.
        lengths: T of each series.

    Returns:
        0 <= start < stop <= T for each.

    Raises:
        ValueError: No such slice, or another number of slices than of series.
    """
    parts = targets if isinstance(targets, list) else [targets] * len(lengths)
    if len(parts) != len(lengths):
        raise ValueError(f"targets has {len(parts)} slices for {len(lengths)} series: give one for each, or one.")
    found = []
    for number, (part, steps) in enumerate(zip(parts, lengths, strict=True)):
        if part is None:
            part = slice(0, steps)
        if not isinstance(part, slice) or part.step not in (None, 1):
            raise ValueError(f"targets must be a slice of consecutive steps such as slice(0, 1000), not {part!r}.")
        start = 0 if part.start is None else operator.index(part.start)
        stop = steps if part.stop is None else operator.index(part.stop)
        if not 0 <= start < stop <= steps:
            which = f"series {number}, which has" if len(lengths) > 1 else "the series of"
            raise ValueError(f"targets [{start}, {stop}) does not lie inside {which} {steps} steps.")
        found.append((start, stop))
    return found
