r"""Benchmarks that were run before and kept as JSON, with machine, versions and date.

They lie in ``benchmarks/results`` of a checkout; a wheel brings them along, so that a chapter opened alone finds them.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from .words.common import plural

__all__ = ["Stored", "folder", "gpu_boards", "ratios", "read", "where_made"]

_PACKAGE = Path(__file__).parents[1]
_PLACES = (_PACKAGE / "results", _PACKAGE.parent / "benchmarks" / "results")


class Stored(NamedTuple):
    """What a file holds: a line on where it was made, and its rows."""

    made: str
    rows: pd.DataFrame


def folder() -> Path:
    """Return the folder of kept results: that of the installed wheel, else that of the checkout.

    Raises:
        FileNotFoundError: The package was copied without them.

    """
    for place in _PLACES:
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"The results of earlier runs lie neither in {_PLACES[0]} nor in {_PLACES[1]}. "
        "Install the package with pip, or run the chapter in a checkout of the project."
    )


def read(path: Path) -> Stored:
    """Read one file.

    Raises:
        ValueError: It is not a result of ``benchmarks``.

    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        made, rows = content["provenance"], pd.DataFrame(content["rows"])
        line = where_made(made)
    except (KeyError, TypeError, json.JSONDecodeError) as problem:
        raise ValueError(f"{path} is not a result of `python -m benchmarks`: {problem!r}") from problem
    return Stored(line, rows)


def where_made(provenance: Mapping[str, Any]) -> str:
    """Return a line of a file's machine, threads and date."""
    return f"{provenance['machine']}, {plural(provenance['threads'], 'thread')}, {provenance['date']}"


def ratios(rows: pd.DataFrame, index: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Return a table of times over the peer's, in the order in which they were measured."""
    return rows.pivot_table(index=list(index), columns=list(columns), values="ratio", sort=False)


def gpu_boards(folder: Path) -> dict[str, tuple[str, pd.DataFrame]]:
    """Return for each file of a GPU where it was made, and its table: a row a case, a column a way and type.

    The peer itself and ``auto``, which is one of the other ways, are left out.
    """
    boards = {}
    for path in sorted(folder.glob("*-gpu-*.json")):
        made, rows = read(path)
        timed = rows[rows["ratio"].notna() & ~rows["what"].isin(["torch.nn", "auto"])]
        if path.stem.startswith("films"):
            timed = timed[timed["what"] != "usual loop"]
        boards[path.stem] = made, ratios(timed, ["network", "pass", "size"], ["what", "dtype"])
    return boards
