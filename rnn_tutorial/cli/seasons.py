r"""Which seasons a method is given, and which are repeated as a yardstick."""

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.seasons import TIMES, learnable_seasons

from .request import HYBRID, NETWORKS

REPEATING = ("naive", "persistence", "drift", "croston", "tsb")
"""Models that learn no season: one of it to look back on is enough, and one to see what that is worth."""
WINDOWED = (*NETWORKS, HYBRID, "ridge", "boosting", "holt-winters")
"""Models that need room for windows of a season and two horizons; ``best`` leaves out those that have none."""
SMOOTHING = ("holt-winters", HYBRID)
"""Models that begin with Holt-Winters."""
ONCE_AND_AGAIN, FOUR = 2, 4
"""How often what is repeated is to be there, and the long season of Holt-Winters, which it is estimated on."""


def times_needed(model: str) -> int:
    """How often a model wants to have seen a season."""
    if model in REPEATING:
        return ONCE_AND_AGAIN
    return FOUR if model in SMOOTHING else TIMES


def fitting_seasons(series: Series, asked: tuple[int, ...], horizon: int, model: str) -> tuple[tuple[int, ...], str]:
    r"""Return the seasons to work with in steps, shortest first, and a sentence about those left out.

    They are those asked for or else the series' own that it holds three times (or as ``times_needed`` says) and, for
    models that read windows, has room for beside the horizon.

    Args:
        series: T steps.
        asked: By ``--season``; none for the series' own.
        horizon: Steps ahead.
        model: By its name, for the rule and for the message.

    Raises:
        ValueError: A season asked for is too long for the series.
    """
    times = times_needed(model)
    if asked:
        longest = max(asked)
        if times * longest > len(series):
            own = ", ".join(map(str, fitting_seasons(series, (), horizon, model)[0])) or "none"
            raise ValueError(
                f"--season {longest} is too long for {len(series)} values: {model} takes {times} of it, "
                f"{times * longest} values. Name a shorter one, add data, or leave --season out: the seasons are then "
                f"those of the dates as far as the series is long enough, here {own}."
            )
        return tuple(sorted(set(asked))), ""
    known = {name: steps for name, steps in series.seasons.items() if steps >= 2}
    if model in REPEATING:
        fit = yardstick_seasons(series, ())
    else:
        fit = learnable_seasons(series, horizon if model in WINDOWED else 1, times)
    shortest = min(known.values(), default=0)
    dropped = []
    for name, steps in known.items():
        if steps not in fit:
            takes = max(times * steps, shortest + steps + 2 * horizon if model in WINDOWED else 0)
            dropped.append(f"{name} of {steps} steps, which takes {takes:,} values")
    again = [name for name, steps in known.items() if steps not in fit and steps in yardstick_seasons(series, ())]
    repeated = f" --model naive repeats the {again[-1]} all the same." if again else ""
    return fit, f"The series is too short to learn the season {'; '.join(dropped)}.{repeated}" if dropped else ""


def yardstick_seasons(series: Series, asked: tuple[int, ...]) -> tuple[int, ...]:
    """Return the seasons to be repeated as a yardstick, for which one of each is enough to look back on."""
    given = asked or tuple(series.seasons.values())
    return tuple(sorted({steps for steps in given if 2 <= steps <= len(series) // ONCE_AND_AGAIN}))
