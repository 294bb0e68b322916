r"""The methods that can be asked for by name, all with one way to be called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.baselines import Drift, Persistence, SeasonalNaive
from rnn_tutorial.forecasting.boosting import GradientBoosting
from rnn_tutorial.forecasting.forecaster import Forecaster
from rnn_tutorial.forecasting.holt_winters import HoltWinters
from rnn_tutorial.forecasting.hybrid import Hybrid
from rnn_tutorial.forecasting.method import Array, Method, Origins
from rnn_tutorial.forecasting.recurrent import LayerName
from rnn_tutorial.forecasting.regression import RidgeOnLags
from rnn_tutorial.forecasting.smoothing import ETS

NETWORKS = ("rnn", "lstm", "gru", "fc-lstm")
HYBRID = "hybrid"
CLASSICS = ("naive", "persistence", "drift", "ridge", "boosting", "ets", "holt-winters")
NAMES = (*NETWORKS, HYBRID, *CLASSICS)
LONGEST_ETS = 60
"""Steps in a season beyond which exponential smoothing has more states than it can learn."""


@dataclass(frozen=True)
class Setting:
    r"""What the methods are built for.

    Args:
        series: The series, with its covariates.
        horizon: Steps ahead.
        seasons: Steps in each season, shortest first.
        epochs: Of networks.
        progress: Show training.
        input_length, hidden, stride: Of networks, see ``Forecaster``.
        lower, upper: Bounds of all that is forecast.
    """

    series: Series
    horizon: int
    seasons: tuple[int, ...]
    epochs: int
    progress: bool
    input_length: int | None = None
    hidden: int = 64
    stride: int = 1
    lower: float | None = None
    upper: float | None = None

    def bounded(self, forecast: Array) -> Array:
        """Bring what lies beyond the bounds to them."""
        if self.lower is None and self.upper is None:
            return forecast
        return np.clip(forecast, self.lower, self.upper)


class Frozen(Method):
    r"""A network as it was saved: a fit leaves it as it is.

    Args:
        forecaster: Loaded.
    """

    reads_covariates = True

    def __init__(self, forecaster: Forecaster) -> None:
        self.forecaster, self.horizon, self.name = forecaster, forecaster.horizon, forecaster.name
        self.parameters = forecaster.parameters

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

    def learn(self, series: Series) -> None:
        """Learn nothing."""

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Ask the network."""
        return self.forecaster.points(series, origins, horizon)


class Mean(Method):
    r"""The mean of the forecasts of several methods.

    Args:
        members: Unfitted.
    """

    def __init__(self, members: Sequence[Method]) -> None:
        self.members = members
        first = members[0]
        self.horizon, self.reads_covariates = first.horizon, first.reads_covariates
        self.name = first.name if len(members) == 1 else f"{first.name}, mean of {len(members)}"

    @property
    def needed(self) -> int:
        """What the most demanding member needs."""
        return max(member.needed for member in self.members)

    def learn(self, series: Series) -> None:
        """Fit each."""
        for member in self.members:
            member.fit(series)
        self.parameters = sum(member.parameters for member in self.members)

    def each(self, series: Series, origins: Origins, horizon: int) -> list[Array]:
        """Return the forecasts of each member, (O, H)."""
        return [member.forecast(series, origins, horizon) for member in self.members]

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Return the mean, (O, H)."""
        mean: Array = np.mean(self.each(series, origins, horizon), axis=0)
        return mean


def network(name: str, setting: Setting, seed: int) -> Forecaster | Hybrid:
    """An unfitted network, or the hybrid of Holt-Winters and a GRU."""
    options: dict[str, Any] = {
        "seasons": setting.seasons, "epochs": setting.epochs, "seed": seed, "input_length": setting.input_length,
        "hidden_size": setting.hidden, "stride": setting.stride,
    }  # fmt: skip
    layer = "gru" if name == HYBRID else cast(LayerName, name)
    forecaster = Forecaster(layer, setting.horizon, **options)
    if name != HYBRID:
        return forecaster
    positive = bool(np.all(setting.series.values > 0))
    return Hybrid(holt_winters(setting), forecaster, log=positive, stride=setting.stride)


def classic(name: str, setting: Setting) -> Method:
    r"""One of the methods without a network.

    Args:
        name: One of ``CLASSICS``.
        setting: The series and its seasons.

    Raises:
        ValueError: The method needs seasons that the series has not.
    """
    longest = max(setting.seasons, default=1)
    with_covariates = setting.series.covariates is not None
    makers: dict[str, Callable[[], Method]] = {
        "naive": lambda: naive(longest),
        "persistence": Persistence,
        "drift": Drift,
        "ridge": lambda: RidgeOnLags(
            max(longest, setting.horizon), setting.horizon, use_covariates=with_covariates, seasons=setting.seasons
        ),
        "boosting": lambda: GradientBoosting(
            setting.horizon, *nested(setting, "boosting"), use_covariates=with_covariates
        ),
        "ets": lambda: ETS(next((s for s in setting.seasons[::-1] if s <= LONGEST_ETS), None)),
        "holt-winters": lambda: holt_winters(setting),
    }
    return makers[name]()


def naive(season: int) -> Method:
    """Repeat the last season; without one, the last value."""
    return SeasonalNaive(season) if season > 1 else Persistence()


def holt_winters(setting: Setting) -> Method:
    """Two seasons: multiplying where all values are positive, adding otherwise."""
    day, week = nested(setting, "holt-winters")
    return HoltWinters(day, week, seasons="log" if np.all(setting.series.values > 0) else "additive")


def nested(setting: Setting, name: str) -> tuple[int, int]:
    """The two longest seasons, if one is a multiple of the other."""
    if len(setting.seasons) < 2 or setting.seasons[-1] % setting.seasons[-2]:
        raise ValueError(
            f"{name} needs two seasons, the longer a multiple of the shorter, such as day and week; there "
            f"{'are' if len(setting.seasons) > 1 else 'is'} {', '.join(map(str, setting.seasons)) or 'none'}. "
            "Give them: --season 24 --season 168."
        )
    return setting.seasons[-2], setting.seasons[-1]
