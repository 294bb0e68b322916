r"""The Theta method: exponential smoothing, and half the slope of the straight line through the series."""

from typing import ClassVar

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.checks import check_length
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.seasons import learnable_seasons
from rnn_tutorial.forecasting.types import Array, Origins

from .automatic import LONGEST

TENTH = 2.7055
"""What a squared standard normal number exceeds in one case of ten."""


class Theta(Method):
    r"""Exponential smoothing with half the slope of a line (Assimakopoulos & Nikolopoulos, 2000).

    In the form of Hyndman & Billah (2003), for a series y of which t values are known and from which the season was
    taken out, with the level :math:`\ell_t = \alpha y_{t-1} + (1-\alpha)\,\ell_{t-1}` and :math:`\ell_0 = y_0`:

    .. math::

        \hat y_{t+k} = \ell_t + \frac b2 \left(k + \frac{1 - (1-\alpha)^t}{\alpha}\right), \qquad k = 0, 1, \dots

    The training part gives the season (factors where all values are positive, else terms, and only if its
    autocorrelation differs from zero at the level of 10 %), the slope b by least squares and the constant α with the
    smallest squared error one step ahead. The level then follows the series to each origin. The method won the M3
    competition. On the training part's end it forecasts as statsmodels' ``ThetaModel`` does.

    Args:
        season: m, steps in the season; by default the longest that the series knows itself to have and holds three
            times, up to 60 steps; 1 for none.

    Raises:
        ValueError: Too short a past.

    References:
        V. Assimakopoulos, K. Nikolopoulos (2000), "The theta model: a decomposition approach to forecasting",
        *International Journal of Forecasting* 16, 521-530; R. J. Hyndman, B. Billah (2003), "Unmasking the Theta
        method", *International Journal of Forecasting* 19, 287-290.

    Examples:
        >>> sunspots = rt.load_series("sunspots").values
        >>> Theta().fit(sunspots[:250]).forecast(sunspots, np.array([250, 260]), horizon=5).shape
        (2, 5)
    """

    baseline: ClassVar[bool] = True
    name = "Theta"
    parameters = 2

    def __init__(self, season: int | None = None) -> None:
        if season is not None and season < 1:
            raise ValueError(f"a season has at least 1 step, which means none; got {season}")
        self.season = season

    def learn(self, series: Series) -> None:
        """Estimate season, slope and smoothing constant."""
        from scipy.optimize import minimize_scalar

        known = [season for season in learnable_seasons(series) if season <= LONGEST]
        m = max(known, default=1) if self.season is None else self.season
        y = series.values
        check_length(series, max(10, 2 * m + 1), self.name)
        self.multiplies, self.profile = _season_of(y, m)
        rest = self._without_season(y)
        self.slope = float(np.polyfit(np.arange(len(rest)), rest, 1)[0])
        self.alpha = float(
            minimize_scalar(
                lambda alpha: np.square(rest - _levels(rest, alpha)[:-1]).sum(),
                bounds=(1e-4, 1.0), method="bounded", options={"xatol": 1e-8},
            ).x
        )  # fmt: skip

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Smooth the series once and extend the level at each origin."""
        level = _levels(self._without_season(series.values), self.alpha)[origins]
        k = np.arange(horizon)
        # (1 - (1 - α)^t) / α: how far the level lags behind a line, in steps
        lag = (1 - (1 - self.alpha) ** origins) / self.alpha
        path = level[:, None] + self.slope / 2 * (k + lag[:, None])
        season = self.profile[(origins[:, None] + k) % len(self.profile)]
        result: Array = path * season if self.multiplies else path + season
        return result

    def _without_season(self, values: Array) -> Array:
        season = self.profile[np.arange(len(values)) % len(self.profile)]
        return values / season if self.multiplies else values - season


def _season_of(y: Array, m: int) -> tuple[bool, Array]:
    # Whether the season multiplies, and its m factors or terms from step 0 on.
    from statsmodels.tsa.seasonal import seasonal_decompose
    from statsmodels.tsa.stattools import acf

    none = False, np.zeros(1)
    if m == 1 or np.ptp(y) == 0:
        return none
    rho = acf(y, nlags=m, fft=True)
    if len(y) * rho[-1] ** 2 / np.square(rho[:-1]).sum() <= TENTH:  # rho_0 = 1 stands for Bartlett's own 1
        return none
    if np.all(y > 0):
        factors = seasonal_decompose(y, model="multiplicative", period=m).seasonal[:m]
        if factors.min() > 0:
            return True, factors
    return False, seasonal_decompose(y, model="additive", period=m).seasonal[:m]


def _levels(y: Array, alpha: float) -> Array:
    # ℓ_0 … ℓ_T: ℓ_t = α y_{t-1} + (1 - α) ℓ_{t-1}, from ℓ_0 = y_0
    from scipy.signal import lfilter

    after, _ = lfilter([alpha], [1, alpha - 1], y, zi=[(1 - alpha) * y[0]])
    result: Array = np.concatenate([y[:1], after])
    return result
