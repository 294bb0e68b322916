r"""How good quantiles and intervals are: sharp, and as often right as they say."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnn_tutorial.forecasting.levels import rising_levels

Array = npt.NDArray[np.float64]


def pinball(truth: npt.ArrayLike, quantile: npt.ArrayLike, level: float) -> float:
    r"""Mean pinball loss of a quantile forecast, in the unit of the series (Koenker & Bassett, 1978).

    .. math::

        \frac1n \sum \max\bigl(\tau\,(y - \hat q),\; (\tau - 1)\,(y - \hat q)\bigr)

    Smallest, on average, for the true quantile of level τ; for the median it is half the mean absolute error.

    Args:
        truth: Values, any shape.
        quantile: The same shape.
        level: τ, between 0 and 1.

    Raises:
        ValueError: A level outside, shapes differ, or values that are not finite.

    Examples:
        >>> pinball([10.0], [8.0], level=0.9), pinball([10.0], [12.0], level=0.9)  # too low costs more
        (1.8, 0.19999999999999996)
    """
    rising_levels([level])
    y, q = np.asarray(truth, dtype=float), np.asarray(quantile, dtype=float)
    _check_shapes(y, q, y.shape)
    return float(np.maximum(level * (y - q), (level - 1) * (y - q)).mean())


def crps(truth: npt.ArrayLike, quantiles: npt.ArrayLike, levels: Sequence[float]) -> float:
    r"""Continuous ranked probability score, approximated by twice the mean pinball loss over the levels given.

    :math:`\mathrm{CRPS} = 2 \int_0^1 \mathrm{pinball}_\tau\, d\tau` (Gneiting & Ranjan, 2011). The integral is replaced
    by the mean over the levels, which is close for many evenly spaced ones and rough for few: compare scores of
    the same levels only. In the unit of the series; a forecast without spread gets its mean absolute error.

    Args:
        truth: (...) values.
        quantiles: (..., Q), one quantile a level.
        levels: Q levels, increasing.

    Raises:
        ValueError: Levels outside 0 to 1 or not increasing, shapes that do not fit, values that are not finite.

    Examples:
        >>> crps([10.0], [[8.0, 10.0, 12.0]], levels=(0.1, 0.5, 0.9))
        0.26666666666666666
    """
    y, q = np.asarray(truth, dtype=float), np.asarray(quantiles, dtype=float)
    rising_levels(levels)
    _check_shapes(y, q, (*y.shape, len(levels)))
    return 2 * float(np.mean([pinball(y, q[..., k], level) for k, level in enumerate(levels)]))


def coverage(truth: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> float:
    """Share of values that lie in their interval, its ends included; to be compared with the nominal level.

    Args:
        truth: Values, any shape.
        lower: The same shape.
        upper: The same shape, nowhere below ``lower``.

    Raises:
        ValueError: Shapes differ, values that are not finite, or ends the wrong way round.

    Examples:
        >>> coverage([1, 2, 3, 4], lower=[0, 0, 0, 0], upper=[3, 3, 3, 3])
        0.75
    """
    y, low, high = (np.asarray(a, dtype=float) for a in (truth, lower, upper))
    _check_ends(y, low, high)
    return float(((low <= y) & (y <= high)).mean())


def width(truth: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> float:
    """Mean width of intervals, in the unit of the series; ``truth`` is not used but checked, as in ``coverage``.

    Examples:
        >>> width([1, 2], lower=[0, 0], upper=[3, 5])
        4.0
    """
    y, low, high = (np.asarray(a, dtype=float) for a in (truth, lower, upper))
    _check_ends(y, low, high)
    return float((high - low).mean())


def interval_score(truth: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike, level: float) -> float:
    r"""Mean interval score, in the unit of the series (Gneiting & Raftery, 2007, eq. 43; also Winkler's score).

    .. math::

        \frac1n \sum (u - l) + \frac{2}{\alpha} \max(l - y, 0) + \frac{2}{\alpha} \max(y - u, 0),
        \qquad \alpha = 1 - \text{level}

    The width, and a fine for what is missed; smallest, on average, for the true quantiles of levels α/2 and 1 - α/2.

    Args:
        truth: Values, any shape.
        lower: The same shape.
        upper: The same shape, nowhere below ``lower``.
        level: Nominal coverage, between 0 and 1.

    Raises:
        ValueError: A level outside, shapes differ, values that are not finite, or ends the wrong way round.

    References:
        T. Gneiting, A. E. Raftery (2007), "Strictly proper scoring rules, prediction, and estimation", *Journal of the
        American Statistical Association* 102, 359-378.

    Examples:
        >>> interval_score([1.0, 6.0], lower=[0.0, 0.0], upper=[4.0, 4.0], level=0.5)  # 4, and 4 + 2 · 4
        8.0
    """
    rising_levels([level])
    y, low, high = (np.asarray(a, dtype=float) for a in (truth, lower, upper))
    _check_ends(y, low, high)
    missed = np.maximum(low - y, 0) + np.maximum(y - high, 0)
    return float((high - low + 2 / (1 - level) * missed).mean())


def _check_shapes(y: Array, q: Array, wanted: tuple[int, ...]) -> None:
    if q.shape != wanted or y.size == 0:
        raise ValueError(f"for a truth of shape {y.shape} the quantiles should be {wanted}, got {q.shape}")
    if not (np.isfinite(y).all() and np.isfinite(q).all()):
        raise ValueError("truth or quantiles hold NaN or infinite values: an average over them would mean nothing")


def _check_ends(y: Array, low: Array, high: Array) -> None:
    _check_shapes(y, low, y.shape)
    _check_shapes(y, high, y.shape)
    if np.any(high < low):
        raise ValueError(f"{int((high < low).sum())} intervals end below their beginning: lower and upper are mixed up")
