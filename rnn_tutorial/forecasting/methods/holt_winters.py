r"""Holt-Winters smoothing with two seasons and autocorrelated errors (Taylor, 2003)."""

from typing import ClassVar, Literal

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.checks import check_length
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array, Origins

from .two_seasons import run

Seasons = Literal["log", "multiplicative", "additive"]


class HoltWinters(Method):
    r"""Level, day and week, each smoothed by its own constant, and a share of the last error carried forward.

    With seasons that are added:

    .. math::

        \ell_t &= \alpha (y_t - d_{t-m_1} - w_{t-m_2}) + (1-\alpha)\, \ell_{t-1} \\
        d_t &= \delta (y_t - \ell_t - w_{t-m_2}) + (1-\delta)\, d_{t-m_1} \\
        w_t &= \omega (y_t - \ell_t - d_{t-m_1}) + (1-\omega)\, w_{t-m_2} \\
        \hat y_{t+k} &= \ell_t + d_{t-m_1+k} + w_{t-m_2+k} + \varphi^k e_t

    with :math:`e_t = y_t - (\ell_{t-1} + d_{t-m_1} + w_{t-m_2})`. ``seasons="multiplicative"`` is Taylor's form:
    differences become quotients and the sum :math:`\ell + d + w` the product :math:`\ell\, d\, w`, with the error
    still added. ``seasons="log"`` runs the additive equations on the logarithm of the series, so that seasons and
    errors multiply. Taylor's trend is left out: on demand its smoothing constant is estimated at 0.

    The first states are means over the first two long seasons. The four constants minimise the squared one-step error
    after the first long season (Nelder-Mead, from .02, .2, .2, .9); the equations then carry the states on to each
    origin. The loop over time is compiled by Numba where that is installed.

    Args:
        day: :math:`m_1`, steps in the short season.
        week: :math:`m_2`, steps in the long season, a multiple of the short one.
        fit_on: Estimate on so many last values of the training part: by default 16 long seasons, or all there are,
            and at least four. On the book's demand series 16 weeks did best on the validation weeks, of 8, 16, 26, 52.
        seasons: ``"log"``, ``"multiplicative"`` or ``"additive"``.
        ar1: Whether to carry a share of the last error forward; without, :math:`\varphi = 0`.

    Raises:
        ValueError: Seasons that do not nest, too short a past, or values that are not positive where seasons multiply.

    References:
        J. W. Taylor (2003), "Short-term electricity demand forecasting using double seasonal exponential smoothing",
        *Journal of the Operational Research Society* 54, 799-805.

    Examples:
        >>> steps = np.arange(200)
        >>> values = 10 + np.sin(2 * np.pi * steps / 4) + np.sin(2 * np.pi * steps / 28)
        >>> model = HoltWinters(day=4, week=28).fit(values[:172])
        >>> model.forecast(values, np.array([172]), horizon=28).shape
        (1, 28)
    """

    baseline: ClassVar[bool] = True

    def __init__(
        self,
        day: int = 24,
        week: int = 168,
        fit_on: int | None = None,
        *,
        seasons: Seasons = "log",
        ar1: bool = True,
    ) -> None:
        if day < 2 or week % day or week <= day:
            raise ValueError(f"the long season should be a multiple of the short one, got {day} and {week}")
        if fit_on is not None and fit_on < 4 * week:
            raise ValueError(f"fit_on should be at least four long seasons ({4 * week} steps), got {fit_on}")
        if seasons not in ("log", "multiplicative", "additive"):
            raise ValueError(f'seasons should be "log", "multiplicative" or "additive", got {seasons!r}')
        self.day, self.week, self.fit_on = day, week, fit_on
        self.seasons, self.ar1 = seasons, ar1
        self.parameters = 3 + ar1
        details = ([] if seasons == "log" else [seasons]) + ([] if ar1 else ["no AR(1)"])
        self.name = ", ".join([f"Holt-Winters ({day}, {week})", *details])

    @property
    def needed(self) -> int:
        """One step of those that it was fitted on."""
        return int(getattr(self, "start", 0)) + 1

    def learn(self, series: Series) -> None:
        """Estimate the constants."""
        from scipy.optimize import minimize

        past = series.values
        fit_on = self.fit_on or max(4 * self.week, min(16 * self.week, len(past)))
        check_length(series, fit_on, f"a fit on {fit_on}")
        self.start = len(past) - fit_on
        y = self._prepared(past[self.start :])
        self.states = self._first_states(y)
        unit = 1.0 if self.seasons == "log" else float(np.abs(y).mean()) or 1.0  # relative errors, as logarithms are

        def loss(constants: Array) -> float:
            if not (np.all(constants > 0) and np.all(constants < 1)):
                return np.inf
            errors = (y - self._smooth(y, self._four(constants))[4]) / unit
            return float(np.square(errors[self.week :]).mean())  # the first week only settles the states

        start = [0.02, 0.2, 0.2, 0.9][: self.parameters]
        found = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-7})
        self.constants = self._four(found.x)

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Run the equations over the series once and read the states at each origin."""
        y = self._prepared(series.values[self.start :])
        levels, days, weeks, errors, _ = self._smooth(y, self.constants)
        known = origins[:, None] - self.start  # steps smoothed before each forecast, (O, 1)
        ahead = np.arange(horizon)
        level, error = levels[known - 1], errors[known - 1]
        d, w = days[known + ahead % self.day], weeks[known + ahead % self.week]  # the last season known, repeated
        fading = self.constants[3] ** np.arange(1, horizon + 1)
        if self.seasons == "multiplicative":
            return level * d * w + fading * error
        path = level + d + w + fading * error
        return np.exp(path) if self.seasons == "log" else path

    def _four(self, constants: Array) -> Array:
        return np.asarray(constants) if self.ar1 else np.append(constants[:3], 0.0)

    def _prepared(self, values: Array) -> Array:
        if self.seasons != "additive" and not np.all(values > 0):
            raise ValueError(
                'Holt-Winters with multiplying seasons needs positive values: shift them or use seasons="additive"'
            )
        return np.log(values) if self.seasons == "log" else np.array(values, dtype=float)

    def _first_states(self, y: Array) -> tuple[float, Array, Array]:
        two = y[: 2 * self.week]
        level = float(two.mean())
        days, weeks = two.reshape(-1, self.day).mean(axis=0), two.reshape(-1, self.week).mean(axis=0)
        repeats = self.week // self.day
        if self.seasons == "multiplicative":
            return level, days / level, weeks / np.tile(days, repeats)
        return level, days - level, weeks - level - np.tile(days - level, repeats)

    def _smooth(self, y: Array, constants: Array) -> tuple[Array, Array, Array, Array, Array]:
        return run(y, self.states, constants, self.seasons == "multiplicative")
