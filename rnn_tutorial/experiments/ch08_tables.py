r"""Chapter 8's boards as tables: spread over seeds, and a test against a rival that was chosen beforehand.

The test is one of Diebold and Mariano for each method of a board, a dozen at once. At a level of 5 % one in twenty
calls luck a difference. Holm's correction (Holm, 1979) keeps the probability of *any* such mistake on a board below the
level.

References:
    S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from rnn_tutorial.forecasting import Backtest

HOLM = "p (Holm)"


def holm(p: Mapping[Any, float]) -> dict[Any, float]:
    r"""Correct several probabilities of luck for their number.

    The smallest of n is multiplied by n, the next by n - 1, and so on; none becomes smaller than one before it, or
    larger than 1. NaN, where there was no test, stays NaN and does not count.

    Args:
        p: By name, or by another key.

    Examples:
        >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
        {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    from statsmodels.stats.multitest import multipletests

    tested = {name: value for name, value in p.items() if np.isfinite(value)}
    corrected = multipletests(list(tested.values()), method="holm")[1] if tested else []
    found = dict(zip(tested, map(float, corrected), strict=True))
    return {name: found.get(name, np.nan) for name in p}


def board(result: Backtest, rival: str) -> pd.DataFrame:
    r"""Return one row a method, the best first.

    Args:
        result: On one series.
        rival: The method that all others are tested against.

    Returns:
        ``MAE``; ``±``, its standard deviation over seeds, NaN of a single run; ``MASE``; ``p`` of the test against the
        rival and ``p (Holm)``, NaN in the rival's own row; ``copies``, ``parameters``, ``seconds``.
    """
    table = result.table(columns=["MAE", "MASE", "copies", "parameters", "seconds"])
    p = {str(name): float(value) for name, value in result.compare(against=rival)["p"].items()}
    corrected, scores = holm(p), result.board()
    columns = {
        "±": [_spread(scores.errors(str(name))) for name in table.index],
        "p": [p.get(str(name), np.nan) for name in table.index],
        HOLM: [corrected.get(str(name), np.nan) for name in table.index],
    }
    for place, name in ((1, "±"), (3, "p"), (4, HOLM)):
        table.insert(place, name, columns[name])
    table.columns.name = f"p: against {rival}"
    return table


def _spread(errors: np.ndarray) -> float:
    return float(errors.std(ddof=1)) if len(errors) > 1 else np.nan


def shown(p: float) -> str:
    """Write a probability into a cell: three digits, or that it is smaller than these can say."""
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"
