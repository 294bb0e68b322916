r"""Units in which a network computes: those of the whole past, then those of the window at hand.

*Series*: values and covariates are standardised by the mean and standard deviation of the training part.

*Window*: the level of a series wanders, and a network that has never seen a level forecasts badly at it. So each
window is moved, and if wished stretched, before the network reads it, and the forecast is moved back (Kim et al.,
2022, "Reversible instance normalization for accurate time-series forecasting against distribution shift", ICLR).
"""

import math
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

import numpy as np
import torch
from torch import Tensor

from rnn_tutorial.data import Covariates
from rnn_tutorial.forecasting.types import Array

WindowScale = Literal["window", "centre", "ratio", "last", "series"]
WINDOW_SCALES: tuple[WindowScale, ...] = get_args(WindowScale)
FLAT = 1e-2  # of the standard deviation of the series: a window that hardly moves is not blown up


@dataclass(frozen=True)
class Units:
    r"""Mean and standard deviation of the values and of every covariate, from the training part alone.

    Args:
        value: Mean and standard deviation of the series.
        past: The same for each past column.
        known: The same for each known column.

    Raises:
        ValueError: Something else than pairs of a finite mean and a finite standard deviation above 0: only a changed
            file holds such.
    """

    value: tuple[float, float]
    past: tuple[tuple[float, float], ...] = ()
    known: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        given = {"the series": (self.value,), "the past columns": self.past, "the known columns": self.known}
        for what, pairs in given.items():
            if not isinstance(pairs, tuple) or not all(map(_is_unit, pairs)):
                raise ValueError(
                    f"the units of {what} should be pairs of a mean and a standard deviation above 0, finite numbers; "
                    f"got {pairs!r}"
                )

    @classmethod
    def of(cls, values: Array, covariates: Covariates) -> Self:
        r"""Measure the training part.

        Args:
            values: (T,), NaN where missing.
            covariates: Only rows before T are read.

        Raises:
            ValueError: The series is constant, or a column has no value at all.
        """
        mean, deviation = float(np.nanmean(values)), float(np.nanstd(values))
        if deviation <= 1e-12 * max(abs(mean), 1e-300):
            raise ValueError(
                f"the series is constant ({mean:g}) over the {len(values)} steps given: there is nothing to learn, and "
                "the last value is the forecast"
            )
        tables: dict[str, Any] = {}
        for kind, names in (("past", covariates.past_names), ("known", covariates.known_names)):
            table = getattr(covariates, kind)[: len(values)]
            empty = [name for name, column in zip(names, table.T, strict=True) if np.isnan(column).all()]
            if empty:
                raise ValueError(f"the {kind} covariate {empty[0]!r} has no value in the {len(values)} steps given")
            # A column that never changes carries nothing: divided by 1 it is 0.
            tables[kind] = tuple((float(np.nanmean(c)), float(np.nanstd(c)) or 1.0) for c in table.T)
        return cls((mean, deviation), **tables)

    def scaled(self, values: Array) -> Array:
        """Standardise the series."""
        return (values - self.value[0]) / self.value[1]

    def unscaled(self, values: Array) -> Array:
        """Back to the unit of the series."""
        return values * self.value[1] + self.value[0]

    def columns(self, table: Array, kind: str) -> Array:
        """Standardise a table of covariates, (T, K); ``kind`` is "past" or "known"."""
        numbers = np.array(getattr(self, kind)).reshape(-1, 2)
        result: Array = (table - numbers[:, 0]) / numbers[:, 1]
        return result

    @property
    def zero(self) -> float:
        """Where the value 0 lies in units of the series: what a ratio is measured from."""
        return -self.value[0] / self.value[1]


def _is_unit(pair: Any) -> bool:
    if not isinstance(pair, tuple) or len(pair) != 2:
        return False
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in pair)
    return numbers and all(map(math.isfinite, pair)) and pair[1] > 0


def window_units(values: Tensor, observed: Tensor, how: str, zero: float) -> tuple[Tensor, Tensor]:
    r"""Location a and scale b of each window: the network reads :math:`(y - a)/b` and its forecast is :math:`a + b r`.

    ===============  ==============================  ===============================
    ``how``          a                               b
    ===============  ==============================  ===============================
    ``"window"``     mean of the window              its standard deviation
    ``"centre"``     mean of the window              1
    ``"ratio"``      mean of the window              distance of the mean from zero
    ``"last"``       last value of the window        1
    ``"series"``     0                               1
    ===============  ==============================  ===============================

    Args:
        values: (B, W) in units of the series, the last steps before each origin; 0 where missing.
        observed: (B, W), 1 where there is a value.
        how: One of the five.
        zero: Where the value 0 lies in these units.

    Returns:
        Two tensors (B, 1). A window without a value has a = 0, b = 1.
    """
    one = torch.ones_like(values[:, :1])
    if how == "series":
        return torch.zeros_like(one), one
    if how == "last":
        steps = torch.arange(values.shape[1], device=values.device)
        return values.gather(1, (observed * steps).argmax(dim=1, keepdim=True)), one
    count = observed.sum(dim=1, keepdim=True).clamp(min=1)
    mean = (values * observed).sum(dim=1, keepdim=True) / count
    if how == "centre":
        return mean, one
    if how == "ratio":
        return mean, (mean - zero).abs().clamp(min=FLAT)
    variance = ((values - mean).square() * observed).sum(dim=1, keepdim=True) / count
    empty = observed.sum(dim=1, keepdim=True) == 0
    return mean, torch.where(empty, one, (variance + FLAT**2).sqrt())
