r"""What several methods forecast of the last part of a series, and how sure one is better there than another."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.evaluation.comparison import diebold_mariano
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.parameters import copy_of
from rnn_tutorial.forecasting.types import Array

MOST_ORIGINS = 100
LEAST_BLOCKS = 3


@dataclass(frozen=True)
class Trial:
    r"""Forecasts of the last part, by name of the method.

    Args:
        truth: (O, h).
        forecasts: (O, h) each, of methods that could.
        left_out: Why others could not: what they said.
        squared: Whether errors count by their squares.
        stride: Steps from one origin to the next.
    """

    truth: Array
    forecasts: Mapping[str, Array]
    left_out: Mapping[str, str]
    squared: bool
    stride: int

    @property
    def horizon(self) -> int:
        """Steps ahead, h."""
        return self.truth.shape[1]

    @cached_property
    def errors(self) -> dict[str, float]:
        """The error of each method."""
        return {name: self.error(name) for name in self.forecasts}

    def losses(self, *names: str) -> Array:
        """Return the mean loss at each origin, (O,), of a method or of the mean of several."""
        off = np.mean([self.forecasts[name] for name in names], axis=0) - self.truth
        return np.asarray((np.square(off) if self.squared else np.abs(off)).mean(axis=1))

    def error(self, *names: str) -> float:
        """Return the mean absolute error, or the root of the mean squared one."""
        mean = float(self.losses(*names).mean())
        return float(np.sqrt(mean)) if self.squared else mean

    def chance(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        """Return p of the difference; NaN where there are too few origins to tell, or where it never changes."""
        return chance(self.losses(*one), self.losses(*other), self.horizon, self.stride)


def tried(methods: Mapping[str, Method], series: Series, part: int, horizon: int, squared: bool) -> Trial:
    r"""Fit each method on the steps before the last part, and forecast that part from rolling origins.

    Args:
        methods: Unfitted, by name.
        series: T steps.
        part: Steps at the end.
        horizon: h.
        squared: Whether errors count by their squares.

    Raises:
        ValueError: Fewer than two steps are left to learn from, or none of the methods can deal with the series.
    """
    steps, end = len(series), len(series) - part
    if end < 2:
        raise ValueError(f"{steps} values are too few to choose a method by the last {part}: give valid=")
    stride = max(1, horizon // 4, -(-(part - horizon) // MOST_ORIGINS))
    origins = np.arange(end, steps - horizon + 1, stride)
    past, forecasts, left_out = series.part(0, end), {}, {}
    for name, method in methods.items():
        try:
            forecasts[name] = copy_of(method).fit(past).forecast(series, origins, horizon)
        except (ValueError, RuntimeError) as error:
            left_out[name] = str(error)
    if not forecasts:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise ValueError(f"none of the methods can deal with this series ({reasons})")
    truth = series.values[origins[:, None] + np.arange(horizon)]
    return Trial(truth, forecasts, left_out, squared, stride)


def chance(one: Array, other: Array, horizon: int, stride: int) -> float:
    r"""Return the p of a difference of losses at successive origins.

    By Diebold and Mariano's test, or by means of blocks where its variance comes out negative.

    Args:
        one: (O,).
        other: (O,).
        horizon: Steps ahead of each forecast.
        stride: Steps from one origin to the next.

    Returns:
        NaN where there are too few origins to tell, or where the difference never changes.

    Examples:
        >>> losses = np.array([1.0, 2.0, 1.5, 1.0, 2.5, 1.5])
        >>> chance(losses, 2 * losses, horizon=1, stride=1) < 0.01
        True
    """
    together = -(-horizon // stride)  # so many origins in a row share some of their targets
    if len(one) <= together:
        return np.nan
    p = diebold_mariano(one, other, horizon, stride).p_value
    return p if np.isfinite(p) else chance_by_blocks(one - other, together)


def chance_by_blocks(differences: Array, size: int) -> float:
    r"""Return p of Student's t of the means of blocks, where the variance of Diebold and Mariano comes out negative.

    Args:
        differences: Of two losses at successive origins.
        size: Origins of a block.

    Returns:
        NaN for fewer than three blocks, or means that do not differ.

    Examples:
        >>> round(chance_by_blocks(np.array([1.0, 3.0, 2.0, 2.0, 1.0, 5.0]), 2), 3)
        0.02
    """
    from scipy.stats import t

    blocks = len(differences) // size
    means = (
        differences[len(differences) - blocks * size :].reshape(blocks, size).mean(axis=1) if blocks else np.empty(0)
    )
    if blocks < LEAST_BLOCKS or np.ptp(means) == 0:
        return np.nan
    size_of_effect = means.mean() / (means.std(ddof=1) / np.sqrt(blocks))
    return float(2 * t.sf(abs(size_of_effect), blocks - 1))
