r"""A bag of jobs through joblib, with a bar that shows how many are done, whatever does them."""

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import Any

from joblib import Parallel, delayed  # type: ignore[import-untyped]
from tqdm import tqdm  # type: ignore[import-untyped]


class _WithBar(Parallel):
    # joblib calls print_progress after each job; the usual lines of text give way to a bar.
    bar: Any

    def print_progress(self) -> None:
        self.bar.update(self.n_completed_tasks - self.bar.n)


def in_parallel(
    function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], n_jobs: int | None, progress: bool
) -> list[Any]:
    r"""Call a function once for each tuple of arguments and return the results in order.

    Args:
        function: Known by its name to the workers.
        calls: Arguments.
        n_jobs: Processes; None takes what ``joblib.parallel_config`` says, one without it.
        progress: Whether to show the bar.

    Raises:
        RuntimeError: A process died; what it was at, and what others were at, has no result.
    """
    parallel = _WithBar(n_jobs=n_jobs)
    in_notebook = "ipykernel" in sys.modules
    with (
        tqdm(
            total=len(calls),
            desc="backtest",
            unit="job",
            disable=not progress,
            file=sys.stdout if in_notebook else sys.stderr,
            leave=False,
        ) as parallel.bar,
        warnings.catch_warnings(),
        safe_path(),
    ):
        # joblib replaces a worker that has come to hold much more memory than at first; no job is lost by it.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)
        try:
            results: list[Any] = parallel(delayed(function)(*call) for call in calls)
        except BrokenExecutor as error:
            how = re.search(r"exit codes of the workers are (\{.*\})", str(error))
            raise RuntimeError(
                f"A process that worked on the {len(calls)} jobs died{f' {how[1]}' if how else ''}: it was killed, as "
                "the system does when memory runs out, or a library in it crashed. With folder= the jobs that have "
                "ended are kept, and the same call does the others; if it happens again, take fewer processes, "
                "n_jobs=1 for one alone."
            ) from error
    return results


@contextmanager
def safe_path() -> Iterator[None]:
    """Keep the current directory off the path of workers that start meanwhile; later they get the path of this process.

    joblib starts them by ``python -m``, which would run a ``numpy.py`` that happens to lie there.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PYTHONSAFEPATH", None)
        else:
            os.environ["PYTHONSAFEPATH"] = before
