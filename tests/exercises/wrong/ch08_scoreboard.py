"""Wrong answers to the exercises of chapter 8."""

from typing import Any

import numpy as np

LENGTHS = [336, 384, 432, 480, 576, 672]


def choose(begin: Any, finish: Any, best: Any = min) -> Any:
    return lambda error_of, cut_off, end: best(
        LENGTHS, key=lambda lags: error_of(lags, begin(cut_off, end), finish(cut_off, end))
    )


def ignoring_covariance(a: Any, b: Any) -> Any:
    return (b**2).mean() / ((a**2).mean() + (b**2).mean())


def centred(a: Any, b: Any) -> Any:
    covariance = np.cov(a, b)
    return (covariance[1, 1] - covariance[0, 1]) / (covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])


def step_down(p: Any, running: bool = True, cap: float = 1.0, in_order: bool = False) -> Any:
    order = np.argsort(p)
    found = (len(p) - np.arange(len(p))) * p[order]
    found = np.minimum(np.maximum.accumulate(found) if running else found, cap)
    return found if in_order else found[np.argsort(order)]


def benjamini_hochberg(p: Any) -> Any:
    order = np.argsort(p)
    found = np.minimum.accumulate((len(p) / np.arange(1, len(p) + 1) * p[order])[::-1])[::-1]
    return np.minimum(found, 1)[np.argsort(order)]


WRONG: dict[str, list[Any]] = {
    "scoreboard-fooled": [
        choose(lambda cut_off, end: cut_off - 672, lambda cut_off, end: end),
        choose(lambda cut_off, end: cut_off, lambda cut_off, end: cut_off + 336),  # "only the first test week"
        choose(lambda cut_off, end: 0, lambda cut_off, end: cut_off),
        choose(lambda cut_off, end: cut_off - 672, lambda cut_off, end: cut_off, best=max),
        lambda error_of, cut_off, end: 336,
    ],
    "scoreboard-mean": [
        ignoring_covariance,
        centred,
        lambda a, b: 0.5,
        lambda a, b: (a * (a - b)).mean() / ((a - b) ** 2).mean(),  # the other one's share
        lambda a, b: np.abs(b).mean() / (np.abs(a).mean() + np.abs(b).mean()),
    ],
    "scoreboard-scale": [
        lambda truth, forecast, past: np.abs(truth - forecast).mean(),
        lambda truth, forecast, past: np.abs((truth - forecast) / truth).mean(),
        lambda truth, forecast, past: np.abs(truth - forecast).mean() / np.abs(past).mean(),
        lambda truth, forecast, past: ((truth - forecast) ** 2).mean() / past.var(),
        lambda truth, forecast, past: abs((truth - forecast).mean()) / past.std(),
        lambda truth, forecast, past: 1 - ((truth - forecast) ** 2).mean() / truth.var(),
    ],
    "scoreboard-blocks": [
        lambda m: m,  # of the variance
        lambda m: (2 * m - 1) ** 0.5,  # as if all neighbours were equal
        lambda m: (1 + (m - 1) / m) ** 0.5 if m > 1 else 1.0,  # one neighbour
        lambda m: ((m + 1) / 2) ** 0.5,  # neighbours on one side
    ],
    "scoreboard-holm": [
        lambda p: np.minimum(1, len(p) * p),  # Bonferroni
        lambda p: step_down(p, running=False),
        lambda p: step_down(p, cap=np.inf),
        lambda p: step_down(p, in_order=True),
        benjamini_hochberg,
    ],
}
