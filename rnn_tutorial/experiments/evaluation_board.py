r"""Which method of an evaluation is better than the seasonal naive forecast, and how sure is that?

Two questions with two answers. *How much* better is the skill, with an interval (``evaluation_skill``). *Whether* it
is more than chance is a signed-rank test over series (Wilcoxon, 1945), corrected for the number of methods (Holm,
1979).

References:
    F. Wilcoxon (1945), "Individual comparisons by ranking methods", Biometrics Bulletin 1(6).

    S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2).
"""

from typing import Any, Literal

import numpy as np
import pandas as pd

from rnn_tutorial.forecasting.evaluation.leaderboard import LIMITS
from rnn_tutorial.forecasting.types import Array

from .ch08_tables import HOLM, holm
from .ch08_tables import shown as p_shown
from .evaluation import Group
from .evaluation_skill import NOT_FOR_IT, RESAMPLES, SEED, estimates, how_much

__all__ = ["ALPHA", "board", "direction", "other_reading", "shown", "signed_rank", "smallest_p", "verdicts"]

ALPHA = 0.05
VERDICT = "verdict"
Verdict = Literal["wins", "loses", "undecided"]


def board(group: Group, resamples: int = RESAMPLES, seed: int = SEED) -> pd.DataFrame:
    r"""Return one row a method, that of the highest win rate first.

    Args:
        group: Complete.
        resamples: Of the intervals.
        seed: Of the resamples.

    Returns:
        What ``evaluation_skill.how_much`` says; ``p`` and ``p (Holm)``, NaN in the baseline's own row; ``verdict``,
        ``""`` there.
    """
    table = how_much(group, resamples, seed).join(verdicts(_logs(group)))
    table[VERDICT] = table[VERDICT].fillna("")
    return table


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return a board as texts: each estimate with its interval, and p only after Holm's correction."""
    return pd.DataFrame(
        {name: estimates(table, name) for name in ("skill", "win rate")}
        | {HOLM: ["" if np.isnan(p) else p_shown(p) for p in table[HOLM]]}
        | {name: table[name].tolist() for name in (VERDICT, NOT_FOR_IT)},
        index=table.index,
    )


# ---- whether: tests ---------------------------------------------------------------------------------------------


def verdicts(logs: pd.DataFrame) -> pd.DataFrame:
    r"""Test each method against the baseline over series.

    Args:
        logs: The logarithm of the method's error over the baseline's: a row for each series, a column for each method
            but the baseline.

    Returns:
        ``p``, ``p (Holm)`` and ``verdict`` of each method.
    """
    p = {str(method): signed_rank(logs[method].to_numpy(float)) for method in logs}
    corrected = holm(p)
    said = {method: _verdict(corrected[method], logs[method].to_numpy(float)) for method in p}
    return pd.DataFrame({"p": p, HOLM: corrected, VERDICT: said})


def signed_rank(logs: Array) -> float:
    r"""Return the p of Wilcoxon's two-sided signed-rank test, exact where no two are equally far from 0.

    Series without a difference, as where a method refused, say nothing and are left out; without any other, p is 1.

    Examples:
        >>> signed_rank(np.array([-0.1, -0.2, -0.3, -0.4]))  # all four below: 2 / 2⁴
        0.125
    """
    from scipy.stats import wilcoxon

    told = logs[logs != 0]
    if not told.size:
        return 1.0
    found: Any = wilcoxon(told)
    return float(found.pvalue)


def smallest_p(series: int, methods: int) -> float:
    r"""Return the smallest ``p (Holm)`` that a table can show: a method is ahead on every series, and the first of all.

    Args:
        series: S, in which a sign can come out by chance in 2ˢ ways.
        methods: Which are tested together.

    Examples:
        >>> round(smallest_p(series=8, methods=9), 3)
        0.07
    """
    return min(1.0, methods * 2 / 2**series)


def other_reading(group: Group) -> list[str]:
    r"""Return the methods whose verdict is another when a series' mean log ratio is read in another way.

    ``board`` takes the logarithm of the ratio of a series' mean errors, which is what skill averages. The words may
    also mean the logarithm of each fold's and seed's ratio, and the mean of these.
    """
    means = {}
    for series, errors in group.errors.items():
        naive = errors[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.where(errors == naive, 1.0, errors / naive)
        means[series] = np.log(np.clip(ratios, *LIMITS)).mean(axis=(1, 2))
    logs = pd.DataFrame.from_dict(means, orient="index", columns=list(group.methods)).drop(columns=group.baseline)
    ours, other = verdicts(_logs(group))[VERDICT], verdicts(logs)[VERDICT]
    return list(ours.index[ours != other])


def _logs(group: Group) -> pd.DataFrame:
    # ln (mean error / the baseline's mean error): what skill averages
    ratios = group.ratios().drop(columns=group.baseline)
    return pd.DataFrame(np.log(ratios.clip(*LIMITS)))


def _verdict(p: float, logs: Array) -> Verdict:
    if not p < ALPHA:
        return "undecided"
    return "wins" if direction(logs) < 0 else "loses"


def direction(logs: Array) -> float:
    """Return the test's own direction: below 0 where the ranks of the series below 0 add up to more."""
    from scipy.stats import rankdata

    return float(np.sum(np.sign(logs) * rankdata(np.abs(logs))))
