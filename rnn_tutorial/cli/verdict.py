r"""Is the method better than what learns nothing, by how much, on how many origins, and more than by chance?"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.evaluation.results import Backtest
from rnn_tutorial.forecasting.evaluation.scoreboard import Scoreboard
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.forecasting.wrappers.attainable import attainable_coverage
from rnn_tutorial.forecasting.wrappers.best import SIGNIFICANT
from rnn_tutorial.forecasting.wrappers.conformal import Conformal

from .plan import Plan
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
        plan: The parts of the series.
        fitted: The method as it was fitted on the first of them.
        intervals: Around it; None where there are too few errors to make them of.
    """

    result: Backtest
    name: str
    rival: str
    plan: Plan
    fitted: Method
    intervals: Conformal | None

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
        if np.array_equal(self.board.losses(self.name), self.board.losses(self.rival)):
            return f"{self.name} did not beat {self.rival}: both had the same mean absolute error {where}, {ours}."
        return f"{found}{theirs}, {abs(gain):.1%} {'less' if gain > 0 else 'more'}{self._chance()}."

    def warning(self, written: bool = True) -> str:
        r"""Say that the forecast is not the one to take, where the rival is better by more than chance.

        Args:
            written: Whether the method that was judged writes the forecast; a choice may be made anew of everything.
        """
        if self.name == self.rival or self.saved(self.name) >= 0 or not self._test["p"] < SIGNIFICANT:
            return ""
        if not written:
            return (
                f"In the backtest {self.rival}, which learns nothing, was better than {self.name}, by more than chance."
            )
        return f"{self.rival} learns nothing and is the better forecast of this series, by more than chance."

    def best(self) -> str:
        """Name the method with the smallest error, if that is neither the one asked for nor its single networks."""
        name = min(self.board.entries, key=self.error)
        if self.error(name) >= self.error(self.name) or len(self.board.entries[name].forecasts) > 1:
            return ""
        return f"The smallest error of the methods compared was that of {name}: {self._said(name)}."

    def of_intervals(self, level: float) -> str:
        """Nominal beside measured coverage, or why it was not measured."""
        if self.intervals is None:
            return ""
        few = few_errors(self._errors, level)
        if not self.plan.measures_intervals:
            return (
                f"The {level:.0%} intervals (conformal) are made of the errors of this backtest. What they hold was "
                f"not measured: that takes values that come later still, and the series is too short.{few}"
            )
        covered, width = (self.board.score(self.name, what).mean() for what in ("coverage", "width"))
        kind = "adaptive" if self.intervals.adapt else "rolling"
        widths = ", wider at those times of day at which errors are larger" if self.intervals.by else ""
        return (
            f"The {level:.0%} intervals ({kind} conformal{widths}) held {covered:.1%} of the values of the backtest; "
            f"mean width {self._in_unit(width)}.{few}"
        )

    def shifts(self, series: Series, levels: Sequence[float]) -> dict[float, Array]:
        """How far each quantile lies above the forecast that follows the series, (H,); none without intervals."""
        if self.intervals is None:
            return {}
        end = self.intervals.predict(self.board.horizon, levels, series=series)
        return {level: quantile - end.point for level, quantile in end.quantiles.items()}

    def path_shifts(self, series: Series, n: int, seed: int) -> Array:
        """How far each of n whole futures lies above the forecast that follows the series, (n, H)."""
        if self.intervals is None:
            raise ValueError("paths are made of the errors that intervals are made of, and there are none")
        point = self.intervals.predict(self.board.horizon, (), series=series).point
        return self.intervals.sample_paths(n, self.board.horizon, seed=seed, series=series) - point

    @property
    def _errors(self) -> int:
        # Of the last step ahead at the first origin, of which there are the fewest.
        return self.plan.calibration - self.board.horizon + 1

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


def few_errors(errors: int, level: float) -> str:
    """Say what intervals from so many errors can promise, where that is little."""
    found = attainable_coverage(errors, level)
    if found.high - found.low < VAGUE:
        return ""
    rest = f" They rest on {errors} error{'s' * (errors > 1)} of each step: with so few, {level:.0%} intervals hold"
    return f"{rest} anything from {found.low:.0%} to {found.high:.0%} of the values, nine times in ten."
