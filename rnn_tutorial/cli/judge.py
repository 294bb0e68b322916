r"""Is the method better than what learns nothing, by how much, on how many origins, and more than by chance?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.evaluation.results import Backtest
from rnn_tutorial.forecasting.evaluation.rolling_origin import backtest
from rnn_tutorial.forecasting.evaluation.scoreboard import Scoreboard
from rnn_tutorial.forecasting.evaluation.task import ForecastTask
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.forecasting.wrappers.attainable import attainable_coverage
from rnn_tutorial.forecasting.wrappers.best import SIGNIFICANT, Best
from rnn_tutorial.forecasting.wrappers.candidates import simple
from rnn_tutorial.forecasting.wrappers.conformal import Conformal
from rnn_tutorial.forecasting.wrappers.ensemble import Ensemble

from .models import classics, naive
from .request import Request
from .wording import chance, verb

VAGUE = 0.1
"""Width of the range of coverages from which it is said that errors were few."""


@dataclass(frozen=True)
class Verdict:
    r"""What the backtest showed.

    Args:
        result: Of the method, of the simple ones and of others.
        name: Of the method that was asked for.
        rival: Of the simple method that it is held against, see ``rival_of``.
    """

    result: Backtest
    name: str
    rival: str

    @property
    def board(self) -> Scoreboard:
        """The forecasts of all methods."""
        return self.result.board()

    def error(self, name: str) -> float:
        """Mean absolute error of a method, over seeds."""
        return float(self.board.errors(name).mean())

    def saved(self, name: str) -> float:
        """Share of the rival's error that a method saves, negative if it adds to it; of no error nothing is saved."""
        ours, theirs = self.error(name), self.error(self.rival)
        if theirs == 0:
            return 0.0 if ours == 0 else -np.inf
        return 1 - ours / theirs

    @property
    def beaten(self) -> bool:
        """Whether the method has the smaller error and the difference is more than chance."""
        return self.name != self.rival and self.saved(self.name) > 0 and self._test["p"] < SIGNIFICANT

    def sentence(self) -> str:
        """Say all of it in one sentence."""
        ours, theirs, gain = self._said(self.name), self._said(self.rival), self.saved(self.name)
        horizon, origins = self.board.horizon, len(self.board.origins)
        where = f"over {horizon} step{'s' * (horizon > 1)} ahead from {origins} origin{'s' * (origins > 1)}"
        if self.name == self.rival:
            return f"{self.name} is the yardstick itself: its mean absolute error {where} was {ours}."
        beat = verb(gain, self._test["p"])
        found = f"{self.name} {beat} {self.rival}: its mean absolute error {where} was {ours} against "
        if self.error(self.rival) == 0:
            return f"{found}none: the series repeats exactly, and nothing can be better than repeating it."
        return f"{found}{theirs}, {abs(gain):.1%} {'less' if gain > 0 else 'more'}{self._chance()}."

    def warning(self) -> str:
        """Say that the forecast is not the one to take, where the rival is better by more than chance."""
        if self.name == self.rival or self.saved(self.name) >= 0 or not self._test["p"] < SIGNIFICANT:
            return ""
        return f"{self.rival} learns nothing and is the better forecast of this series, by more than chance."

    def chosen(self) -> Best | None:
        """The choice among several methods that was fitted before the test part, if one was asked for."""
        fitted = cast(Conformal, self.result.fitted[self.name][0]).fitted
        return fitted if isinstance(fitted, Best) else None

    def best(self) -> str:
        """Name the method with the smallest error, if that is neither the one asked for nor its single networks."""
        name = min(self.board.entries, key=self.error)
        if self.error(name) >= self.error(self.name) or len(self.board.entries[name].forecasts) > 1:
            return ""
        return f"The smallest error of the methods compared was that of {name}: {self._said(name)}."

    def intervals(self) -> str:
        """Nominal beside measured coverage."""
        low, high = self.board.levels
        covered, width = (self.board.score(self.name, what).mean() for what in ("coverage", "width"))
        return (
            f"The {high - low:.0%} intervals (rolling conformal) held {covered:.1%} of the values of the backtest; "
            f"mean width {self._in_unit(width)}." + few_errors(self._errors, high - low)
        )

    def shifts(self, series: Series, levels: Sequence[float]) -> dict[float, Array]:
        """How far each quantile lies above the forecast that follows the series, (H,)."""
        end = self.result.fitted[self.name][0].predict(self.board.horizon, levels, series=series)
        return {level: quantile - end.point for level, quantile in end.quantiles.items()}

    def path_shifts(self, series: Series, n: int, seed: int) -> Array:
        """How far each of n whole futures lies above the forecast that follows the series, (n, H)."""
        fitted = cast(Conformal, self.result.fitted[self.name][0])
        point = fitted.predict(self.board.horizon, (), series=series).point
        return fitted.sample_paths(n, self.board.horizon, seed=seed, series=series) - point

    @property
    def _errors(self) -> int:
        # Of the last step ahead at the first origin, of which there are the fewest.
        return cast(Conformal, self.result.fitted[self.name][0]).calibration - self.board.horizon + 1

    @cached_property
    def _test(self) -> dict[str, float]:
        return dict(self.result.compare(against=self.rival).loc[self.name])

    def _chance(self) -> str:
        found = self._test
        few = found["origins"] <= found["lags"] + 1
        count = f"{found['origins']:.0f} origin{'s are' if found['origins'] > 1 else ' is'}"
        return chance(found["p"], f"{count} too few" if few else "the errors depend on each other too much")

    def _said(self, name: str) -> str:
        return self._in_unit(self.error(name))

    def _in_unit(self, size: float) -> str:
        return f"{size:.4g} {self.board.unit}".rstrip()


def judge(
    method: Method,
    rivals: Sequence[Method],
    yardstick: str,
    seasons: tuple[int, ...],
    task: ForecastTask,
    request: Request,
    say: Callable[[str], None],
) -> Verdict:
    r"""Fit on the training part, calibrate on the next, forecast the last from rolling origins.

    Args:
        method: Unfitted, or a loaded network.
        rivals: The simple methods.
        yardstick: The one of them that was chosen before the test part.
        seasons: Of the baselines, if they are asked for.
        task: The parts of the series.
        request: Level, bounds and seed.
        say: Told what is being done.

    Raises:
        ValueError: The method cannot deal with the training part.
    """
    methods = {one.name: one for one in [*rivals, method]}
    others, not_made = classics(task.series, seasons, request) if request.baselines else ([], {})
    for other in others:
        methods.setdefault(other.name, other)
    say(
        f"Backtest of {', '.join(sorted(methods, key=lambda name: name != method.name))} on {len(task.origins)} origins"
    )
    calibration = task.split.valid.stop - task.split.valid.start
    result = backtest(
        {name: Conformal(one, request.level, calibration=calibration) for name, one in methods.items()}, task,
        refit=False, seeds=(request.seed,), levels=request.ends, n_jobs=1, progress=False, on_error="leave out",
        return_fitted=True,
    )  # fmt: skip
    if method.name in result.left_out:
        raise ValueError(result.left_out[method.name])
    board, fitted = result.board(), cast(Conformal, result.fitted[method.name][0]).fitted
    if isinstance(fitted, Ensemble):
        first, several, seconds = fitted.members[0], len(fitted.members), board.entries[method.name].seconds
        each = [member.forecast(task.series, task.origins, task.horizon) for member in fitted.members]
        board.add(first.name, each, parameters=first.parameters, seconds=seconds / several)
    for name, entry in board.entries.items():
        forecasts, quantiles = (
            tuple(np.clip(array, *request.bounds) for array in arrays) for arrays in (entry.forecasts, entry.quantiles)
        )
        board.entries[name] = replace(entry, forecasts=forecasts, quantiles=quantiles)
    rival = rival_of(board, method.name, yardstick, [one.name for one in rivals if one.name in board.entries])
    return Verdict(replace(result, left_out=not_made | result.left_out), method.name, rival)


def few_errors(errors: int, level: float) -> str:
    """Say what intervals from so many errors can promise, where that is little."""
    found = attainable_coverage(errors, level)
    if found.high - found.low < VAGUE:
        return ""
    return (
        f" They rest on {errors} errors of each step: with so few, {level:.0%} intervals hold anything from "
        f"{found.low:.0%} to {found.high:.0%} of the values, nine times in ten."
    )


def rival_of(board: Scoreboard, name: str, yardstick: str, simple: Sequence[str]) -> str:
    """The simple method to be held against: that chosen before the test part, or one that beats a method that beats it.

    So a random walk is no victory: who does better there than a straight line still does worse than the last value.
    """
    error = {one: float(board.errors(one).mean()) for one in {name, yardstick, *simple}}
    better = [one for one in simple if error[one] < error[name] < error[yardstick]]
    return min(better, key=lambda one: error[one]) if better else yardstick


def best_simple(seasons: tuple[int, ...], task: ForecastTask | None) -> Method:
    """The simple method with the smallest error before the test part; without such a part the longest season again."""
    candidates = simple(seasons)
    if task is None:
        return naive(max(seasons, default=1))
    result = backtest(candidates, task.validation(), n_jobs=1, progress=False, on_error="leave out")
    return candidates[[one.name for one in candidates].index(str(result.best_baseline()))]
