r"""Every network and every baseline on the same series, from the same origins: the book's chapter 8.

A *problem* is a forecasting task with what it takes to learn it. The recipe of the
networks is the same for all problems but for the number of epochs. It was chosen on the validation weeks,
``problem.validation()``; the same call lets a reader choose again. On the shortest series, where an epoch is few steps,
the number of epochs is kept below what validation would like, for the sake of time.

The calendar of the time stamps, beside the phases of day and week, is part of it: on the validation weeks it helps on
the shortest series and makes little difference on the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
import numpy.typing as npt

import rnn_tutorial.forecasting as fc
from rnn_tutorial.data import Covariates, load_series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.neural.recurrent import LayerName, MakeLayer
from rnn_tutorial.layers import RNN

LAYERS: dict[str, LayerName] = {"RNN": "rnn", "LSTM": "lstm", "GRU": "gru", "FC-LSTM": "fc-lstm"}
ORTHOGONAL = "RNN, orthogonal start"
RECIPE: Mapping[str, Any] = {"batch_size": 64, "lr": 5e-3, "scale": "window", "calendar": True}


@dataclass(frozen=True)
class Problem(fc.ForecastTask):
    r"""A forecasting task, and what it takes to learn it.

    Args:
        series, split, horizon, stride, season: See ``ForecastTask``; beside the series only what the methods may read.
        day: Steps in the short season; the long one, ``season``, is a week.
        epochs: Passes of the networks over the training windows.
        train_stride: Steps from one training window to the next; a network alone takes ``network_stride``.
        hidden_size: Units of the networks.
        multiply: Whether the seasons of Holt-Winters multiply, as Taylor has them, or those of the logarithm add.
        ridge_alpha: Penalty of the regression on the errors of Holt-Winters.
    """

    day: int
    epochs: int
    train_stride: int
    hidden_size: int = 32
    multiply: bool = False
    ridge_alpha: float = 3.0

    @property
    def test(self) -> int:
        """Steps of the part to be judged on."""
        return len(self.series) - self.end

    @property
    def week(self) -> int:
        """Steps in the long season."""
        return self.season

    @property
    def seasons(self) -> tuple[int, int]:
        """Day and week, in steps."""
        return self.day, self.week

    @property
    def network_stride(self) -> int:
        """Every second window for a network alone: neighbours are nearly the same, and it takes half the time."""
        return 2 * self.train_stride

    def validation(self, steps: int | None = None) -> Self:
        """Return the same problem with the test part cut away: its last steps, by default as many, are to choose by."""
        return super().validation(self.test if steps is None else steps)


# ---- the problems --------------------------------------------------------------------------------------------------


def taylor() -> Problem:
    """Half-hourly demand of England and Wales, a day ahead; eight weeks and four, as Taylor (2003) divides them."""
    return Problem.of(
        load_series("taylor"), horizon=48, test=4 * 336, stride=6, day=48, season=336,
        epochs=40, train_stride=1, multiply=True,
    )  # fmt: skip


def victoria(temperature: npt.ArrayLike | None = None) -> Problem:
    r"""Half-hourly demand of Victoria, a day ahead; working days are known in advance.

    Args:
        temperature: (T,) temperatures that are taken to be known a day ahead; none by default.
    """
    series = load_series("victoria")
    assert series.covariates is not None
    known, names = series.covariates.known, series.covariates.known_names
    if temperature is not None:
        known = np.column_stack([known, temperature])
        names = (*names, "temperature")
    series = replace(series, covariates=Covariates(known=known, known_names=names))
    return Problem.of(
        series, horizon=48, test=8 * 336, stride=12, day=48, season=336, epochs=10, train_stride=3,
    )  # fmt: skip


def hourly_demand() -> Problem:
    """Hourly demand of Portuguese clients, a day ahead, on the weeks that all chapters are judged on."""
    return Problem.of(
        load_series("hourly_demand"), horizon=24, test=8 * 168, stride=6, day=24, season=168, epochs=10, train_stride=3,
    )  # fmt: skip


# ---- the methods ---------------------------------------------------------------------------------------------------


def smoothing(problem: Problem) -> fc.HoltWinters:
    """Return the double-seasonal Holt-Winters method of a problem, unfitted."""
    return fc.HoltWinters(*problem.seasons, seasons="multiplicative" if problem.multiply else "log")


def classics(problem: Problem) -> dict[str, Method]:
    """Return what the networks have to beat, by name; with covariates where the problem has some."""
    day, week = problem.seasons
    beside = problem.series.covariates is not None
    methods: dict[str, Method] = {
        "persistence": fc.Persistence(),
        "same time yesterday": fc.SeasonalNaive(day),
        "same time last week": fc.SeasonalNaive(week),
        "last week + level shift": fc.LevelShift(day, week),
        "ridge on lags": fc.RidgeOnLags(
            2 * week, problem.horizon, use_covariates=beside, seasons=problem.seasons if beside else ()
        ),
        "gradient boosting": fc.GradientBoosting(problem.horizon, day, week, use_covariates=beside),
        "Holt-Winters": smoothing(problem),
    }
    return methods


def network(problem: Problem, layer: LayerName | MakeLayer, **options: Any) -> fc.Forecaster:
    """Return a network alone, by the common recipe."""
    own = {"hidden_size": problem.hidden_size, "epochs": problem.epochs, "stride": problem.network_stride}
    given = {**RECIPE, **own, **options}
    return fc.Forecaster(layer, problem.horizon, seasons=problem.seasons, **given)


def networks(problem: Problem, **options: Any) -> dict[str, Method]:
    """Return the book's four layers of sequences, each as a network alone, and the plain one from its best start."""
    found: dict[str, Method] = {name: network(problem, layer, **options) for name, layer in LAYERS.items()}
    orthogonal = partial(_orthogonal_rnn, problem.hidden_size)
    return found | {ORTHOGONAL: network(problem, orthogonal, name=ORTHOGONAL, **options)}


def _orthogonal_rnn(units: int, features: int) -> RNN:
    # A matrix that keeps lengths, so that the first forecasts are not blind to the distant past (chapter 1).
    return RNN(features, units, batch_first=True, recurrent_init="orthogonal")


def hybrids(problem: Problem, **options: Any) -> dict[str, Method]:
    """Return Holt-Winters with its errors learnt: by a GRU, and by a linear regression."""
    recipe: dict[str, Any] = {"hidden_size": problem.hidden_size, "epochs": 20, "batch_size": 64, "lr": 2e-3}
    gru = fc.Forecaster("gru", problem.horizon, seasons=(problem.day,), input_length=problem.day, **(recipe | options))
    # Two weeks settle the states of Holt-Winters: they are what its first states are means of.
    by_network = fc.Hybrid(smoothing(problem), gru, burn_in=2 * problem.week, stride=problem.train_stride)
    return {"Holt-Winters + GRU": by_network, "Holt-Winters + ridge": ridge_hybrid(problem, problem.ridge_alpha)}


def ridge_hybrid(problem: Problem, alpha: float, burn_in: int | None = None) -> fc.Hybrid:
    """Return Holt-Winters with its errors learnt by a regression of that penalty."""
    from sklearn.linear_model import Ridge

    return fc.Hybrid(
        smoothing(problem),
        Ridge(alpha),
        horizon=problem.horizon,
        input_length=problem.day,
        seasons=(problem.day,),
        burn_in=burn_in or 2 * problem.week,
        stride=problem.train_stride,
    )


def run(problem: Problem, methods: Mapping[str, Method], seeds: Sequence[int], **options: Any) -> fc.Backtest:
    """Fit on all before the last part, forecast through it; ``options`` as for ``rt.backtest``."""
    return fc.backtest(methods, problem, seeds=seeds, **({"progress": False} | options))
