r"""A method that sees logarithms or differences of a series, and whose forecast is brought back to its unit.

What a network of a few hundred numbers can learn from a hundred values is little; that a series grows by a share of
itself, or from one year to the same month of the next, it need not learn if it is shown that growth alone. No
transformation suits every series: differences also drop the level, which another series comes back to.
"""

import copy
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.methods.baselines import Persistence
from rnn_tutorial.forecasting.seasons import learnable_seasons
from rnn_tutorial.forecasting.types import Array, Origins
from rnn_tutorial.validate import one_of

from .around import Around

Transform = Literal["none", "log", "difference", "log difference", "seasonal difference", "log seasonal difference"]
TRANSFORMS: tuple[Transform, ...] = get_args(Transform)


@dataclass(frozen=True)
class Way:
    r"""Of logarithms and differences over d steps, :math:`w_t = z_t - z_{t-d}` with z = y or z = log y.

    Args:
        log: Whether logarithms are taken first.
        lag: d; 0 for no differences.
    """

    log: bool
    lag: int

    def there(self, series: Series) -> Series:
        """Transform a series, which loses its first d steps."""
        z = np.log(series.values) if self.log else np.array(series.values)
        if not self.lag:
            return replace(series, values=z)
        return replace(series.part(self.lag), values=z[self.lag :] - z[: -self.lag])

    def back(self, values: Array, origins: Origins, path: Array) -> Array:
        r"""Bring forecasts (O, h) back: :math:`\hat z_{o+k} = \hat w_{o+k} + z_{o+k-d}`, forecast if not yet known."""
        z = np.log(values) if self.log else values
        whole = np.array(path)
        for k in range(path.shape[1] if self.lag else 0):
            before = z[origins + k - self.lag] if k < self.lag else whole[:, k - self.lag]
            whole[:, k] += before
        return np.exp(whole) if self.log else whole


class Transformed(Around):
    r"""A method on logarithms, on differences, or on what does best on the last part of the training data.

    Args:
        method: Any method that forecasts points; copies are fitted, it stays as it is.
        transform: One of ``TRANSFORMS``, or ``"auto"``: of those that the series allows, the one with the smallest mean
            absolute error over the last steps of the training part (see ``valid``), from a fit on the steps before.
        season: Steps of the seasonal differences; by default the longest that the series holds three times.
        valid: Steps that ``"auto"`` chooses by; by default two horizons or a fifth of the series, whichever is longer.
        horizon: Of the forecasts that ``"auto"`` chooses by, for a method that is built for none.

    Attributes:
        chosen: The transformation, once fitted.
        tried: With ``"auto"``, the mean absolute error of each.
        fitted: The fitted copy of the method.

    Raises:
        ValueError: A transformation of no such name, or one that the series does not allow: logarithms of values that
            are not positive, seasonal differences without a season.

    Examples:
        >>> line = np.arange(1.0, 61.0)
        >>> model = Transformed(rt.forecasting.Persistence(), "difference").fit(line)
        >>> model.predict(horizon=3).point
        array([61., 62., 63.])
    """

    def __init__(
        self,
        method: Method,
        transform: Transform | Literal["auto"] = "auto",
        *,
        season: int | None = None,
        valid: int | None = None,
        horizon: int | None = None,
    ) -> None:
        self.method, self.season, self.valid = method, season, valid
        self.transform: Transform | Literal["auto"] = one_of("transform", transform, (*TRANSFORMS, "auto"))
        self.given_horizon, self.horizon = horizon, method.horizon
        self.tried_over = horizon or method.horizon or 1
        self.name = f"{method.name} on {transform}" if transform not in ("none", "auto") else method.name
        self.reads_covariates, self.finds_its_place = method.reads_covariates, method.finds_its_place

    @property
    def needed(self) -> int:
        """What the method needs, and the steps that differences take."""
        if not hasattr(self, "fitted"):
            return self.method.needed + 1
        return self.fitted.needed + self.way.lag

    def learn(self, series: Series) -> None:
        """Choose, if asked to, and fit a copy of the method on the transformed series."""
        season = self.season or max(learnable_seasons(series, self.tried_over), default=None)
        ways = ways_for(series, season)
        if self.transform == "auto":
            self.tried = self._tried(series, ways)
            self.chosen: Any = min(self.tried, key=lambda name: self.tried[name])
        elif self.transform in ways:
            self.chosen = self.transform
        else:
            raise ValueError(
                f"the series allows no transformation by {self.transform!r}: choose among {', '.join(ways)}"
            )
        self.way = ways[self.chosen]
        self.fitted = fitted_on(self.method, self.way.there(series))
        self.parameters = self.fitted.parameters

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Forecast the transformed series and bring that back."""
        return forecast_by(self.fitted, self.way, series, origins, horizon)

    def _tried(self, series: Series, ways: dict[Transform, Way]) -> dict[Transform, float]:
        steps, H = len(series), self.tried_over
        end = steps - (self.valid or max(2 * H, steps // 5))
        origins = np.arange(end, steps - H + 1)
        truth = series.values[origins[:, None] + np.arange(H)]
        errors: dict[Transform, float] = {}
        for name, way in ways.items():
            try:
                fitted = fitted_on(self.method, way.there(series.part(0, end)))
                errors[name] = float(np.abs(forecast_by(fitted, way, series, origins, H) - truth).mean())
            except ValueError:  # too short for it
                continue
        return errors or {"none": np.nan}  # too short to choose by


def ways_for(series: Series, season: int | None) -> dict[Transform, Way]:
    """The transformations that a series allows: logarithms of positive values, seasonal differences of a season."""
    lags: dict[Any, int] = {"none": 0, "difference": 1}
    if season is not None:
        lags["seasonal difference"] = season
    ways = {name: Way(False, lag) for name, lag in lags.items()}
    if np.all(series.values > 0):
        ways |= {"log" if name == "none" else f"log {name}": Way(True, lag) for name, lag in lags.items()}
    return ways


def fitted_on(method: Method, series: Series) -> Method:
    """Fit a copy; where nothing changes any more, as in the differences of a line, repeat that."""
    return (Persistence() if np.ptp(series.values) == 0 else copy.deepcopy(method)).fit(series)


def forecast_by(fitted: Method, way: Way, series: Series, origins: Origins, horizon: int) -> Array:
    """Forecast by a method that was fitted on a transformed series, in the unit of the series."""
    path = fitted.forecast(way.there(series), origins - way.lag, horizon)
    return way.back(series.values, origins, path)
