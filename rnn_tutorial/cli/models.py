r"""The methods that can be asked for by name, and a network as it was saved."""

from pathlib import Path
from typing import cast

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.methods.baselines import Drift, Persistence, SeasonalNaive
from rnn_tutorial.forecasting.methods.boosting import GradientBoosting
from rnn_tutorial.forecasting.methods.holt_winters import HoltWinters
from rnn_tutorial.forecasting.methods.regression import RidgeOnLags
from rnn_tutorial.forecasting.methods.smoothing import ETS
from rnn_tutorial.forecasting.neural.forecaster import Forecaster
from rnn_tutorial.forecasting.neural.recurrent import LayerName
from rnn_tutorial.forecasting.types import Array, Origins
from rnn_tutorial.forecasting.wrappers.ensemble import Ensemble
from rnn_tutorial.forecasting.wrappers.hybrid import Hybrid

from .request import CLASSICS, HYBRID, Request

LONGEST_ETS = 60
"""Steps in a season beyond which exponential smoothing has more states than it can learn."""


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
    match name:
        case "naive":
            return naive(longest)
        case "persistence":
            return Persistence()
        case "drift":
            return Drift()
        case "ridge":
            return RidgeOnLags(max(longest, horizon), horizon, use_covariates=beside, seasons=seasons)
        case "boosting":
            return GradientBoosting(horizon, *nested(seasons, name), use_covariates=beside)
        case "ets":
            return ETS(next((season for season in seasons[::-1] if season <= LONGEST_ETS), None))
        case "holt-winters":  # seasons multiply the level where they can
            return HoltWinters(*nested(seasons, name), seasons="log" if positive else "additive")
    network: Method = Forecaster(
        "gru" if name == HYBRID else cast(LayerName, name), horizon, seasons=seasons, epochs=request.epochs,
        seed=request.seed, input_length=request.input_length, hidden_size=request.hidden, stride=request.stride,
    )  # fmt: skip
    if name == HYBRID:
        smoothing = make("holt-winters", series, seasons, request)
        network = Hybrid(smoothing, network, log=positive, stride=request.stride)
    if request.seeds == 1:
        return network
    return Ensemble(network, range(request.seeds)).with_seed(request.seed)  # as the backtest seeds it


def classics(series: Series, seasons: tuple[int, ...], request: Request) -> tuple[list[Method], dict[str, str]]:
    """All methods without a network that a series allows, seasonal-naive with each season; and why not the others."""
    made, left_out = [naive(season) for season in seasons], {}
    for name in CLASSICS:
        try:
            made.append(make(name, series, seasons, request))
        except ValueError as error:
            left_out[name] = str(error)
    return made, left_out


def naive(season: int) -> Method:
    """Repeat the last season; without one, the last value."""
    return SeasonalNaive(season) if season > 1 else Persistence()


def nested(seasons: tuple[int, ...], name: str) -> tuple[int, int]:
    """The two longest seasons, if one is a multiple of the other."""
    if len(seasons) < 2 or seasons[-1] % seasons[-2]:
        raise ValueError(
            f"{name} needs two seasons, the longer a multiple of the shorter, such as day and week; there "
            f"{'are' if len(seasons) > 1 else 'is'} {', '.join(map(str, seasons)) or 'none'}. "
            "Give them: --season 24 --season 168."
        )
    return seasons[-2], seasons[-1]


class Frozen(Method):
    r"""A network as it was saved: a fit leaves it as it is.

    Args:
        forecaster: Loaded.
    """

    reads_covariates = finds_its_place = True

    def __init__(self, forecaster: Forecaster) -> None:
        self.forecaster, self.horizon, self.name = forecaster, forecaster.horizon, forecaster.name
        self.parameters = forecaster.parameters

    @classmethod
    def load(cls, path: Path, horizon: int) -> "Frozen":
        r"""Read the file of a network.

        Raises:
            ValueError: It is damaged, or the network is built for another horizon.
        """
        forecaster = Forecaster.load(path)
        if forecaster.horizon != horizon:
            raise ValueError(
                f"{path} was trained for a horizon of {forecaster.horizon} steps, but --horizon says {horizon}: use "
                f"--horizon {forecaster.horizon}, or train another."
            )
        return cls(forecaster)

    def trained_until(self, series: Series) -> int:
        r"""Return the first step of a series that it was not trained on; may lie beyond the series.

        Raises:
            ValueError: The steps of the series are not those that it was trained on.
        """
        if self.forecaster.clock.first is None:
            raise ValueError(
                "The saved model was fitted on numbers without time stamps, so its place in the file is unknown."
            )
        begins = self.forecaster.clock.place(series.index)
        return max(0, self.forecaster.offset + len(self.forecaster.series) - begins)

    @property
    def needed(self) -> int:
        """What the network reads."""
        return self.forecaster.needed

    def learn(self, series: Series) -> None:
        """Learn nothing."""

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Ask the network."""
        return self.forecaster.points(series, origins, horizon)
