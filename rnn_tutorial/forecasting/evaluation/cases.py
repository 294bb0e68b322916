r"""Twelve and more made-up series whose best possible forecast is known, for ``conformance``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting.types import Array, Origins

STEPS, HORIZON, ORIGINS, SEASON = 360, 12, 20, 12


@dataclass(frozen=True)
class KnownCase:
    r"""A series, the forecasts asked for, and the best ones that anybody could make.

    Args:
        name: What it is.
        series: All of it; what comes before the first origin is learnt from.
        best: The forecasts of one who knows how it was made, but not the noise to come, (O, h).
        score: ``"MAE"``, or ``"RMSE"`` where the best forecast is a mean that differs from the median.
        needs: ``"covariates"`` or ``"gaps"``: what a method has to be able to read, if anything.

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
        """Score forecasts (O, h)."""
        off = forecasts - self.truth
        return float(np.abs(off).mean()) if self.score == "MAE" else float(np.sqrt(np.square(off).mean()))


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
    sizes = np.where(rng.random(STEPS) < 0.25, rng.poisson(4, STEPS) + 1.0, 0.0)
    return [
        _known("constant", np.full(STEPS, 7.0)),
        _known("ramp", np.arange(1.0, STEPS + 1)),
        _stepwise("random walk", 100 + np.cumsum(noise), lambda last, k: last),
        _stepwise("AR(1)", _ar(noise), lambda last, k: 0.8 ** (k + 1) * last),
        _known("noise", 20 + noise, truth=np.full(STEPS, 20.0)),
        _known("step", np.where(t < STEPS // 2, 10.0, 20.0)),
        _known("season", season, (SEASON,)),
        _known("season and drift", season + 0.2 * t, (SEASON,)),
        _known("season and noise", season + noise, (SEASON,), truth=season),
        _known("season that grows", np.exp(0.01 * t) * season, (SEASON,)),
        _known("one outlier", spike, (SEASON,)),
        _known("gap", holes, (SEASON,), needs="gaps"),
        _known("two seasons", two, (6, 42)),
        _holidays(rng),
        # a demand comes in a quarter of the steps, of 5 on average: nobody knows when
        _known("intermittent", sizes, truth=np.full(STEPS, 0.25 * 5), score="RMSE"),
    ]


def _known(
    name: str,
    values: Array,
    seasons: tuple[int, ...] = (),
    *,
    truth: Array | None = None,
    score: Literal["MAE", "RMSE"] = "MAE",
    needs: Literal["", "covariates", "gaps"] = "",
    beside: Covariates | None = None,
) -> KnownCase:
    # The best forecast is the series without its noise.
    counted = cast(pd.DatetimeIndex, pd.RangeIndex(len(values)))
    series = Series(name, values, counted, seasons={f"{m} steps": m for m in seasons}, covariates=beside)
    origins = np.arange(STEPS - HORIZON - ORIGINS + 1, STEPS - HORIZON + 1)
    best = (values if truth is None else truth)[origins[:, None] + np.arange(HORIZON)]
    return KnownCase(name, series, best, score, needs)


def _stepwise(name: str, values: Array, ahead: Callable[[Array, npt.NDArray[np.int64]], Array]) -> KnownCase:
    # The best forecast depends on the last value and on how many steps lie between.
    case = _known(name, values)
    best = ahead(values[case.origins - 1][:, None], np.arange(HORIZON)) + np.zeros((ORIGINS, HORIZON))
    return KnownCase(name, case.series, best)


def _ar(noise: Array) -> Array:
    # y_t = 0.8 y_{t-1} + ε_t
    values = np.zeros(len(noise))
    for t in range(1, len(noise)):
        values[t] = 0.8 * values[t - 1] + noise[t]
    return values


def _holidays(rng: np.random.Generator) -> KnownCase:
    # A week, and days known in advance on which 20 less are sold.
    t = np.arange(STEPS)
    holiday = (rng.random(STEPS + HORIZON) < 0.1).astype(float)
    values = 50 + rng.normal(0, 5, 7)[t % 7] - 20 * holiday[:STEPS]
    beside = Covariates(known=holiday[:, None], known_names=("holiday",))
    return _known("holidays", values, (7,), needs="covariates", beside=beside)
