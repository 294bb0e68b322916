"""One execution for the tests and for the book: what nbval has run and found without error, the pages show.

After a notebook's last cell has passed, the outputs of all its cells go into Jupyter Book's execution cache. A
notebook with a failing or skipped cell never gets there. Progress is printed cell by cell, whatever the workers.

A missed expectation (``checks.expect``) turns its cell red here, unless ``--missed=shown`` says that the page will show
it; the outputs are complete and kept either way. A cell that was interrupted by the time limit is red even if its code
took the interrupt and went on.
"""

import time
from pathlib import Path
from typing import Any

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from tools import execution_cache
from tools.fingerprint import fingerprint
from tools.run_notebooks import LIMIT_VARIABLE

_seconds_of_cell = pytest.StashKey[dict[int, float]]()
_fingerprint_at_start = pytest.StashKey[str]()
_limited = pytest.StashKey[list[int]]()
_started = time.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Ask whether a missed expectation is a failure."""
    parser.addoption(
        "--missed",
        choices=("red", "shown"),
        default="red",
        help="what a missed expectation of a notebook does: turn its cell red, or nothing here",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Create the cache's database before several workers open it."""
    if not hasattr(config, "workerinput"):
        with execution_cache.opened() as cache:
            cache.db  # noqa: B018 - the property creates it


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note what the package looks like before the first cell runs."""
    if any(isinstance(item, IPyNbCell) for item in session.items):
        session.config.stash[_fingerprint_at_start] = fingerprint()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Attach what the progress line needs: reports travel from the workers, items do not."""
    if isinstance(item, IPyNbCell):
        codes = _code_cells(item.parent)
        following = (
            codes[item.cell_num + 1].source if item.cell_num + 1 < len(codes) else ""
        )
        item.user_properties += [
            ("cells", len(codes)),
            ("next", _first_line(following)),
        ]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Count the passed cells and, after the last, hand the notebook's outputs over."""
    report = yield
    if not isinstance(item, IPyNbCell) or report.when != "call":
        return report
    limits = item.parent.stash.setdefault(_limited, [])
    if item.parent.timed_out and not limits:
        limits.append(item.cell_num)
        report.outcome, report.longrepr = "failed", _past_the_limit(item)
    if report.outcome == "passed" and not limits:
        seconds = item.parent.stash.setdefault(_seconds_of_cell, {})
        seconds[item.cell_num] = call.duration
        if len(seconds) == len(_code_cells(item.parent)):
            _hand_over(item, sum(seconds.values()))
        missed = [
            record
            for record in execution_cache.expectations(item.test_outputs or [])
            if record["held"] is False
        ]
        if missed and item.config.getoption("missed") == "red":
            names = "\n".join(f"  {record['sentence']}" for record in missed)
            report.outcome = "failed"
            report.longrepr = f"{_where(item)}: not as expected:\n{names}"
    return report


def _past_the_limit(item: IPyNbCell) -> str:
    limit = item.config.getoption("nbval_cell_timeout")
    return (
        f"{_where(item)} took more than {limit:g} s and was stopped; what it had computed is no result. "
        f"Is the machine busy? Allow more: {LIMIT_VARIABLE}={2 * limit:.0f} make book\n"
        f"{item.cell.source}"
    )


def _where(item: IPyNbCell) -> str:
    of = len(_code_cells(item.parent))
    return f"{Path(item.parent.path).name}, code cell {item.cell_num + 1} of {of}"


def _hand_over(last: IPyNbCell, seconds: float) -> None:
    before = last.config.stash[_fingerprint_at_start]
    if fingerprint() != before:  # edited meanwhile: nobody knows which code ran
        return
    cells = sorted(
        (i for i in last.session.items if i.parent is last.parent),
        key=lambda cell: cell.cell_num,
    )
    outputs = [cell.test_outputs for cell in cells]
    execution_cache.store(
        Path(last.parent.path), outputs, seconds=seconds, fingerprint=before
    )


def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """Leave out pytest's dots: the progress lines say more."""
    if (
        getattr(report, "when", "") == "call"
        and ".ipynb::" in report.nodeid
        and report.outcome == "passed"
    ):
        return "passed", "", ""
    return None


class _Progress:
    """Prints a line a cell, in the process that owns the terminal."""

    def __init__(self, terminal: Any) -> None:
        self.terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if ".ipynb::Cell " not in report.nodeid or report.when != "call":
            return
        properties = dict(report.user_properties)
        name, number = report.nodeid.rsplit("::Cell ", 1)
        minutes, seconds = divmod(round(time.monotonic() - _started), 60)
        verdict = "" if report.outcome == "passed" else f"  {report.outcome.upper()}"
        following = f"   next: {properties['next']}" if properties.get("next") else ""
        cells = properties.get("cells", 0)
        self.terminal.write_line(
            f"[{minutes:3d}:{seconds:02d}] {Path(name).name:24} cell {int(number) + 1:3d} of {cells}"
            f"  {report.duration:6.1f} s{verdict}{following}"
        )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Attach the progress lines to pytest's terminal."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(_Progress(terminal), "notebook-progress")


def _code_cells(notebook: IPyNbFile) -> list[Any]:
    return execution_cache.code_cells(notebook.nb)


def _first_line(source: str) -> str:
    lines = (line.strip() for line in source.splitlines())
    line = next((line for line in lines if line and not line.startswith("#")), "")
    return line if len(line) <= 60 else line[:59] + "…"
