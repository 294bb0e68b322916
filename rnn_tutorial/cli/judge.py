r"""Is the method better than repeating the last season, by how much, on how many origins, and more than by chance?"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rnn_tutorial.forecasting.comparison import Comparison, diebold_mariano
from rnn_tutorial.forecasting.conformal import Conformal
from rnn_tutorial.forecasting.intervals import coverage, width
from rnn_tutorial.forecasting.method import Array, Method
from rnn_tutorial.forecasting.metrics import mae
from rnn_tutorial.forecasting.scoreboard import Scoreboard

from .models import CLASSICS, Mean, Setting, classic, naive
from .plan import Plan

SIGNIFICANT = 0.05
Say = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    r"""What the backtest showed.

    Args:
        board: Errors of all methods on the test part.
        name: Of the method that was asked for.
        rival: Name of the seasonal-naive method that it is held against.
        comparison: Diebold-Mariano test of the two; ``None`` where no test was possible.
        obstacle: Why not.
        level: Nominal share of values in the intervals.
        covered: Measured share.
        width: Mean width of the intervals, in the unit of the series.
        margin: (H,) half the width of the intervals around the forecast that follows the series.
        shifts: Of each quantile asked for, (H,): how far it lies above that forecast.
        left_out: Baselines that could not be run, with the reason.
    """

    board: Scoreboard
    name: str
    rival: str
    comparison: Comparison | None
    obstacle: str
    level: float
    covered: float
    width: float
    margin: Array
    shifts: dict[float, Array] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def error(self, name: str) -> float:
        """Mean absolute error of a method, over seeds."""
        return float(self.board.errors(name).mean())

    @property
    def gain(self) -> float:
        """Share of the rival's error that the method saves; negative if its error is larger, without end over none."""
        return saved(self.error(self.name), self.error(self.rival))

    @property
    def beaten(self) -> bool:
        """Whether the method has the smaller error and the difference is more than chance."""
        return self.gain > 0 and self.comparison is not None and self.comparison.p_value < SIGNIFICANT

    def sentence(self, unit: str) -> str:
        """Say all of it in one sentence."""
        board, unit = self.board, f" {unit}" if unit else ""
        steps = f"{board.horizon} step{'s' * (board.horizon > 1)} ahead"
        where = f"over {steps} from {len(board.origins)} origin{'s' * (len(board.origins) > 1)}"
        ours, theirs = self.error(self.name), self.error(self.rival)
        if self.name == self.rival:
            return f"{self.name} is the yardstick itself: its mean absolute error {where} was {ours:.4g}{unit}."
        unclear = "did not clearly beat" if self.comparison is not None else "had a smaller error than"
        verb = "did not beat" if self.gain <= 0 else "beat" if self.beaten else unclear
        found = f"{self.name} {verb} {self.rival}: its mean absolute error {where} was {ours:.4g}{unit} against "
        if theirs == 0:
            return f"{found}none: the series repeats exactly, and nothing can be better than repeating it."
        size = f"{abs(self.gain):.1%} {'less' if self.gain > 0 else 'more'}"
        return f"{found}{theirs:.4g}{unit}, {size}{self._chance()}."

    def best(self, unit: str) -> str:
        """Name the method with the smallest error, if that is neither the one asked for nor its single networks."""
        name = min(self.board.entries, key=self.error)
        if self.error(name) >= self.error(self.name) or len(self.board.entries[name].forecasts) > 1:
            return ""
        size = f"{self.error(name):.4g}{f' {unit}' if unit else ''}"
        return f"The smallest error of the methods compared was that of {name}: {size}."

    def _chance(self) -> str:
        if self.comparison is None or np.isnan(self.comparison.p_value):
            return f"; whether that is chance could not be tested ({self.obstacle})"
        p = "p < 0.001" if self.comparison.p_value < 0.001 else f"p = {self.comparison.p_value:.2g}"
        test = f"(Diebold-Mariano test, {p})"
        if self.comparison.p_value < SIGNIFICANT:
            return f", and the difference is more than chance {test}"
        return f", but the difference may be chance {test}"


def saved(ours: float, theirs: float) -> float:
    """Return the share of their error that ours saves; of no error nothing can be saved."""
    if theirs == 0:
        return 0.0 if ours == 0 else -np.inf
    return 1 - ours / theirs


def judge(
    method: Method,
    setting: Setting,
    plan: Plan,
    level: float,
    baselines: bool,
    say: Say,
    quantiles: Sequence[float] = (),
) -> Verdict:
    r"""Fit on the training part, calibrate on the next, forecast the last from rolling origins.

    Args:
        method: Unfitted, or a loaded network.
        setting: The series.
        plan: The parts.
        level: Of the intervals.
        baselines: Compare with all the baselines, not with seasonal-naive alone.
        say: Told what is being done.
        quantiles: Levels to forecast besides.

    Returns:
        The verdict.
    """
    series, origins, horizon = setting.series, plan.origins, setting.horizon
    values = series.values
    board = Scoreboard(
        values, origins, horizon, values[: plan.test], max(setting.seasons, default=1), setting.series.unit
    )
    rival = best_naive(setting, plan)
    board.add(rival.name, setting.bounded(rival.forecast(series, origins, horizon)))

    say(f"Backtest of {method.name} on {len(origins)} origins")
    start = time.perf_counter()
    conformal = Conformal(method, level, calibration=plan.test - plan.calibration)
    conformal.fit(series.part(0, plan.test))
    seconds = time.perf_counter() - start
    fitted = conformal.fitted
    forecast = setting.bounded(fitted.forecast(series, origins, horizon))
    if isinstance(fitted, Mean) and len(fitted.members) > 1:
        each = [setting.bounded(one) for one in fitted.each(series, origins, horizon)]
        first = fitted.members[0]
        board.add(first.name, each, parameters=first.parameters, seconds=seconds / len(each))
    if fitted.name != rival.name:
        board.add(fitted.name, forecast, parameters=fitted.parameters, seconds=seconds)
    left_out = _others(board, setting, plan, say) if baselines else {}

    lower, upper = map(setting.bounded, conformal.interval(series, origins, horizon))
    last = np.array([len(values)])
    low, high = conformal.interval(series, last, horizon)
    shifts = {}
    if quantiles:
        levels = sorted(set(quantiles))
        found = conformal.forecast(series, last, horizon, levels)[0]
        point = fitted.forecast(series, last, horizon)[0]
        shifts = {level: found[:, k] - point for k, level in enumerate(levels)}
    comparison, obstacle = _test(board, fitted.name, rival.name, plan)
    return Verdict(
        board=board,
        name=fitted.name,
        rival=rival.name,
        comparison=comparison,
        obstacle=obstacle,
        level=level,
        covered=coverage(board.truth, lower, upper),
        width=width(board.truth, lower, upper),
        margin=((high - low) / 2)[0],
        shifts=shifts,
        left_out=left_out,
    )


def best_naive(setting: Setting, plan: Plan) -> Method:
    """The season to repeat, chosen by the error before the test part; the longest if that is too short to choose by."""
    candidates = [naive(season) for season in setting.seasons] or [naive(1)]
    origins = plan.earlier_origins
    if len(origins) == 0:
        return candidates[-1].fit(setting.series)
    values = setting.series.values
    truth = values[origins[:, None] + np.arange(setting.horizon)]
    fitted = [candidate.fit(setting.series) for candidate in candidates]
    return min(fitted, key=lambda one: mae(truth, one.forecast(values, origins, setting.horizon)))


def _others(board: Scoreboard, setting: Setting, plan: Plan, say: Say) -> dict[str, str]:
    """Enter the baselines that the series allows; return the others with the reason."""
    left_out = {}
    shorter = [naive(season) for season in setting.seasons]
    for name in CLASSICS:
        try:
            method = classic(name, setting)
            for one in shorter if name == "naive" else [method]:
                if one.name in board.entries:
                    continue
                say(f"Backtest of {one.name}")
                start = time.perf_counter()
                one.fit(setting.series.part(0, plan.calibration))
                seconds = time.perf_counter() - start
                forecast = setting.bounded(one.forecast(setting.series, plan.origins, setting.horizon))
                board.add(one.name, forecast, parameters=one.parameters, seconds=seconds)
        except (ValueError, RuntimeError) as error:  # what the method says about this series goes into the report
            left_out[name] = str(error)
    return left_out


def _test(board: Scoreboard, name: str, rival: str, plan: Plan) -> tuple[Comparison | None, str]:
    # one loss an origin, (O,): the mean absolute error over the steps ahead
    ours, theirs = (np.abs(board.entries[one].forecasts[0] - board.truth).mean(axis=1) for one in (name, rival))
    try:
        comparison = diebold_mariano(ours, theirs, horizon=plan.horizon, stride=plan.stride)
    except ValueError as error:
        return None, str(error)
    return comparison, "the errors depend on each other too much" if np.isnan(comparison.p_value) else ""
