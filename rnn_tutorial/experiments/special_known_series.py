"""The page of special cases: methods on series whose best forecast is known, as kept in files."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import ch09_stored as stored

__all__ = ["Count", "counts", "missed", "read", "table"]

OURS = "rnn_tutorial"


class Count(NamedTuple):
    """In how many cases a method was near enough, was not, and said that the series is not for it."""

    passed: int
    failed: int
    refused: int


def read(folder: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    r"""Return the rows of ``conformance-cpu.json`` and ``conformance-peers-cpu.json``, and where each was made.

    Args:
        folder: That holds both.

    Returns:
        A row for each method, case and seed that all methods have, ours first. The columns are ``library``, ``method``
        (without the library's name), ``case``, ``seed``, ``ratio`` (error over what is allowed; NaN where the method
        refused or, not ``passed``, its forecast was no number), ``passed`` and ``reason``. And a line on machine,
        threads and date for each file, under ``"rnn_tutorial"`` and ``"peers"``.
    """
    ours, peers = (stored.read(folder / f"conformance{kind}-cpu.json") for kind in ("", "-peers"))
    theirs = peers.rows.assign(method=peers.rows["method"].str.split(n=1).str[1])
    rows = pd.concat([ours.rows.assign(library=OURS), theirs], ignore_index=True)
    rows["ratio"] = pd.to_numeric(rows["error"]) / rows["allowed"]
    by_method = rows.groupby(["library", "method"])["seed"].agg(set)
    rows = rows[rows["seed"].isin(set.intersection(*by_method))]
    columns = ["library", "method", "case", "seed", "ratio", "passed", "reason"]
    return rows[columns], {OURS: ours.made, "peers": peers.made}


def table(rows: pd.DataFrame) -> pd.DataFrame:
    r"""Return a row for each case and a column for each method: ✓, how far off, or – where it says it is not for it.

    How far off is the median over seeds of the error over what is allowed, of the seeds that are not near enough;
    where some are, their number follows. A forecast that is no number has no error, and is called so.
    """
    grouped = rows.groupby(["case", "library", "method"], sort=False)[["ratio", "passed"]]
    cells = grouped.apply(_cell)
    wide = cells.unstack(["library", "method"])
    order = rows[["library", "method"]].drop_duplicates().sort_values("library", key=_place, kind="stable")
    return wide.loc[rows["case"].drop_duplicates(), list(order.itertuples(index=False, name=None))]


def counts(rows: pd.DataFrame) -> Mapping[str, Count]:
    """Count the cases by library and method; a case is passed if it is with every seed."""
    found = {}
    for (library, method), part in rows.groupby(["library", "method"], sort=False):
        part = part.assign(refused=part["ratio"].isna() & part["passed"].astype(bool))
        by_case = part.groupby("case").agg(passed=("passed", "all"), refused=("refused", "all"))
        passed = int((by_case["passed"] & ~by_case["refused"]).sum())
        refused = int(by_case["refused"].sum())
        found[f"{library} {method}"] = Count(passed, len(by_case) - passed - refused, refused)
    return found


def missed(rows: pd.DataFrame) -> list[str]:
    """Return the cases in which no method is near enough with every seed; one that refuses does not count."""
    near = rows.assign(near=rows["passed"].astype(bool) & rows["ratio"].notna())
    every = near.groupby(["case", "library", "method"], sort=False)["near"].all()
    found = every.groupby(level="case", sort=False).any()
    return list(found.index[~found])


def _place(libraries: "pd.Series[str]") -> "pd.Series[int]":
    # in the order in which they first appear, so that the methods of one stand together
    first = list(libraries.drop_duplicates())
    return libraries.map(first.index)


def _cell(part: pd.DataFrame) -> str:
    if part["ratio"].isna().all():
        return "–" if part["passed"].all() else "no number"
    off = part.loc[~part["passed"].astype(bool), "ratio"]
    if off.empty:
        return "✓"
    far = off.median()
    # as many digits as show that it is more than 1
    digits = next((n for n in range(2, 9) if round(far, n) > 1), 2)
    times = f"{far:.{digits}f} ×" if far < 10 else f"{far:.0f} ×"
    kept = len(part) - len(off)
    return f"{times} ({kept} of {len(part)} ✓)" if kept else times
