r"""The methods that can be asked for by name."""

from typing import Any, cast

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.methods.automatic import LONGEST, AutoETS
from rnn_tutorial.forecasting.methods.automatic_arima import LONGEST as LONGEST_OF_ARIMA
from rnn_tutorial.forecasting.methods.automatic_arima import AutoARIMA
from rnn_tutorial.forecasting.methods.baselines import Drift, Persistence, SeasonalNaive
from rnn_tutorial.forecasting.methods.boosting import GradientBoosting
from rnn_tutorial.forecasting.methods.holt_winters import HoltWinters
from rnn_tutorial.forecasting.methods.intermittent import TSB, Croston
from rnn_tutorial.forecasting.methods.rare import is_intermittent
from rnn_tutorial.forecasting.methods.regression import RidgeOnLags
from rnn_tutorial.forecasting.methods.theta import Theta
from rnn_tutorial.forecasting.neural.forecaster import Forecaster
from rnn_tutorial.forecasting.neural.recurrent import LayerName
from rnn_tutorial.forecasting.seasons import TIMES
from rnn_tutorial.forecasting.wrappers.best import Best
from rnn_tutorial.forecasting.wrappers.candidates import candidates_for, simple
from rnn_tutorial.forecasting.wrappers.ensemble import Ensemble
from rnn_tutorial.forecasting.wrappers.hybrid import Hybrid

from .request import CLASSICS, HYBRID, Request
from .seasons import times_needed

RARELY = ("croston", "tsb")
"""For demand that is mostly zero, which other series are not compared by."""


def make(name: str, series: Series, seasons: tuple[int, ...], request: Request) -> Method:
    r"""Build a method, unfitted.

    Args:
        name: One of ``MODELS``.
        series: To be forecast.
        seasons: Steps in each, shortest first.
        request: Horizon and sizes.

    Raises:
        ValueError: The method needs seasons that the series has not.
    """
    horizon, longest, beside = request.horizon, max(seasons, default=1), series.covariates is not None
    positive = bool(np.all(series.values > 0))
    smoothed = max((season for season in seasons if season <= LONGEST), default=1)
    options: dict[str, Any] = {
        "epochs": request.epochs, "input_length": request.input_length, "hidden_size": request.hidden,
        "stride": request.stride,
    }  # fmt: skip
    match name:
        case "best":
            given = seasons if request.seasons else None  # or each its own, as far as it has room
            return Best(candidates_for(series, horizon, seasons=given, **options), horizon, seed=request.seed)
        case "naive":
            return naive(longest)
        case "persistence":
            return Persistence()
        case "drift":
            return Drift()
        case "ridge":
            return RidgeOnLags(max(longest, horizon), horizon, use_covariates=beside, seasons=seasons)
        case "boosting":
            return GradientBoosting(horizon, *nested(seasons, name, series), use_covariates=beside)
        case "ets":
            return AutoETS(smoothed)
        case "arima":
            return AutoARIMA(max((season for season in seasons if season <= LONGEST_OF_ARIMA), default=1))
        case "theta":
            return Theta(smoothed)
        case "croston":
            return Croston()
        case "tsb":
            return TSB()
        case "holt-winters":  # seasons multiply the level where they can
            return HoltWinters(*nested(seasons, name, series), seasons="log" if positive else "additive")
    network: Method = Forecaster(
        "gru" if name == HYBRID else cast(LayerName, name), horizon, seasons=seasons, seed=request.seed, **options
    )
    if name == HYBRID:
        smoothing = make("holt-winters", series, seasons, request)
        network = Hybrid(smoothing, network, log=positive, stride=request.stride)
    if request.seeds == 1:
        return network
    return Ensemble(network, range(request.seeds)).with_seed(request.seed)  # as the backtest seeds it


def classics(series: Series, seasons: tuple[int, ...], request: Request) -> tuple[list[Method], dict[str, str]]:
    """All methods without a network that a series allows, seasonal-naive with each season; and why not the others."""
    made, left_out = simple(seasons), {}
    for name in CLASSICS:
        if name in RARELY and not is_intermittent(series.values, seasons):
            continue
        try:
            made.append(make(name, series, seasons, request))
        except ValueError as error:
            left_out[name] = str(error)
    return made, left_out


def naive(season: int) -> Method:
    """Repeat the last season; without one, the last value."""
    return SeasonalNaive(season) if season > 1 else Persistence()


def nested(seasons: tuple[int, ...], name: str, series: Series) -> tuple[int, int]:
    """The two longest seasons, if one is a multiple of the other."""
    if len(seasons) < 2 or seasons[-1] % seasons[-2]:
        are = f"{'are' if len(seasons) > 1 else 'is'} {', '.join(map(str, seasons)) or 'none'}"
        raise ValueError(
            f"{name} needs two seasons, the longer a multiple of the shorter, such as day and week; there {are}. "
            f"{advice(series, times_needed(name))}"
        )
    return seasons[-2], seasons[-1]


def advice(series: Series, times: int = TIMES) -> str:
    r"""What to ask for where two nested seasons are missing, as the step from one value to the next allows.

    Args:
        series: Too short for them, or without.
        times: How often the longer should be there.
    """
    known = sorted(steps for steps in series.seasons.values() if steps >= 2)
    pairs = [(short, long) for short in known for long in known if long > short and long % short == 0]
    if pairs and times * pairs[-1][1] > len(series):
        return f"Two such seasons take {times * pairs[-1][1]:,} values: add data, or take ets, theta, ridge or best."
    if pairs:
        return f"Give them: --season {pairs[-1][0]} --season {pairs[-1][1]}."
    if not series.seasons and not series.has_clock:
        return "Name both by --season if the series has them, or take ets, theta, ridge or best."
    return "Values at these steps have no such pair: take ets, theta, ridge or best."
