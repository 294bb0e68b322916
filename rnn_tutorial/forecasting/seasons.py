r"""Which of a series' seasons a method can learn: those that come back often enough."""

from rnn_tutorial.data import Series

TIMES = 3
"""A season that was seen twice may be chance in one of them; the third time it can be told from that."""


def learnable_seasons(series: Series, horizon: int = 1, times: int = TIMES) -> tuple[int, ...]:
    r"""Return the steps of the seasons that a series knows itself to have, as far as it is long enough for them.

    Args:
        series: T steps, with its ``seasons``.
        horizon: h; a season is left out if the shortest season, it and two horizons do not fit into T steps.
        times: How often the series should hold a season.

    Returns:
        Steps, shortest first; none if there are none.

    Examples:
        >>> learnable_seasons(rt.load_series("taylor"), horizon=48)
        (48, 336)
    """
    known = sorted({steps for steps in series.seasons.values() if 2 <= steps <= len(series) // times})
    return tuple(steps for steps in known if known[0] + steps + 2 * horizon <= len(series))
