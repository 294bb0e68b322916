r"""Levels that learn from what was covered: adaptive conformal inference."""

from collections.abc import Sequence

import numpy as np

from rnn_tutorial.forecasting.types import Array

from .lookback import Lookback, Places

RATE = 0.005
"""That of Gibbs and Candès (2021)."""
TIE = 1e-9
"""A product that should be a whole number may be off by less."""


def adapted(scores: Array, levels: Sequence[float], window: int | None, places: Places | None, rate: float) -> Array:
    r"""Return the level to ask for so that the nominal one is kept, at each origin and for each step ahead by itself.

    When the value at step t is known, so is whether the interval that was made for it k steps before had held it:

    .. math:: \ell_{t+1} = \ell_t + \gamma\,(\ell - \mathbb{1}[y_t \text{ was covered}])

    A value outside widens the next intervals by much, a value inside narrows them by little, and over T steps the share
    covered is pushed towards :math:`\ell`, however the errors change (Gibbs & Candès, 2021, equation 2). Levels stay
    within what the scores can tell, 0 to n / (n + 1), so that a run of misses does not add up to intervals without end.

    An interval covers :math:`y_t` where its level is above the share of earlier scores that are smaller than that of t.
    This share is looked up in windows that begin anew every ``horizon`` steps only, which costs little and moves it by
    little.

    Args:
        scores: (rows, horizon), see ``scores_of``.
        levels: :math:`\ell`, of L intervals.
        window: Rows to look back.
        places: As for ``margins``.
        rate: :math:`\gamma`.

    Returns:
        (L, rows + 1, horizon): row o holds the levels after the first o rows.

    References:
        I. Gibbs, E. Candès (2021), "Adaptive conformal inference under distribution shift", *NeurIPS* 34.
    """
    share, reach = _share_below(scores, window, places)
    nominal = np.asarray(levels, dtype=float)[:, None]
    found = np.empty((len(levels), len(scores) + 1, scores.shape[1]))
    found[:, 0] = nominal
    for t in range(len(scores)):
        told = np.isfinite(scores[t]) & (reach[t] >= nominal)  # a forecast was made, from scores enough
        covered = share[t] < found[:, t] - TIE
        # level = level + rate (nominal - covered)
        moved = (found[:, t] + rate * (nominal - covered)).clip(0, reach[t])
        found[:, t + 1] = np.where(told, moved, found[:, t])
    return found


def _share_below(scores: Array, window: int | None, places: Places | None) -> tuple[Array, Array]:
    # The share of earlier scores that are below that of t, in the unit of its place; the largest level they can tell.
    rows, horizon = scores.shape
    share, reach = np.zeros_like(scores), np.zeros_like(scores)
    lookback = Lookback(scores, np.arange(0, rows, horizon), window, places)
    for k in range(horizon):
        seen = lookback.of(k)
        for block, (ordered, n) in enumerate(zip(seen.ordered, seen.number, strict=True)):
            t = np.arange(block * horizon + k, min((block + 1) * horizon + k, rows))  # forecast after the block began
            share[t, k] = np.searchsorted(ordered, scores[t, k] / lookback.unit(seen, block, t)) / (n + 1)
            reach[t, k] = n / (n + 1)
    return share, reach
