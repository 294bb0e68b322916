r"""Exponential smoothing, estimated by statsmodels and forecast from every origin in one pass.

The constants are estimated on the training part. The equations then run over the series once, with the constants fixed,
and the states that they have reached at each origin say what follows.
"""

from typing import Any, ClassVar, Literal

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.checks import check_length
from rnn_tutorial.forecasting.evaluation.metrics import repeats
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array, Origins

from .estimation import estimation

Component = Literal["add", "mul"]


class ETS(Method):
    r"""Exponential smoothing of error, trend and season (Hyndman et al., 2008), by statsmodels' ``ETSModel``.

    From level :math:`\ell`, slope b and the last season s, with damping :math:`\phi` (1 without):

    .. math::

        \hat y_{o+k} = (\ell + b\,(\phi + \dots + \phi^{k+1}))\; s_{o+k-m\lceil (k+1)/m \rceil}

    for an additive trend and a multiplicative season; an additive season is added, and a multiplicative trend is
    :math:`\ell\, b^{\phi + \dots + \phi^{k+1}}`.

    Args:
        season: m, steps in the season; None for none.
        error: ``"add"`` or ``"mul"``: what the likelihood takes the errors for.
        trend: ``"add"``, ``"mul"`` or None.
        damped: Whether the trend dies out.
        seasonal: ``"add"`` or ``"mul"``, for a season that is not None.
        fit_on: Estimate on so many last values of the training part; None for all.

    Raises:
        ValueError: An unknown component, a season below 2, too short a past, or values that are not positive where
            something multiplies.
        RuntimeError: The estimation did not converge.

    References:
        R. J. Hyndman, A. B. Koehler, J. K. Ord, R. D. Snyder (2008), *Forecasting with Exponential Smoothing*.

    Examples:
        >>> sunspots = rt.load_series("sunspots").values
        >>> model = ETS(trend="add", damped=True).fit(sunspots[:250])
        >>> model.name, model.forecast(sunspots, np.array([250, 260]), horizon=5).shape
        ('ETS(A,Ad,N)', (2, 5))
    """

    baseline: ClassVar[bool] = True

    def __init__(
        self,
        season: int | None = None,
        *,
        error: Component = "add",
        trend: Component | None = None,
        damped: bool = False,
        seasonal: Component = "add",
        fit_on: int | None = None,
    ) -> None:
        if error not in ("add", "mul") or trend not in ("add", "mul", None) or seasonal not in ("add", "mul"):
            raise ValueError(f'components are "add" or "mul", a trend may be None: {error!r}, {trend!r}, {seasonal!r}')
        if season is not None and season < 2:
            raise ValueError(f"a season has at least 2 steps, got {season}; None means no season")
        if damped and trend is None:
            raise ValueError("damped=True needs a trend that can die out")
        self.season, self.error, self.trend, self.damped, self.seasonal = season, error, trend, damped, seasonal
        self.fit_on = fit_on
        letters = [_letter(error), _letter(trend) + "d" * damped, _letter(seasonal if season else None)]
        self.name = f"ETS({','.join(letters)})" + (f" ({season})" if season else "")
        self.parameters = 1 + (trend is not None) + damped + (season is not None)

    @property
    def needed(self) -> int:
        """What the first states are averages of."""
        return int(getattr(self, "start", 0)) + max(10, self.season or 1)

    def learn(self, series: Series) -> None:
        """Estimate the smoothing constants by maximum likelihood; the first states are found by simple averages."""
        check_length(series, max(10, 2 * (self.season or 1) + 1, self.fit_on or 0), self.name)
        past = series.values
        self.start = len(past) - (self.fit_on or len(past))
        y = past[self.start :]
        model = self._model(y, {"initialization_method": "heuristic"})
        if repeats(y, self.season or 1) or _is_exact(model):  # no error to learn from: any constants are right
            self.constants, self.log_likelihood = np.asarray(model.start_params), np.inf
        else:
            with estimation(self.name), np.errstate(divide="ignore", invalid="ignore"):  # on the way to an optimum
                found = model.fit(disp=False, maxiter=1000)
            self.constants, self.log_likelihood = np.asarray(found.params), float(found.llf)
        parts = {"initial_level": True, "initial_trend": self.trend, "initial_seasonal": self.season}
        self.first = {"initialization_method": "known"} | {name: getattr(model, name) for name in parts if parts[name]}

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Smooth the series once and extend it from the states at each origin."""
        model = self._model(series.values[self.start :], self.first)
        with np.errstate(divide="ignore", invalid="ignore"):  # of the likelihood, which a series without errors has not
            states = model.smooth(self.constants).states
        at = origins - self.start - 1
        columns = iter(np.reshape(states, (len(states), -1)).T)
        path = np.repeat(next(columns)[at][:, None], horizon, axis=1)
        if self.trend is not None:
            slope = next(columns)[at][:, None]
            damping = self.constants[-1] if self.damped else 1.0
            lasting = np.cumsum(damping ** np.arange(1, horizon + 1))
            path = path + slope * lasting if self.trend == "add" else path * slope**lasting
        if self.season is not None:
            season = next(columns)[at[:, None] + 1 - self.season + np.arange(horizon) % self.season]
            path = path + season if self.seasonal == "add" else path * season
        return path

    def _model(self, values: Array, first: dict[str, Any]) -> Any:
        from statsmodels.tsa.exponential_smoothing.ets import ETSModel

        if "mul" in (self.error, self.trend, self.seasonal if self.season else None) and not np.all(values > 0):
            raise ValueError(f"{self.name} multiplies, so it needs positive values: shift the series or add instead")
        return ETSModel(
            np.array(values),  # statsmodels wants to own it
            error=self.error,
            trend=self.trend,
            damped_trend=self.damped,
            seasonal=self.seasonal if self.season else None,
            seasonal_periods=self.season,
            **first,
        )


def _is_exact(model: Any) -> bool:
    # Whether the first states alone explain the series, as they do a straight line.
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(model.smooth(model.start_params).resid)
    return bool(off.max() <= 1e-9 * np.abs(model.endog).max())


def _letter(component: str | None) -> str:
    return {None: "N", "add": "A", "mul": "M"}[component]
