r"""Forecasts of one fit, kept by their origin: kinds of interval that are compared then differ in nothing else."""

from typing import Self

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Method
from rnn_tutorial.forecasting.types import Array, Origins

__all__ = ["Told"]


class Told(Method):
    r"""Forecasts that were made before, looked up by their origin, so that many kinds of interval share one fit.

    Args:
        forecasts: One from each origin from ``start`` on, (O, horizon).
        start: The first origin, which is also where what the forecaster was fitted on ends.
        parameters: Of the forecaster, for tables.
        name: In tables.
    """

    def __init__(self, forecasts: Array, start: int, parameters: int = 0, name: str = "told") -> None:
        self.forecasts, self.start, self.parameters, self.name = forecasts, start, parameters, name
        self.horizon = forecasts.shape[1]

    @classmethod
    def of(cls, method: Method, series: Series, start: int) -> Self:
        """Fit a method on all before ``start``, and forecast from there on from every origin with a known truth."""
        fitted = method.fit(series.part(0, start))
        origins = np.arange(start, len(series) - fitted.horizon + 1)
        return cls(fitted.forecast(series, origins), start, fitted.parameters, fitted.name)

    def learn(self, series: Series) -> None:
        """Nothing is left to learn."""

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Look them up."""
        return self.forecasts[origins - self.start]
