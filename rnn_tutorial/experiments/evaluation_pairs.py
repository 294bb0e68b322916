r"""Is one method of an evaluation better than another? Few pairs, settled beforehand, so that each test can decide.

Holm's correction multiplies the smallest p by the number of tests: five leave more to be found than thirteen.

References:
    F. Wilcoxon (1945), "Individual comparisons by ranking methods", Biometrics Bulletin 1(6).

    S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2).
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from rnn_tutorial.forecasting.evaluation.leaderboard import LIMITS
from rnn_tutorial.forecasting.types import Array

from .ch08_tables import HOLM, holm
from .ch08_tables import shown as p_shown
from .evaluation import Group
from .evaluation_board import ALPHA, VERDICT, direction, signed_rank
from .evaluation_skill import RESAMPLES, SEED, estimates, interval, resampled

__all__ = ["Pair", "Verdict", "compared", "hanging", "lost_together", "ratios", "shown"]

Pair = tuple[str, str]
"""A method and its rival."""
Verdict = Literal["better", "worse", "undecided"]
SAVED = "saved"


def compared(group: Group, pairs: Sequence[Pair], resamples: int = RESAMPLES, seed: int = SEED) -> pd.DataFrame:
    r"""Compare the two methods of each pair, and correct for the number of pairs.

    Args:
        group: Complete.
        pairs: All that are tested in this group.
        resamples: Of the intervals: the same series, folds and seeds for both methods of a pair.
        seed: Of the resamples.

    Returns:
        A row for each pair, its index ``method`` and ``rival``: ``saved``, the share of the rival's error, 1 - the
        geometric mean over series of the ratio of errors, with ``from`` and ``to``; ``p``, ``p (Holm)``, ``verdict``.
    """
    drawn, logs = resampled(group, resamples, seed), _log_ratios(group.mase(), pairs)
    place = {method: k for k, method in enumerate(group.methods)}
    p, corrected, verdicts = _tested(logs)
    rows = {}
    for one, other in pairs:
        pair = one, other
        low, high = interval(_saved(_logs(drawn[..., place[one]], drawn[..., place[other]])))
        rows[pair] = {
            SAVED: float(_saved(logs[pair])),
            f"{SAVED} from": float(low),
            f"{SAVED} to": float(high),
            "p": p[pair],
            HOLM: corrected[pair],
            VERDICT: verdicts[pair],
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["method", "rival"])


def hanging(group: Group, pairs: Sequence[Pair]) -> dict[Pair, int]:
    """Count, for each pair, the series without which, one at a time, its verdict would be another."""
    logs = _log_ratios(group.mase(), pairs)
    _, _, whole = _tested(logs)
    without = [_tested({pair: np.delete(each, k) for pair, each in logs.items()})[2] for k in range(len(group.errors))]
    return {pair: sum(verdicts[pair] != whole[pair] for verdicts in without) for pair in pairs}


def lost_together(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[Pair, ...]]:
    r"""Return, by group, the decided pairs that would be undecided if the tests of all groups were corrected together.

    Args:
        tables: By group, as ``compared`` returns it.
    """
    p = {
        (name, one, other): float(table.loc[(one, other), "p"])
        for name, table in tables.items()
        for one, other in table.index
    }
    corrected = holm(p)
    return {
        name: tuple(
            (one, other)
            for one, other in table.index
            if table.loc[(one, other), VERDICT] != "undecided" and not corrected[name, one, other] < ALPHA
        )
        for name, table in tables.items()
    }


def ratios(group: Group, pair: Pair) -> dict[str, float]:
    """Return, by series, the method's mean error over its rival's."""
    means = group.mase()
    return {str(series): float(ratio) for series, ratio in (means[pair[0]] / means[pair[1]]).items()}


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons as texts, a row each."""
    texts = {SAVED: estimates(table, SAVED), HOLM: [p_shown(p) for p in table[HOLM]], VERDICT: table[VERDICT].tolist()}
    rivals = {"rival": table.index.get_level_values("rival").tolist()}
    return pd.DataFrame(rivals | texts, index=table.index.get_level_values("method").tolist())


def _log_ratios(means: pd.DataFrame, pairs: Sequence[Pair]) -> dict[Pair, Array]:
    return {(one, other): _logs(means[one].to_numpy(), means[other].to_numpy()) for one, other in pairs}


def _tested(logs: Mapping[Pair, Array]) -> tuple[dict[Pair, float], dict[Pair, float], dict[Pair, Verdict]]:
    # p, p (Holm) and the verdict of each pair
    p = {pair: signed_rank(each) for pair, each in logs.items()}
    corrected = holm(p)
    return p, corrected, {pair: _verdict(corrected[pair], each) for pair, each in logs.items()}


def _logs(errors: Array, rival: Array) -> Array:
    # ln r, r brought between 0.01 and 100 as in skill
    logs: Array = np.log(np.clip(errors / rival, *LIMITS))
    return logs


def _saved(logs: Array) -> Array:
    # 1 - (∏ r)^(1/S), over the series, which are the last axis
    saved: Array = 1 - np.exp(logs.mean(axis=-1))
    return saved


def _verdict(p: float, logs: Array) -> Verdict:
    if not p < ALPHA:
        return "undecided"
    return "better" if direction(logs) < 0 else "worse"
