"""Two processes on one folder: one works, the other is told so or comes after it; the results are those of one."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from .conftest import Tally, seeds

if sys.platform != "linux":
    pytest.skip("processes are forked on Linux alone", allow_module_level=True)

from .children import check_whole, doing, ended, start, told

FAMILY = "two processes"
PAIRS = 3


@pytest.mark.parametrize("seed", seeds(sample=1, full=20))
@pytest.mark.parametrize(("name", "refusal"), [("trained", "CheckpointError"), ("tested", "FolderInUseError")])
def test_two_at_once(
    name: str, refusal: str, seed: int, drawn: Callable[..., np.random.Generator], tally: Tally, place: Path,
    undisturbed: dict[str, tuple[int, float, list]],
):  # fmt: skip
    _, seconds, expected = undisturbed[name]
    for number in range(PAIRS):
        share = drawn(seed, number).random()
        folder = place / f"two {name} {seed} {number}"
        answers = [place / "first", place / "second"]
        with tally(f"{name}, seed {seed}, try {number}"):
            first = start(doing, name, folder, answers[0])
            time.sleep(share * seconds)
            second = start(doing, name, folder, answers[1])
            assert (ended(first), ended(second)) == (0, 0)
            found = [told(answer) for answer in answers]
            refused = [words for kind, words in found if kind == refusal]
            assert all("is in use by" in words for words in refused)
            assert found.count(expected) + len(refused) == 2
            assert expected in found
            check_whole(place, folder)
            tally.answer = "refused" if refused else "right"
