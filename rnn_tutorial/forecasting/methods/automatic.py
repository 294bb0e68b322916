r"""Exponential smoothing whose form is chosen by the data."""

from contextlib import suppress
from typing import ClassVar

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.seasons import learnable_seasons
from rnn_tutorial.forecasting.types import Array, Origins

from .smoothing import ETS, Component

TRENDS: tuple[tuple[Component | None, bool], ...] = ((None, False), ("add", False), ("add", True))
"""Each trend, and whether it dies out."""
LONGEST = 60
"""Steps in a season beyond which exponential smoothing has more states than it can learn."""


class AutoETS(Method):
    r"""The form of exponential smoothing with the smallest AICc, of at most fifteen (Hyndman & Khandakar, 2008).

    Errors are additive or multiplicative, a trend is absent, additive or damped, a season absent, additive or
    multiplicative. Of n values, with log likelihood L and k numbers, the first states and the variance among them,

    .. math::

        \mathrm{AICc} = -2L + 2k + \frac{2k(k+1)}{n-k-1}

    Additive errors under a multiplicative season are left out, for their variance may grow without bound, and so are
    multiplicative trends. What multiplies is tried on positive values only.

    Args:
        season: m, steps in the season; by default the longest that the series knows itself to have and holds three
            times, up to 60 steps; 1 for none.
        fit_on: Estimate on so many last values of the training part; None for all.

    Attributes:
        aicc: Of each form that could be estimated.
        chosen: The fitted winner.

    Raises:
        ValueError: Too short a past for any form.

    References:
        R. J. Hyndman, Y. Khandakar (2008), "Automatic time series forecasting: the forecast package for R", *Journal of
        Statistical Software* 27(3).

    Examples:
        >>> model = AutoETS().fit(np.arange(1.0, 61.0))
        >>> model.predict(horizon=2).point.round(3)
        array([61., 62.])
    """

    baseline: ClassVar[bool] = True
    name = "automatic ETS"

    def __init__(self, season: int | None = None, *, fit_on: int | None = None) -> None:
        if season is not None and season < 1:
            raise ValueError(f"a season has at least 1 step, which means none; got {season}")
        self.season, self.fit_on = season, fit_on

    @property
    def needed(self) -> int:
        """What the winner needs."""
        return self.chosen.needed if hasattr(self, "chosen") else 10

    def learn(self, series: Series) -> None:
        """Estimate each form and keep the best."""
        found = {form.name: form for form in self._forms(series)}
        fitted: dict[str, ETS] = {}
        reason = "none was tried"
        for name, form in found.items():
            try:
                fitted[name] = form.fit(series)
            except (ValueError, RuntimeError, np.linalg.LinAlgError) as error:  # too short, or it did not converge
                reason = str(error)
        if not fitted:
            raise ValueError(f"no form of exponential smoothing can be estimated here: {reason}")
        self.aicc = {name: self._aicc(form, len(series)) for name, form in fitted.items()}
        self.chosen = fitted[min(self.aicc, key=lambda name: self.aicc[name])]
        self.parameters = self.chosen.parameters

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Forecast by the winner."""
        return self.chosen.forecast(series, origins, horizon)

    def _forms(self, series: Series) -> list[ETS]:
        known = [season for season in learnable_seasons(series) if season <= LONGEST]
        season = max(known, default=1) if self.season is None else self.season
        positive = bool(np.all(series.values > 0))
        forms = []
        for error in ("add", "mul") if positive else ("add",):
            for trend, damped in TRENDS:
                forms.append(ETS(error=error, trend=trend, damped=damped, fit_on=self.fit_on))
                for seasonal in ("add", "mul") if error == "mul" else ("add",):
                    with suppress(ValueError):  # a season of one step is none
                        forms.append(
                            ETS(season, error=error, trend=trend, damped=damped, seasonal=seasonal, fit_on=self.fit_on)
                        )
        return forms

    def _aicc(self, form: ETS, steps: int) -> float:
        n = self.fit_on or steps
        # smoothing constants, then the first level, slope and season (whose sum is given), then the variance
        k = form.parameters + 1 + (form.trend is not None) + ((form.season or 1) - 1) + 1
        if n <= k + 1 or np.isnan(form.log_likelihood):
            return np.inf
        return -2 * form.log_likelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1)
