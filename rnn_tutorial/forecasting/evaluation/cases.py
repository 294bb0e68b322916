r"""Twelve and more made-up series whose best possible forecast is known, for ``conformance``."""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import pandas as pd

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting.types import Array, Origins

STEPS, HORIZON, ORIGINS, SEASON = 360, 12, 20, 12
AR = 0.8
"""Share of a deviation that is left a step later."""
OFTEN, LARGE = 0.25, 5
"""How often a demand comes, and its mean size."""


@dataclass(frozen=True)
class KnownCase:
    r"""A series, the forecasts asked for, and the best ones that anybody could make.

    Args:
        name: What it is.
        series: All of it; what comes before the first origin is learnt from.
        best: The forecasts of one who knows how it was made, but not the noise to come, (O, h).
        score: ``"MAE"``, or ``"RMSE"`` where the best forecast is a mean that differs from the median.
        needs: ``"covariates"`` or ``"gaps"``: what a method has to be able to read, if anything.
        spread: Standard deviation of what is to come about the best forecasts, (h,), of normal law if the score is the
            MAE; without one, what came counts.

    Examples:
        >>> line = rt.Series.of(np.arange(10.0))
        >>> case = KnownCase("line", line, best=np.array([[7.0, 8.0], [8.0, 9.0]]))
        >>> case.origins, case.error(case.best + 1)
        (array([7, 8]), 1.0)
    """

    name: str
    series: Series
    best: Array
    score: Literal["MAE", "RMSE"] = "MAE"
    needs: Literal["", "covariates", "gaps"] = ""
    spread: Array | None = None

    @property
    def horizon(self) -> int:
        """Steps of each forecast."""
        return int(self.best.shape[1])

    @property
    def origins(self) -> Origins:
        """The last ones from which all targets are known."""
        last = len(self.series) - self.horizon
        return np.arange(last - len(self.best) + 1, last + 1)

    @property
    def truth(self) -> Array:
        """What came, (O, h)."""
        targets: Array = self.series.values[self.origins[:, None] + np.arange(self.horizon)]
        return targets

    @property
    def seasons(self) -> tuple[int, ...]:
        """Steps in each season, shortest first."""
        return tuple(sorted(self.series.seasons.values()))

    def error(self, forecasts: Array) -> float:
        r"""Score forecasts (O, h), by the mean over all that could have come where the spread of that is known.

        The noise that did come is a single draw: twenty origins in a row share it, and it may favour a forecast that
        is off. By its law no forecast is better than the best, and only what is wrong with a forecast counts.
        """
        off = forecasts - (self.truth if self.spread is None else self.best)
        s = np.zeros(self.horizon) if self.spread is None else self.spread
        if self.score == "RMSE":
            # E (d + s z)² = d² + s²
            return float(np.sqrt((np.square(off) + np.square(s)).mean()))
        return float(_mean_absolute(off, s).mean())


def known_cases(seed: int = 0) -> list[KnownCase]:
    r"""Return the series of the suite; noise is drawn from ``seed``.

    Examples:
        >>> [case.name for case in known_cases()][:3]
        ['constant', 'ramp', 'random walk']
    """
    rng, t = np.random.default_rng(seed), np.arange(STEPS)
    profile = rng.normal(0, 5, SEASON)
    season = 50 + profile[t % SEASON]
    noise = rng.normal(size=STEPS)
    spike, holes = season.copy(), season.copy()
    spike[STEPS // 2 + 5] += 200
    holes[150:170] = np.nan
    two = 50 + rng.normal(0, 5, 6)[t % 6] + rng.normal(0, 5, 42)[t % 42]
    sizes = np.where(rng.random(STEPS) < OFTEN, rng.poisson(LARGE - 1, STEPS) + 1.0, 0.0)
    # of 0 or, with probability q, 1 + Poisson(l - 1): q l and q ((l - 1) + l²) - (q l)²
    mean, variance = OFTEN * LARGE, OFTEN * (LARGE - 1 + LARGE**2) - (OFTEN * LARGE) ** 2
    return [
        _known("constant", np.full(STEPS, 7.0)),
        _known("ramp", np.arange(1.0, STEPS + 1)),
        # y_{T+k} = φ^k y_T + Σ_{i<k} φ^i ε: with φ = 1 nothing is forgotten
        _decaying("random walk", 100 + np.cumsum(noise), 1.0),
        _decaying("AR(1)", _ar(noise), AR),
        _known("noise", 20 + noise, truth=np.full(STEPS, 20.0), spread=1.0),
        _known("step", np.where(t < STEPS // 2, 10.0, 20.0)),
        _known("season", season, (SEASON,)),
        _known("season and drift", season + 0.2 * t, (SEASON,)),
        _known("season and noise", season + noise, (SEASON,), truth=season, spread=1.0),
        _known("season that grows", np.exp(0.01 * t) * season, (SEASON,)),
        _known("one outlier", spike, (SEASON,)),
        _known("gap", holes, (SEASON,), needs="gaps"),
        _known("two seasons", two, (6, 42)),
        _holidays(rng),
        # a demand comes in a quarter of the steps: nobody knows when
        _known("intermittent", sizes, truth=np.full(STEPS, mean), score="RMSE", spread=np.sqrt(variance)),
    ]


def _mean_absolute(off: Array, s: Array) -> Array:
    from scipy.special import erf

    # E |d + s z| of a standard normal z = s √(2/π) exp(-d²/2s²) + d erf(d / s√2)
    u = np.divide(off, s * np.sqrt(2), out=np.full(off.shape, np.inf), where=s > 0)
    found: Array = np.where(s > 0, s * np.sqrt(2 / np.pi) * np.exp(-np.square(u)) + off * erf(u), np.abs(off))
    return found


def _known(
    name: str,
    values: Array,
    seasons: tuple[int, ...] = (),
    *,
    truth: Array | None = None,
    score: Literal["MAE", "RMSE"] = "MAE",
    needs: Literal["", "covariates", "gaps"] = "",
    beside: Covariates | None = None,
    spread: float | None = None,
) -> KnownCase:
    # The best forecast is the series without its noise.
    counted = cast(pd.DatetimeIndex, pd.RangeIndex(len(values)))
    series = Series(name, values, counted, seasons={f"{m} steps": m for m in seasons}, covariates=beside)
    origins = np.arange(STEPS - HORIZON - ORIGINS + 1, STEPS - HORIZON + 1)
    best = (values if truth is None else truth)[origins[:, None] + np.arange(HORIZON)]
    return KnownCase(name, series, best, score, needs, None if spread is None else np.full(HORIZON, spread))


def _decaying(name: str, values: Array, share: float) -> KnownCase:
    # The best forecast is what is left of the last value; the noise of the steps between is added up.
    case, k = _known(name, values), np.arange(1, HORIZON + 1)
    best = share**k * values[case.origins - 1][:, None]
    return KnownCase(name, case.series, best, spread=np.sqrt(np.cumsum(share ** (2 * (k - 1)))))


def _ar(noise: Array) -> Array:
    # y_t = φ y_{t-1} + ε_t
    values = np.zeros(len(noise))
    for t in range(1, len(noise)):
        values[t] = AR * values[t - 1] + noise[t]
    return values


def _holidays(rng: np.random.Generator) -> KnownCase:
    # A week, and days known in advance on which 20 less are sold.
    t = np.arange(STEPS)
    holiday = (rng.random(STEPS + HORIZON) < 0.1).astype(float)
    values = 50 + rng.normal(0, 5, 7)[t % 7] - 20 * holiday[:STEPS]
    beside = Covariates(known=holiday[:, None], known_names=("holiday",))
    return _known("holidays", values, (7,), needs="covariates", beside=beside)
