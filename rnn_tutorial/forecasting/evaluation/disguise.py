r"""Is a forecast only yesterday's value in disguise?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .metrics import mae

Array = npt.NDArray[np.float64]

LITTLE = 0.05
"""Skill over a copy that is taken for none."""


@dataclass(frozen=True)
class Disguise:
    r"""What the forecasts of each step ahead resemble most, and whether they are better than that.

    Attributes:
        lags: (horizon,) steps before the target; 0 where nothing resembles the forecast more than the truth does.
        skills: (horizon,) skill over the copy of that lag; 1 where the lag is 0.
        last_value: (horizon,) lag of the last value known: 1, 2, ….

    Examples:
        >>> found = Disguise(lags=np.array([1, 0]), skills=np.array([0.0, 1.0]), last_value=np.array([1, 2]))
        >>> found.copies
        array([ True, False])
    """

    lags: npt.NDArray[np.int64]
    skills: Array
    last_value: npt.NDArray[np.int64]

    @property
    def copies(self) -> npt.NDArray[np.bool_]:
        """Steps whose forecast resembles an earlier value most and is hardly better than it, (horizon,)."""
        result: npt.NDArray[np.bool_] = (self.lags > 0) & (self.skills < LITTLE)
        return result

    @property
    def of_last_value(self) -> bool:
        """Whether at most steps ahead the forecast is a copy of the last value known."""
        return bool((self.copies & (self.lags == self.last_value)).mean() > 0.5)

    def __str__(self) -> str:
        """Say it in a word or two: nothing, the last value, or a value so many steps back."""
        if self.of_last_value:
            return "last value"
        if self.copies.mean() <= 0.5:
            return ""
        lag = int(np.bincount(self.lags[self.copies]).argmax())
        return f"{lag} steps back"


def find_disguise(values: npt.ArrayLike, origins: npt.ArrayLike, forecast: npt.ArrayLike, most: int = 48) -> Disguise:
    r"""Ask of each step ahead by itself what it resembles most, and whether it is better than that.

    Args:
        values: (T,) the whole series.
        origins: (O,) index of the first value forecast.
        forecast: (O, horizon).
        most: Largest shift tried before the last value known; with the step ahead it must stay inside the series.

    Raises:
        ValueError: Shapes do not fit, or a shift would leave the series.

    Examples:
        >>> values = np.random.default_rng(0).normal(size=100).cumsum()
        >>> origins = np.arange(50, 90)
        >>> found = find_disguise(values, origins, values[origins - 1, None])
        >>> found.of_last_value, str(found)
        (True, 'last value')
    """
    o, f = np.asarray(origins), np.asarray(forecast, dtype=float)
    if f.ndim != 2:
        raise ValueError(f"forecast should be (origins, horizon), got {f.shape}")
    lags, skills = [], []
    for k in range(f.shape[1]):
        column = f[:, k : k + 1]
        lags.append(lag_of_best_match(values, o + k, column, max(most, k + 1)))
        skills.append(_skill(values, o + k, column, lags[-1]))
    return Disguise(np.array(lags), np.array(skills), np.arange(1, f.shape[1] + 1))


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
        forecast: (O, horizon).
        most: Largest shift tried.

    Returns:
        The shift with the smallest mean absolute difference.

    Raises:
        ValueError: Shapes do not fit, or a shift would leave the series.

    Examples:
        >>> values = np.random.default_rng(0).normal(size=100).cumsum()
        >>> origins = np.arange(50, 90)
        >>> lag_of_best_match(values, origins, values[origins - 1, None])  # the last value known, repeated
        1
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
        forecast: (O, horizon).
        lag: k, at least 1, for instance from ``lag_of_best_match``.

    Raises:
        ValueError: A lag below 1, shapes that do not fit, or a series that repeats exactly after ``lag`` steps.

    Examples:
        >>> values = np.random.default_rng(0).normal(size=100).cumsum()
        >>> origins = np.arange(50, 90)
        >>> skill_over_copy(values, origins, values[origins - 1, None], lag=1)
        0.0
    """
    if lag < 1:
        raise ValueError(f"a copy is at least 1 step late, got lag {lag}")
    y, steps, f = _aligned(values, origins, forecast, lag)
    error_of_copy = mae(y[steps], y[steps - lag])
    if error_of_copy == 0:
        raise ValueError(f"the series repeats exactly after {lag} steps: no forecast can be better than a copy")
    return 1 - mae(y[steps], f) / error_of_copy


def _skill(values: npt.ArrayLike, origins: npt.NDArray[np.int64], forecast: Array, lag: int) -> float:
    if not lag:
        return 1.0
    y, steps, _ = _aligned(values, origins, forecast, lag)
    if not np.any(y[steps] - y[steps - lag]):  # nothing can be better than a copy without an error
        return -np.inf
    return skill_over_copy(values, origins, forecast, lag)


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
