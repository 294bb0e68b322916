r"""From one long series to many (input, target) pairs, without a copy of the series per pair.

A *window* is fixed by its *origin* :math:`o`, the number of values known when the forecast is made:

    input  ``values[o - L : o]``        the last :math:`L` values
    target ``values[o : o + H]``        the :math:`H` values that follow
"""

import operator
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import Dataset

from .scaling import Array, as_series


class WindowDataset(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    r"""Sliding windows over a series, as a PyTorch dataset.

    Args:
        values: Series of shape ``(T,)`` or ``(T, F)``: ``T`` steps of ``F`` features. Copied and converted once.
        input_length: :math:`L`, steps that the network sees.
        horizon: :math:`H`, steps that it forecasts.
        targets: Only windows whose *every* target lies in this slice of the steps are given. Hand the ``train``,
            ``valid`` and ``test`` parts of a split in turn and no target is in two parts. Inputs may reach back
            before the slice: when the forecast is made, that past is known. ``None``: the whole series.
        stride: Steps from one origin to the next.
        target_column: Feature that is forecast; negative counts from the last.
        dtype: Floating-point type of the tensors.

    Raises:
        TypeError: A length is not an integer, or the values are not numbers.
        ValueError: A length is not positive, the rank is wrong, a value is NaN or infinite, the series is too short,
            or the slice lies outside the series.
        IndexError: There is no such column.
    """

    batch_indexing = True
    """A list of indices gives a whole batch; ``rnn_tutorial.training`` makes use of it."""

    def __init__(
        self,
        values: Array,
        input_length: int,
        horizon: int,
        *,
        targets: slice | None = None,
        stride: int = 1,
        target_column: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.input_length = _positive("input_length", input_length)
        self.horizon = _positive("horizon", horizon)
        self.stride = _positive("stride", stride)
        self.values = as_series(values, dtype)
        steps, features = self.values.shape
        if not -features <= target_column < features:
            raise IndexError(
                f"target_column={target_column}, but the series has {features} feature(s), 0 to {features - 1}."
            )
        self.target_column = target_column % features
        start, stop = _bounds(targets, steps)
        # Origins: far enough from the left for a whole input, far enough from the right for a whole target.
        self._origins = range(max(start, self.input_length), stop - self.horizon + 1, self.stride)
        if not self._origins:
            raise ValueError(
                f"No window fits: {input_length} input steps, {horizon} target steps, a series of {steps} steps and "
                f"targets in [{start}, {stop}). Shorten input_length or horizon, or widen targets."
            )

    @property
    def origins(self) -> npt.NDArray[np.int64]:
        """Index of the first target of every window, shape ``(len(self),)``, made on demand."""
        return np.arange(self._origins.start, self._origins.stop, self._origins.step, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._origins)

    def __getitem__(self, index: int | Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Input ``(L, F)`` and target ``(H,)`` of one window: views of the series, so copy before changing them.

        A list of B indices gives a batch, ``(B, L, F)`` and ``(B, H)``, in one operation: what the training loop asks
        for.
        """
        if isinstance(index, Sequence):
            origins = torch.tensor([self._origins[i] for i in index])
            past = origins[:, None] + torch.arange(-self.input_length, 0)
            future = origins[:, None] + torch.arange(self.horizon)
            return self.values[past], self.values[future, self.target_column]
        origin = self._origins[index]
        inputs = self.values[origin - self.input_length : origin]
        return inputs, self.values[origin : origin + self.horizon, self.target_column]

    def __repr__(self) -> str:
        steps, features = self.values.shape
        return (
            f"WindowDataset({len(self)} windows: {self.input_length} x {features} -> {self.horizon}, "
            f"origins {self._origins[0]} to {self._origins[-1]} by {self.stride}, series of {steps} steps)"
        )


def _positive(name: str, value: int) -> int:
    try:
        value = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number of steps, not {value!r}.") from None
    if value < 1:
        raise ValueError(f"{name} must be at least 1 step, not {value}.")
    return value


def _bounds(targets: slice | None, steps: int) -> tuple[int, int]:
    """Start and stop of ``targets``; unlike Python's own slices it must lie inside the series."""
    if targets is None:
        return 0, steps
    if not isinstance(targets, slice) or targets.step not in (None, 1):
        raise ValueError(f"targets must be a slice of consecutive steps such as slice(0, 1000), not {targets!r}.")
    start = 0 if targets.start is None else operator.index(targets.start)
    stop = steps if targets.stop is None else operator.index(targets.stop)
    if not 0 <= start < stop <= steps:
        raise ValueError(f"targets [{start}, {stop}) does not lie inside the series of {steps} steps.")
    return start, stop
