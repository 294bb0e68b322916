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
    r"""Find the shift k for which the forecast of step t resembles :math:`y_{t-k}` best.

    A forecast that repeats the last value known looks good in a plot, one step ahead, and has no skill: it matches
    the series one step *ago* better than the series it forecasts, and this returns 1. Repeating yesterday gives 24
    on hourly data. 0 means that the forecast resembles nothing better than the truth.

    Another value than 0 is a suspicion, no verdict: tomorrow's best guess may well resemble today. Ask
    ``skill_over_copy`` whether the forecast is better than the copy. Persistence for several steps is another copy at
    each of them: ask step by step, with ``origins + k`` and ``forecast[:, k : k + 1]``.

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
    y, steps, f = _aligned(values, origins, forecast, most)
    return int(np.argmin([np.abs(y[steps - k] - f).mean() for k in range(most + 1)]))


def skill_over_copy(values: npt.ArrayLike, origins: npt.ArrayLike, forecast: npt.ArrayLike, lag: int) -> float:
    r"""Compare a forecast with a copy of the series, ``lag`` steps late.

    .. math::

        1 - \frac{\sum |y_t - \hat y_t|}{\sum |y_t - y_{t-k}|}

    0 for the copy itself and for whatever is no better, 1 for a perfect forecast, negative if the copy is better.

    Args:
        values: (T,) the whole series.
        origins: (O,) index of the first value forecast.
        forecast: (O, H).
        lag: k, at least 1, for instance from ``lag_of_best_match``.

    Raises:
        ValueError: A lag below 1, shapes that do not fit, or a series that repeats exactly after ``lag`` steps.
    """
    if lag < 1:
        raise ValueError(f"a copy is at least 1 step late, got lag {lag}")
    y, steps, f = _aligned(values, origins, forecast, lag)
    error_of_copy = mae(y[steps], y[steps - lag])
    if error_of_copy == 0:
        raise ValueError(f"the series repeats exactly after {lag} steps: no forecast can be better than a copy")
    return 1 - mae(y[steps], f) / error_of_copy


def _aligned(
    values: npt.ArrayLike, origins: npt.ArrayLike, forecast: npt.ArrayLike, most: int
) -> tuple[Array, npt.NDArray[np.int64], Array]:
    # The series, the step of each forecast value, and the forecasts; every step minus `most` is in the series.
    y, o, f = np.asarray(values, dtype=float), np.asarray(origins), np.asarray(forecast, dtype=float)
    if f.ndim != 2 or len(o) != len(f) or f.size == 0:
        raise ValueError(f"forecast should be (origins, horizon) = ({len(o)}, H), got {f.shape}")
    if o.min() < most or o.max() + f.shape[1] > len(y):
        raise ValueError(f"origins {o.min()} to {o.max()} with shifts up to {most} leave the series of {len(y)} values")
    return y, o[:, None] + np.arange(f.shape[1]), f


def _pair(truth: npt.ArrayLike, forecast: npt.ArrayLike) -> tuple[Array, Array]:
    y, f = np.asarray(truth, dtype=float), np.asarray(forecast, dtype=float)
    if y.shape != f.shape or y.size == 0:
        raise ValueError(
            f"truth and forecast should have one shape and at least one value, got {y.shape} and {f.shape}"
        )
    if not (np.isfinite(y).all() and np.isfinite(f).all()):
        raise ValueError("truth or forecast holds NaN or infinite values: an average over them would mean nothing")
    return y, f
