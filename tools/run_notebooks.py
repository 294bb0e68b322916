"""Execute with nbval every notebook of the table of contents, and only those whose outputs are not known already.

``make book`` and ``make test`` both call this; whichever comes second finds the outputs of the first. They differ in
what a missed expectation does: a reader's book shows it in a box on its page, the tests are red.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import joblib  # type: ignore[import-untyped]

from tools import execution_cache, layout, preflight
from tools.fingerprint import fingerprint

LIMIT_VARIABLE = "RNN_TUTORIAL_CELL_LIMIT"
CELL_LIMIT_S = 3600.0
"""No cell takes two minutes on two quiet cores: a limit that only a cell that hangs will meet, whatever the machine."""

TIMED = {"09_speed"}
"""Notebooks that compare times; they run when the others are done, or their neighbour would be timed as well."""


def main() -> int:
    """Run the command line: exit status 0 only if every listed notebook has passed as a whole."""
    parser = argparse.ArgumentParser(prog="python -m tools.run_notebooks", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="execute all notebooks, whatever is known of them")
    parser.add_argument("--strict", action="store_true", help="a missed expectation is an error")
    parser.add_argument("--workers", type=int, default=2, help="notebooks at a time (default: %(default)s)")
    options = parser.parse_args()

    try:
        layout.check()
        listed = layout.notebooks()
        limit = cell_limit(os.environ.get(LIMIT_VARIABLE, ""))
    except (layout.LayoutError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.fresh:
        execution_cache.forget(listed)
    current = fingerprint()
    to_run = [path for path, run in execution_cache.executions(current).items() if run is None]
    for path in listed:
        if path not in to_run:
            print(f"{path.name}: outputs of an identical earlier execution reused")
    if to_run and (obstacles := preflight.obstacles(to_run)):
        for obstacle in obstacles:
            print(f"error: {obstacle}", file=sys.stderr)
        return 1

    status = 0
    for group in in_company_and_alone(to_run):
        status |= _nbval(group, options.workers, limit, strict=options.strict)
    if fingerprint() != current:
        print("error: the package changed while the notebooks ran; run them again", file=sys.stderr)
        return 1
    runs = execution_cache.executions(current)
    closing = last_lines([path.name for path, run in runs.items() if run is None], len(listed))
    missed = [(run.notebook, record["sentence"]) for run in runs.values() if run for record in run.missed]
    if missed and options.strict:
        closing += lines_on_missed(missed)
    for line in closing:
        print(line, file=sys.stderr)
    return int(bool(closing) or status != 0)


def cell_limit(asked: str) -> float:
    """Return the seconds a cell may take.

    Raises:
        ValueError: The variable holds no positive number.
    """
    if not asked.strip():
        return CELL_LIMIT_S
    try:
        seconds = float(asked)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ValueError(f"{LIMIT_VARIABLE} is {asked!r}; expected the seconds that a cell may take, such as 7200")
    return seconds


def in_company_and_alone(paths: list[Path]) -> list[list[Path]]:
    """Return the notebooks that may run side by side and, in groups of their own, those that compare times."""
    company = [path for path in paths if path.stem not in TIMED]
    return [group for group in (company, *([path] for path in paths if path.stem in TIMED)) if group]


def last_lines(missing: list[str], listed: int) -> list[str]:
    """Say which notebooks are not done, and what to do about it."""
    if not missing:
        return []
    return [
        f"error: not executed to the end: {', '.join(missing)}",
        "       Above stands the cell and what it raised. If a cell was stopped by its limit, allow more, e.g.",
        f"       {LIMIT_VARIABLE}={2 * CELL_LIMIT_S:.0f} make book",
        f"       The outputs of the other {listed - len(missing)} notebooks are kept: called again, the same command",
        "       runs only what is missing.",
    ]


def lines_on_missed(missed: list[tuple[str, str]]) -> list[str]:
    """Say what was not as expected, where it is an error."""
    return [
        "error: not as expected on this machine:",
        *(f"       {notebook}: {sentence}" for notebook, sentence in missed),
        "       The book can be built and shows this (make book). To mend it: a more decisive experiment, or a report",
        "       in place of an expectation; CONTRIBUTING.md says how margins are measured.",
    ]


def _nbval(paths: list[Path], workers: int, limit: float, *, strict: bool) -> int:
    longest_first = sorted(paths, key=_expected_seconds, reverse=True)
    print(f"executing {', '.join(path.name for path in longest_first)}", flush=True)
    command = [
        *(sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env"),
        *("--nbval-cell-timeout", str(limit), "--nbval-kernel-startup-timeout", "600"),
        *("--missed", "red" if strict else "shown"),
        # A notebook's cells share a kernel: `loadscope` keeps them on one worker, in the order given.
        *("-n", str(min(workers, len(paths))), "--dist", "loadscope", "--no-loadscope-reorder"),
        *("-q", "--no-header", f"--color={'yes' if sys.stdout.isatty() else 'no'}"),
        *(path.relative_to(layout.ROOT).as_posix() for path in longest_first),
    ]
    environment = notebook_environment(beside=min(workers, len(paths)))
    return subprocess.run(command, cwd=layout.ROOT, env=environment, check=False).returncode


def notebook_environment(beside: int = 1) -> dict[str, str]:
    """Return the environment of notebooks of which so many run ``beside`` each other."""
    # One thread a worker, or each worker starts as many threads as the machine has cores; and of processes for its
    # backtests each takes its share of the cores, or they import the libraries for nothing.
    share = max(1, joblib.cpu_count() // beside)
    environment = {
        "LOKY_MAX_CPU_COUNT": str(share),
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    environment.pop("MPLBACKEND", None)  # "agg" here would leave every page without its figures
    return environment


def _expected_seconds(path: Path) -> tuple[float, str]:
    """Order by the last known time; a notebook never run counts as long, a later chapter as longer."""
    return execution_cache.last_seconds().get(path.name, float("inf")), path.name


if __name__ == "__main__":
    sys.exit(main())
