"""How much is tried: a sample by default, much more by RNN_TUTORIAL_FAULTS=full. Each case is made from its seed.

Every try stands in a ``with tally(...)``: what comes out is a right result or the package's own words, and is counted
under the test's property ``faults``, which ``python -m benchmarks.faults`` adds up.
"""

import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from typing import Any

import numpy as np
import pytest

import rnn_tutorial

FULL = os.environ.get("RNN_TUTORIAL_FAULTS") == "full"
LIMIT = 120
"""Seconds that a single case may take: far more than any needs, and less than for ever."""
PACKAGE = Path(rnn_tutorial.__file__).parent


def seeds(sample: int, full: int) -> list[int]:
    """Numbers of the blocks of cases, which stand in the names of the tests."""
    return list(range(full if FULL else sample))


@contextmanager
def bounded(about: str) -> Iterator[None]:
    """Name the case that fails in any way, or that does not end."""

    def late(*_: object) -> None:
        raise TimeoutError(f"took more than {LIMIT} s")

    before = signal.signal(signal.SIGALRM, late) if hasattr(signal, "SIGALRM") else None
    if before is not None:
        signal.alarm(LIMIT)
    try:
        yield
    except Exception as error:
        error.add_note(about)
        raise
    finally:
        if before is not None:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)


def check_refusal(error: Exception, words: str | None) -> None:
    """Make sure that an error was raised by a line of the package, not by a library below it, and says so much."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    assert Path(frame.f_code.co_filename).is_relative_to(PACKAGE), f"not in the package's own words: {error!r}"
    assert words is None or re.search(words, str(error)), f"other words than {words!r}: {error}"


class Tally:
    """Counts what was tried: right results, refusals, and failures."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(right=0, refused=0, failed=0)
        self.notes: dict[str, float] = {}
        self.answer = "right"
        """A test whose work is done by another process says here if that was "refused"."""

    @contextmanager
    def __call__(self, about: str, *refusals: type[Exception], words: str | None = None) -> Iterator[None]:
        r"""Try one thing.

        Args:
            about: The case, for the message of a failure.
            refusals: Errors that are an answer, if the package itself raised them.
            words: A pattern; with it only an error of these words is an answer.
        """
        outcome, self.answer = "failed", "right"
        try:
            with bounded(about):
                try:
                    yield
                except refusals as error:
                    check_refusal(error, words)
                    outcome = "refused"
                else:
                    assert words is None, f"should be refused: {words}"
                    outcome = self.answer
        finally:
            self.counts[outcome] += 1


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """The counts of this test."""
    counted, start = Tally(), time.perf_counter()
    yield counted
    seconds = time.perf_counter() - start
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    found = {"family": request.module.FAMILY, "seed": parameters.get("seed"), **counted.counts, "seconds": seconds}
    found["notes"] = counted.notes
    request.node.user_properties.append(("faults", found))


@contextmanager
def little_memory(more: int = 2**30) -> Iterator[None]:
    """Let this process take no more than so many bytes beyond what it has, where the system can see to that."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two fitted forecasters, for the work of ``children``."""
    from .children import two_forecasters

    folder = tmp_path_factory.mktemp("work")
    two_forecasters(folder)
    return folder


@pytest.fixture(scope="session")
def undisturbed(place: Path) -> dict[str, tuple[int, float, list[Any]]]:
    """Calls, seconds and answer of each work of ``children`` when nothing happens."""
    from .children import WORKS, counting, doing, ended, start, told

    found = {}
    for name in WORKS:
        answer = place / "answer"
        assert ended(start(counting, name, place / name, answer)) == 0
        calls, seconds = told(answer)
        assert ended(start(doing, name, place / f"{name} straight", answer)) == 0
        found[name] = calls, seconds, told(answer)
    return found


@pytest.fixture
def drawn() -> Callable[..., np.random.Generator]:
    """Random numbers of a seed."""
    return lambda *seed: np.random.default_rng(seed)
