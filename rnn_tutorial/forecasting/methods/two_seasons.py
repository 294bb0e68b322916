r"""The recursion of double-seasonal smoothing: one loop, compiled where Numba is installed, plain Python otherwise."""

from functools import cache
from typing import Any

import numpy as np

from rnn_tutorial.forecasting.types import Array


def smooth(y: Any, levels: Any, days: Any, weeks: Any, errors: Any, ahead: Any, constants: Any, multiply: bool) -> None:
    r"""Carry level, day and week on over the series; all of their history is kept, so any origin can be read later.

    Args:
        y: (T,) the series.
        levels: (T,) filled.
        days: (m_1 + T,) the first season given, then filled: ``days[t]`` is :math:`d_{t-m_1}`.
        weeks: (m_2 + T,) likewise.
        errors: (T,) filled with :math:`e_t`.
        ahead: (T,) filled with the forecast of step t made one step before.
        constants: :math:`\alpha, \delta, \omega, \varphi` and the first level.
        multiply: Whether seasons multiply the level or are added to it.
    """
    alpha, delta, omega, phi, level = constants
    steps = len(y)
    day, week = len(days) - steps, len(weeks) - steps
    error = 0.0
    for t in range(steps):
        value, d, w = y[t], days[t], weeks[t]
        if multiply:
            plain = level * d * w
            one_step = plain + phi * error
            level = alpha * (value / (d * w)) + (1 - alpha) * level
            days[day + t] = delta * (value / (level * w)) + (1 - delta) * d
            weeks[week + t] = omega * (value / (level * d)) + (1 - omega) * w
        else:
            plain = level + d + w
            one_step = plain + phi * error
            level = alpha * (value - d - w) + (1 - alpha) * level
            days[day + t] = delta * (value - level - w) + (1 - delta) * d
            weeks[week + t] = omega * (value - level - d) + (1 - omega) * w
        error = value - plain
        levels[t], errors[t], ahead[t] = level, error, one_step


@cache
def compiled() -> Any:
    """Return the compiled recursion, or None without Numba."""
    try:
        from rnn_tutorial.kernels.machine_code import kept
    except ImportError:
        return None
    return kept(smooth, nogil=True, error_model="numpy")  # no fast math: the same numbers as Python


def run(
    y: Array, first: tuple[float, Array, Array], constants: Array, multiply: bool
) -> tuple[Array, Array, Array, Array, Array]:
    """Smooth a series from its first states; return levels, days, weeks, errors and one-step forecasts.

    Args:
        y: (T,) the series.
        first: Level, day (m_1,) and week (m_2,) before the first step.
        constants: (4,).
        multiply: Whether seasons multiply the level.
    """
    level, day, week = first
    empty = np.zeros(len(y))
    work = [y, empty, np.concatenate([day, empty]), np.concatenate([week, empty]), empty.copy(), empty.copy()]
    given = (*(float(c) for c in constants), float(level))
    fast = compiled()
    if fast is not None:
        work[1] = empty.copy()
        fast(*work, given, multiply)
    else:
        lists = [column.tolist() for column in work]  # on single numbers plain lists are faster than arrays
        y_, levels, days, weeks, errors, ahead = lists
        smooth(y_, levels, days, weeks, errors, ahead, given, multiply)
        work = [np.array(column) for column in lists]
    return work[1], work[2], work[3], work[4], work[5]
