r"""Is one forecaster better than another, or was it luck?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Comparison:
    r"""The outcome of a Diebold-Mariano test.

    Attributes:
        difference: Mean loss of the first less that of the second: negative where the first is better.
        statistic: Difference over its standard error, corrected for few origins; NaN if there is no such error.
        p_value: Of so large a statistic, either way, if both were equally good; NaN with the statistic.
        origins: How many losses were compared.
        lags: Up to which lag, in origins, losses were taken for dependent.

    Examples:
        >>> Comparison(difference=-0.2, statistic=-2.5, p_value=0.014, origins=100, lags=0).p_value < 0.05
        True
    """

    difference: float
    statistic: float
    p_value: float
    origins: int
    lags: int


def diebold_mariano(first: npt.ArrayLike, second: npt.ArrayLike, horizon: int = 1, stride: int = 1) -> Comparison:
    r"""Test whether two forecasters have the same expected loss (Diebold & Mariano, 1995).

    With :math:`d_i` the difference of the losses at origin i, n origins and h - 1 lags:

    .. math::

        \mathrm{DM} = \frac{\bar d}{\sqrt{(\gamma_0 + 2 \sum_{j=1}^{h-1} \gamma_j) / n}}, \qquad
        \gamma_j = \frac1n \sum_{i=j+1}^n (d_i - \bar d)(d_{i-j} - \bar d)

    times :math:`\sqrt{(n + 1 - 2h + h(h-1)/n) / n}`, against Student's t with n - 1 degrees of freedom (Harvey,
    Leybourne & Newbold, 1997). Two forecasts whose targets overlap have dependent errors, those of origins at least a
    horizon apart need not have: h - 1 is the number of later origins whose targets overlap with one's own, horizon - 1
    for an origin every step. The sum of autocovariances can come out negative; then the test has no answer, NaN.

    Args:
        first: (n,) loss of the first forecaster at each origin, e.g. the mean absolute error over the steps ahead.
        second: (n,) that of the second at the same origins.
        horizon: Steps ahead of each forecast.
        stride: Steps between origins.

    Returns:
        Difference, statistic and two-sided p-value.

    Raises:
        ValueError: Shapes differ, values that are not finite, or too few origins for the lags.

    References:
        F. X. Diebold, R. S. Mariano (1995), "Comparing predictive accuracy", *Journal of Business &
        Economic Statistics* 13; D. Harvey, S. Leybourne, P. Newbold (1997), "Testing the equality of prediction mean
        squared errors", *International Journal of Forecasting* 13.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> errors = rng.random(100)
        >>> found = diebold_mariano(errors, errors + 0.1 * rng.random(100))
        >>> found.difference < 0, found.p_value < 0.01
        (True, True)
    """
    from scipy.stats import t as student

    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"losses should be two series of one length, got shapes {a.shape} and {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("losses hold NaN or infinite values")
    if horizon < 1 or stride < 1:
        raise ValueError(f"horizon and stride should be at least 1 step, got {horizon} and {stride}")
    n, h = len(a), -(-horizon // stride)
    if n <= h:
        raise ValueError(
            f"{n} origins are too few for a test: with a horizon of {horizon} and an origin every {stride} steps, "
            f"losses depend on {h - 1} earlier ones, so more than {h} are needed"
        )
    d = a - b
    mean = float(d.mean())
    centred = d - mean
    autocovariances = [float(centred[j:] @ centred[: n - j]) / n for j in range(h)]
    variance = (autocovariances[0] + 2 * sum(autocovariances[1:])) / n
    if variance <= 0:
        return Comparison(mean, np.nan, np.nan, n, h - 1)
    small_sample = np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    statistic = float(mean / np.sqrt(variance) * small_sample)
    return Comparison(mean, statistic, float(2 * student.sf(abs(statistic), n - 1)), n, h - 1)
