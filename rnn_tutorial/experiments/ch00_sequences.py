r"""What a forecast gains from the past, from its order, and from scalers that know what they must not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data import Split
from rnn_tutorial.forecasting import ForecastTask, RidgeOnLags, mae
from rnn_tutorial.training.interrupts import interrupts_raise

Array = npt.NDArray[np.float64]
Origins = npt.NDArray[np.int64]
Order = Literal["as it was", "one shuffle for all", "a shuffle for each"]
Way = Literal["training part", "whole series", "input of each window", "input and target of each window"]

WAYS: dict[Way, str] = {
    "training part": "honest",
    "whole series": "leak",
    "input of each window": "honest",
    "input and target of each window": "leak",
}
"""Where the mean that is subtracted comes from, and whether a forecaster could have known it."""


def error_by_past(task: ForecastTask, lags: Sequence[int], part: str = "valid") -> dict[int, float]:
    """Return the mean absolute error of a ridge regression for each length of past, in the unit of the series."""
    train, origins = task.series.part(0, task.split.train.stop), task.origins_of(part)
    truth = task.values[origins[:, None] + np.arange(task.horizon)]
    return {
        length: mae(truth, RidgeOnLags(length, task.horizon).fit(train).forecast(task.series, origins))
        for length in lags
    }


def error_by_order(task: ForecastTask, lags: int, order: Order, part: str = "valid", seed: int = 0) -> float:
    r"""Return the mean absolute error of a ridge regression on the last ``lags`` values in a given order.

    Args:
        task: Series, split, horizon and origins.
        lags: Values it sees.
        order: ``"as it was"``; ``"one shuffle for all"``, the same new order in every window; ``"a shuffle for each"``,
            every window in an order of its own, so that the regression knows which values there were and not when.
        part: Judged on its origins.
        seed: Of the shuffles.

    Raises:
        ValueError: Another order.
    """
    from sklearn.linear_model import Ridge

    rng = np.random.default_rng(seed)
    common = rng.permutation(lags)

    def arrange(past: Array) -> Array:
        if order == "as it was":
            return past
        if order == "one shuffle for all":
            return past[:, common]
        if order == "a shuffle for each":
            return rng.permuted(past, axis=1)
        raise ValueError(f"unknown order {order!r}")

    train = task.values[task.split.train]
    scaled = (task.values - train.mean()) / train.std()
    x, y = windows(scaled, np.arange(lags, len(train) - task.horizon + 1), lags, task.horizon)
    regression = Ridge(1.0).fit(arrange(x), y)
    x, y = windows(scaled, task.origins_of(part), lags, task.horizon)
    return mae(y, regression.predict(arrange(x)).reshape(y.shape)) * float(train.std())


@dataclass(frozen=True)
class ScalerTrial:
    r"""A series, its cut, and how a small network is trained on it.

    Args:
        values: (T,) the series.
        split: Its parts; training and test are used.
        lags: Values the network sees.
        horizon: Values it forecasts.
        stride: Steps between training windows.
        passes: Over the training windows.
        seasonal: Steps the naive forecast goes back, for comparison.
    """

    values: Array
    split: Split
    lags: int
    horizon: int
    stride: int
    passes: int
    seasonal: int

    @property
    def test_origins(self) -> Origins:
        """Every sixth origin whose target lies in the test part."""
        return np.arange(self.split.test.start, self.split.test.stop - self.horizon + 1, 6)

    def naive_error(self) -> float:
        """Return the mean absolute error of repeating the last season, in the unit of the series."""
        steps = self.test_origins[:, None] + np.arange(self.horizon)
        return mae(self.values[steps], self.values[steps - self.seasonal])

    def apparent_error(self, way: Way, seed: int) -> float:
        r"""Train a network of 32 tanh units on values centred in one of four ways, and score it on the test part.

        The network is ``scikit-learn``'s ``MLPRegressor`` with Adam, learning rate 0.01. "whole series" takes mean and
        standard deviation from the whole series. The others divide by the training part's standard deviation and
        differ in the mean that they subtract.

        Args:
            way: Where the mean comes from, see ``WAYS``.
            seed: Of the network.

        Returns:
            Mean absolute error in the unit of the series. "Apparent", because with a leak nobody can have it.

        Raises:
            ValueError: Another way.
        """
        from sklearn.neural_network import MLPRegressor

        if way not in WAYS:
            raise ValueError(f"unknown way {way!r}; there are {', '.join(WAYS)}")
        basis = self.values if way == "whole series" else self.values[self.split.train]
        scale = float(basis.std())

        def prepare(origins: Origins) -> tuple[Array, Array]:
            x, y = windows(self.values, origins, self.lags, self.horizon)
            if way == "input of each window":
                mean = x.mean(axis=1, keepdims=True)
            elif way == "input and target of each window":
                mean = np.hstack([x, y]).mean(axis=1, keepdims=True)
            else:
                mean = np.full((len(x), 1), basis.mean())
            return (x - mean) / scale, (y - mean) / scale

        network = MLPRegressor(hidden_layer_sizes=(32,), activation="tanh", learning_rate_init=0.01, random_state=seed)
        x, y = prepare(np.arange(self.lags, self.split.train.stop - self.horizon + 1, self.stride))
        with interrupts_raise():
            for _ in range(self.passes):
                network.partial_fit(x, y)
        x, y = prepare(self.test_origins)
        return mae(y, network.predict(x)) * scale


def demand_trial(task: ForecastTask) -> ScalerTrial:
    """Demand, the last day for the next: a level that comes and goes with the year."""
    return ScalerTrial(task.values, task.split, lags=24, horizon=task.horizon, stride=5, passes=30, seasonal=24)


def co2_trial() -> ScalerTrial:
    r"""Carbon dioxide over Mauna Loa, the last two years for the next: a level that only rises.

    Monthly means in ppm, March 1958 to December 2001, of the weekly series that comes with ``statsmodels``; months
    without a measurement are interpolated. The last eight years are the test part, the four before them are left out.

    References:
        C. D. Keeling and T. P. Whorf, *Atmospheric CO2 concentrations derived from flask air samples at sites in the
        SIO network*, Carbon Dioxide Information Analysis Center, Oak Ridge, 2004.
    """
    from statsmodels.datasets import co2

    monthly = co2.load_pandas().data["co2"].resample("MS").mean().interpolate()
    values = monthly.to_numpy(dtype=float)
    steps = len(values)
    split = Split(slice(0, steps - 144), slice(steps - 144, steps - 96), slice(steps - 96, steps))
    return ScalerTrial(values, split, lags=24, horizon=12, stride=1, passes=360, seasonal=12)


def windows(values: Array, origins: Origins, lags: int, horizon: int) -> tuple[Array, Array]:
    """Return the values before each origin, (O, lags), and from it on, (O, horizon)."""
    return values[origins[:, None] + np.arange(-lags, 0)], values[origins[:, None] + np.arange(horizon)]
