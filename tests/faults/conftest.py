"""How much is tried: a sample by default, much more by RNN_TUTORIAL_FAULTS=full. Each case is made from its seed."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

FULL = os.environ.get("RNN_TUTORIAL_FAULTS") == "full"
LIMIT = 30
"""Seconds that a single case may take: far more than any needs, and less than for ever."""


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


@pytest.fixture
def drawn() -> Callable[..., np.random.Generator]:
    """Random numbers of a seed."""
    return lambda *seed: np.random.default_rng(seed)
