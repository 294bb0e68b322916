r"""Linear regression on the last values: one for each step ahead, or one applied to its own forecasts."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting.checks import check_length
from rnn_tutorial.forecasting.columns import covariates_of
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.parameters import kept
from rnn_tutorial.forecasting.types import Array, Origins

from .order import most_lags, order_of
from .ridge import ridge_for_each_step

LEAST = 10
"""Values without which no order can be found."""


class RidgeOnLags(Method):
    r"""Linear regression of each next value on the last ``lags``: :math:`\hat y_{o+k} = b_k + \sum_j w_{kj}\, y_{o-j}`.

    One regression a step ahead ("direct"), all with the same penalty :math:`\alpha \sum w^2` on standardised values.
    With ``use_covariates`` the regression for step k also sees the known columns at step o + k and at the same step
    one of each of ``seasons`` before, and the past columns at step o - 1, the last that is known.

    Args:
        lags: Values that are read.
        horizon: Steps ahead.
        alpha: Penalty.
        use_covariates: Read the columns beside the series, which then has to have some.
        seasons: Steps back from the target at which the known columns are read as well, e.g. ``(24, 168)``.

    Raises:
        ValueError: A length below 1 or a negative penalty; values or covariates too short or with gaps.

    Examples:
        >>> values = np.sin(2 * np.pi * np.arange(200) / 12)
        >>> model = RidgeOnLags(lags=12, horizon=3, alpha=0.01).fit(values[:150])
        >>> forecast = model.forecast(values, np.array([150]), horizon=3)
        >>> bool(np.allclose(forecast, values[150:153], atol=0.01))
        True
    """

    baseline: ClassVar[bool] = True
    finds_its_place = True

    def __init__(
        self,
        lags: int,
        horizon: int,
        alpha: float = 1.0,
        *,
        use_covariates: bool = False,
        seasons: Sequence[int] = (),
    ) -> None:
        if lags < 1 or horizon < 1 or alpha < 0:
            raise ValueError(f"lags and horizon should be at least 1, alpha not negative: {lags}, {horizon}, {alpha}")
        if any(season < 1 for season in seasons):
            raise ValueError(f"seasons should be at least 1 step each, got {tuple(seasons)}")
        self.lags, self.horizon, self.alpha = lags, horizon, alpha
        self.use_covariates = self.reads_covariates = use_covariates
        self.seasons = kept(seasons, tuple(seasons))
        self.name = f"ridge on {lags} lags" + (" + covariates" if use_covariates else "")
        self.parameters = horizon * (lags + 1)  # with covariates known after fit

    @property
    def needed(self) -> int:
        """The lags, and the seasons that known columns are read back."""
        return max(self.lags, *self.seasons, 1)

    def learn(self, series: Series) -> None:
        """Regress on every window of the training part at once."""
        from sklearn.linear_model import Ridge

        check_length(series, self.lags + self.horizon + 1, f"{self.lags} lags and a horizon of {self.horizon}")
        past = series.values
        self.mean, self.scale = float(past.mean()), float(past.std()) or 1.0  # a constant series is its mean
        windows = np.lib.stride_tricks.sliding_window_view((past - self.mean) / self.scale, self.lags + self.horizon)
        inputs, targets = windows[:, : self.lags], windows[:, self.lags :]
        if not self.use_covariates:  # the same inputs serve all steps
            regression = Ridge(self.alpha).fit(inputs, targets)
            self.weights = regression.coef_.reshape(self.horizon, self.lags)  # one target comes without its axis
            self.intercepts = np.reshape(regression.intercept_, self.horizon)
            return
        covariates = covariates_of(series, len(past), len(past), self.name)
        origins = np.arange(self.lags, len(past) - self.horizon + 1)
        origins = origins[origins >= max((0, *self.seasons))]
        inputs, targets = inputs[origins - self.lags], targets[origins - self.lags]
        tables = [
            table[: len(past)] if table.size else np.zeros((1, 0)) for table in (covariates.past, covariates.known)
        ]
        self.centre = [table.mean(axis=0) for table in tables]
        spread = [table.std(axis=0) for table in tables]
        self.spread = [np.where(column > 0, column, 1.0) for column in spread]  # a column that never changes is 0
        own = [self._rows(covariates, origins, k) for k in range(self.horizon)]
        self.weights, self.intercepts = ridge_for_each_step(inputs, own, targets, self.alpha)
        self.parameters = self.weights.size + self.horizon

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Apply the regressions to the last ``lags`` values before each origin."""
        values = series.values
        last = (values[origins[:, None] + np.arange(-self.lags, 0)] - self.mean) / self.scale
        ahead = last @ self.weights[:, : self.lags].T + self.intercepts  # (O, horizon)
        if self.use_covariates:
            covariates = covariates_of(series, len(values), len(values) + horizon, self.name, self.series)
            for k, weights in enumerate(self.weights[:, self.lags :]):
                ahead[:, k] += self._rows(covariates, origins, k) @ weights
        result: Array = ahead * self.scale + self.mean
        return result

    def _rows(self, covariates: Covariates, origins: Origins, k: int) -> Array:
        # What the regression for step k reads beside the lags, (O, P + K (1 + seasons)), in standard units.
        past = [(covariates.past[origins - 1] - self.centre[0]) / self.spread[0]] if covariates.past.size else []
        known = [
            (covariates.known[origins + k - back] - self.centre[1]) / self.spread[1]
            for back in (0, *self.seasons)
            if covariates.known.size
        ]
        return np.hstack(past + known)


class AutoRegression(Method):
    r"""Linear regression of the next value on the last p, applied again and again to its own forecasts ("recursive").

    :math:`\hat y_t = b + \sum_{j=1}^p \phi_j\, y_{t-j}`, by ``statsmodels``'s ``AutoReg``.

    Args:
        lags: p; by default the one with the smallest AICc, see ``methods.order``.

    Attributes:
        order: p, once fitted.

    Raises:
        ValueError: No lags, or too short a past.

    Examples:
        >>> values = np.sin(2 * np.pi * np.arange(200) / 12)
        >>> forecast = AutoRegression(lags=2).fit(values[:150]).forecast(values, np.array([150]), horizon=3)
        >>> bool(np.allclose(forecast, values[150:153]))
        True
        >>> AutoRegression().fit(values).order
        2
    """

    baseline: ClassVar[bool] = True
    finds_its_place = True
    order: int

    def __init__(self, lags: int | None = None) -> None:
        if lags is not None and lags < 1:
            raise ValueError(f"lags should be at least 1, got {lags}")
        self.lags = lags
        self.name = "automatic autoregression" if lags is None else f"autoregression ({lags}), recursive"
        self.parameters = 0 if lags is None else lags + 1

    @property
    def needed(self) -> int:
        """The lags."""
        return max(1, self.order if hasattr(self, "order") else self.lags or 1)

    def learn(self, series: Series) -> None:
        """Find the order, unless it is given, and estimate the coefficients by least squares."""
        from statsmodels.tsa.ar_model import AutoReg

        if self.lags is None:
            check_length(series, LEAST, self.name)
            self.order = order_of(series.values, most_lags(len(series)))
        else:
            check_length(series, 2 * self.lags + 2, f"{self.lags} lags")
            self.order = self.lags
        self.coefficients = np.asarray(AutoReg(series.values, lags=self.order, trend="c").fit().params)
        self.parameters = self.order + 1

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Step forward from every origin at once, feeding forecasts back."""
        p = self.order
        known = series.values[origins[:, None] + np.arange(-p, 0)]  # (O, p), oldest first
        constant, weights = self.coefficients[0], self.coefficients[:0:-1]
        for _ in range(horizon):
            known = np.column_stack([known, constant + known[:, known.shape[1] - p :] @ weights])
        return known[:, -horizon:]
