r"""From one long series to many (input, target) pairs, without a copy of the series per pair.

A *window* is fixed by its *origin* :math:`o`, the number of values known when the forecast is made:

    input  ``values[o - L : o]``        the last :math:`L` values
    target ``values[o : o + H]``        the :math:`H` values that follow
"""

import operator
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import Dataset

Array = npt.NDArray[np.floating] | torch.Tensor


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
        self.values = _as_series(values, dtype)
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

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Input ``(L, F)`` and target ``(H,)`` of one window: views of the series, so copy before changing them."""
        origin = self._origins[index]
        inputs = self.values[origin - self.input_length : origin]
        return inputs, self.values[origin : origin + self.horizon, self.target_column]

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        steps, features = self.values.shape
        return (
            f"WindowDataset({len(self)} windows: {self.input_length} x {features} -> {self.horizon}, "
            f"origins {self._origins[0]} to {self._origins[-1]} by {self.stride}, series of {steps} steps)"
        )


class Standardizer:
    r"""Shift and scale to mean 0 and standard deviation 1, with the numbers of the *training* part alone.

    ``fit`` keeps ``mean`` and ``std`` (population standard deviation): shape ``()`` after a series ``(T,)``,
    ``(F,)`` after ``(T, F)``. NumPy arrays come back as NumPy arrays, tensors as tensors of their own dtype.
    """

    def __init__(self) -> None:
        self.mean: npt.NDArray[np.float64] | None = None
        self.std: npt.NDArray[np.float64] | None = None

    def fit(self, values: Array) -> "Standardizer":
        r"""Take mean and standard deviation over the steps.

        Args:
            values: Training part of the series, ``(T,)`` or ``(T, F)``.

        Returns:
            This object.

        Raises:
            ValueError: Wrong rank, empty, NaN or infinite values, or a feature that never changes.
        """
        series = _as_series(values, torch.float64).numpy()
        mean, std = series.mean(axis=0), series.std(axis=0)
        # A constant series may get a tiny std by rounding alone, hence the comparison with its size.
        constant = np.flatnonzero(std <= 1e-12 * np.maximum(np.abs(mean), 1e-300))
        if constant.size:
            raise ValueError(
                f"Feature(s) {constant.tolist()} are constant ({mean[constant].tolist()}) in the values given to fit: "
                "they cannot be scaled to standard deviation 1. Drop them or fit on a longer part."
            )
        single = values.ndim == 1
        self.mean, self.std = (mean[0], std[0]) if single else (mean, std)
        return self

    def transform(self, values: Array) -> Array:
        """Standardised ``values``; after a fit on ``(T, F)`` the last axis must be the ``F`` features."""
        mean, std = self._numbers(values, None)
        return (values - mean) / std

    def inverse(self, values: Array, column: int | None = None) -> Array:
        r"""Back to the original unit.

        Args:
            values: Standardised values of any shape.
            column: After a fit on ``(T, F)``: the one feature that ``values`` holds, as a forecast ``(N, H)`` does.
                ``None``: the last axis is the ``F`` features.
        """
        mean, std = self._numbers(values, column)
        return values * std + mean

    def _numbers(self, values: Array, column: int | None) -> tuple[Array, Array]:
        if self.mean is None or self.std is None:
            raise RuntimeError("This Standardizer has no mean and std yet: call fit on the training part first.")
        mean, std = self.mean, self.std
        if column is not None:
            mean, std = np.atleast_1d(mean)[column], np.atleast_1d(std)[column]
        elif mean.ndim and (values.ndim == 0 or values.shape[-1] != len(mean)):
            raise ValueError(
                f"Fitted on {len(mean)} features, but the last axis of the values {tuple(values.shape)} is another. "
                "Name the feature they hold with inverse(values, column=...)."
            )
        if isinstance(values, torch.Tensor):
            return torch.as_tensor(mean).to(values), torch.as_tensor(std).to(values)
        return mean, std


def _positive(name: str, value: int) -> int:
    try:
        value = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number of steps, not {value!r}.") from None
    if value < 1:
        raise ValueError(f"{name} must be at least 1 step, not {value}.")
    return value


def _as_series(values: Array, dtype: torch.dtype) -> torch.Tensor:
    """A private copy of shape ``(T, F)`` and type ``dtype`` on the CPU, without NaN or infinity."""
    series = torch.as_tensor(np.asarray(values) if not isinstance(values, torch.Tensor) else values.detach())
    if series.ndim not in (1, 2):
        raise ValueError(f"A series has shape (T,) or (T, F), not {tuple(series.shape)}.")
    if series.is_complex() or not dtype.is_floating_point:
        raise TypeError(f"A series holds real numbers in a floating-point type, not {series.dtype} as {dtype}.")
    if not series.numel():
        raise ValueError(f"The series is empty: its shape is {tuple(series.shape)}.")
    series = series.to("cpu", dtype, copy=True).reshape(len(series), -1)
    # The sum is finite only if every value is: a test without a temporary array as large as the series.
    if not torch.isfinite(series.sum(dtype=torch.float64)):
        bad = (~torch.isfinite(series)).any(dim=1).nonzero().flatten()
        if len(bad):
            raise ValueError(
                f"The series has NaN or infinite values at {len(bad)} step(s), the first at step {int(bad[0])}. "
                "Fill or cut the gaps before making windows (pandas: interpolate, or dropna at the ends)."
            )
    return series


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
