"""The outputs of notebooks that passed, kept where Jupyter Book looks for them.

A record is *valid* when the notebook's code cells are the same and its fingerprint is the current one. nbval's run
(``book/conftest.py``) writes records, ``tools.run_notebooks`` and the Sphinx extension read and prune them.
"""

import platform
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbconvert.preprocessors import CoalesceStreamsPreprocessor

from tools import layout
from tools.fingerprint import surroundings
from tools.layout import CACHE, ROOT


@dataclass(frozen=True)
class Execution:
    """What is known of one notebook's last complete run."""

    notebook: str
    seconds: float
    cells: int
    fingerprint: str
    machine: str
    surroundings: dict[str, str]
    expectations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def missed(self) -> list[dict[str, Any]]:
        """The expectations that did not hold; where nothing is judged, none."""
        return [record for record in self.expectations if record["held"] is False]


@contextmanager
def opened() -> Iterator[Any]:
    """Open the cache, and close its database at the end: Python warns of connections that are left for it to find."""
    cache = get_cache(CACHE)
    try:
        yield cache
    finally:
        cache.db.dispose()


def store(path: Path, outputs: list[list[Any]], *, seconds: float, fingerprint: str) -> None:
    """Put the outputs of a notebook all of whose cells passed into the cache.

    Args:
        path: The notebook.
        outputs: One list of output nodes for each code cell, in order.
        seconds: Time spent in the cells.
        fingerprint: The fingerprint taken before the first cell ran.

    Raises:
        ValueError: If the number of code cells and of output lists differ.
    """
    from rnn_tutorial.devices import machine

    notebook = nbformat.read(path, as_version=4)
    cells = code_cells(notebook)
    if len(cells) != len(outputs):
        raise ValueError(f"{path.name} has {len(cells)} code cells, but outputs of {len(outputs)} arrived")
    for count, (cell, cell_outputs) in enumerate(zip(cells, outputs, strict=True), start=1):
        # One stream a cell, carriage returns obeyed: of a progress bar only its last state stays on the page.
        cell.outputs = deepcopy(cell_outputs)
        CoalesceStreamsPreprocessor().preprocess_cell(cell, {}, count)
        cell.execution_count = count
    # What a front end adds on execution: it makes the pages colour `%magic` and `!shell` lines correctly.
    notebook.metadata.language_info = {
        "name": "python",
        "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    }
    with opened() as cache:
        cache.cache_notebook_bundle(
            CacheBundleIn(
                notebook,
                path.relative_to(ROOT).as_posix(),
                data={
                    "execution_seconds": seconds,
                    "fingerprint": fingerprint,
                    "machine": machine(),
                    "surroundings": surroundings(),
                    "expectations": expectations([output for cell_outputs in outputs for output in cell_outputs]),
                },
            ),
            check_validity=False,
            overwrite=True,
        )


def find(path: Path, fingerprint: str) -> Execution | None:
    """Return the valid execution of a notebook, or None."""
    notebook = nbformat.read(path, as_version=4)
    with opened() as cache:
        record = _valid_record(cache, notebook, fingerprint)
    if record is None:
        return None
    data = record.data
    return Execution(
        path.name,
        data["execution_seconds"],
        len(code_cells(notebook)),
        fingerprint,
        data["machine"],
        data["surroundings"],
        data["expectations"],
    )


def executed(path: Path, fingerprint: str) -> Any:
    """Return the code cells and outputs of a notebook's valid execution as a notebook, or None."""
    notebook = nbformat.read(path, as_version=4)
    with opened() as cache:
        record = _valid_record(cache, notebook, fingerprint)
        return None if record is None else cache.get_cache_bundle(record.pk).nb


def _valid_record(cache: Any, notebook: Any, fingerprint: str) -> Any:
    try:
        record = cache.match_cache_notebook(notebook)
    except KeyError:
        return None
    return record if record.data.get("fingerprint") == fingerprint else None


def executions(fingerprint: str) -> dict[Path, Execution | None]:
    """Return the valid execution of every notebook of the table of contents, or None, in reading order."""
    return {path: find(path, fingerprint) for path in layout.notebooks()}


def code_cells(notebook: Any) -> list[Any]:
    """Return the cells that are executed, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def expectations(outputs: Iterable[Any]) -> list[dict[str, Any]]:
    """Return what ``checks.expect`` has left among outputs, in order."""
    from rnn_tutorial.expectations import MIME

    return [dict(output["data"][MIME]) for output in outputs if MIME in output.get("data", {})]


def prune(fingerprint: str) -> list[str]:
    """Remove every record made by other sources or in other surroundings; return the notebooks' names."""
    with opened() as cache:
        stale = [r for r in cache.list_cache_records() if r.data.get("fingerprint") != fingerprint]
        for record in stale:
            cache.remove_cache(record.pk)
    return sorted({Path(record.uri).name for record in stale})


def forget(paths: Iterable[Path]) -> None:
    """Remove the records of these notebooks, valid or not."""
    names = {path.name for path in paths}
    with opened() as cache:
        for record in cache.list_cache_records():
            if Path(record.uri).name in names:
                cache.remove_cache(record.pk)


def last_seconds() -> dict[str, float]:
    """Return how long each notebook took when it was last stored, whatever the code was then."""
    with opened() as cache:
        records = cache.list_cache_records()
    return {Path(r.uri).name: float(r.data.get("execution_seconds") or 0.0) for r in records}
