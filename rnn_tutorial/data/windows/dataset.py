r"""From long series to many (input, target) pairs, without a copy of the series per pair.

A *window* is fixed by its *origin* :math:`o`, the number of values known when the forecast is made:

    input  ``values[o - length : o]``          the last ``input_length`` values
    target ``values[o : o + horizon]``         the values that follow
    past   ``past[o - length : o]``            what was measured beside them
    known  ``known[o - length : o + horizon]`` what is known in advance, up to the last target
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import Dataset

from rnn_tutorial.data.covariates import Covariates
from rnn_tutorial.data.scaling import Array
from rnn_tutorial.validate import whole

from .origins import Origins, any_observed, checked_slices, runs_in
from .panel import Panel


class WindowDataset(Dataset[tuple[Any, torch.Tensor]]):
    r"""Sliding windows over one series or many, as a PyTorch dataset.

    An item is (input, target). The input is a tensor ``(length, F)``; with covariates or with ``missing="mask"`` it is
    a dictionary of tensors:

    - ``"values"`` ``(length, F)``, missing ones as 0;
    - ``"past"`` ``(length, P)``, if there are past covariates, missing ones as 0;
    - ``"known"`` ``(length + horizon, K)``, if there are known covariates;
    - ``"observed"`` ``(length, F)`` and, beside ``"past"``, ``"past_observed"`` ``(length, P)``: 1 where there is a
      value and 0 where it is missing, with ``missing="mask"``.

    The target ``(horizon,)`` keeps NaN where it is missing. Zero is the mean only of standardised values: scale first.

    Args:
        values: Series of shape ``(T,)`` or ``(T, F)``: ``T`` steps of ``F`` features. Copied and converted once.
            Or a list of such arrays, each of its own length: no window reaches from one into the next.
        input_length: Steps that the network sees.
        horizon: Steps that it forecasts.
        targets: Only windows whose *every* target lies in this slice of the steps are given. Hand the ``train``,
            ``valid`` and ``test`` parts of a split in turn and no target is in two parts. Inputs may reach back
            before the slice: when the forecast is made, that past is known. ``None``: the whole series. Of many
            series: one slice for all, or a list with one for each. A series in which no window fits gives none.
        stride: Steps from one origin to the next.
        target_column: Feature that is forecast; negative counts from the last.
        dtype: Floating-point type of the tensors.
        covariates: What runs beside the series, row t beside step t; of many series a list. Rows after the end of
            the series are not used.
        missing: ``"refuse"``: NaN is an error. ``"mask"``: NaN marks a missing value, or a missing past covariate.
            Windows without a single observed target are left out. Known covariates must be complete.

    Raises:
        TypeError: A length is not an integer, or the values are not numbers.
        ValueError: A length is not positive, the rank is wrong, a value is infinite or NaN where it must not be, the
            series is too short, the slice lies outside the series, or covariates do not fit the series.
        IndexError: There is no such column.

    Examples:
        >>> windows = WindowDataset(np.arange(100.0), input_length=24, horizon=12)
        >>> len(windows)
        65
        >>> x, y = windows[0]
        >>> x.shape, y.shape, float(y[0])
        (torch.Size([24, 1]), torch.Size([12]), 24.0)
    """

    batch_indexing = True
    """A list of indices gives a whole batch; ``rnn_tutorial.training`` makes use of it."""

    def __init__(
        self,
        values: Array | Sequence[Array],
        input_length: int,
        horizon: int,
        *,
        targets: slice | Sequence[slice | None] | None = None,
        stride: int = 1,
        target_column: int = 0,
        dtype: torch.dtype = torch.float32,
        covariates: Covariates | Sequence[Covariates] | None = None,
        missing: Literal["refuse", "mask"] = "refuse",
    ) -> None:
        self.input_length = whole("input_length", input_length)
        self.horizon, self.stride = whole("horizon", horizon), whole("stride", stride)
        if missing not in ("refuse", "mask"):
            raise ValueError(f'missing must be "refuse" or "mask", not {missing!r}.')
        self.masked = missing == "mask"
        self.panel = Panel(values, covariates, dtype, self.masked)
        self.values = self.panel.values
        self.plain = covariates is None and not self.masked
        features = self.values.shape[1]
        if not -features <= target_column < features:
            raise IndexError(
                f"target_column={target_column}, but the series has {features} feature(s), 0 to {features - 1}."
            )
        self.target_column = target_column % features
        self._origins = Origins(self._runs(targets), self.stride)

    def _runs(self, targets: slice | Sequence[slice | None] | None) -> npt.NDArray[np.int64]:
        """Origins of all series as runs of rows."""
        lengths = self.panel.lengths
        bounds = checked_slices(targets, lengths)
        runs = []
        for steps, row, (start, stop) in zip(lengths, self.panel.starts[:-1], bounds, strict=True):
            # Far enough from the left for a whole input, far enough from the right for a whole target.
            fitting = range(max(start, self.input_length), stop - self.horizon + 1, self.stride)
            column = self.values[row : row + steps, self.target_column]
            keep = any_observed(column, fitting, self.horizon) if self.masked else None
            runs.append(runs_in(fitting, keep) + np.array([row, 0]))
        found = np.concatenate(runs)
        if not found[:, 1].sum():
            which = f"a series of {lengths[0]} steps and targets in [{bounds[0][0]}, {bounds[0][1]})"
            if len(lengths) > 1:
                which = f"{len(lengths)} series, the longest of {max(lengths)} steps"
            raise ValueError(
                f"No window fits: {self.input_length} input steps, {self.horizon} target steps, {which}"
                f"{', at least one target observed' if self.masked else ''}. Shorten input_length or horizon, or widen "
                "targets."
            )
        return found

    @property
    def origins(self) -> npt.NDArray[np.int64]:
        """Step of the first target of every window in its own series, shape ``(len(self),)``, made on demand."""
        return self._origins.all() - self.panel.starts[self.series]

    @property
    def series(self) -> npt.NDArray[np.int64]:
        """Which series every window is from, shape ``(len(self),)``, made on demand."""
        return np.searchsorted(self.panel.starts, self._origins.all(), side="right") - 1

    def __len__(self) -> int:
        return len(self._origins)

    def __getitem__(self, index: int | Sequence[int]) -> tuple[Any, torch.Tensor]:
        """Input ``(length, F)`` and target ``(horizon,)`` of one window: views of the series, so copy before a change.

        A list of B indices gives a batch, ``(B, length, F)`` and ``(B, horizon)``, in one operation: what the
        training loop asks for.
        """
        past: Any
        future: Any
        if isinstance(index, Sequence):
            origins = torch.from_numpy(self._origins.rows(index))
            past = origins[:, None] + torch.arange(-self.input_length, 0)
            future = origins[:, None] + torch.arange(self.horizon)
        else:
            origin = self._origins.row(index)
            past = slice(origin - self.input_length, origin)
            future = slice(origin, origin + self.horizon)
        target = self.values[future, self.target_column]
        return (self.values[past] if self.plain else self._inputs(past, future)), target

    def _inputs(self, past: Any, future: Any) -> dict[str, torch.Tensor]:
        """The dictionary of inputs, for rows given as slices or as ``(B, length)`` and ``(B, horizon)``."""
        inputs = {"values": self.values[past]}
        if self.panel.past.shape[1]:
            inputs["past"] = self.panel.past[past]
        if self.masked:
            for name, mask in [("values", "observed"), ("past", "past_observed")]:
                if name in inputs:
                    inputs[mask] = (~inputs[name].isnan()).to(self.values.dtype)
                    inputs[name] = inputs[name].nan_to_num(nan=0.0)
        if self.panel.known.shape[1]:
            both = slice(past.start, future.stop) if isinstance(past, slice) else torch.cat([past, future], dim=1)
            inputs["known"] = self.panel.known[both]
        return inputs

    def __repr__(self) -> str:
        rows, features = self.values.shape
        count = len(self.panel.lengths)
        text = f"WindowDataset({len(self)} windows: {self.input_length} x {features} -> {self.horizon}, "
        if count > 1:
            used = len(np.unique(self.series))
            return text + f"stride {self.stride}, from {used} of {count} series, {rows} steps in all)"
        first, last = self._origins.row(0), self._origins.row(-1)
        return text + f"origins {first} to {last} by {self.stride}, series of {rows} steps)"
