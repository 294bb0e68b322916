r"""The rule by which every chapter decides a claim: an effect, seed by seed, against its 95 % interval.

The rule is written for readers on the page of all claims. A chapter pairs two runs of each seed, takes the effect, asks
``decide`` or ``decide_equal``, and its module of words says the rest.
"""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

__all__ = ["SEEDS", "Decision", "Effect", "decide", "decide_equal", "difference", "ratio", "saturated"]

SEEDS = 5
"""With fewer pairs, nothing that depends on chance is decided."""
LEVEL = 0.95

Numbers = Sequence[float] | np.ndarray


class Effect(NamedTuple):
    """The mean effect over pairs and its 95 % interval, which is infinite for a single pair."""

    mean: float
    low: float
    high: float
    seeds: int

    def text(self, decimals: int = 1, unit: str = "") -> str:
        """Return ``+1.2 kW (95 % interval +0.3 to +2.1, 5 seeds)``."""
        middle = f"{self.mean:+.{decimals}f}{unit}"
        if self.seeds == 1:
            return f"{middle} (1 seed)"
        return f"{middle} (95 % interval {self.low:+.{decimals}f} to {self.high:+.{decimals}f}, {self.seeds} seeds)"


class Decision(NamedTuple):
    """One of three words of the page of claims, and why where it is undecided."""

    word: Literal["holds", "does not hold", "undecided"]
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.word}: {self.reason}" if self.reason else self.word


# ---- effects ----------------------------------------------------------------------------------------------------


def difference(ours: Numbers, theirs: Numbers) -> Effect:
    r"""Return the mean of ``ours - theirs`` over pairs with Student's interval, in the unit of both.

    :math:`\bar d \pm t_{0.975,\,n-1}\; s_d / \sqrt n` (Student, 1908): with the differences :math:`d_i` of n seeds,
    what both runs of a seed share drops out.

    Args:
        ours: One number a seed.
        theirs: The same seeds in the same order.

    Raises:
        ValueError: There are no pairs, or not as many numbers on both sides.

    Examples:
        >>> difference([3.0, 4.0, 5.0], [1.0, 2.0, 3.0])
        Effect(mean=2.0, low=2.0, high=2.0, seeds=3)
    """
    ours, theirs = _pairs(ours, theirs)
    return _interval(ours - theirs)


def ratio(ours: Numbers, theirs: Numbers) -> Effect:
    r"""Return by how many per cent ``ours`` is larger than ``theirs``: the interval of the mean log ratio, taken back.

    Ratios are averaged as logarithms so that twice and half as much are equally far from no effect.

    Args:
        ours: One positive number a seed.
        theirs: The same seeds in the same order.

    Raises:
        ValueError: There are no pairs, not as many numbers on both sides, or one that is not positive.

    Examples:
        >>> ratio([2.0, 2.0], [1.0, 1.0]).text(unit=" %")
        '+100.0 % (95 % interval +100.0 to +100.0, 2 seeds)'
    """
    ours, theirs = _pairs(ours, theirs)
    if (ours <= 0).any() or (theirs <= 0).any():
        raise ValueError(f"a ratio needs positive numbers, got {ours.tolist()} and {theirs.tolist()}")
    logs = _interval(np.log(ours) - np.log(theirs))
    with np.errstate(over="ignore"):  # two seeds far apart: an interval without an upper end
        mean, low, high = 100 * np.expm1(logs[:3])
    return Effect(float(mean), float(low), float(high), logs.seeds)


def saturated(ours: Numbers, theirs: Numbers, ceiling: float) -> bool:
    """Return whether every run of both sides reaches ``ceiling``: then the task cannot tell them apart."""
    return min(*ours, *theirs) >= ceiling


# ---- decisions --------------------------------------------------------------------------------------------------


def decide(effect: Effect, *, ceiling: bool = False) -> Decision:
    r"""Decide a claim that says "the effect is greater than zero".

    For "smaller errors" take ``difference(theirs, ours)``, so that what the claim says is positive.

    Args:
        effect: From ``difference`` or ``ratio``, or an interval obtained otherwise.
        ceiling: Both sides do as well as the task allows (``saturated``).

    Examples:
        >>> str(decide(Effect(2.0, 0.5, 3.5, seeds=5)))
        'holds'
        >>> str(decide(Effect(2.0, -0.5, 4.5, seeds=5)))
        'undecided: the interval contains no effect'
    """
    if reason := _too_little(effect, ceiling):
        return Decision("undecided", reason)
    if effect.low > 0:
        return Decision("holds")
    if effect.high < 0:
        return Decision("does not hold")
    return Decision("undecided", "the interval contains no effect")


def decide_equal(effect: Effect, margin: float, *, ceiling: bool = False) -> Decision:
    r"""Decide a claim that says "as good as": within a margin that was stated before looking.

    Args:
        effect: From ``difference`` or ``ratio``.
        margin: The largest effect that counts as none, in the effect's unit.
        ceiling: Both sides do as well as the task allows (``saturated``).

    Raises:
        ValueError: A margin that is not positive.

    Examples:
        >>> str(decide_equal(Effect(0.5, -0.4, 1.4, seeds=5), margin=2))
        'holds'
        >>> str(decide_equal(Effect(0.5, -1.4, 2.4, seeds=5), margin=2))
        'undecided: the interval reaches beyond the margin'
    """
    if not margin > 0:
        raise ValueError(f"the margin should be positive, got {margin}")
    if reason := _too_little(effect, ceiling):
        return Decision("undecided", reason)
    if -margin < effect.low and effect.high < margin:
        return Decision("holds")
    if effect.low > margin or effect.high < -margin:
        return Decision("does not hold")
    return Decision("undecided", "the interval reaches beyond the margin")


def _too_little(effect: Effect, ceiling: bool) -> str:
    # Why nothing can be decided, whatever the interval says; "" where something can.
    if ceiling:
        return "both reach the ceiling of the task"
    if effect.seeds < SEEDS:
        return f"{effect.seeds} seed{'s' * (effect.seeds != 1)}, and the rule wants {SEEDS}"
    if not math.isfinite(effect.mean):
        return "a run ended without a number"
    return ""


def _pairs(ours: Numbers, theirs: Numbers) -> tuple[np.ndarray, np.ndarray]:
    one, other = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    if one.shape != other.shape or one.ndim != 1 or not one.size:
        raise ValueError(f"an effect needs one number a seed on both sides, got shapes {one.shape} and {other.shape}")
    return one, other


def _interval(effects: np.ndarray) -> Effect:
    from scipy.stats import t as student

    n, mean = len(effects), float(effects.mean())
    if n == 1:
        return Effect(mean, -math.inf, math.inf, n)
    half = float(student.ppf(0.5 + LEVEL / 2, n - 1) * effects.std(ddof=1) / math.sqrt(n))
    return Effect(mean, mean - half, mean + half, n)
