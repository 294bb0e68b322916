r"""The evaluation of 36 series, as its rows are kept: which groups are complete, and each method's errors.

What was measured, and by what rules it is read, stands in ``benchmarks/evaluation/PROTOCOL.md``, which was written
before the first result. ``python -m benchmarks.evaluation`` makes the rows; ``evaluation_board`` compares the methods.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from rnn_tutorial.forecasting.types import Array

__all__ = ["BASELINE", "CHOICE", "GOALS", "METHODS", "NETWORKS", "SERIES", "Group", "groups"]

Name = Literal["long", "short", "held out"]
BASELINE = "seasonal naive"
NETWORKS = ("GRU", "hybrid")
"""Methods with several seeds."""
CHOICE = "rt.Best"
"""How the method that the rows call ``best`` is named, for it is not always the best."""

SERIES: Mapping[Name, tuple[str, ...]] = {
    "long": ("hourly_demand", "taylor", "victoria", "weather", "traffic", "bicycles", "sun", "wind"),
    "short": (
        *("hyndsight", "elecdaily"),
        *("AirPassengers", "nottem", "USAccDeaths", "ldeaths", "UKDriverDeaths", "a10", "h02", "auscafe"),
        *("debitcards", "elecequip", "usmelec", "wineind"),
        *("UKgas", "JohnsonJohnson", "austres", "ausbeer", "euretail", "qcement", "austourists", "woolyrnq"),
        *("Nile", "LakeHuron", "lynx", "nhtemp"),
    ),
    "held out": ("motorway", "melbourne"),
}
"""What the protocol lists, in each group.

:meta hide-value:
"""

_LONG = ("yesterday", "persistence", "drift", "ridge", "boosting", "Holt-Winters", "GRU", "hybrid", "best")
_SHORT = ("persistence", "drift", "ridge", "boosting", "automatic ETS", "Theta", "GRU", "best")
METHODS: Mapping[Name, tuple[str, ...]] = {
    "long": (BASELINE, *_LONG),
    "short": (BASELINE, *_SHORT),
    "held out": (BASELINE, *_LONG),
}
"""What is asked for a forecast, in each group.

:meta hide-value:
"""

GOALS: Mapping[Name, float] = {"long": 0.37, "short": 0.23}
"""Skill that was to be reached: of the mean of hybrid and GRU on seven long series, of statsforecast's automatic ETS on
13 short ones, both found in an earlier and smaller comparison, on other stretches."""


@dataclass(frozen=True)
class Group:
    r"""Every method's errors on the series of a complete group.

    Args:
        methods: The baseline first.
        errors: By series: MASE of (method, seed, fold), (M, K, F). What has one seed is there K times.
        refused: By method, the series that it said are not for it; there it has the errors of the baseline.
    """

    methods: tuple[str, ...]
    errors: Mapping[str, Array]
    refused: Mapping[str, tuple[str, ...]]

    @property
    def seeds(self) -> int:
        """Seeds of the networks."""
        return next(iter(self.errors.values())).shape[1]

    def mase(self) -> pd.DataFrame:
        """Return the mean over folds and seeds: a row for each series, a column for each method."""
        means = [each.mean(axis=(1, 2)) for each in self.errors.values()]
        return pd.DataFrame(means, index=pd.Index(self.errors, name="series"), columns=list(self.methods))

    def ratios(self) -> pd.DataFrame:
        """Return each series' mean over the baseline's."""
        means = self.mase()
        return means.div(means[BASELINE], axis=0)


def groups(rows: pd.DataFrame) -> dict[Name, Group]:
    r"""Return what may be shown: a group only if each of its series has seed 0 of every method, both fits of it.

    Args:
        rows: Of ``evaluation-cpu.json``: ``series``, ``method``, ``block``, ``seed`` and ``errors``, a list with one
            number a fold, or None where the method refused the series. Seeds that not all series have are left out.

    Returns:
        By name, in the order of ``SERIES``; empty if none is complete.
    """
    keys = zip(*(rows[column] for column in ("series", "method", "block", "seed")), strict=True)
    kept: Rows = dict(zip(keys, rows["errors"], strict=True))
    return {name: _group(name, kept) for name in SERIES if _complete(name, kept, METHODS[name], seed=0)}


Rows = Mapping[tuple[str, str, int, int], list[float] | None]


def _complete(name: Name, kept: Rows, methods: tuple[str, ...], seed: int) -> bool:
    return all(
        (blocks := _blocks(kept, series)) and all((series, m, block, seed) in kept for m in methods for block in blocks)
        for series in SERIES[name]
    )


def _blocks(kept: Rows, series: str) -> list[int]:
    # Fits that any method has of the series: all methods need them all.
    return sorted({block for one, _, block, _ in kept if one == series})


def _group(name: Name, kept: Rows) -> Group:
    repeated = tuple(method for method in NETWORKS if method in METHODS[name])
    seeds = [0]
    while _complete(name, kept, repeated, len(seeds)):
        seeds.append(len(seeds))

    blocks = {series: _blocks(kept, series) for series in SERIES[name]}

    def folds(series: str, method: str, seed: int) -> Array:
        # One number a fold; where the method refused, the baseline's.
        own = [kept[series, method, block, seed] for block in blocks[series]]
        naive = [kept[series, BASELINE, block, 0] for block in blocks[series]]
        return np.concatenate([np.array(n if o is None else o, dtype=float) for o, n in zip(own, naive, strict=True)])

    def every_seed(series: str, method: str) -> list[Array]:
        return [folds(series, method, seed if method in repeated else 0) for seed in seeds]

    def refuses(series: str, method: str) -> bool:
        return any(kept[series, method, block, 0] is None for block in blocks[series])

    methods, names = METHODS[name], SERIES[name]
    called = {method: CHOICE if method == "best" else method for method in methods}
    return Group(
        tuple(called.values()),
        {series: np.array([every_seed(series, method) for method in methods]) for series in names},
        {called[method]: tuple(series for series in names if refuses(series, method)) for method in methods},
    )
