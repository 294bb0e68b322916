r"""The test parts of a backtest: one task each, that follow each other at the end of a series."""

from collections.abc import Sequence

from rnn_tutorial.data import Series
from rnn_tutorial.data.adopt import check_gaps

from .task import ForecastTask


def tasks_of(
    series: Series | ForecastTask | Sequence[Series | ForecastTask],
    horizon: int | None,
    folds: int,
    test: int | None,
    stride: int | None,
    season: int | None,
) -> list[list[ForecastTask]]:
    r"""Return the tasks of each series, in the order of time.

    Raises:
        TypeError: A task comes with settings that it has itself, or a series without a horizon.
        ValueError: No series, two of one name, gaps, or a series too short for its parts.
    """
    several = [series] if isinstance(series, Series | ForecastTask) else list(series)
    found = []
    for one in several:
        if not isinstance(one, ForecastTask):
            found.append(folds_of(one, horizon, folds, test, stride, season))
        elif (horizon, folds, test, stride, season) == (None, 1, None, None, None):
            _check(one.series)
            found.append([one])
        else:
            raise TypeError("a task says itself what is forecast: leave out horizon, folds, test, stride and season")
    names = [tasks[0].series.name for tasks in found]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"at least one series is needed, and distinct names for several, got {names}")
    return found


def folds_of(
    series: Series, horizon: int | None, folds: int, test: int | None, stride: int | None, season: int | None
) -> list[ForecastTask]:
    """Cut the last ``folds · test`` steps of a series into as many test parts; see ``backtest``."""
    if horizon is None:
        raise TypeError("a backtest of a series needs a horizon: how many steps ahead?")
    stride = max(1, horizon // 8) if stride is None else stride
    if horizon < 1 or folds < 1 or stride < 1 or (test is not None and test < 1):
        raise ValueError(
            f"horizon, folds, stride and test should be at least 1, got {horizon}, {folds}, {stride}, {test}"
        )
    steps = len(series)
    length = max(horizon, steps // 5 // folds) if test is None else test
    if length < horizon:
        raise ValueError(f"a test part of {length} steps has no room for a horizon of {horizon}: raise test")
    if folds * length >= steps:
        raise ValueError(
            f"{series.name!r} has {steps} steps: {folds} test part(s) of {length} leave nothing to learn from"
        )
    _check(series)
    goes_back = season if season is not None else max(series.seasons.values(), default=1)
    stops = [steps - (folds - fold - 1) * length for fold in range(folds)]
    return [
        ForecastTask.of(series.part(0, stop), horizon, test=length, stride=stride, season=goes_back) for stop in stops
    ]


def _check(series: Series) -> None:
    try:
        check_gaps(series.values, "the values", gaps=False)
    except ValueError as error:
        error.add_note(f"in the series {series.name!r}")
        raise
