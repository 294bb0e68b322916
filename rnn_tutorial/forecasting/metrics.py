r"""How wrong a forecast is, and whether it is only yesterday's value in disguise."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def mae(truth: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    r"""Mean absolute error :math:`\frac1n \sum |y - \hat y|`, in the unit of the series."""
    y, f = _pair(truth, forecast)
    return float(np.abs(y - f).mean())


def rmse(truth: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    r"""Root of the mean squared error :math:`\sqrt{\frac1n \sum (y - \hat y)^2}`, in the unit of the series."""
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
    """
    y = np.asarray(past, dtype=float)
    if y.ndim != 1 or len(y) <= season or season < 1:
        raise ValueError(f"past should be one series longer than a season of {season} steps, got shape {y.shape}")
    scale = float(np.abs(y[season:] - y[:-season]).mean())
    if scale == 0:
        raise ValueError(f"the past repeats exactly every {season} steps: MASE would divide by zero")
    return mae(truth, forecast) / scale


def lag_of_best_match(values: npt.ArrayLike, origins: npt.ArrayLike, forecast: npt.ArrayLike, most: int = 48) -> int:
    r"""Find the shift k for which the forecast of step t resembles :math:`y_{t-k}` best: 0 for an honest forecast.

    A forecast that repeats the last value known looks good in a plot, one step ahead, and has no skill: it matches
    the series one step *ago* better than the series it forecasts, and this returns 1. Repeating yesterday gives 24.

    Args:
        values: (T,) the whole series.
        origins: (O,) index of the first value forecast.
        forecast: (O, H).
        most: Largest shift tried.

    Returns:
        The shift with the smallest mean absolute difference.

    Raises:
        ValueError: Shapes do not fit, or a shift would leave the series.
    """
    y, o, f = np.asarray(values, dtype=float), np.asarray(origins), np.asarray(forecast, dtype=float)
    if f.ndim != 2 or len(o) != len(f):
        raise ValueError(f"forecast should be (origins, horizon) = ({len(o)}, H), got {f.shape}")
    if o.min() < most or o.max() + f.shape[1] > len(y):
        raise ValueError(f"origins {o.min()} to {o.max()} with shifts up to {most} leave the series of {len(y)} values")
    steps = o[:, None] + np.arange(f.shape[1])
    return int(np.argmin([np.abs(y[steps - k] - f).mean() for k in range(most + 1)]))


def _pair(truth: npt.ArrayLike, forecast: npt.ArrayLike) -> tuple[Array, Array]:
    y, f = np.asarray(truth, dtype=float), np.asarray(forecast, dtype=float)
    if y.shape != f.shape or y.size == 0:
        raise ValueError(
            f"truth and forecast should have one shape and at least one value, got {y.shape} and {f.shape}"
        )
    if not (np.isfinite(y).all() and np.isfinite(f).all()):
        raise ValueError("truth or forecast holds NaN or infinite values: an average over them would mean nothing")
    return y, f
