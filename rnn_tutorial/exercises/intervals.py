r"""Checks of the exercises of the page on intervals."""

from typing import Any

import numpy as np

from .asking import exercise, require, tensor


@exercise("intervals-ends")
def ends(best_ends: Any) -> str:
    r"""A function of values and a level: the ends of the interval with the smallest mean interval score on them."""
    rng = np.random.default_rng(0)
    drawn = {
        "normal": rng.normal(size=2000),
        "exponential": rng.exponential(size=2000),
        "two-humped": np.concatenate([rng.normal(-3, size=1000), rng.normal(3, size=1000)]),
    }
    for what, values in drawn.items():
        for level in (0.5, 0.9):
            of = f"the ends for 2,000 {what} values and a level of {level}"
            low, high = tensor(best_ends(values.copy(), level), (2,), of).tolist()
            require(low <= high, f"{of} are the wrong way round: {low:.3g} and {high:.3g}")
            tail = (1 - level) / 2
            score = _score(values, low, high, tail)
            least = _score(values, float(np.quantile(values, tail)), float(np.quantile(values, 1 - tail)), tail)
            # an end between the two values around it is as good as either of them
            said = f"{of}: {low:.3g} and {high:.3g} have a mean score of {score:.4g}, and {least:.4g} can be had"
            require(score <= 1.003 * least, f"{said}; what does it cost to move one end a little?")
    return "the smallest mean score, for three kinds of values and two levels"


def _score(values: Any, low: float, high: float, tail: float) -> float:
    # (u - l) + (1/τ) (max(l - y, 0) + max(y - u, 0)), a mean over the values
    missed = np.maximum(low - values, 0) + np.maximum(values - high, 0)
    return float(high - low + missed.mean() / tail)
