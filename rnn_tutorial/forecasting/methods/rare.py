r"""Is a series demand that is mostly zero? Then its median says nothing of what is to be expected."""

import numpy as np

from rnn_tutorial.forecasting.types import Array

RARE = 0.3
"""Share of zeros from which a series is intermittent demand."""


def is_intermittent(values: Array) -> bool:
    r"""Whether no value lies below zero, and more than ``RARE`` of them are zero.

    Examples:
        >>> is_intermittent(np.array([0.0, 0.0, 4.0, 0.0])), is_intermittent(np.array([1.0, 0.0, 4.0, 2.0]))
        (True, False)
    """
    known = _known(values)
    return bool(len(known) and known.min() >= 0 and np.mean(known == 0) > RARE)


def is_rare_counts(values: Array) -> bool:
    r"""Whether a series is intermittent and of whole numbers: sales, failures; not sunlight or rain.

    Examples:
        >>> is_rare_counts(np.array([0.0, 0.0, 4.0, 0.0])), is_rare_counts(np.array([0.0, 0.0, 0.4, 0.0]))
        (True, False)
    """
    known = _known(values)
    return is_intermittent(values) and bool(np.all(known == np.round(known)))


def _known(values: Array) -> Array:
    known: Array = values[~np.isnan(values)]
    return known
