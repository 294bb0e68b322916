r"""How often a series has to be differenced until its level no longer wanders: two tests, one for the season."""

import numpy as np

from rnn_tutorial.forecasting.types import Array

WANDERS = 0.463
"""KPSS statistic that a series with a constant level exceeds once in twenty times."""
SEASONAL = 0.64
"""Strength of a season from which it is differenced, as in R's ``nsdiffs``."""
MOST = 2
"""Differences over one step."""


def kpss(values: Array) -> float:
    r"""Return the statistic of Kwiatkowski, Phillips, Schmidt and Shin, large where the level wanders.

    With deviations from the mean :math:`e_t`, their sums :math:`S_t = \sum_{s \le t} e_s`, their autocovariances
    :math:`\gamma_l` and L = ⌊3 √n / 13⌋,

    .. math::

        \eta = \frac{\sum_t S_t^2}{n^2 s^2}, \qquad s^2 = \gamma_0 + 2 \sum_{l=1}^L \frac{L + 1 - l}{L + 1} \gamma_l

    References:
        D. Kwiatkowski, P. C. B. Phillips, P. Schmidt, Y. Shin (1992), "Testing the null hypothesis of stationarity
        against the alternative of a unit root", *Journal of Econometrics* 54, 159-178.

    Examples:
        >>> noise = np.random.default_rng(0).normal(size=100)
        >>> kpss(np.cumsum(noise)) > WANDERS > kpss(noise)
        True
    """
    n, e = len(values), values - values.mean()
    lags = int(3 * np.sqrt(n) / 13)
    covariances = [float(e[lag:] @ e[: n - lag]) / n for lag in range(lags + 1)]
    weights = [1.0, *(2 * (lags + 1 - lag) / (lags + 1) for lag in range(1, lags + 1))]
    variance = float(np.dot(weights, covariances))
    return float(np.square(np.cumsum(e)).sum() / (n**2 * variance)) if variance > 0 else 0.0


def differences(values: Array) -> int:
    """Return d, how many differences over one step a series takes until it passes the test."""
    for d in range(MOST):
        if kpss(values) <= WANDERS:
            return d
        values = np.diff(values)
    return MOST


def seasonal_strength(values: Array, season: int) -> float:
    r"""Return :math:`\max(0, 1 - \mathrm{Var}(R) / \mathrm{Var}(S + R))` of season S and remainder R, found by STL.

    References:
        X. Wang, K. A. Smith, R. J. Hyndman (2006), "Characteristic-based clustering for time series data", *Data Mining
        and Knowledge Discovery* 13, 335-364.
    """
    from statsmodels.tsa.seasonal import STL

    found = STL(values, period=season, seasonal=11).fit()
    both = float(np.var(found.seasonal + found.resid))
    return max(0.0, 1 - float(np.var(found.resid)) / both) if both > 0 else 0.0
