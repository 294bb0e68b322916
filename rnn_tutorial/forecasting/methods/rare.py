r"""Is a series demand that is mostly zero? Then its median says nothing of what is to be expected."""

from collections.abc import Sequence

import numpy as np

from rnn_tutorial.forecasting.types import Array

RARE = 0.3
"""Share of zeros from which a series is intermittent demand."""
CLOSED = 0.9
"""Share of zeros from which a time of a season is one at which nothing happens: a shop at night."""


def is_intermittent(values: Array, seasons: Sequence[int] = ()) -> bool:
    r"""Whether no value lies below zero and more than ``RARE`` of them are zero, when nobody could know which.

    A shop that is closed at night sells nothing in half of all hours, and that can be foreseen. So the times of the
    longest season at which nearly all values are zero are left out, unless these are all.

    Args:
        values: (T,), NaN where unknown.
        seasons: Steps in each.

    Examples:
        >>> is_intermittent(np.array([0.0, 0.0, 4.0, 0.0])), is_intermittent(np.array([1.0, 0.0, 4.0, 2.0]))
        (True, False)
        >>> shop = np.tile([0.0, 0.0, 5.0, 9.0], 30)
        >>> is_intermittent(shop), is_intermittent(shop, seasons=[4])
        (True, False)
    """
    known = _known(values)
    if not len(known) or known.min() < 0:
        return False
    zeros = _zeros_by_phase(values, max((1, *seasons)))
    busy = zeros[np.nanmean(zeros, axis=1) < CLOSED]
    return bool(np.nanmean(busy if len(busy) else zeros) > RARE)


def is_rare_counts(values: Array, seasons: Sequence[int] = ()) -> bool:
    r"""Whether a series is intermittent and of whole numbers: sales, failures; not sunlight or rain.

    Args:
        values: (T,), NaN where unknown.
        seasons: Steps in each.

    Examples:
        >>> is_rare_counts(np.array([0.0, 0.0, 4.0, 0.0])), is_rare_counts(np.array([0.0, 0.0, 0.4, 0.0]))
        (True, False)
    """
    known = _known(values)
    return is_intermittent(values, seasons) and bool(np.all(known == np.round(known)))


def _known(values: Array) -> Array:
    known: Array = values[~np.isnan(values)]
    return known


def _zeros_by_phase(values: Array, season: int) -> Array:
    # (season, times) of 1 for a zero and 0 for another value, NaN where unknown; phases never known are left out.
    padded = np.full(-(-len(values) // season) * season, np.nan)
    padded[: len(values)] = np.where(np.isnan(values), np.nan, values == 0)
    phases = padded.reshape(-1, season).T
    return phases[~np.isnan(phases).all(axis=1)]
