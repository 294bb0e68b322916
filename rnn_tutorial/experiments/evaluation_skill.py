r"""How much better than a baseline is each method of an evaluation, with an interval?

Other series, other weeks and other seeds might have shown another skill: so all three are drawn anew.
"""

import numpy as np
import pandas as pd

from rnn_tutorial.forecasting import leaderboard
from rnn_tutorial.forecasting.evaluation.leaderboard import series_by_series, skill, win_rate
from rnn_tutorial.forecasting.types import Array

from .evaluation import Group
from .words.evaluation import digits

__all__ = ["RESAMPLES", "SEED", "estimates", "how_much", "interval", "resampled", "shown"]

RESAMPLES, SEED = 1000, 123
LEVEL = 0.95
NOT_FOR_IT, SECONDS = "not for it", "seconds a fit"


def how_much(group: Group, resamples: int = RESAMPLES, seed: int = SEED) -> pd.DataFrame:
    r"""Return one row a method, that of the highest win rate first.

    Args:
        group: Complete.
        resamples: Of the intervals.
        seed: Of the resamples.

    Returns:
        ``skill`` and ``win rate``, each with ``from`` and ``to``; ``not for it``, the number of series that the method
        refused; ``seconds a fit``, of the processor, NaN where unknown.
    """
    table = leaderboard(group.mase(), group.baseline, resamples=1)
    logs, won = series_by_series(resampled(group, resamples, seed), baseline=0)
    for name, ends in (("skill", interval(skill(logs))), ("win rate", interval(win_rate(won)))):
        for end, values in zip(("from", "to"), ends, strict=True):
            table[f"{name} {end}"] = pd.Series(values, index=list(group.methods))
    table[NOT_FOR_IT] = [len(group.refused[method]) for method in table.index]
    table[SECONDS] = [group.seconds.get(method, np.nan) for method in table.index]
    return table


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as texts: each estimate with its interval."""
    seconds = ["" if np.isnan(s) else "< 0.1" if s < 0.05 else f"{s:.1f}" for s in table[SECONDS]]
    return pd.DataFrame(
        {name: estimates(table, name) for name in ("skill", "win rate")}
        | {NOT_FOR_IT: table[NOT_FOR_IT].tolist(), SECONDS: seconds},
        index=table.index,
    )


def resampled(group: Group, resamples: int, seed: int) -> Array:
    r"""Draw series anew, in each of them folds and seeds anew, and return the mean errors, (resamples, S, M).

    What a resample draws is the same for all methods, so that they stay comparable: a week is hard for all of them.
    """
    rng = np.random.default_rng(seed)
    errors = list(group.errors.values())
    means = np.empty((resamples, len(errors), len(group.methods)))
    for resample in means:
        for place, series in enumerate(rng.integers(len(errors), size=len(errors))):
            _, seeds, folds = errors[series].shape
            drawn_seeds, drawn_folds = rng.integers(seeds, size=seeds), rng.integers(folds, size=folds)
            resample[place] = errors[series][:, drawn_seeds][:, :, drawn_folds].mean(axis=(1, 2))
    return means


def interval(found: Array) -> Array:
    """Return the lower and the upper end of the middle 95 % of resamples, (2, ...), which are the first axis."""
    ends: Array = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return ends


def estimates(table: pd.DataFrame, name: str) -> list[str]:
    """Write a column with its interval, for a table of texts."""
    ends = zip(table[name], table[f"{name} from"], table[f"{name} to"], strict=True)
    texts = [f"{digits(mean)} ({digits(low)}, {digits(high)})" for mean, low, high in ends]
    return [text.replace(" ", "\u00a0") for text in texts]  # spaces at which no line is broken
