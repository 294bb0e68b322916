r"""How good would the forecasts have been? Every method, from many past origins, each from what was known then."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.data.adopt import check_gaps

from .jobs import Job, Outcome, run, until
from .levels import check_levels
from .method import Method
from .metrics import mase
from .parallel import in_parallel
from .results import Backtest
from .scoreboard import Scoreboard
from .types import Origins


def backtest(
    methods: Sequence[Method] | Mapping[str, Method],
    series: Series | Sequence[Series],
    horizon: int,
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

    Each job checks that the forecast of its first origin stays the same when all later values are taken away.

    Args:
        methods: Unfitted methods of distinct names, or a mapping from names of your own to methods. Copies are fitted.
        series: One series or several of distinct names.
        horizon: H, steps ahead of each forecast.
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
            a job whose method, data or seed is another, or whose package is of another version, is done anew. On a
            cluster the workers write, so all have to reach it.
        progress: Whether to show how many jobs are done.

    Returns:
        Tables, plots and tests.

    Raises:
        ValueError: No methods or two of one name, a horizon, number or length below 1, a series that is too short, that
            holds NaN or that repeats exactly (MASE would divide by 0), or a forecast that reads the future.

    Examples:
        >>> from rnn_tutorial.forecasting import Persistence, SeasonalNaive
        >>> methods = [Persistence(), SeasonalNaive(11)]
        >>> result = backtest(methods, rt.load_series("sunspots"), horizon=11, folds=2, progress=False)
        >>> list(result.table(columns=["MAE", "MASE"]).index)
        ['seasonal naive (11)', 'persistence']
    """
    named = _by_name(methods)
    several = _distinct([series] if isinstance(series, Series) else list(series))
    if len(levels):
        check_levels(levels)
    if len(seeds) == 0 or len(set(seeds)) < len(seeds):
        raise ValueError(f"seeds should be distinct numbers, at least one, got {tuple(seeds)}")
    stride = max(1, horizon // 8) if stride is None else stride
    jobs: list[Job] = []
    boards: dict[str, Scoreboard] = {}
    for one in several:
        parts = _test_parts(one, horizon, folds, test, stride)
        goes_back = season if season is not None else max(one.seasons.values(), default=1)
        past = one.values[: parts[0][0]]
        mase([0.0], [0.0], past, goes_back)  # refuses a training part that it cannot scale by
        origins = np.concatenate([origins for _, origins in parts])
        boards[one.name] = Scoreboard(one.values, origins, horizon, past, goes_back, one.unit, levels)
        fits = list(enumerate(parts)) if refit else [(-1, (parts[0][0], origins))]
        jobs += [
            Job(
                method,
                name,
                one.name,
                fold,
                seed,
                until(one, int(origins.max()), horizon),
                end,
                origins,
                horizon,
                tuple(float(level) for level in levels),
            )
            for name, method in named.items()
            for fold, (end, origins) in fits
            for seed in (seeds if method.depends_on_chance else [None])
        ]
    kept = None if folder is None else Path(folder)
    outcomes = in_parallel(run, [(job, kept) for job in jobs], n_jobs, progress)
    _enter(boards, jobs, outcomes)
    baselines = [name for name, method in named.items() if method.baseline]
    settings = {"horizon": horizon, "folds": folds, "stride": stride, "refit": refit, "seeds": list(seeds)}
    return Backtest(boards, baselines, stride, settings)


def _by_name(methods: Sequence[Method] | Mapping[str, Method]) -> dict[str, Method]:
    pairs = list(methods.items()) if isinstance(methods, Mapping) else [(method.name, method) for method in methods]
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"several methods are called {', '.join(map(repr, twice))}: pass a mapping from distinct names to methods"
        )
    if not pairs:
        raise ValueError("no methods given: there is nothing to test")
    return dict(pairs)


def _distinct(several: list[Series]) -> list[Series]:
    names = [one.name for one in several]
    if not several or len(set(names)) < len(names):
        raise ValueError(f"at least one series is needed, and distinct names for several, got {names}")
    return several


def _test_parts(one: Series, horizon: int, folds: int, test: int | None, stride: int) -> list[tuple[int, Origins]]:
    # For each fold the end of its training part and its origins.
    if horizon < 1 or folds < 1 or stride < 1 or (test is not None and test < 1):
        raise ValueError(
            f"horizon, folds, stride and test should be at least 1, got {horizon}, {folds}, {stride}, {test}"
        )
    steps = len(one)
    length = max(horizon, steps // 5 // folds) if test is None else test
    if length < horizon:
        raise ValueError(f"a test part of {length} steps has no room for a horizon of {horizon}: raise test")
    if folds * length >= steps:
        raise ValueError(
            f"{one.name!r} has {steps} steps: {folds} test part(s) of {length} leave nothing to learn from"
        )
    try:
        check_gaps(one.values, "the values", gaps=False)
    except ValueError as error:
        error.add_note(f"in the series {one.name!r}")
        raise
    ends = [steps - (folds - fold) * length for fold in range(folds)]
    return [(end, np.arange(end, end + length - horizon + 1, stride)) for end in ends]


def _enter(boards: dict[str, Scoreboard], jobs: list[Job], outcomes: list[Outcome]) -> None:
    # Folds of one method, series and seed are put one after the other, as their origins are.
    gathered: dict[tuple[str, str], dict[int | None, list[Outcome]]] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
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
