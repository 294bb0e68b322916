r"""The backtest: the method, what it is held against, and the intervals that its errors make."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from rnn_tutorial.forecasting.evaluation.rolling_origin import backtest
from rnn_tutorial.forecasting.evaluation.scoreboard import Scoreboard
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.wrappers.candidates import simple
from rnn_tutorial.forecasting.wrappers.conformal import Conformal
from rnn_tutorial.forecasting.wrappers.ensemble import Ensemble

from .frozen import AsFitted
from .models import classics, naive
from .plan import Plan
from .request import Request
from .verdict import Verdict
from .widths import with_intervals


def judge(
    method: Method,
    rivals: Sequence[Method],
    yardstick: str,
    seasons: tuple[int, ...],
    plan: Plan,
    request: Request,
    say: Callable[[str], None],
) -> Verdict:
    r"""Fit on the training part, calibrate on the next if there is one, forecast the last from rolling origins.

    Args:
        method: Unfitted, or a loaded network.
        rivals: The simple methods.
        yardstick: The one of them that was chosen before the test part.
        seasons: Of the baselines, if they are asked for.
        plan: The parts of the series, the last of them to be judged by.
        request: Level, bounds and seed.
        say: Told what is being done.

    Raises:
        ValueError: The method cannot deal with the training part.
    """
    task = plan.task
    if task is None:
        raise ValueError("nothing is kept back to judge by")
    methods = {one.name: one for one in [*rivals, method]}
    others, not_made = classics(task.series, seasons, request) if request.baselines else ([], {})
    for other in others:
        methods.setdefault(other.name, other)
    say(
        f"Backtest of {', '.join(sorted(methods, key=lambda name: name != method.name))} on {len(task.origins)} origins"
    )
    measured = plan.measures_intervals
    tried = {name: with_intervals(one, plan, request.level) for name, one in methods.items()} if measured else methods
    result = backtest(
        tried, task,
        refit=False, seeds=(request.seed,), levels=request.ends if measured else (), n_jobs=1, progress=False,
        on_error="leave out", return_fitted=True,
    )  # fmt: skip
    if method.name in result.left_out:
        raise ValueError(result.left_out[method.name])
    board, fitted, intervals = result.board(), result.fitted[method.name][0], None
    if measured:
        intervals = cast(Conformal, fitted)
        fitted = intervals.fitted
    elif plan.calibration:  # from the errors in the part that it was judged by, which come after its fit
        intervals = with_intervals(AsFitted(fitted), plan, request.level).fit(task.series)
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
    return Verdict(replace(result, left_out=not_made | result.left_out), method.name, rival, plan, fitted, intervals)


def rival_of(board: Scoreboard, name: str, yardstick: str, simple: Sequence[str]) -> str:
    """The simple method to be held against: that chosen before the test part, or one that beats a method that beats it.

    So a random walk is no victory: who does better there than a straight line still does worse than the last value.
    """
    error = {one: float(board.errors(one).mean()) for one in {name, yardstick, *simple}}
    better = [one for one in simple if error[one] < error[name] < error[yardstick]]
    return min(better, key=lambda one: error[one]) if better else yardstick


def best_simple(seasons: tuple[int, ...], plan: Plan) -> Method:
    """The simple method with the smallest error before the test part.

    Without a part for that, the longest season again that the method has seen; without a season, the last value.
    """
    if plan.task is None or not plan.measures_intervals:
        seen = [season for season in seasons if plan.task is None or season <= plan.task.end]
        return naive(max(seen, default=1))
    candidates = simple(seasons)
    result = backtest(candidates, plan.task.validation(), n_jobs=1, progress=False, on_error="leave out")
    return candidates[[one.name for one in candidates].index(str(result.best_baseline()))]
