r"""How a series is cut for judging: a part to train on, one to calibrate intervals on, one to be judged by."""

import math
from dataclasses import dataclass

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Origins

MOST_ORIGINS = 200


@dataclass(frozen=True)
class Plan:
    r"""Three parts, in the order of time.

    Args:
        steps: T, of the whole series.
        calibration: First step of the part whose errors give the intervals; before it lies the training part.
        test: First step of the part that methods are judged by.
        horizon: H.
    """

    steps: int
    calibration: int
    test: int
    horizon: int

    @property
    def stride(self) -> int:
        """Steps between origins: four in a horizon, but not more than ``MOST_ORIGINS`` in all."""
        room = self.steps - self.horizon - self.test
        return max(1, self.horizon // 4, math.ceil(room / MOST_ORIGINS))

    @property
    def origins(self) -> Origins:
        """Origins of the test part; the last forecast ends with the series."""
        return np.arange(self.steps - self.horizon, self.test - 1, -self.stride)[::-1]

    @property
    def earlier_origins(self) -> Origins:
        """Origins of the calibration part, to choose by."""
        return np.arange(self.calibration, self.test - self.horizon + 1, self.stride)


def fitting_seasons(series: Series, asked: tuple[int, ...], horizon: int) -> tuple[tuple[int, ...], str]:
    r"""The seasons to work with.

    Args:
        series: Its own seasons are taken if none are asked for, but for those that it is too short for.
        asked: Steps.
        horizon: H.

    Returns:
        Shortest first, and a sentence if one was left out.

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


def make_plan(steps: int, context: int, horizon: int, seasons: tuple[int, ...], level: float) -> Plan:
    r"""Cut a series for judging.

    The test part is the last fifth, but not more than 30 horizons or four of the longest season, whichever is longer.
    The calibration part before it is a tenth, at least as long as intervals of that level ask for.

    Args:
        steps: T.
        context: Steps before an origin that the method reads.
        horizon: H.
        seasons: Steps in each.
        level: Of the intervals.

    Raises:
        ValueError: The series is too short.
    """
    window, longest = context + horizon, max(seasons, default=1)
    least = scores_needed(level) + horizon
    test = max(horizon, min(steps // 5, max(30 * horizon, 4 * longest)))
    calibration = max(least, min(steps // 10, 4 * longest))
    needed = max(2 * window, window + least + horizon)
    if steps < needed or steps - test - calibration < window:
        needed = max(needed, window + calibration + test)
        raise ValueError(
            f"The series has {steps} values, but at least {needed} are needed: a window of the method is {context} "
            f"steps that it reads and {horizon} that it forecasts, and besides one to learn from there have to be some "
            f"to measure its errors on ({calibration} for the intervals, {test} to judge it by). Shorten the horizon, "
            "name a shorter season by --season, or add data."
        )
    return Plan(steps, steps - test - calibration, steps - test, horizon)


def scores_needed(level: float) -> int:
    """Errors without which an interval of that level cannot be said."""
    return math.ceil(level / (1 - level) - 1e-9)


def loaded_plan(steps: int, first: int, horizon: int, level: float) -> Plan | None:
    r"""Cut what a saved network was not trained on: a third to calibrate, the rest to judge by.

    Args:
        steps: T.
        first: First step that may be judged.
        horizon: H.
        level: Of the intervals.

    Returns:
        ``None`` if there is too little.
    """
    new = steps - first
    calibration = max(scores_needed(level) + horizon, new // 3)
    if new < calibration + horizon:
        return None
    return Plan(steps, first, first + calibration, horizon)
