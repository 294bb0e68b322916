r"""Holt-Winters smoothing with two seasons and autocorrelated errors (Taylor, 2003)."""

from collections.abc import Iterator
from typing import Self

import numpy as np

from .baselines import Array, Origins, check, check_fitted, check_past


class HoltWinters:
    r"""Level, day and week, each smoothed by its own constant, and a share of the last error carried forward.

    On the logarithm of the series, so that seasons multiply:

    .. math::

        \ell_t &= \alpha (y_t - d_{t-m_1} - w_{t-m_2}) + (1-\alpha)\, \ell_{t-1} \\
        d_t &= \delta (y_t - \ell_t - w_{t-m_2}) + (1-\delta)\, d_{t-m_1} \\
        w_t &= \omega (y_t - \ell_t - d_{t-m_1}) + (1-\omega)\, w_{t-m_2} \\
        \hat y_{t+k} &= \ell_t + d_{t-m_1+k} + w_{t-m_2+k} + \varphi^k e_t

    with :math:`e_t = y_t - (\ell_{t-1} + d_{t-m_1} + w_{t-m_2})`. The four constants minimise the squared one-step
    error on the last weeks of the training part (Nelder-Mead); the equations then carry the states on to each origin.

    Args:
        day: :math:`m_1`, steps in the short season.
        week: :math:`m_2`, steps in the long season, a multiple of the short one.
        fit_on: Estimate on so many last values of the training part: by default 16 long seasons, and at least
            four. On the book's demand series 16 weeks did best on the validation weeks, of 8, 16, 26 and 52.

    Raises:
        ValueError: Seasons that do not nest, too short a past, or values that are not positive.

    References:
        J. W. Taylor (2003), "Short-term electricity demand forecasting using double seasonal exponential smoothing",
        *Journal of the Operational Research Society* 54, 799-805.
    """

    parameters = 4

    def __init__(self, day: int = 24, week: int = 168, fit_on: int | None = None) -> None:
        if day < 2 or week % day or week <= day:
            raise ValueError(f"the long season should be a multiple of the short one, got {day} and {week}")
        self.day, self.week = day, week
        self.fit_on = fit_on if fit_on is not None else 16 * week
        if self.fit_on < 4 * week:
            raise ValueError(f"fit_on should be at least four long seasons ({4 * week} steps), got {fit_on}")
        self.name = f"Holt-Winters ({day}, {week})"

    def fit(self, past: Array) -> Self:
        """Estimate the four constants."""
        from scipy.optimize import minimize

        check_past(past, self.fit_on, f"a fit on {self.fit_on}")
        self.start = len(past) - self.fit_on
        y = _log(past[self.start :])
        self.states = self._first_states(y)

        def loss(constants: Array) -> float:
            if not (np.all(constants > 0) and np.all(constants < 1)):
                return np.inf
            errors = [y[t] - one_step for t, (_, _, _, _, one_step) in enumerate(self._smooth(y, constants))]
            return float(np.square(errors[self.week :]).mean())  # the first week only settles the states

        self.constants = minimize(
            loss, [0.02, 0.2, 0.2, 0.9], method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-7}
        ).x
        return self

    def forecast(self, values: Array, origins: Origins, horizon: int) -> Array:
        """Run the equations over the series and read the states at each origin."""
        check_fitted(self, "constants")
        check(values, origins, horizon, needed=self.start + 1)
        y = _log(values[self.start : int(origins.max())])
        wanted: dict[int, list[int]] = {}
        for row, origin in enumerate(origins):
            wanted.setdefault(int(origin) - self.start, []).append(row)
        result = np.empty((len(origins), horizon))
        fading = self.constants[3] ** np.arange(1, horizon + 1)
        for t, (level, days, weeks, error, _) in enumerate(self._smooth(y, self.constants), start=1):
            if t in wanted:
                steps = t + np.arange(horizon)
                path = level + np.array(days)[steps % self.day] + np.array(weeks)[steps % self.week] + fading * error
                result[wanted[t]] = np.exp(path)
        return result

    def _first_states(self, y: Array) -> tuple[float, list[float], list[float]]:
        two = y[: 2 * self.week]
        level = float(two.mean())
        days = two.reshape(-1, self.day).mean(axis=0) - level
        weeks = two.reshape(-1, self.week).mean(axis=0) - level - np.tile(days, self.week // self.day)
        return level, days.tolist(), weeks.tolist()

    def _smooth(self, y: Array, constants: Array) -> Iterator[tuple[float, list[float], list[float], float, float]]:
        # After each step: level, day, week, error, and the forecast of this step made one step before.
        # Plain floats in a loop: on single numbers Python is faster than numpy.
        alpha, delta, omega, phi = (float(c) for c in constants)
        level, days, weeks = self.states[0], list(self.states[1]), list(self.states[2])
        error = 0.0
        for t, value in enumerate(y.tolist()):
            d, w = days[t % self.day], weeks[t % self.week]
            plain = level + d + w
            one_step = plain + phi * error
            level = alpha * (value - d - w) + (1 - alpha) * level
            days[t % self.day] = delta * (value - level - w) + (1 - delta) * d
            weeks[t % self.week] = omega * (value - level - d) + (1 - omega) * w
            error = value - plain
            yield level, days, weeks, error, one_step


def _log(values: Array) -> Array:
    if not np.all(values > 0):
        raise ValueError("Holt-Winters with multiplying seasons needs positive values; shift the series or use another")
    result: Array = np.log(values)
    return result
