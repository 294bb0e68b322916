r"""The page on intervals: the interval score by origin, and quantiles that know nothing of the day, to judge by."""

from collections.abc import Sequence

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Method, Scoreboard, diebold_mariano, interval_score
from rnn_tutorial.forecasting.types import Array, Origins

__all__ = ["LEVELS", "Climatology", "by_origin", "compare"]

LEVELS = tuple(round(0.05 * k, 2) for k in range(1, 20))
"""From 0.05 to 0.95: the outermost are the ends of 90 % intervals, all together approximate the CRPS."""


class Climatology(Method):
    """The quantiles of all values it was fitted on, whatever the hour and the day; the point is their median."""

    name, baseline = "all values before", True

    def learn(self, series: Series) -> None:
        """Keep the values."""
        self.values = np.sort(series.values)

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Forecast the median."""
        return np.full((len(origins), horizon), np.median(self.values))

    def quantiles(self, series: Series, origins: Origins, horizon: int, levels: Sequence[float]) -> Array:
        """Return the same quantiles everywhere, (O, horizon, Q)."""
        return np.broadcast_to(np.quantile(self.values, levels), (len(origins), horizon, len(levels))).copy()


def by_origin(board: Scoreboard, name: str) -> Array:
    r"""Return the interval score of the outermost quantiles at each origin, a mean over the steps ahead, (O,).

    Args:
        board: With quantiles.
        name: Of the forecaster; its first seed counts.
    """
    quantiles, level = board.entries[name].quantiles[0], board.levels[-1] - board.levels[0]
    days = zip(board.truth, quantiles, strict=True)
    return np.array([interval_score(truth, each[:, 0], each[:, -1], level) for truth, each in days])


def compare(board: Scoreboard, ours: str, theirs: str, stride: int) -> tuple[float, float]:
    r"""Compare two interval scores on the same origins.

    Args:
        board: With quantiles of both.
        ours: The one whose score is over the other's.
        theirs: The other.
        stride: Steps between origins.

    Returns:
        The ratio of the scores, and the p of a Diebold-Mariano test.
    """
    one, other = (by_origin(board, name) for name in (ours, theirs))
    return float(one.mean() / other.mean()), diebold_mariano(one, other, board.horizon, stride).p_value
