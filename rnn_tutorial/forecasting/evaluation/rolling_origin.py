r"""How good would the forecasts have been? Every method, from many past origins, each from what was known then."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.levels import check_levels
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.validate import one_of

from .folds import tasks_of
from .jobs import Job, Outcome, run, until
from .kept import results_in
from .parallel import in_parallel
from .results import Backtest
from .scoreboard import Scoreboard
from .task import ForecastTask

OnError = Literal["raise", "leave out"]
ON_ERROR: tuple[OnError, ...] = get_args(OnError)


def backtest(
    methods: Sequence[Method] | Mapping[str, Method],
    series: Series | ForecastTask | Sequence[Series | ForecastTask],
    horizon: int | None = None,
    folds: int = 1,
    *,
    test: int | None = None,
    stride: int | None = None,
    refit: bool = True,
    seeds: Sequence[int] = (0,),
    levels: Sequence[float] = (),
    season: int | None = None,
    n_jobs: int | None = None,
    folder: str | Path | None = None,
    progress: bool = True,
    on_error: OnError = "raise",
    return_fitted: bool = False,
) -> Backtest:
    r"""Forecast the last part of each series again and again from what was known at the time, and score it.

    The last ``folds · test`` steps are cut into test parts that follow each other. For each, a method is fitted on all
    steps before it and forecasts from an origin every ``stride`` steps, as long as all ``horizon`` targets lie in the
    part::

        fold 1   train train train train | test |
        fold 2   train train train train  train | test |

    Every (method, fold, seed, series) is a job of its own on one thread, so the result is the same however many
    workers share them. ``n_jobs=4`` takes four processes; a cluster takes two lines::

        client = dask.distributed.Client("scheduler:8786")
        with joblib.parallel_config(backend="dask"):
            result = rt.backtest(methods, series, horizon=48, folds=4)

    A task stands for a series and its settings::

        result = rt.backtest(methods, forecasting.demand_task())

    Each job checks that the forecast of its first origin stays the same when all later values are taken away.

    Args:
        methods: Unfitted methods of distinct names, or a mapping from names of your own to methods. Copies are fitted.
        series: One series or several of distinct names; or tasks, which say themselves what ``horizon``, ``folds``,
            ``test``, ``stride`` and ``season`` say of a series.
        horizon: Steps ahead of each forecast.
        folds: Number of test parts.
        test: Steps of each test part; by default a fifth of the series shared among the folds, but at least a horizon.
        stride: Steps between origins, by default an eighth of the horizon, at least 1.
        refit: Fit anew before each test part, or once before the first.
        seeds: One run each for methods that depend on chance; the others run once.
        levels: Of the quantiles asked of methods that give any, e.g. ``(0.05, 0.25, 0.5, 0.75, 0.95)``. Coverage and
            width are those of the outermost two.
        season: Steps that MASE's naive forecast goes back; by default the longest season of each series, or 1.
        n_jobs: Processes; None takes what ``joblib.parallel_config`` says, one without it.
        folder: Keep the result of each finished job here. A run that was interrupted, called again, does only the rest;
            a job whose method, data or seed is another is done anew; so is one whose code has changed, the package's or
            that of your method, with all functions, classes, constants and modules that it names. Files that a method
            reads are not seen, unless it keeps their ``Path``. On a cluster the workers write, so all have to reach it.
            One backtest at a time: a second one is refused.
        progress: Whether to show how many jobs are done.
        on_error: ``"leave out"`` a method that says by an error that it cannot deal with a series, and note the reason
            in ``left_out``, or ``"raise"`` it.
        return_fitted: Whether to keep the fitted methods, in ``fitted``.

    Returns:
        Tables, plots and tests.

    Raises:
        TypeError: A series without a horizon, or a task with one.
        ValueError: No methods or two of one name, a horizon, number or length below 1, a series that is too short or
            holds NaN, a forecast that reads the future, or a file in ``folder`` that belongs to another job.
        StorageError: ``folder`` is a file, or may not be written; before anything is computed.
        RuntimeError: Another backtest writes to ``folder``; or a process of ``n_jobs`` died: a job that it was at is
            not kept.
        KeyboardInterrupt: Ctrl-C; a job that was interrupted is not kept, also if the method stops early and returns.

    Examples:
        >>> from rnn_tutorial.forecasting import Persistence, SeasonalNaive
        >>> methods = [Persistence(), SeasonalNaive(11)]
        >>> result = backtest(methods, rt.load_series("sunspots"), horizon=11, folds=2, progress=False)
        >>> list(result.table(columns=["MAE", "MASE"]).index)
        ['seasonal naive (11)', 'persistence']
    """
    named = _by_name(methods)
    several = tasks_of(series, horizon, folds, test, stride, season)
    one_of("on_error", on_error, ON_ERROR)
    if len(levels):
        check_levels(levels)
    if len(seeds) == 0 or len(set(seeds)) < len(seeds):
        raise ValueError(f"seeds should be distinct numbers, at least one, got {tuple(seeds)}")
    if return_fitted and folder is not None:
        raise ValueError("a folder keeps forecasts and no fitted methods: leave out folder or return_fitted")
    asked = tuple(float(level) for level in levels)
    boards = {tasks[0].series.name: _board_of(tasks, asked) for tasks in several}
    jobs = [job for tasks in several for job in _jobs_of(named, tasks, refit, seeds, asked)]
    with results_in(folder) as kept:
        calls = [(job, kept, on_error == "leave out", return_fitted) for job in jobs]
        found = in_parallel(run, calls, n_jobs, progress)
    outcomes: list[tuple[Job, Outcome | str]] = list(zip(jobs, found, strict=True))
    left_out: dict[str, str] = {}
    for job, outcome in outcomes:
        if isinstance(outcome, str):
            left_out.setdefault(job.name, outcome)
    done = [(job, out) for job, out in outcomes if isinstance(out, Outcome) and job.name not in left_out]
    _enter(boards, done)
    fitted: dict[str, list[Method]] = {}
    for job, outcome in done:
        if outcome.method is not None:
            fitted.setdefault(job.name, []).append(outcome.method)
    first = several[0][0]
    settings = {
        "horizon": first.horizon, "folds": len(several[0]), "stride": first.stride, "refit": refit, "seeds": list(seeds)
    }  # fmt: skip
    baselines = [name for name, method in named.items() if method.baseline and name not in left_out]
    return Backtest(boards, baselines, first.stride, settings, left_out, fitted)


def _board_of(tasks: list[ForecastTask], levels: tuple[float, ...]) -> Scoreboard:
    first, whole = tasks[0], tasks[-1].series
    origins = np.concatenate([task.origins for task in tasks])
    return Scoreboard(whole.values, origins, first.horizon, first.past, first.season, whole.unit, levels)


def _jobs_of(
    methods: dict[str, Method], tasks: list[ForecastTask], refit: bool, seeds: Sequence[int], levels: tuple[float, ...]
) -> list[Job]:
    horizon, whole = tasks[0].horizon, tasks[-1].series
    fits = [(fold, task.end, task.origins) for fold, task in enumerate(tasks)]
    if not refit:
        fits = [(-1, tasks[0].end, np.concatenate([task.origins for task in tasks]))]
    return [
        Job(
            method, name, whole.name, fold, seed, until(whole, int(origins.max()), horizon),
            end, origins, horizon, levels,
        )
        for name, method in methods.items()
        for fold, end, origins in fits
        for seed in (seeds if method.depends_on_chance else [None])
    ]  # fmt: skip


def _by_name(methods: Sequence[Method] | Mapping[str, Method]) -> dict[str, Method]:
    if isinstance(methods, Mapping):
        pairs = list(methods.items())
    else:
        pairs = [(getattr(method, "name", repr(method)), method) for method in methods]
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"several methods are called {', '.join(map(repr, twice))}: pass a mapping from distinct names to methods"
        )
    if not pairs:
        raise ValueError("no methods given: there is nothing to test")
    for name, method in pairs:
        if not isinstance(method, Method):
            raise TypeError(
                f"{name!r} is a {type(method).__name__}, no forecasting method: derive its class from "
                "rnn_tutorial.forecasting.Method"
            )
    return dict(pairs)


def _enter(boards: dict[str, Scoreboard], done: list[tuple[Job, Outcome]]) -> None:
    # Folds of one method, series and seed are put one after the other, as their origins are.
    gathered: dict[tuple[str, str], dict[int | None, list[Outcome]]] = {}
    for job, outcome in done:
        gathered.setdefault((job.of, job.name), {}).setdefault(job.seed, []).append(outcome)
    for (series, name), seeds in gathered.items():
        every = [outcome for folds in seeds.values() for outcome in folds]
        with_quantiles = all(outcome.quantiles is not None for outcome in every)
        boards[series].add(
            name,
            [np.concatenate([outcome.forecast for outcome in folds]) for folds in seeds.values()],
            quantiles=[
                np.concatenate([outcome.quantiles for outcome in folds if outcome.quantiles is not None])
                for folds in seeds.values()
                if with_quantiles
            ],
            parameters=every[-1].parameters,
            seconds=float(np.mean([outcome.seconds for outcome in every])),
        )
