r"""An evaluation over many series, as its rows are kept: which groups are complete, and each method's errors.

A protocol says which series and methods belong together; ``evaluation_protocols`` holds both of ours.
``evaluation_board`` compares the methods with the seasonal naive forecast, ``evaluation_pairs`` two with each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from rnn_tutorial.forecasting.types import Array

__all__ = ["CHOICE", "Group", "Protocol", "groups", "joined"]

CHOICE = "rt.Best"
"""How the method that the rows call ``best`` is named, for it is not always the best."""
KEY = ["series", "method", "block", "seed"]


@dataclass(frozen=True)
class Protocol:
    r"""What was to be measured, and which pairs of methods are tested.

    Args:
        series: By group, their names.
        methods: By group, what is asked for a forecast, the baseline first.
        seeded: Methods with several seeds.
        optional: Methods of which a group does not wait: each is shown where it is complete.
        pairs: By group, the two methods of each test, as a ``Group`` names them; empty where all are tested against the
            baseline.
        libraries: Methods of other libraries.
    """

    series: Mapping[str, tuple[str, ...]]
    methods: Mapping[str, tuple[str, ...]]
    seeded: tuple[str, ...]
    optional: tuple[str, ...] = ()
    pairs: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Series of all groups."""
        return sum(map(len, self.series.values()))


@dataclass(frozen=True)
class Group:
    r"""Every method's errors on the series of a complete group.

    Args:
        methods: The baseline first.
        errors: By series: MASE of (method, seed, fold), (M, K, F). What has one seed is there K times.
        refused: By method, the series that it said are not for it; there it has the errors of the baseline.
        seconds: By method, the mean over its fits of the processor's seconds, forecasts of the folds included; of fits
            that were refused none counts.
    """

    methods: tuple[str, ...]
    errors: Mapping[str, Array]
    refused: Mapping[str, tuple[str, ...]]
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def baseline(self) -> str:
        """The method whose error is the unit."""
        return self.methods[0]

    @property
    def seeds(self) -> int:
        """Seeds of the methods that have several."""
        return next(iter(self.errors.values())).shape[1]

    def mase(self) -> pd.DataFrame:
        """Return the mean over folds and seeds: a row for each series, a column for each method."""
        means = [each.mean(axis=(1, 2)) for each in self.errors.values()]
        return pd.DataFrame(means, index=pd.Index(self.errors, name="series"), columns=list(self.methods))

    def ratios(self) -> pd.DataFrame:
        """Return each series' mean over the baseline's."""
        means = self.mase()
        return means.div(means[self.baseline], axis=0)


def joined(*parts: pd.DataFrame) -> pd.DataFrame:
    r"""Return the rows of several files, as of our methods and of other libraries, below each other.

    Raises:
        ValueError: Two rows are of the same fit.

    Examples:
        >>> row = {"series": "Nile", "block": 0, "seed": 0, "errors": [1.0]}
        >>> len(joined(pd.DataFrame([row | {"method": "GRU"}]), pd.DataFrame([row | {"method": "Theta"}])))
        2
    """
    filled = [part for part in parts if len(part)]
    rows = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=[*KEY, "errors", "reason", "cpu_s"])
    twice = rows.loc[rows.duplicated(KEY), KEY]
    if len(twice):
        fits = (" ".join(map(str, key)) for key in twice.itertuples(index=False))
        raise ValueError(f"measured twice: {', '.join(fits)}")
    return rows


def groups(rows: pd.DataFrame, protocol: Protocol) -> dict[str, Group]:
    r"""Return what may be shown: a group only if each of its series has seed 0 of every method, all fits of it.

    Args:
        rows: Of ``benchmarks/results``: ``series``, ``method``, ``block``, ``seed`` and ``errors``, a list with one
            number a fold, or None where the method refused the series; ``cpu_s`` if seconds are wanted. Seeds that not
            all series have are left out.
        protocol: By which they were made.

    Returns:
        By name, in the order of the protocol; empty if none is complete.
    """
    keys = zip(*(rows[column] for column in KEY), strict=True)
    kept: Rows = dict(zip(keys, rows["errors"], strict=True))
    found = {}
    for name, series in protocol.series.items():
        awaited = tuple(method for method in protocol.methods[name] if method not in protocol.optional)
        if _complete(kept, series, awaited, seed=0):
            shown = [m for m in protocol.methods[name] if m in awaited or _complete(kept, series, (m,), seed=0)]
            found[name] = _group(rows, kept, series, tuple(shown), protocol.seeded)
    return found


Rows = Mapping[tuple[str, str, int, int], list[float] | None]


def _complete(kept: Rows, names: tuple[str, ...], methods: tuple[str, ...], seed: int) -> bool:
    return all(
        (blocks := _blocks(kept, series)) and all((series, m, block, seed) in kept for m in methods for block in blocks)
        for series in names
    )


def _blocks(kept: Rows, series: str) -> list[int]:
    # Fits that any method has of the series: all methods need them all.
    return sorted({block for one, _, block, _ in kept if one == series})


def _group(
    rows: pd.DataFrame, kept: Rows, names: tuple[str, ...], methods: tuple[str, ...], seeded: tuple[str, ...]
) -> Group:
    repeated = tuple(method for method in seeded if method in methods)
    seeds = [0]
    while repeated and _complete(kept, names, repeated, len(seeds)):
        seeds.append(len(seeds))

    blocks = {series: _blocks(kept, series) for series in names}

    def folds(series: str, method: str, seed: int) -> Array:
        # One number a fold; where the method refused, the baseline's.
        own = [kept[series, method, block, seed] for block in blocks[series]]
        naive = [kept[series, methods[0], block, 0] for block in blocks[series]]
        return np.concatenate([np.array(n if o is None else o, dtype=float) for o, n in zip(own, naive, strict=True)])

    def every_seed(series: str, method: str) -> list[Array]:
        return [folds(series, method, seed if method in repeated else 0) for seed in seeds]

    def refuses(series: str, method: str) -> bool:
        return any(kept[series, method, block, 0] is None for block in blocks[series])

    called = {method: CHOICE if method == "best" else method for method in methods}
    return Group(
        tuple(called.values()),
        {series: np.array([every_seed(series, method) for method in methods]) for series in names},
        {called[method]: tuple(series for series in names if refuses(series, method)) for method in methods},
        {called[method]: seconds for method, seconds in _seconds(rows, names).items() if method in methods},
    )


def _seconds(rows: pd.DataFrame, names: tuple[str, ...]) -> dict[str, float]:
    fits = rows[rows["series"].isin(names) & rows["errors"].notna()]
    if "cpu_s" not in fits:
        return {}
    return {str(method): float(mean) for method, mean in fits.groupby("method")["cpu_s"].mean().items()}
