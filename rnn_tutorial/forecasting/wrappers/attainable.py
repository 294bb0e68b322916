r"""What intervals from few errors can promise: their coverage is itself a matter of chance."""

import math
from typing import NamedTuple

from rnn_tutorial.validate import whole


class Attainable(NamedTuple):
    r"""Coverage of intervals from so many errors.

    Args:
        mean: On average over calibration parts.
        low: In all but the lowest twentieth of them, it is at least this.
        high: In all but the highest twentieth, at most this.

    Examples:
        >>> attainable_coverage(99, 0.9).mean
        0.9
    """

    mean: float
    low: float
    high: float


def attainable_coverage(errors: int, level: float = 0.9) -> Attainable:
    r"""What share of later values an interval holds whose ends are the ranked error of a calibration part.

    The r-th smallest of n errors, :math:`r = \lceil (n+1)\,\ell \rceil`, covers a share that differs from one
    calibration part to the next; if all errors are exchangeable and no two alike, it has the distribution
    :math:`\mathrm{Beta}(r,\, n + 1 - r)` with mean :math:`r/(n+1)` (Vovk, 2012). Where n is too small for the level, r
    is n: nothing reaches further than n / (n + 1). Errors that follow each other are alike, which makes the real spread
    wider.

    Args:
        errors: n, of one step ahead.
        level: :math:`\ell`, nominal.

    Raises:
        ValueError: No error, or a level outside 0 to 1.

    References:
        V. Vovk (2012), "Conditional validity of inductive conformal predictors", *Proceedings of Machine Learning
        Research* 25, 475-490.

    Examples:
        >>> few = attainable_coverage(9, 0.9)
        >>> f"{few.mean:.2f}, from {few.low:.2f} to {few.high:.2f}"
        '0.90, from 0.72 to 0.99'
    """
    from scipy.stats import beta

    n = whole("errors", errors)
    if not 0 < level < 1:
        raise ValueError(f"the level is a probability between 0 and 1, e.g. 0.9, got {level}")
    rank = min(n, math.ceil((n + 1) * level - 1e-9))
    low, high = (float(beta.ppf(tail, rank, n + 1 - rank)) for tail in (0.05, 0.95))
    return Attainable(rank / (n + 1), low, high)
