"""Methods of five other libraries behind our interface of a method, each with what its documentation sets by default.

What has no default is given as ours is given it: a season's length, the columns known in advance, and windows as long
as two horizons or the longest season. A library is imported when one of its methods is fitted.
"""

import logging
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pandas as pd

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Method
from rnn_tutorial.forecasting.types import Array, Origins


class Told(Protocol):
    """What a peer is told of a series beside its values."""

    @property
    def seasons(self) -> tuple[int, ...]:
        """Steps in each, shortest first."""

    @property
    def horizon(self) -> int:
        """Steps ahead."""


class Peer(Method):
    r"""Another library's method, fitted once and then asked at each origin with all values before it.

    Gaps are handed over as NaN, so that the library itself says whether it takes them.

    Args:
        case: The series, whose seasons and horizon it is told.
        seed: Of networks.
    """

    gaps = True

    def __init__(self, case: Told, seed: int) -> None:
        self.case, self.seed = case, seed
        self.season = max(case.seasons, default=1)
        self.window = max(2 * case.horizon, self.season)


class OneByOne(Peer):
    """A peer that is asked at one origin after the other."""

    @abstractmethod
    def ahead(self, values: Array, known: Array | None, horizon: int) -> Array:
        """Forecast what follows ``values``; ``known`` holds the columns up to the last step ahead, (T + h, K)."""

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Ask at one origin after the other."""
        known = _known(series)
        return np.stack(
            [self.ahead(series.values[:o], None if known is None else known[: o + horizon], horizon) for o in origins]
        )


class Statsforecast(OneByOne):
    r"""A model of statsforecast; after the fit its parameters stay, and ``forward`` runs it over longer series.

    Args:
        model: Name of its class.
        columns: Whether it takes columns.
        seasons: Steps in the season that it is told, or in several; by default the longest.
    """

    def __init__(
        self, case: Told, seed: int, model: str, columns: bool = False, seasons: int | list[int] | None = None
    ) -> None:
        super().__init__(case, seed)
        self.model, self.reads_covariates, self.name = model, columns, f"statsforecast {model}"
        self.told = self.season if seasons is None else seasons

    def learn(self, series: Series) -> None:
        """Estimate on all of the series."""
        from statsforecast import models

        known = _known(series)
        self.fitted = getattr(models, self.model)(season_length=self.told)
        self.fitted.fit(y=series.values.copy(), X=None if known is None else known[: len(series)])

    def ahead(self, values: Array, known: Array | None, horizon: int) -> Array:
        """Run the fitted model over the values."""
        T = len(values)
        beside = {} if known is None else {"X": known[:T], "X_future": known[T:]}
        return np.asarray(self.fitted.forward(y=values.copy(), h=horizon, **beside)["mean"], dtype=float)


class Skforecast(OneByOne):
    r"""Skforecast's recursive forecaster around a regression on lags.

    Args:
        make: Returns the regression.
    """

    reads_covariates = True

    def __init__(self, case: Told, seed: int, name: str, make: Callable[[int], Any]) -> None:
        super().__init__(case, seed)
        self.make, self.name = make, f"skforecast {name}"

    def learn(self, series: Series) -> None:
        """Fit on all windows."""
        from skforecast.recursive import ForecasterRecursive

        known = _known(series)
        self.fitted = ForecasterRecursive(estimator=self.make(self.seed), lags=self.window)
        self.fitted.fit(y=_counted(series.values), exog=None if known is None else _columns(known[: len(series)]))

    def ahead(self, values: Array, known: Array | None, horizon: int) -> Array:
        """Feed each forecast back."""
        beside = None if known is None else _columns(known).iloc[len(values) :]
        found = self.fitted.predict(steps=horizon, last_window=_counted(values), exog=beside, suppress_warnings=True)
        return np.asarray(found, dtype=float)


class Mlforecast(Peer):
    r"""LightGBM on lags and the calendar by mlforecast, set as in its walkthrough on hourly series of the M4.

    That takes the values one to seven days before, differences from a day before, and a smoothed value of two days
    before; hour and day of the week are added. For other steps the shortest season stands for the day. So nothing of
    the last day is read.

    Args:
        last: Whether it is told the last value as well, which the walkthrough does not.
    """

    def __init__(self, case: Told, seed: int, last: bool = False) -> None:
        super().__init__(case, seed)
        self.last = [1] if last else []
        self.name = f"mlforecast LightGBM{', last value' if last else ''}"

    def learn(self, series: Series) -> None:
        """Fit on all rows."""
        from lightgbm import LGBMRegressor
        from mlforecast import MLForecast
        from mlforecast.lag_transforms import ExponentiallyWeightedMean
        from mlforecast.target_transforms import Differences

        day = min(self.case.seasons, default=1)
        self.index, step = _clock(series)
        self.fitted = MLForecast(
            models={"it": LGBMRegressor(random_state=self.seed, verbosity=-1, n_jobs=1)},
            freq=step,
            lags=[*self.last, *(day * (i + 1) for i in range(7))],
            lag_transforms={2 * day: [ExponentiallyWeightedMean(alpha=0.3)]},
            date_features=["hour", "dayofweek"],
            target_transforms=[Differences([day])],
        )
        self.fitted.fit(self._frame("series", series.values))

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Ask at all origins at once: each is a series of its own."""
        frames = [self._frame(f"{o:06d}", series.values[:o]) for o in origins]
        found = self.fitted.predict(horizon, new_df=pd.concat(frames))
        return found.sort_values(["unique_id", "ds"])["it"].to_numpy(float).reshape(len(origins), horizon)

    def _frame(self, name: str, values: Array) -> pd.DataFrame:
        when = pd.date_range(self.index[0], periods=len(values), freq=self.index.freq)
        return pd.DataFrame({"unique_id": name, "ds": when, "y": values})


class Darts(OneByOne):
    r"""A model of darts on the series brought between 0 and 1, as in its own examples.

    Args:
        make: Returns the model for this peer.
        columns: Whether it takes columns known in advance.
        again: Whether it has to be fitted anew at each origin, having no other way of reading new values.
    """

    def __init__(
        self, case: Told, seed: int, name: str, make: Callable[["Darts"], Any], columns: bool, again: bool
    ) -> None:
        super().__init__(case, seed)
        self.make, self.again, self.reads_covariates, self.name = make, again, columns, f"darts {name}"

    def learn(self, series: Series) -> None:
        """Find the scale and fit."""
        from darts.dataprocessing.transformers import Scaler

        known = _known(series)
        self.scaler = Scaler().fit(self._read(series.values))
        self.fitted = self._fit(series.values, None if known is None else known[: len(series)])

    def ahead(self, values: Array, known: Array | None, horizon: int) -> Array:
        """Forecast, and bring back to the old scale."""
        beside = {} if known is None else {"future_covariates": self._read(known)}
        if self.again:
            found = self._fit(values, None).predict(horizon)
        else:
            found = self.fitted.predict(horizon, series=self.scaler.transform(self._read(values)), **beside)
        return np.asarray(self.scaler.inverse_transform(found).values(), dtype=float)[:, 0]

    def _fit(self, values: Array, known: Array | None) -> Any:
        beside = {} if known is None else {"future_covariates": self._read(known)}
        return self.make(self).fit(self.scaler.transform(self._read(values)), **beside)

    def _read(self, values: Array) -> Any:
        from darts import TimeSeries

        return TimeSeries.from_values(values.astype(np.float32) if not self.again else values)


class Neuralforecast(Peer):
    r"""A network of neuralforecast.

    Args:
        model: Name of its class.
        options: What has no default.
    """

    reads_covariates = True

    def __init__(self, case: Told, seed: int, model: str, **options: Any) -> None:
        super().__init__(case, seed)
        self.model, self.options, self.name = model, options, f"neuralforecast {model}"

    def learn(self, series: Series) -> None:
        """Train with what it does by default."""
        from neuralforecast import NeuralForecast, models

        quiet()
        known = _known(series)
        beside = {} if known is None else {"futr_exog_list": list(_columns(known))}
        silent = {"enable_progress_bar": False, "logger": False, "enable_model_summary": False, "accelerator": "cpu"}
        network = getattr(models, self.model)(
            h=self.case.horizon, random_seed=self.seed + 1, **self.options, **beside, **silent
        )
        self.fitted = NeuralForecast([network], freq=1)
        self.fitted.fit(_frame("series", series.values, known))

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Ask at all origins at once: each is a series of its own."""
        known = _known(series)
        frames = [_frame(f"{o:06d}", series.values[:o], known) for o in origins]
        if known is None:
            found = self.fitted.predict(pd.concat(frames))
        else:
            ahead = [
                _columns(known).iloc[o : o + horizon].assign(unique_id=f"{o:06d}", ds=np.arange(o, o + horizon))
                for o in origins
            ]
            found = self.fitted.predict(pd.concat(frames), futr_df=pd.concat(ahead))
        return found.sort_values(["unique_id", "ds"])[self.model].to_numpy(float).reshape(len(origins), horizon)


def lightgbm(seed: int) -> Any:
    """Return LightGBM's regression as it comes, on one core."""
    from lightgbm import LGBMRegressor

    return LGBMRegressor(random_state=seed, verbose=-1, n_jobs=1)


def quiet() -> None:
    """Keep what Lightning says at every fit off the screen."""
    for name in ("pytorch_lightning", "lightning.pytorch", "lightning", "pytorch_lightning.utilities.rank_zero"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _clock(series: Series) -> tuple[pd.DatetimeIndex, str]:
    if series.index is None:
        raise ValueError("the calendar is asked of a series without dates")
    index = pd.DatetimeIndex(series.index)
    step = str(index.freqstr or pd.infer_freq(index[:50]))
    return pd.DatetimeIndex(index, freq=step), step


def _known(series: Series) -> Array | None:
    return None if series.covariates is None else series.covariates.known


def _columns(known: Array) -> pd.DataFrame:
    return pd.DataFrame(known, columns=[f"known {k}" for k in range(known.shape[1])])


def _counted(values: Array) -> "pd.Series[float]":
    return pd.Series(values.copy(), index=pd.RangeIndex(len(values)), name="y")


def _frame(name: str, values: Array, known: Array | None) -> pd.DataFrame:
    steps = np.arange(len(values))
    frame = pd.DataFrame({"unique_id": name, "ds": steps, "y": values})
    return frame if known is None else pd.concat([frame, _columns(known[: len(values)])], axis=1)
