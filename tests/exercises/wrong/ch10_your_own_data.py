"""Wrong answers to the exercises of chapter 10."""

from math import ceil
from typing import Any

import numpy as np
import pandas as pd


def shifted_once(values: Any, season: int) -> Any:
    found = pd.Series(values)
    return found.fillna(found.shift(season)).to_numpy()


def later_season(values: Any, season: int) -> Any:
    found = np.array(values)
    for t in reversed(np.flatnonzero(np.isnan(found))):
        found[t] = found[t + season] if t + season < len(found) else found[t - season]
    return found


def margin(rank: Any, errors_of: Any = np.abs, refuses: bool = True) -> Any:
    def found(errors: Any, level: float) -> float:
        n = len(errors)
        if refuses and rank(n, level) > n:
            raise ValueError("too few")
        return float(np.sort(errors_of(errors))[min(rank(n, level), n) - 1])

    return found


def right_rank(n: int, level: float) -> int:
    return ceil((n + 1) * level - 1e-9)


def whole_column_compared(make_column: Any, values: Any) -> bool:
    changed = values.copy()
    changed.iloc[200:] *= 2
    return not make_column(values).equals(make_column(changed))


def one_place(make_column: Any, values: Any) -> bool:
    changed = values.copy()
    changed.iloc[-1] *= 2
    return bool(make_column(values).iloc[0] != make_column(changed).iloc[0])


def mistakes_the_start(make_column: Any, values: Any) -> bool:
    whole, cut = make_column(values).iloc[:200], make_column(values.iloc[:200])
    return not np.array_equal(whole, cut)  # empty places at the start are equal to nothing


def last_step_shown(make_column: Any, values: Any) -> bool:
    changed = values.copy()
    changed.iloc[200:] *= 2
    return not make_column(values).iloc[:201].equals(make_column(changed).iloc[:201])


WRONG: dict[str, list[Any]] = {
    "own-fooled": [
        lambda demand: demand.rolling(48, center=True, min_periods=1).mean().shift(12).bfill(),
        lambda demand: demand.rolling(48).mean(),
        lambda demand: demand - demand + demand.mean(),
        lambda demand: demand.rolling(24, min_periods=1).mean(),
        lambda demand: demand,
    ],
    "own-gap": [
        shifted_once,
        later_season,
        lambda values, season: pd.Series(values).interpolate().to_numpy(),
        lambda values, season: pd.Series(values).ffill().to_numpy(),
        lambda values, season: np.nan_to_num(values),
    ],
    "own-scores": [
        margin(lambda n, level: ceil(n * level)),  # forgets that the next error is one more
        margin(right_rank, errors_of=lambda errors: errors),
        margin(right_rank, refuses=False),
        lambda errors, level: float(np.quantile(np.abs(errors), level)),
        margin(lambda n, level: n),
    ],
    "own-mean": [
        lambda forecasts: float(np.var(forecasts, axis=0, ddof=1).mean()) if len(forecasts) > 1 else 0.0,
        lambda forecasts: float(forecasts.std(axis=0).mean()),
        lambda forecasts: float(forecasts.var()),
        lambda forecasts: float(forecasts.mean(axis=(1, 2)).var()),  # of the mean forecasts
        lambda forecasts: 0.0,
    ],
    "own-ahead": [
        whole_column_compared,
        one_place,
        mistakes_the_start,
        last_step_shown,
        lambda make_column, values: True,
    ],
}
