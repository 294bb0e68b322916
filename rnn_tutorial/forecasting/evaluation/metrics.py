r"""How wrong a forecast is."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def mae(truth: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    r"""Mean absolute error :math:`\frac1n \sum |y - \hat y|`, in the unit of the series.

    Examples:
        >>> mae([2, 4], [2, 6])
        1.0
    """
    y, f = _pair(truth, forecast)
    return float(np.abs(y - f).mean())


def rmse(truth: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    r"""Root of the mean squared error :math:`\sqrt{\frac1n \sum (y - \hat y)^2}`, in the unit of the series.

    Examples:
        >>> rmse([2, 4], [2, 6])
        1.4142135623730951
    """
    y, f = _pair(truth, forecast)
    return float(np.sqrt(np.square(y - f).mean()))


def mase(truth: npt.ArrayLike, forecast: npt.ArrayLike, past: npt.ArrayLike, season: int) -> float:
    r"""Mean absolute scaled error (Hyndman & Koehler, 2006): the error in units of the seasonal-naive one.

    .. math::

        \mathrm{MASE} = \frac{\mathrm{MAE}}{\frac{1}{T-m} \sum_{t=m+1}^{T} |y_t - y_{t-m}|}

    Below 1: better than repeating the last season was, one season ahead, on the training data.

    Args:
        truth: Values, any shape.
        forecast: The same shape.
        past: (T,) the training data.
        season: m, steps in a season.

    Raises:
        ValueError: Shapes differ, the past is no longer than a season, or it repeats exactly.

    Examples:
        >>> mase([2, 4], [2, 6], past=[1, 3, 2, 5], season=1)  # the naive forecast was off by 2, 1 and 3
        0.5
    """
    y = np.asarray(past, dtype=float)
    check_season(y, season)
    scale = float(np.abs(y[season:] - y[:-season]).mean())
    if scale == 0:
        raise ValueError(f"the past repeats exactly every {season} steps: MASE would divide by zero")
    return mae(truth, forecast) / scale


def check_season(past: Array, season: int) -> None:
    """Refuse a past that is no longer than a season, so that no step of it has one to be compared with."""
    if past.ndim != 1 or len(past) <= season or season < 1:
        raise ValueError(f"past should be one series longer than a season of {season} steps, got shape {past.shape}")


def repeats(values: Array, season: int) -> bool:
    """Say whether a series repeats exactly after so many steps, so that there is no error to measure or to learn."""
    return not np.any(values[season:] - values[:-season])


def mape(truth: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    r"""Mean absolute percentage error :math:`\frac{100}{n} \sum |y - \hat y| / |y|`.

    For series far from 0 only: near it the percentage says nothing, at 0 it does not exist.

    Raises:
        ValueError: Shapes differ, values that are not finite, or a true value of 0.

    Examples:
        >>> mape([2, 4], [2, 6])
        25.0
    """
    y, f = _pair(truth, forecast)
    if np.any(y == 0):
        raise ValueError("a true value is 0, of which no error is a percentage: take mae or mase instead of mape")
    return 100 * float(np.abs((y - f) / y).mean())


def smape(truth: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    r"""Symmetric mean absolute percentage error :math:`\frac{200}{n} \sum |y - \hat y| / (|y| + |\hat y|)`, 0 to 200.

    As in the M competitions (Makridakis & Hibon, 2000); a forecast of 0 for a value of 0 counts as no error.

    Examples:
        >>> smape([2, 4], [2, 6])
        20.0
    """
    y, f = _pair(truth, forecast)
    size = np.abs(y) + np.abs(f)
    return 200 * float(np.divide(np.abs(y - f), size, out=np.zeros_like(size), where=size > 0).mean())


def by_step(metric: Callable[..., float], truth: npt.ArrayLike, *forecasts: npt.ArrayLike, **options: Any) -> Array:
    r"""Apply a metric to each step ahead by itself.

    Args:
        metric: Any of this package: ``mae``, ``pinball``, ``coverage`` …
        truth: (O, horizon).
        forecasts: What the metric takes after the truth, (O, horizon) or (O, horizon, Q) each.
        options: Its other arguments.

    Returns:
        (horizon,).

    Raises:
        ValueError: A truth that is not (origins, horizon), or what the metric itself refuses.

    Examples:
        >>> by_step(mae, [[1, 2], [3, 4]], [[1, 3], [3, 6]])
        array([0. , 1.5])
    """
    y, given = np.asarray(truth, dtype=float), [np.asarray(f, dtype=float) for f in forecasts]
    if y.ndim != 2 or any(f.shape[:2] != y.shape for f in given):
        shapes = ", ".join(str(f.shape) for f in given)
        raise ValueError(f"truth and forecasts should be (origins, horizon), got {y.shape} and {shapes}")
    return np.array([metric(y[:, k], *(f[:, k] for f in given), **options) for k in range(y.shape[1])])


def _pair(truth: npt.ArrayLike, forecast: npt.ArrayLike) -> tuple[Array, Array]:
    y, f = np.asarray(truth, dtype=float), np.asarray(forecast, dtype=float)
    if y.shape != f.shape or y.size == 0:
        raise ValueError(
            f"truth and forecast should have one shape and at least one value, got {y.shape} and {f.shape}"
        )
    if not (np.isfinite(y).all() and np.isfinite(f).all()):
        raise ValueError("truth or forecast holds NaN or infinite values: an average over them would mean nothing")
    return y, f
