"""Execute with nbval every notebook of the table of contents, and only those whose outputs are not known already.

``make book`` and ``make test`` both call this; whichever comes second finds the outputs of the first.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tools import execution_cache, layout
from tools.fingerprint import fingerprint

CELL_TIMEOUT_S = 600


def main() -> int:
    """Run the command line: exit status 0 only if every listed notebook has passed as a whole."""
    parser = argparse.ArgumentParser(prog="python -m tools.run_notebooks", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="execute all notebooks, whatever is known of them")
    parser.add_argument("--workers", type=int, default=2, help="notebooks at a time (default: %(default)s)")
    options = parser.parse_args()

    try:
        layout.check()
        listed = layout.notebooks()
    except layout.LayoutError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.fresh:
        execution_cache.forget(listed)
    current = fingerprint()
    to_run = [path for path in listed if execution_cache.find(path, current) is None]
    for path in listed:
        if path not in to_run:
            print(f"{path.name}: outputs of an identical earlier execution reused")

    status = _nbval(to_run, options.workers) if to_run else 0
    if fingerprint() != current:
        print("error: the package changed while the notebooks ran; run them again", file=sys.stderr)
        return 1
    missing = [path.name for path in listed if execution_cache.find(path, current) is None]
    if missing:
        print(f"error: not executed to the end without an error: {', '.join(missing)}", file=sys.stderr)
        print("       (a cell failed, was skipped, or nbval did not collect the notebook)", file=sys.stderr)
    return status or bool(missing)


def _nbval(paths: list[Path], workers: int) -> int:
    longest_first = sorted(paths, key=_expected_seconds, reverse=True)
    print(f"executing {', '.join(path.name for path in longest_first)}", flush=True)
    command = [
        *(sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env"),
        *("--nbval-cell-timeout", str(CELL_TIMEOUT_S), "--nbval-kernel-startup-timeout", "120"),
        # A notebook's cells share a kernel: `loadscope` keeps them on one worker, in the order given.
        *("-n", str(min(workers, len(paths))), "--dist", "loadscope", "--no-loadscope-reorder"),
        *("-q", "--no-header", f"--color={'yes' if sys.stdout.isatty() else 'no'}"),
        *(path.relative_to(layout.ROOT).as_posix() for path in longest_first),
    ]
    return subprocess.run(command, cwd=layout.ROOT, env=_environment(), check=False).returncode


def _environment() -> dict[str, str]:
    # One thread a worker, or each worker starts as many threads as the machine has cores.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    environment.pop("MPLBACKEND", None)  # "agg" here would leave every page without its figures
    return environment


def _expected_seconds(path: Path) -> tuple[float, str]:
    """Order by the last known time; a notebook never run counts as long, a later chapter as longer."""
    return execution_cache.last_seconds().get(path.name, float("inf")), path.name


if __name__ == "__main__":
    sys.exit(main())
