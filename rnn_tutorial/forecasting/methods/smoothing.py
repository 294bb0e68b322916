r"""Exponential smoothing and SARIMA, estimated by statsmodels and forecast from every origin in one pass.

Both are estimated on the training part. Their equations then run over the series once, with the parameters fixed, and
the states that they have reached at each origin say what follows.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Literal

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.evaluation.metrics import repeats
from rnn_tutorial.forecasting.method import Method, check_length
from rnn_tutorial.forecasting.types import Array, Origins

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
        if repeats(y, self.season or 1):  # there is no error to learn from, and any constants are right
            self.constants = np.asarray(model.start_params)
        else:
            with _estimation(self.name):
                self.constants = np.asarray(model.fit(disp=False, maxiter=1000).params)
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


class SARIMA(Method):
    r"""Seasonal autoregression of differences with moving averages of errors, by statsmodels' ``SARIMAX``.

    :math:`\Phi(L^m)\,\varphi(L)\,(1-L)^d (1-L^m)^D y_t = c + \Theta(L^m)\,\theta(L)\,\varepsilon_t`. The Kalman filter
    gives the state :math:`a_o` at each origin; then :math:`\hat y_{o+k} = Z\, T^k a_o`. The state has more entries than
    the season has steps, so a season of a week of half-hours is slow.

    Args:
        order: (p, d, q).
        seasonal: (P, D, Q).
        season: m, steps; None for no seasonal part.
        constant: Whether to estimate c.
        fit_on: Estimate on so many last values of the training part; None for all.

    Raises:
        ValueError: Orders that are negative or without a season, or too short a past.
        RuntimeError: The estimation did not converge.

    References:
        G. E. P. Box, G. M. Jenkins (1970), *Time Series Analysis: Forecasting and Control*.

    Examples:
        >>> sunspots = rt.load_series("sunspots").values
        >>> model = SARIMA(order=(2, 0, 0), constant=True).fit(sunspots[:250])
        >>> model.name, model.forecast(sunspots, np.array([250, 260]), horizon=5).shape
        ('SARIMA(2,0,0)', (2, 5))
    """

    baseline: ClassVar[bool] = True

    def __init__(
        self,
        order: tuple[int, int, int] = (1, 0, 1),
        seasonal: tuple[int, int, int] = (0, 1, 1),
        season: int | None = None,
        *,
        constant: bool = False,
        fit_on: int | None = None,
    ) -> None:
        if len(order) != 3 or len(seasonal) != 3 or min(*order, *seasonal) < 0:
            raise ValueError(f"orders are three numbers from 0 on, got {order} and {seasonal}")
        if season is not None and season < 2:
            raise ValueError(f"a season has at least 2 steps, got {season}; None means no season")
        self.order, self.season, self.constant, self.fit_on = order, season, constant, fit_on
        self.seasonal = seasonal
        P, D, Q = self._of_season
        self.name = f"SARIMA{self.order}".replace(" ", "")
        self.name += f"{(P, D, Q)}".replace(" ", "") + f" ({season})" if season else ""
        self.parameters = self.order[0] + self.order[2] + P + Q + constant + 1

    @property
    def needed(self) -> int:
        """What the filter needs to forget where it started."""
        return int(getattr(self, "start", 0)) + self._memory

    @property
    def _of_season(self) -> tuple[int, int, int]:
        P, D, Q = self.seasonal if self.season else (0, 0, 0)
        return P, D, Q

    @property
    def _memory(self) -> int:
        (p, d, q), (P, D, Q), m = self.order, self._of_season, self.season or 0
        return max(p, q) + d + (max(P, Q) + D) * m + 1

    def learn(self, series: Series) -> None:
        """Estimate by maximum likelihood."""
        check_length(series, max(2 * self._memory + 10, self.fit_on or 0), self.name)
        past = series.values
        self.start = len(past) - (self.fit_on or len(past))
        with _estimation(self.name):
            self.estimates = np.asarray(self._model(past[self.start :]).fit(disp=False, maxiter=200).params)

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Filter the series once and extend it from the state at each origin."""
        filtered = self._model(series.values[self.start :]).filter(self.estimates).filter_results
        state = filtered.predicted_state[:, origins - self.start]  # (n, O), of the step after the last one known
        Z, T = filtered.design[:, :, 0], filtered.transition[:, :, 0]
        c, d = filtered.state_intercept[:, :1], filtered.obs_intercept[0, 0]
        path = np.empty((len(origins), horizon))
        for k in range(horizon):
            path[:, k] = (Z @ state)[0] + d
            state = T @ state + c
        return path

    def _model(self, values: Array) -> Any:
        from statsmodels.tsa.statespace.sarimax import SARIMAX

        trend = "c" if self.constant else "n"
        return SARIMAX(
            np.array(values), order=self.order, seasonal_order=(*self._of_season, self.season or 0), trend=trend
        )


@contextmanager
def _estimation(name: str) -> Iterator[None]:
    # statsmodels warns where it starts from and whether it arrived; only the second matters, and it is an error.
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            yield
        except ConvergenceWarning as warning:
            raise RuntimeError(
                f"the estimation of {name} did not converge: take fewer terms, or other values of fit_on"
            ) from warning


def _letter(component: str | None) -> str:
    return {None: "N", "add": "A", "mul": "M"}[component]
