r"""Seasonal ARIMA, estimated by statsmodels and forecast from every origin in one pass.

The parameters are estimated on the training part. A filter then runs over the series once, with the parameters fixed,
and the states that it has reached at each origin say what follows.
"""

from typing import Any, ClassVar

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.checks import check_length
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array, Origins

from .estimation import estimation


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

    @property
    def least(self) -> int:
        """Values to estimate it from: what is lost to lags and differences, and one more than there are parameters."""
        return self._memory + self.parameters + 1

    def learn(self, series: Series) -> None:
        """Estimate by maximum likelihood."""
        check_length(series, max(self.least, self.fit_on or 0), self.name)
        past = series.values
        self.start = len(past) - (self.fit_on or len(past))
        with estimation(self.name):
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
