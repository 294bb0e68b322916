r"""Checks of the exercises of chapter 8, the scoreboard."""

import math
from typing import Any

import numpy as np
import torch

from .asking import exercise, near, number, require, same

CUT_OFF, END = 4032, 5376
"""Where the test weeks of the puzzle begin, and where they end."""


@exercise("scoreboard-fooled")
def fooled(choose: Any) -> str:
    r"""A function of errors, the begin and the end of the test weeks: lags, chosen without looking at these weeks."""
    for best in (384, 672, 336, 480):

        def error_of(lags: int, start: int, stop: int, best: int = best) -> float:
            seen = f"it looks at errors up to step {stop}, and the test begins at step {CUT_OFF}"
            require(stop <= CUT_OFF, seen)
            require(stop - start >= 48, f"from step {start} to step {stop} there is less than a day to be judged on")
            require(start >= 2 * 672, f"before step {start} there is too little to fit a regression on")
            return 100 * (1 + abs(math.log(lags / best)))

        near(choose(error_of, CUT_OFF, END), best, f"the choice where {best} lags are best before the test")
    return "the choice follows the weeks before the test, and knows nothing of the test weeks"


@exercise("scoreboard-mean")
def mean(best_share: Any) -> str:
    r"""A function of the errors of two forecasts: the first one's share in the mixture with least squared error."""
    rng = np.random.default_rng(0)
    for own, common, bias in ((1.0, 0.0, 0.0), (0.5, 1.0, 0.0), (1.0, 0.3, 2.0), (3.0, 2.0, -1.0)):
        shared = rng.normal(size=400)
        first = shared * common + own * rng.normal(size=400) + bias
        second = shared + 0.8 * rng.normal(size=400)
        truth = float((second * (second - first)).mean() / ((first - second) ** 2).mean())
        share = number(best_share(first.copy(), second.copy()), "the share")
        made, least = (float(((s * first + (1 - s) * second) ** 2).mean()) for s in (share, truth))
        more = 100 * (made / least - 1)
        found = f"a share of {share:.3f} leaves a mean squared error {more:.2g} % above the least"
        correlated = np.corrcoef(first, second)[0, 1]
        at = f"errors with means {first.mean():.1f} and {second.mean():.1f} and a correlation of {correlated:.1f}"
        require(abs(share - truth) <= 1e-4 * max(1.0, abs(truth)), f"{at}: {found}; where is the derivative 0?")
    return "the least squared error, for four pairs of forecasts"


@exercise("scoreboard-scale")
def scale(score: Any) -> str:
    r"""A function of truth, forecast (O, H) and past: neither unit nor zero matters, and errors count in proportion."""
    rng = np.random.default_rng(0)
    past = 4000 + 1000 * np.sin(2 * np.pi * np.arange(4 * 336) / 48) + 100 * rng.normal(size=4 * 336)
    truth = 4100 + 900 * rng.normal(size=(20, 48))
    error = 200 + 300 * rng.normal(size=(20, 48))
    once = number(score(truth, truth + error, past), "the score")
    require(once > 0, f"the score of a forecast that errs is {once:.4g}, and should be above 0")
    perfect = number(score(truth, truth.copy(), past), "the score of a perfect forecast")
    require(abs(perfect) <= 1e-9 * once, f"the score of a perfect forecast is {perfect:.4g}")
    near(score(truth, truth + 2 * error, past), 2 * once, "the score where all errors are twice as large")
    cancelling = np.tile([500.0, -500.0], (20, 24))
    both = number(score(truth, truth + cancelling, past), "the score")
    require(both > 1e-6 * once, "errors of 500 and -500 by turns are worth nothing: they cancel")
    for factor, shift, what in ((1e-3, 0.0, "in GW"), (1.0, -3000.0, "counted from 3000"), (2.5, 7000.0, "in both")):
        changed = (factor * part + shift for part in (truth, truth + error, past))
        near(score(*changed), once, f"the score of the same forecast, its numbers {what}; it was {once:.6g}")
    return "neither unit nor zero changes it, and errors count in proportion"


@exercise("scoreboard-blocks")
def blocks(growth: Any) -> str:
    r"""A function of m, numbers behind each difference of losses, of which neighbours share m - 1."""
    for m in (1, 2, 8, 30):
        # autocovariance k of a mean of m independent numbers: (m - k) / m²; the mean's variance is their sum, both ways
        covariances = [(m - k) / m**2 for k in range(m)]
        truth = math.sqrt((covariances[0] + 2 * sum(covariances[1:])) / covariances[0])
        hint = "the variance of a mean is the sum of all covariances over n²"
        near(growth(m), truth, f"the growth for m = {m}", tolerance=1e-6, hint=hint)
    return "as the covariances say, for m = 1, 2, 8 and 30"


@exercise("scoreboard-holm")
def holm(corrected: Any) -> str:
    r"""A function of probabilities: the same, corrected by Holm, in the same order."""
    for p in (
        [0.03],
        [0.01, 0.04, 0.03],
        [0.7, 0.001, 0.6, 0.02],
        [0.02, 0.021, 0.0205, 0.9],
        [0.011, 0.2, 0.01, 0.01],
    ):
        order = sorted(range(len(p)), key=p.__getitem__)
        truth, largest = [0.0] * len(p), 0.0
        for rank, place in enumerate(order):
            largest = max(largest, min(1.0, (len(p) - rank) * p[place]))
            truth[place] = largest
        answer = corrected(np.array(p))
        found = answer if answer is None else np.array(answer, dtype=float)
        same(found, torch.tensor(truth, dtype=torch.float64), f"{p}, corrected,", 1e-6)
    return "as Holm corrects them, for five sets"
