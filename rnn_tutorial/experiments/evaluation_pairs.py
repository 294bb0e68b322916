r"""Is one method of an evaluation better than another? Few pairs, settled beforehand, so that each test can decide.

Holm's correction multiplies the smallest p by the number of tests: five leave more to be found than thirteen.

References:
    F. Wilcoxon (1945), "Individual comparisons by ranking methods", Biometrics Bulletin 1(6).

    S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2).
"""

from collections.abc import Sequence
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

__all__ = ["Pair", "Verdict", "compared", "ratios", "shown"]

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
    means, drawn = group.mase(), resampled(group, resamples, seed)
    place = {method: k for k, method in enumerate(group.methods)}
    named = {f"{one} – {other}": (one, other) for one, other in pairs}
    logs = {name: _logs(means[one].to_numpy(), means[other].to_numpy()) for name, (one, other) in named.items()}
    p = {name: signed_rank(each) for name, each in logs.items()}
    corrected = holm(p)
    rows = {}
    for name, (one, other) in named.items():
        low, high = interval(_saved(_logs(drawn[..., place[one]], drawn[..., place[other]])))
        rows[one, other] = {
            SAVED: float(_saved(logs[name])),
            f"{SAVED} from": float(low),
            f"{SAVED} to": float(high),
            "p": p[name],
            HOLM: corrected[name],
            VERDICT: _verdict(corrected[name], logs[name]),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["method", "rival"])


def ratios(group: Group, pair: Pair) -> dict[str, float]:
    """Return, by series, the method's mean error over its rival's."""
    means = group.mase()
    return {str(series): float(ratio) for series, ratio in (means[pair[0]] / means[pair[1]]).items()}


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons as texts, a row each."""
    texts = {SAVED: estimates(table, SAVED), HOLM: [p_shown(p) for p in table[HOLM]], VERDICT: table[VERDICT].tolist()}
    rivals = {"rival": table.index.get_level_values("rival").tolist()}
    return pd.DataFrame(rivals | texts, index=table.index.get_level_values("method").tolist())


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
