"""Full disks and folders that may not be written: an error that says so, and afterwards nothing has to be repaired."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from .conftest import Tally, seeds

if sys.platform != "linux":
    pytest.skip("processes are forked on Linux alone", allow_module_level=True)

from .children import check_whole, doing, ended, start, told, two_forecasters

FAMILY = "disks"
DISKS = 4
NOBODY = 65534
REFUSALS = {"trained": "CheckpointError", "tested": "StorageError", "saved": "StorageError"}
WORDS = ("ould not write", "cannot hold results")
REASONS = ("No space left", "too large")
"""As the system says it."""


@pytest.mark.parametrize("seed", seeds(sample=1, full=20))
@pytest.mark.parametrize("name", REFUSALS)
def test_a_full_disk(
    name: str, seed: int, drawn: Callable[..., np.random.Generator], tally: Tally, place: Path,
    undisturbed: dict[str, tuple[int, float, list]],
):  # fmt: skip
    expected, answer = undisturbed[name][2], place / "answer"
    for number in range(DISKS):
        rng = drawn(seed, number)
        folder = place / f"full {name} {seed} {number}"
        limit = {"largest": int(2 ** rng.uniform(0, 13))} if number % 2 else {"full_after": int(rng.integers(0, 60))}
        with tally(f"{name}, seed {seed}, try {number}: {limit}"):
            assert ended(start(doing, name, folder, answer, *map(limit.get, ("largest", "full_after")))) == 0
            found = told(answer)
            if found != expected:
                assert found[0] == REFUSALS[name], found
                assert any(words in found[1] for words in WORDS), found
                assert any(words in found[1] for words in REASONS), found
                assert str(folder) in found[1], found
                tally.answer = "refused"
            check_whole(place, folder)
            assert not [path for path in folder.rglob("*") if "unfinished" in path.name]
            assert ended(start(doing, name, folder, answer)) == 0
            assert told(answer) == expected


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that every user may look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        two_forecasters(Path(name))
        yield Path(name)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_folder_that_may_not_be_written(name: str, tally: Tally, open_place: Path):
    folder, answer = open_place / "locked", open_place / "answer"
    folder.mkdir()
    folder.chmod(0o555)
    with tally(name):
        user = 0 if os.geteuid() else NOBODY  # root may write everywhere
        assert ended(start(doing, name, folder, answer, None, None, user)) == 0
        kind, said = told(answer)
        assert kind == REFUSALS[name], said
        assert "Permission denied" in said
        assert list(folder.iterdir()) == []
        tally.answer = "refused"
