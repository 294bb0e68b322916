r"""The forecasters to beat. Each learns from the training part and then forecasts from any origin.

A forecast at origin o is made when ``values[:o]`` are known and speaks of ``values[o : o + horizon]``.
"""

from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Origins = npt.NDArray[np.int64]


class Method(Protocol):
    """What every forecasting method here can do, networks included.

    One that reads covariates says ``takes_covariates = True`` and accepts a keyword ``covariates`` in both calls.
    """

    name: str
    parameters: int

    def fit(self, past: Array) -> Self:
        """Learn from the training part, (T,)."""
        ...

    def forecast(self, values: Array, origins: Origins, horizon: int) -> Array:
        """Return (len(origins), horizon), each row from the values before its origin alone."""
        ...


class Persistence:
    r"""Tomorrow is like now: :math:`\hat y_{o+k} = y_{o-1}`."""

    name, parameters = "persistence", 0

    def fit(self, past: Array) -> Self:
        """Nothing to learn."""
        return self

    def forecast(self, values: Array, origins: Origins, horizon: int) -> Array:
        """Repeat the last value known."""
        check(values, origins, horizon, needed=1)
        return np.repeat(values[origins - 1, None], horizon, axis=1)


class SeasonalNaive:
    r"""The next season is like the last: :math:`\hat y_{o+k} = y_{o+k-m\lceil (k+1)/m \rceil}` for a season of m steps.

    Args:
        season: m, e.g. 24 for a day of hours.
        name: In tables.
    """

    parameters = 0

    def __init__(self, season: int, name: str | None = None) -> None:
        if season < 1:
            raise ValueError(f"a season has at least 1 step, got {season}")
        self.season = season
        self.name = name or f"seasonal naive ({season})"

    def fit(self, past: Array) -> Self:
        """Nothing to learn."""
        return self

    def forecast(self, values: Array, origins: Origins, horizon: int) -> Array:
        """Repeat the last season known, as often as the horizon asks."""
        check(values, origins, horizon, needed=self.season)
        return values[origins[:, None] - self.season + np.arange(horizon) % self.season]


class RidgeOnLags:
    r"""Linear regression of each next value on the last L: :math:`\hat y_{o+k} = b_k + \sum_j w_{kj}\, y_{o-j}`.

    One regression a step ahead ("direct"), all with the same penalty :math:`\alpha \sum w^2` on standardised values.

    Args:
        lags: L.
        horizon: H.
        alpha: Penalty.
    """

    def __init__(self, lags: int, horizon: int, alpha: float = 1.0) -> None:
        if lags < 1 or horizon < 1 or alpha < 0:
            raise ValueError(f"lags and horizon should be at least 1, alpha not negative: {lags}, {horizon}, {alpha}")
        self.lags, self.horizon, self.alpha = lags, horizon, alpha
        self.name = f"ridge on {lags} lags"
        self.parameters = horizon * (lags + 1)

    def fit(self, past: Array) -> Self:
        """Regress on every window of the training part at once."""
        from sklearn.linear_model import Ridge

        check_past(past, self.lags + self.horizon + 1, f"{self.lags} lags and a horizon of {self.horizon}")
        self.mean, self.scale = float(past.mean()), float(past.std()) or 1.0  # a constant series is its mean
        windows = np.lib.stride_tricks.sliding_window_view((past - self.mean) / self.scale, self.lags + self.horizon)
        self.regression = Ridge(self.alpha).fit(windows[:, : self.lags], windows[:, self.lags :])
        return self

    def forecast(self, values: Array, origins: Origins, horizon: int) -> Array:
        """Apply the regressions to the last L values before each origin."""
        if horizon != self.horizon:
            raise ValueError(f"fitted for a horizon of {self.horizon} steps, asked for {horizon}")
        check_fitted(self, "regression")
        check(values, origins, horizon, needed=self.lags)
        last = (values[origins[:, None] + np.arange(-self.lags, 0)] - self.mean) / self.scale
        result: Array = self.regression.predict(last) * self.scale + self.mean
        return result.reshape(len(origins), horizon)  # scikit-learn drops the last axis of a single target


class AutoRegression:
    r"""Linear regression of the next value on the last p, applied again and again to its own forecasts ("recursive").

    :math:`\hat y_t = b + \sum_{j=1}^p \phi_j\, y_{t-j}`, by ``statsmodels``'s ``AutoReg``.

    Args:
        lags: p.
    """

    def __init__(self, lags: int) -> None:
        if lags < 1:
            raise ValueError(f"lags should be at least 1, got {lags}")
        self.lags = lags
        self.name = f"autoregression ({lags}), recursive"
        self.parameters = lags + 1

    def fit(self, past: Array) -> Self:
        """Estimate the coefficients by least squares."""
        from statsmodels.tsa.ar_model import AutoReg

        check_past(past, 2 * self.lags + 2, f"{self.lags} lags")
        self.coefficients = np.asarray(AutoReg(past, lags=self.lags, trend="c").fit().params)
        return self

    def forecast(self, values: Array, origins: Origins, horizon: int) -> Array:
        """Step forward from every origin at once, feeding forecasts back."""
        check_fitted(self, "coefficients")
        check(values, origins, horizon, needed=self.lags)
        known = values[origins[:, None] + np.arange(-self.lags, 0)]  # (O, p), oldest first
        constant, weights = self.coefficients[0], self.coefficients[:0:-1]
        for _ in range(horizon):
            known = np.column_stack([known, constant + known[:, -self.lags :] @ weights])
        return known[:, -horizon:]


def check(values: Array, origins: Origins, horizon: int, needed: int) -> None:
    """Refuse values, origins or a horizon that no forecast can be made from."""
    if np.ndim(values) != 1:
        raise ValueError(f"values should be one series, shape (T,), got {np.shape(values)}")
    if horizon < 1:
        raise ValueError(f"the horizon should be at least 1 step, got {horizon}")
    if len(origins) == 0 or origins.min() < needed or origins.max() > len(values):
        shown = "none" if len(origins) == 0 else f"{origins.min()} to {origins.max()}"
        raise ValueError(f"origins should lie between {needed} and {len(values)}, got {shown}")
    if origins.dtype.kind not in "iu":
        raise TypeError(f"origins count steps, so they should be integers, got {origins.dtype}")
    _check_finite(values[: origins.max()])


def check_past(past: Array, needed: int, purpose: str) -> None:
    """Refuse a training part that nothing can be learnt from."""
    if np.ndim(past) != 1:
        raise ValueError(f"the training part should be one series, shape (T,), got {np.shape(past)}")
    if len(past) < needed:
        raise ValueError(f"{len(past)} values are too few for {purpose}: at least {needed} are needed")
    _check_finite(past)


def check_fitted(forecaster: object, attribute: str) -> None:
    """Refuse to forecast before anything was learnt."""
    if not hasattr(forecaster, attribute):
        raise RuntimeError(f"this {type(forecaster).__name__} has learnt nothing yet: call fit(past) first")


def _check_finite(values: Array) -> None:
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        raise ValueError(
            f"{len(bad)} values are NaN or infinite, the first at step {bad[0]}: fill or cut the gaps first"
        )
