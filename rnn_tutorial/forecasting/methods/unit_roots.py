r"""How often a series has to be differenced until its level no longer wanders: by tests of the level and the season."""

import numpy as np

from rnn_tutorial.forecasting.types import Array

WANDERS = 0.463
"""KPSS statistic that a series with a constant level exceeds once in twenty times."""
RETURNS = -3.43
"""t of Dickey and Fuller below which a series that wanders falls once in a hundred times."""
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
    lags = _lags(n)
    covariances = [float(e[lag:] @ e[: n - lag]) / n for lag in range(lags + 1)]
    weights = [1.0, *(2 * (lags + 1 - lag) / (lags + 1) for lag in range(1, lags + 1))]
    variance = float(np.dot(weights, covariances))
    return float(np.square(np.cumsum(e)).sum() / (n**2 * variance)) if variance > 0 else 0.0


def dickey_fuller(values: Array) -> float:
    r"""Return the t of the augmented test of Dickey and Fuller, far below 0 where the level is returned to.

    It is that of :math:`\rho` in

    .. math:: \Delta y_t = c + \rho\, y_{t-1} + \sum_{l=1}^L \psi_l\, \Delta y_{t-l} + \varepsilon_t

    by least squares, L as in ``kpss``. A wandering series has :math:`\rho = 0`. Where too few values, or no noise, are
    there to tell, it is 0.

    References:
        D. A. Dickey, W. A. Fuller (1979), "Distribution of the estimators for autoregressive time series with a unit
        root", *Journal of the American Statistical Association* 74, 427-431.

    Examples:
        >>> noise = np.random.default_rng(0).normal(size=100)
        >>> dickey_fuller(noise) < RETURNS < dickey_fuller(np.cumsum(noise))
        True
    """
    lags, changes = _lags(len(values)), np.diff(values)
    steps = len(changes) - lags
    columns = [np.ones(steps), values[lags:-1], *(changes[lags - lag : -lag] for lag in range(1, lags + 1))]
    if steps <= len(columns):
        return 0.0
    X, y = np.stack(columns, axis=1), changes[lags:]
    weights, _, rank, _ = np.linalg.lstsq(X, y)
    left = float(np.square(y - X @ weights).sum())
    if rank < X.shape[1] or left <= 1e-12 * float(np.square(y).sum()):
        return 0.0
    # Var(w) = σ² (XᵀX)⁻¹, σ² = Σ residual² / (steps - columns)
    error = np.sqrt(left / (steps - X.shape[1]) * np.linalg.inv(X.T @ X)[1, 1])
    return float(weights[1] / error)


def _lags(steps: int) -> int:
    return int(3 * np.sqrt(steps) / 13)


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
