"""kill -9 at any moment: nothing half-written is accepted, and what is called again ends as if nothing had happened."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from .conftest import Tally, seeds

if sys.platform != "linux":
    pytest.skip("processes are forked on Linux alone", allow_module_level=True)

from .children import WORKS, check_whole, doing, ended, killing, start, told

FAMILY = "kills"
KILLS = 6


@pytest.mark.parametrize("seed", seeds(sample=1, full=20))
@pytest.mark.parametrize("name", WORKS)
def test_what_was_killed_ends_as_if_nothing_had_happened(
    name: str, seed: int, drawn: Callable[..., np.random.Generator], tally: Tally, place: Path,
    undisturbed: dict[str, tuple[int, float, list]],
):  # fmt: skip
    calls, seconds, expected = undisturbed[name]
    for number in range(KILLS):
        rng = drawn(seed, number)
        folder, answer = place / f"{name} {seed} {number}", place / "answer"
        last, share = int(rng.integers(1, calls + 1)), rng.random()
        with tally(f"{name}, seed {seed}, try {number}"):
            if number % 2:  # at a call of a function, the same one each time
                assert ended(start(killing, name, folder, last)) == -signal.SIGKILL
            else:  # from outside, also within a call
                process = start(doing, name, folder, place / "not told")
                time.sleep(1.1 * share * seconds)
                process.kill()
                assert ended(process) in (-signal.SIGKILL, 0)
            check_whole(place, folder)
            assert ended(start(doing, name, folder, answer)) == 0
            assert told(answer) == expected
            check_whole(place, folder)
