r"""Forecasts of what cannot lie beyond a bound: sales are not negative, a hall has so many seats."""

import copy
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.checks import check_fitted
from rnn_tutorial.forecasting.forecast import Forecast
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array, Numbers, Origins

from .around import Around


class Bounded(Around):
    r"""A method whose points, quantiles and intervals are brought into bounds: :math:`\min(\max(\hat y, a), b)`.

    The values of the series lie in the bounds, so no error becomes larger by it, no quantile loss either, and no
    interval holds fewer of them. To bound intervals, wrap what makes them: ``Bounded(Conformal(...), lower=0)``.

    Args:
        method: Any method; a copy is fitted, it stays as it is.
        lower: a, no number lies below; 0 for what is never negative.
        upper: b, no number lies above.

    Attributes:
        fitted: The fitted copy of the method.

    Raises:
        ValueError: No bound, or none that leaves room; at the fit: values beyond a bound.

    Examples:
        >>> falling = np.array([5.0, 4.0, 3.0, 2.0, 1.0])
        >>> Bounded(rt.forecasting.Drift(), lower=0).fit(falling).predict(horizon=3).point
        array([0., 0., 0.])
    """

    def __init__(self, method: Method, *, lower: float | None = None, upper: float | None = None) -> None:
        self.method, self.lower, self.upper = method, lower, upper
        low, high = self.bounds
        if (lower is None and upper is None) or not low < high:
            raise ValueError(f"give a lower bound, an upper one or both, the lower below the upper: {lower}, {upper}")
        said = [f"at least {lower:g}"] if lower is not None else []
        said += [f"at most {upper:g}"] if upper is not None else []
        self.name = f"{method.name}, {' and '.join(said)}"
        self.horizon, self.reads_covariates, self.gaps = method.horizon, method.reads_covariates, method.gaps
        self.finds_its_place = method.finds_its_place
        self.baseline = method.baseline  # type: ignore[misc]

    @property
    def bounds(self) -> tuple[float, float]:
        """Both, infinite where there is none."""
        return -math.inf if self.lower is None else self.lower, math.inf if self.upper is None else self.upper

    @property
    def gives_quantiles(self) -> bool:
        """Whether the method does."""
        return self.method.gives_quantiles

    @property
    def needed(self) -> int:
        """What the method needs."""
        return getattr(self, "fitted", self.method).needed

    def learn(self, series: Series) -> None:
        """Fit a copy of the method."""
        low, high = float(np.nanmin(series.values)), float(np.nanmax(series.values))
        if low < self.bounds[0] or high > self.bounds[1]:
            raise ValueError(
                f"the series goes from {low:g} to {high:g}, which is not between the bounds {self.bounds[0]:g} and "
                f"{self.bounds[1]:g}: forecasts of it cannot be kept there"
            )
        self.fitted = copy.deepcopy(self.method).fit(series)
        self.parameters = self.fitted.parameters

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Bring the method's forecasts into the bounds."""
        return np.clip(self.fitted.forecast(series, origins, horizon), *self.bounds)

    def quantiles(self, series: Series, origins: Origins, horizon: int, levels: Sequence[float]) -> Array:
        """Bring the method's quantiles into the bounds; they stay in their order."""
        return np.clip(self.fitted.forecast(series, origins, horizon, levels), *self.bounds)

    def sample_paths(
        self, n: int = 100, horizon: int | None = None, *, seed: int = 0, series: Numbers | None = None
    ) -> Array:
        """Bring the method's paths into the bounds."""
        check_fitted(self, "fitted")
        return np.clip(self.fitted.sample_paths(n, horizon, seed=seed, series=series), *self.bounds)

    def predict(
        self, horizon: int | None = None, levels: Sequence[float] | None = None, *, series: Numbers | None = None
    ) -> Forecast:
        """Forecast what comes after the end of a series; by default with those quantiles that the method gives."""
        check_fitted(self, "fitted")
        given = {} if levels is None else {"levels": levels}
        found = self.fitted.predict(horizon, series=series, **given)
        return replace(found.clipped(*self.bounds), method=self.name)
