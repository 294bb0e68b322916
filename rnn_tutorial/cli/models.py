r"""The methods that can be asked for by name, all with one way to be called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, cast

import numpy as np

from rnn_tutorial.data import Covariates, Series
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

    @property
    def covariates(self) -> Covariates | None:
        """Those of the series."""
        return self.series.covariates


class Network:
    r"""A forecaster that is handed the time stamps and covariates of the series with every part of its values.

    Args:
        forecaster: An unfitted ``Forecaster`` or ``Hybrid``.
        setting: The series.
    """

    def __init__(self, forecaster: Any, setting: Setting) -> None:
        self.forecaster, self.setting = forecaster, setting
        self.name: str = forecaster.name
        self.parameters = 0  # known after fit
        self.takes_covariates = bool(getattr(forecaster, "takes_covariates", False))

    def fit(self, past: Array, *, covariates: Covariates | None = None) -> Self:
        """Train on the first steps of the series."""
        series = self.setting.series
        part = replace(series, values=past, index=series.index[: len(past)], covariates=None)
        self.forecaster.fit(part, progress=self.setting.progress, **_given(covariates))
        self.parameters = int(self.forecaster.parameters)
        return self

    def forecast(self, values: Array, origins: Origins, horizon: int, *, covariates: Covariates | None = None) -> Array:
        """Ask the network."""
        result: Array = self.forecaster.forecast(values, origins, horizon, **_given(covariates))
        return result


class Loaded:
    r"""A network as it was saved: a fit leaves it as it is. The file may begin elsewhere than the data it learnt from.

    Args:
        forecaster: Loaded.
        series: To be forecast.

    Attributes:
        trained_until: First step of the series that it was not trained on; may lie beyond the series.

    Raises:
        ValueError: The steps of the series are not those it was trained on.
    """

    takes_covariates = True

    def __init__(self, forecaster: Forecaster, series: Series) -> None:
        self.forecaster, self.name, self.parameters = forecaster, forecaster.name, forecaster.parameters
        if forecaster.clock.first is None:
            raise ValueError(
                "The saved model was fitted on numbers without time stamps, so its place in the file is unknown."
            )
        self.shift = forecaster.clock.place(series.index)
        self.trained_until = max(0, forecaster.offset + len(forecaster.memory) - self.shift)

    def fit(self, past: Array, *, covariates: Covariates | None = None) -> Self:
        """Learn nothing."""
        return self

    def forecast(self, values: Array, origins: Origins, horizon: int, *, covariates: Covariates | None = None) -> Array:
        """Ask the network, with steps counted from the first that it was trained on."""
        beside = covariates or Covariates()
        if self.shift >= 0:  # steps before the file are never read: any number may stand there

            def moved(table: Array) -> Array:
                return np.concatenate([np.repeat(table[:1], self.shift, axis=0), table])

        else:

            def moved(table: Array) -> Array:
                return table[-self.shift :]

        beside = Covariates(moved(beside.past), moved(beside.known), beside.past_names, beside.known_names)
        return self.forecaster.forecast(moved(values), origins + self.shift, horizon, covariates=beside)


class Mean:
    r"""The mean of the forecasts of several copies that differ by their seed.

    Args:
        members: Unfitted copies.
    """

    def __init__(self, members: Sequence[Network]) -> None:
        self.members = list(members)
        self.parameters = 0
        self.takes_covariates = members[0].takes_covariates
        self.name = members[0].name if len(members) == 1 else f"{members[0].name}, mean of {len(members)}"

    def fit(self, past: Array, *, covariates: Covariates | None = None) -> Self:
        """Fit each."""
        for member in self.members:
            member.fit(past, covariates=covariates)
        self.parameters = sum(member.parameters for member in self.members)
        return self

    def each(self, values: Array, origins: Origins, horizon: int, covariates: Covariates | None) -> list[Array]:
        """Forecasts of each member, (O, H)."""
        return [member.forecast(values, origins, horizon, covariates=covariates) for member in self.members]

    def forecast(self, values: Array, origins: Origins, horizon: int, *, covariates: Covariates | None = None) -> Array:
        """The mean, (O, H)."""
        mean: Array = np.mean(self.each(values, origins, horizon, covariates), axis=0)
        return mean


def network(name: str, setting: Setting, seed: int) -> Network:
    """An unfitted network, or the hybrid of Holt-Winters and a GRU."""
    options: dict[str, Any] = {
        "seasons": setting.seasons, "epochs": setting.epochs, "seed": seed, "input_length": setting.input_length,
        "hidden_size": setting.hidden, "stride": setting.stride,
    }  # fmt: skip
    layer = "gru" if name == HYBRID else cast(LayerName, name)
    forecaster = Forecaster(layer, setting.horizon, **options)
    if name != HYBRID:
        return Network(forecaster, setting)
    positive = bool(np.all(setting.series.values > 0))
    return Network(Hybrid(holt_winters(setting), forecaster, log=positive, stride=setting.stride), setting)


def classic(name: str, setting: Setting) -> Method:
    r"""One of the methods without a network.

    Args:
        name: One of ``CLASSICS``.
        setting: The series and its seasons.

    Raises:
        ValueError: The method needs seasons that the series has not.
    """
    longest = max(setting.seasons, default=1)
    with_covariates = setting.covariates is not None
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


def _given(covariates: Covariates | None) -> dict[str, Any]:
    return {} if covariates is None else {"covariates": covariates}
