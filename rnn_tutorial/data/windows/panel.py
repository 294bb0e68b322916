r"""One series or many, with what runs beside them, end to end in tables that share their rows.

Row ``starts[s] + t`` of each table is step t of series s, so a window is a run of rows whichever series it is from.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from rnn_tutorial.data.covariates import Covariates
from rnn_tutorial.data.scaling import Array, as_series


class Panel:
    r"""Series end to end.

    Args:
        values: One series, ``(T,)`` or ``(T, F)``, or a list or tuple of such arrays, each of its own length.
        covariates: Those of the series, or a list with those of each.
        dtype: Floating-point type of the tables.
        missing: Whether NaN in the values and in the past covariates is let through.

    Attributes:
        values: ``(N, F)``, N the sum of the lengths.
        past: ``(N, P)`` past covariates, P = 0 if there are none.
        known: ``(N, K)`` known covariates; rows beyond the end of their series are left out.
        starts: ``(S + 1,)`` first row of each series, and N.

    Raises:
        TypeError: As for ``WindowDataset``.
        ValueError: As for ``WindowDataset``.
    """

    def __init__(
        self,
        values: Array | Sequence[Array],
        covariates: Covariates | Sequence[Covariates] | None,
        dtype: torch.dtype,
        missing: bool,
    ) -> None:
        series = list(values) if is_many(values) else [values]
        self.values = _end_to_end(series, dtype, missing, "The series", "features")
        self.starts: npt.NDArray[np.int64] = np.cumsum([0, *map(len, series)])
        self.past = self.known = torch.empty(len(self.values), 0, dtype=dtype)
        if covariates is None:
            return
        beside = [covariates] if isinstance(covariates, Covariates) else list(covariates)
        if len(beside) != len(series) or not all(isinstance(one, Covariates) for one in beside):
            raise ValueError(
                f"covariates must be a Covariates for each series: {len(series)} series, but {len(beside)} covariates "
                f"({', '.join(sorted({type(one).__name__ for one in beside}))})."
            )
        for one, steps in zip(beside, self.lengths, strict=True):
            one.check_rows(steps)
        columns = sorted({one.columns for one in beside})
        if len(columns) > 1:
            raise ValueError(f"All series must have as many (past, known) covariates, but there are {columns}.")
        past, known = columns[0]
        if past:
            cut = [one.past[:steps] for one, steps in zip(beside, self.lengths, strict=True)]
            self.past = _end_to_end(cut, dtype, missing, "The table of past covariates", "columns")
        if known:
            cut = [one.known[:steps] for one, steps in zip(beside, self.lengths, strict=True)]
            self.known = _end_to_end(cut, dtype, False, "The table of known covariates", "columns")

    @property
    def lengths(self) -> list[int]:
        """Steps of each series."""
        return [int(steps) for steps in np.diff(self.starts)]


def is_many(values: Any) -> bool:
    """Whether this is a list of series; a list of numbers or of rows of numbers is one series."""
    return isinstance(values, list | tuple) and bool(values) and all(getattr(v, "ndim", 0) in (1, 2) for v in values)


def _end_to_end(tables: Sequence[Any], dtype: torch.dtype, missing: bool, what: str, columns: str) -> torch.Tensor:
    """Checked private copies under each other; beside the result no more than one of them is in memory."""
    if len(tables) == 1:
        return as_series(tables[0], dtype, missing=missing, what=what)
    widths = [1 if table.ndim == 1 else table.shape[1] for table in tables]
    if len(set(widths)) > 1:
        raise ValueError(f"{what} number 0 has {widths[0]} {columns}, another has {max(set(widths) - {widths[0]})}.")
    joined = torch.empty(sum(map(len, tables)), widths[0], dtype=dtype if dtype.is_floating_point else torch.float32)
    start = 0
    for number, table in enumerate(tables):
        joined[start : start + len(table)] = as_series(table, dtype, missing=missing, what=f"{what} number {number}")
        start += len(table)
    return joined
