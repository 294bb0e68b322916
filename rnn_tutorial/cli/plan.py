r"""How a series is cut for judging: a part to train on, one to calibrate intervals on, one to be judged by."""

import math

from rnn_tutorial.data import Series, Split
from rnn_tutorial.forecasting.evaluation.task import ForecastTask

MOST_ORIGINS = 200


def fitting_seasons(series: Series, asked: tuple[int, ...]) -> tuple[tuple[int, ...], str]:
    r"""Return the seasons to work with in steps, shortest first, and a sentence about those left out.

    They are those asked for or else the series' own, as far as it is long enough to learn them.

    Raises:
        ValueError: A season asked for is too long for the series.
    """
    room = len(series) // 5  # five of it: training needs two at least, calibration and judging some as well
    if asked:
        if max(asked) > room:
            raise ValueError(
                f"--season {max(asked)} is too long for {len(series)} values: the series should hold five of them."
            )
        return tuple(sorted(set(asked))), ""
    found = {name: steps for name, steps in series.seasons.items() if steps >= 2}
    dropped = [f"{name} of {steps} steps" for name, steps in found.items() if steps > room]
    note = f"The series is too short to learn the season {', '.join(dropped)}." if dropped else ""
    return tuple(sorted(steps for steps in found.values() if steps <= room)), note


def yardstick_seasons(series: Series, asked: tuple[int, ...]) -> tuple[int, ...]:
    """Return the seasons to be repeated as a yardstick, for which one of each is enough to look back on."""
    given = asked or tuple(series.seasons.values())
    return tuple(sorted({steps for steps in given if 2 <= steps <= len(series) // 2}))


def plan_for_new(series: Series, reads: int, horizon: int, season: int, level: float) -> ForecastTask:
    r"""Cut a series to judge a method that is trained on its first part.

    The test part is the last fifth, but not more than 30 horizons or four of the longest season, whichever is longer.
    The calibration part before it is a tenth, at least as long as intervals of that level ask for.

    Args:
        series: T steps.
        reads: Steps before an origin that the method reads.
        horizon: H.
        season: Steps of the longest.
        level: Of the widest interval.

    Returns:
        A task whose validation part is to calibrate on.

    Raises:
        ValueError: The series is too short.
    """
    steps, window, least = len(series), reads + horizon, scores_needed(level) + horizon
    test = max(horizon, min(steps // 5, max(30 * horizon, 4 * season)))
    calibration = max(least, min(steps // 10, 4 * season))
    needed = max(2 * window, window + least + horizon)
    if steps < needed or steps - test - calibration < window:
        needed = max(needed, window + calibration + test)
        raise ValueError(
            f"The series has {steps} values, but at least {needed} are needed: a window of the method is {reads} "
            f"steps that it reads and {horizon} that it forecasts, and besides one to learn from there have to be some "
            f"to measure its errors on ({calibration} for the intervals, {test} to judge it by). Shorten the horizon, "
            "name a shorter season by --season, or add data."
        )
    return _cut(series, steps - test - calibration, steps - test, horizon, season)


def plan_for_loaded(series: Series, first: int, horizon: int, season: int, level: float) -> ForecastTask | None:
    """Cut what a saved network may be judged on, from step ``first``: a third to calibrate; None if too little."""
    new = len(series) - first
    calibration = max(scores_needed(level) + horizon, new // 3)
    return None if new < calibration + horizon else _cut(series, first, first + calibration, horizon, season)


def scores_needed(level: float) -> int:
    """Errors without which an interval of that level cannot be said."""
    return math.ceil(level / (1 - level) - 1e-9)


def _cut(series: Series, calibration: int, test: int, horizon: int, season: int) -> ForecastTask:
    room = len(series) - horizon - test
    stride = max(1, horizon // 4, math.ceil(room / MOST_ORIGINS))
    test += room % stride  # so that the last forecast ends with the series
    split = Split(slice(0, calibration), slice(calibration, test), slice(test, len(series)))
    return ForecastTask(series, split, horizon, stride, season)
