r"""Numbers in and out of a network: checked, converted once, standardised with the training part alone."""

from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import torch

Array = npt.NDArray[Any] | torch.Tensor
A = TypeVar("A", npt.NDArray[Any], torch.Tensor)


class Standardizer:
    r"""Shift and scale to mean 0 and standard deviation 1, with the numbers of the *training* part alone.

    ``fit`` keeps ``mean`` and ``std`` (population standard deviation): shape ``()`` after a series ``(T,)``,
    ``(F,)`` after ``(T, F)``. NumPy arrays come back as NumPy arrays, tensors as tensors of their own dtype
    (float64 if they hold integers).

    Examples:
        >>> scaler = Standardizer().fit(np.array([1.0, 2.0, 3.0]))
        >>> scaled = scaler.transform(np.array([2.0, 4.0]))
        >>> scaler.inverse(scaled)
        array([2., 4.])
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
        series = as_series(values, torch.float64).numpy()
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

    def transform(self, values: A) -> A:
        """Standardised ``values``; after a fit on ``(T, F)`` the last axis must be the ``F`` features."""
        mean, std = self._numbers(values, None)
        return cast(A, (values - mean) / std)

    def inverse(self, values: A, column: int | None = None) -> A:
        r"""Back to the original unit.

        Args:
            values: Standardised values of any shape.
            column: After a fit on ``(T, F)``: the one feature of ``values``, such as a forecast ``(N, horizon)``.
                ``None``: the last axis is the ``F`` features.
        """
        mean, std = self._numbers(values, column)
        return cast(A, values * std + mean)

    def _numbers(self, values: Array, column: int | None) -> tuple[Any, Any]:
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
            like = values if values.is_floating_point() else values.double()
            return torch.as_tensor(mean).to(like), torch.as_tensor(std).to(like)
        return mean, std


def as_series(values: Array, dtype: torch.dtype, *, missing: bool = False, what: str = "The series") -> torch.Tensor:
    r"""A private copy on the CPU, without infinity, and without NaN unless it may mark a missing value.

    Args:
        values: Shape ``(T,)`` or ``(T, F)``.
        dtype: Floating-point type of the copy.
        missing: Whether NaN is let through.
        what: How an error calls the values.

    Returns:
        Shape ``(T, F)``.

    Raises:
        TypeError: No real numbers, or no floating-point type.
        ValueError: Wrong rank, empty, NaN or infinite values.
    """
    if isinstance(values, np.ma.MaskedArray) and values.dtype.kind in "fiub":
        values = np.ma.filled(values.astype(float), np.nan)
    given = values.detach() if isinstance(values, torch.Tensor) else np.ascontiguousarray(values)
    shape = tuple(np.shape(values))
    if len(shape) not in (1, 2):
        raise ValueError(f"{what} must have the shape (T,) or (T, F), not {shape}.")
    if 0 in shape:
        raise ValueError(f"{what} is empty: its shape is {shape}.")
    numbers = not given.is_complex() if isinstance(given, torch.Tensor) else given.dtype.kind in "fiub"
    if not numbers or not dtype.is_floating_point:
        raise TypeError(f"A series holds real numbers in a floating-point type, not {given.dtype} as {dtype}.")
    if isinstance(given, torch.Tensor):
        series = given.to("cpu", dtype, copy=True)
    else:
        series = torch.tensor(given, dtype=dtype)  # copies, so a read-only array (pandas) is no matter
    series = series.reshape(len(series), -1)
    # A sum is finite only if every value is: a test without a temporary array as large as the series.
    if not torch.isfinite(series.nansum() if missing else series.sum()):
        wrong = torch.isinf(series) if missing else ~torch.isfinite(series)
        bad = wrong.any(dim=1).nonzero().flatten()
        if len(bad):
            raise ValueError(
                f"{what} has {'' if missing else 'NaN or '}infinite values at {len(bad)} step(s), the first at step "
                f"{int(bad[0])}. Fill or cut the gaps before making windows (pandas: interpolate, or dropna at the "
                'ends), or mark them by NaN and let WindowDataset(..., missing="mask") leave them out.'
            )
    return series
