r"""Which methods a series could be forecast by: the simple ones, the classics, and networks where there is enough."""

from typing import Any

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.methods.automatic import LONGEST, AutoETS
from rnn_tutorial.forecasting.methods.baselines import Drift, Persistence, SeasonalNaive
from rnn_tutorial.forecasting.methods.boosting import GradientBoosting
from rnn_tutorial.forecasting.methods.holt_winters import HoltWinters
from rnn_tutorial.forecasting.methods.intermittent import TSB, Croston
from rnn_tutorial.forecasting.methods.rare import is_intermittent
from rnn_tutorial.forecasting.methods.regression import AutoRegression, RidgeOnLags
from rnn_tutorial.forecasting.methods.theta import Theta
from rnn_tutorial.forecasting.neural.forecaster import Forecaster
from rnn_tutorial.forecasting.seasons import learnable_seasons
from rnn_tutorial.forecasting.types import Array

from .hybrid import Hybrid

FAR = 0.1
"""Share of the median above which values stay, where they are far from zero."""


def simple(seasons: tuple[int, ...]) -> list[Method]:
    """The forecasts that learn nothing: each season repeated, the last value, a straight line."""
    return [*(SeasonalNaive(season) for season in seasons), Persistence(), Drift()]


def candidates_for(
    series: Series, horizon: int, *, seasons: tuple[int, ...] | None = None, **network: Any
) -> list[Method]:
    r"""Return unfitted methods for a series, the simple ones first.

    Args:
        series: To be forecast.
        horizon: Steps ahead, h.
        seasons: Steps in each, shortest first; by default those that the series has and holds three times and, for
            networks and the regression, has room for beside the horizon.
        network: Options of the networks, see ``Forecaster``.

    Examples:
        >>> [one.name for one in candidates_for(rt.load_series("taylor"), 48)][-2:]
        ['Holt-Winters (48, 336) + GRU', 'GRU']
    """
    # A season that is three times there can be repeated and smoothed; a network needs room for its windows as well.
    repeated = learnable_seasons(series) if seasons is None else seasons
    seasons = learnable_seasons(series, horizon) if seasons is None else seasons
    values, longest = series.values, max(seasons, default=1)
    beside = series.covariates is not None
    found = simple(repeated)
    if longest <= LONGEST:
        smoothed = max((season for season in repeated if season <= LONGEST), default=1)
        found += [AutoETS(smoothed), Theta(smoothed), AutoRegression()]
    if is_intermittent(values, repeated):
        found += [Croston(), TSB()]
    found += [RidgeOnLags(max(longest, horizon), horizon, use_covariates=beside, seasons=seasons)]
    gru = Forecaster("gru", horizon, seasons=seasons, **network)
    nested = len(seasons) > 1 and seasons[-1] % seasons[-2] == 0
    if not nested:
        return [*found, gru]
    day, week = seasons[-2:]
    boosting = GradientBoosting(horizon, day, week, lags=day, use_covariates=beside)
    ratios = is_far_from_zero(values)
    smoothing = HoltWinters(day, week, seasons="log" if ratios else "additive")
    return [*found, boosting, smoothing, Hybrid(smoothing, gru, log=ratios, stride=gru.stride), gru]


def is_far_from_zero(values: Array) -> bool:
    r"""Whether values are told by ratios: all above a tenth of their median, so that none to come is likely below zero.

    A temperature of 2 °C has a logarithm, and that of the next night has none.

    Examples:
        >>> is_far_from_zero(np.array([28.0, 35.0, 31.0])), is_far_from_zero(np.array([1.0, 28.0, 35.0]))
        (True, False)
    """
    return bool(np.nanmin(values) > FAR * np.nanmedian(values) > 0)
