r"""How many of the last values an autoregression should read, by the corrected information criterion."""

import numpy as np

from rnn_tutorial.forecasting.types import Array

EXACT = 1e-12
"""Share of the variance below which what is left over is rounding: a longer autoregression is not better for it."""


def most_lags(steps: int) -> int:
    r"""Return how many are tried: :math:`10 \log_{10} T`, as R's ``ar`` does, and at most a quarter of the steps."""
    return min(int(10 * np.log10(steps)), steps // 4)


def order_of(values: Array, most: int) -> int:
    r"""Return the p from 0 to ``most`` with the smallest AICc (Hurvich & Tsai, 1989).

    With the sum of squares RSS that least squares leaves on the same n values for every p, and k = p + 2 numbers, the
    constant and the variance among them,

    .. math:: \mathrm{AICc} = n \log \frac{\mathrm{RSS}}{n} + 2k + \frac{2k(k+1)}{n-k-1}

    Args:
        values: (T,), with T - ``most`` > ``most`` + 3.
        most: The longest autoregression that is tried.

    References:
        C. M. Hurvich, C.-L. Tsai (1989), "Regression and time series model selection in small samples", *Biometrika*
        76(2), 297-307.

    Examples:
        >>> y, noise = np.zeros(300), np.random.default_rng(0).normal(size=300)
        >>> for t in range(2, 300):
        ...     y[t] = 0.5 * y[t - 1] + 0.3 * y[t - 2] + noise[t]
        >>> order_of(y, 10)
        2
    """
    n = len(values) - most
    targets = values[most:]
    lags = np.column_stack([np.ones(n), *(values[most - j : len(values) - j] for j in range(1, most + 1))])
    spread = float(np.square(targets - targets.mean()).sum())
    if spread == 0:
        return 0
    found = []
    for p in range(most + 1):
        columns = lags[:, : p + 1]
        left = targets - columns @ np.linalg.lstsq(columns, targets, rcond=None)[0]
        rss = max(float(left @ left), EXACT * spread)
        k = p + 2
        found.append(n * np.log(rss / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1))
    return int(np.argmin(found))
