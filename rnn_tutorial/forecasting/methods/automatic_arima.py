r"""Seasonal ARIMA whose orders are chosen by the data."""

import warnings
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.checks import check_length
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.seasons import learnable_seasons
from rnn_tutorial.forecasting.types import Array, Origins

from .sarima import SARIMA
from .unit_roots import SEASONAL, differences, seasonal_strength

MOST_PQ, MOST_SEASONAL = 5, 2
LONGEST = 24
"""Steps in a season beyond which the filter has more states than there is time for."""
NEAR_ONE = 1.01
"""A root of a polynomial as near to the unit circle as this is no better than a difference."""
LEAST = 10


class Orders(NamedTuple):
    """The orders between which is chosen; d and D are found before."""

    p: int
    q: int
    P: int = 0
    Q: int = 0
    constant: bool = True


class AutoARIMA(Method):
    r"""The orders of ``SARIMA`` with the smallest AICc that a stepwise search finds (Hyndman & Khandakar, 2008).

    D is 1 if the season is strong, d the number of differences until the KPSS test no longer sees the level wander. The
    search starts from four models and goes on from the best so far to its neighbours, one more or less of p, q, P, Q or
    of both of a pair, with or without the constant, until none is better. Of n differenced values, with log likelihood
    L and k numbers,

    .. math:: \mathrm{AICc} = -2L + 2k + \frac{2k(k+1)}{n-k-1}

    Models with a root next to the unit circle are left out. The likelihood is exact, by statsmodels; orders and
    forecasts are those of statsforecast 2.1.1 on the series they were compared on. That library is faster, and no extra
    here: it and the fugue that it needs ask for pandas below 3.

    Args:
        season: m, steps in the season; by default the longest that the series knows itself to have and holds three
            times, up to 24 steps; 1 for none.
        models: Try at most so many.

    Attributes:
        aicc: Of each model that could be estimated, by its orders.
        d, D: Differences over one step, and over the season.
        chosen: The fitted winner; None where the differences never change, which are then repeated.

    Raises:
        ValueError: Too short a past.
        RuntimeError: No model could be estimated.

    References:
        R. J. Hyndman, Y. Khandakar (2008), "Automatic time series forecasting: the forecast package for R", *Journal of
        Statistical Software* 27(3).

    Examples:
        >>> model = AutoARIMA().fit(np.arange(1.0, 61.0))
        >>> model.d, model.predict(horizon=2).point
        (1, array([61., 62.]))
    """

    baseline: ClassVar[bool] = True
    name = "automatic ARIMA"
    chosen: SARIMA | None

    def __init__(self, season: int | None = None, *, models: int = 94) -> None:
        if season is not None and season < 1:
            raise ValueError(f"a season has at least 1 step, which means none; got {season}")
        self.season, self.models = season, models

    @property
    def needed(self) -> int:
        """What the winner needs, or the steps that are differenced."""
        if not hasattr(self, "d"):
            return LEAST
        return self.chosen.needed if self.chosen is not None else self.d + self.D * self.m + 1

    def learn(self, series: Series) -> None:
        """Difference, search, and estimate the winner once more on the series itself."""
        check_length(series, LEAST, self.name)
        known = [season for season in learnable_seasons(series) if season <= LONGEST]
        self.m = max(known, default=1) if self.season is None else self.season
        y = series.values
        seasonal = bool(self.m > 1 and len(y) > 2 * self.m + 1 and np.ptp(y) > 0)
        self.D = int(seasonal and seasonal_strength(y, self.m) > SEASONAL)
        w = y[self.m :] - y[: -self.m] if self.D else y
        self.d = differences(w) if np.ptp(w) > 0 else 0
        w = np.diff(w, n=self.d)
        self.aicc: dict[Orders, float] = {}
        if np.ptp(w) <= 1e-9 * np.abs(y).max():
            self.step, self.chosen, self.parameters = float(w.mean()), None, 1
            return
        p, q, P, Q, constant = self._search(w, seasonal)
        self.chosen = SARIMA((p, self.d, q), (P, self.D, Q), self.m if seasonal else None, constant=constant).fit(
            series
        )
        self.parameters = self.chosen.parameters

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Forecast by the winner, or repeat the difference."""
        if self.chosen is not None:
            return self.chosen.forecast(series, origins, horizon)
        # (1 - L)^d (1 - L^m)^D y_t = c, so y_t = c - sum_j a_j y_{t-j}
        a = np.array([1.0])
        for lag in [1] * self.d + [self.m] * self.D:
            a = np.convolve(a, [1.0, *[0.0] * (lag - 1), -1.0])
        back = len(a) - 1
        known = series.values[origins[:, None] + np.arange(-back, 0)]  # (O, back), oldest first
        for _ in range(horizon):
            known = np.column_stack([known, self.step - known[:, known.shape[1] - back :] @ a[:0:-1]])
        return known[:, back:]

    def _search(self, w: Array, seasonal: bool) -> Orders:
        constant = self.d + self.D < 2
        P = int(seasonal)
        starts = [Orders(2, 2, P, P, constant), Orders(0, 0, 0, 0, constant), Orders(1, 0, P, 0, constant)]
        starts += [Orders(0, 1, 0, P, constant), Orders(0, 0, 0, 0, False)]
        best = min(starts, key=lambda orders: self._try(orders, w))
        better = True
        while better and len(self.aicc) < self.models:
            better = False
            for orders in neighbours(best, seasonal, constant):
                if orders not in self.aicc and self._try(orders, w) < self.aicc[best]:
                    best, better = orders, True
                    break
        if not np.isfinite(self.aicc[best]):
            raise RuntimeError("no orders of ARIMA could be estimated for this series: take exponential smoothing")
        return best

    def _try(self, orders: Orders, w: Array) -> float:
        if orders not in self.aicc:
            self.aicc[orders] = aicc_of(orders, w, self.m)
        return self.aicc[orders]


def neighbours(best: Orders, seasonal: bool, constant: bool) -> Iterator[Orders]:
    """Yield orders one step away, the seasonal ones first, as in R's ``auto.arima``."""
    p, q, P, Q, c = best
    ups = [(0, 0, -1, 0), (0, 0, 0, -1), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, -1, -1), (0, 0, 1, 1)] if seasonal else []
    ups += [(-1, 0, 0, 0), (0, -1, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (-1, -1, 0, 0), (1, 1, 0, 0)]
    for dp, dq, dP, dQ in ups:
        one = Orders(p + dp, q + dq, P + dP, Q + dQ, c)
        if min(one[:4]) >= 0 and max(one[:2]) <= MOST_PQ and max(one[2:4]) <= MOST_SEASONAL:
            yield one
    if constant:
        yield best._replace(constant=not c)


def aicc_of(orders: Orders, w: Array, season: int) -> float:
    """Return AICc of ARMA orders on a differenced series; infinite where they cannot be estimated or nearly cancel."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    p, q, P, Q, constant = orders
    k, n = p + q + P + Q + constant + 1, len(w)
    if n <= k + 1 + max(p, q) + max(P, Q) * season:  # fewer than SARIMA.least, less what differences took
        return np.inf
    seasonal = (P, 0, Q, season) if P or Q else (0, 0, 0, 0)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of start values, and of a search that did not end: its AICc counts all the same
        try:  # refused are lags that stand in both parts, such as 2 steps and one season of 2
            model = SARIMAX(np.array(w), order=(p, 0, q), seasonal_order=seasonal, trend="c" if constant else "n")
            found: Any = model.fit(disp=False, maxiter=50)
        except (ValueError, np.linalg.LinAlgError):
            return np.inf
    roots = np.abs(np.concatenate([found.arroots, found.maroots]))
    if not np.isfinite(found.llf) or (len(roots) and roots.min() < NEAR_ONE):
        return np.inf
    return float(-2 * found.llf + 2 * k + 2 * k * (k + 1) / (n - k - 1))
