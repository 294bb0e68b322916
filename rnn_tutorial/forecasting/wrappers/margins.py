r"""How far an interval has to reach beyond what a method forecasts, read from the scores of earlier forecasts."""

import math
from collections.abc import Sequence

import numpy as np

from rnn_tutorial.forecasting.types import Array, Origins

from .adaptive import TIE, adapted
from .lookback import Lookback, Places, Seen


def margins(
    scores: Array,
    ends: Origins,
    levels: Sequence[float],
    window: int | None,
    places: Places | None = None,
    rate: float = 0.0,
) -> Array:
    r"""Return Q, (L, O, horizon), each the :math:`\lceil (n+1)\,\ell \rceil`-th smallest of n scores.

    With ``places`` it is wide at positions p of the season where errors are large,

    .. math::

        Q_p = \sigma_p \cdot \text{the } \lceil (n+1)\,\ell \rceil\text{-th smallest of n } s_t / \sigma_{p(t)}^{-t}

    with the mean sizes :math:`\sigma` of ``Lookback``.

    Args:
        scores: A row for each step from the first one on; see ``scores_of``.
        ends: (O,), rows known at each origin.
        levels: :math:`\ell`, of L intervals.
        window: Rows to look back; ``None`` takes all rows for every origin.
        places: Where each row lies; ``None`` where all are alike.
        rate: By which the levels learn from what was covered, see ``adapted``; 0 leaves them as they are.

    Raises:
        ValueError: Too few scores for a level.
    """
    found = np.empty((len(levels), len(ends), scores.shape[1]))
    used = np.broadcast_to(np.asarray(levels)[:, None, None], found.shape)
    if rate:
        used = adapted(scores, levels, window, places, rate)[:, ends]
    lookback = Lookback(scores, ends, window, places)
    for k in range(scores.shape[1]):
        seen = lookback.of(k)
        unit = lookback.unit(seen, np.arange(len(seen.scale)), ends + k)
        for i, level in enumerate(levels):
            found[i, :, k] = _ranked(seen, level, used[i, :, k], k) * unit
    return found


def _ranked(seen: Seen, nominal: float, used: Array, k: int) -> Array:
    # The score whose rank a level asks for, (O,).
    n = seen.number
    if np.any(np.ceil((n + 1) * nominal - TIE) > n):
        few = int(n.min())
        raise ValueError(
            f"{few} errors of step {k + 1} ahead say nothing about a {nominal:.0%} interval: at least "
            f"{math.ceil(nominal / (1 - nominal) - TIE)} are needed, for n reach no further than n / (n + 1), here "
            f"{few / (few + 1):.0%}; raise calibration (and window), or lower the level"
        )
    rank = np.ceil((n + 1) * used - TIE).astype(int).clip(1, n)
    return np.asarray(seen.ordered[np.arange(len(seen.ordered)), rank - 1])
