"""Kernels run where nothing can be kept, where the disk is full, and where what was kept is damaged."""

import inspect
import os
import random
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba")

from numba.core import caching, config

from rnn_tutorial.kernels import machine_code

ROOT = Path(__file__).parents[2]


def run_here():
    """Compile two functions, call them, and return hits, warnings that name the folder, and all warnings."""

    def twice(x):
        return 2.0 * x + 1.0

    def thrice(x):
        return 3.0 * x + 1.0

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        first, second = (machine_code.kept(function, nogil=True) for function in (twice, thrice))
        assert (first(np.float64(2)), second(np.float64(2)), first(2)) == (5.0, 7.0, 5.0)
    hits = sum(sum(f._cache_hits.values()) for f in (first, second))
    return hits, len([w for w in said if "NUMBA_CACHE_DIR" in str(w.message)]), len(said)


# Numba looks for a folder in several places: here NUMBA_CACHE_DIR is the only one, as in a read-only container.
PROGRAM = """
import sys, warnings
from numba.core import caching
caching.CacheImpl._locator_classes = [caching.UserProvidedCacheLocator]
{before}
from rnn_tutorial.kernels import machine_code
import numpy as np

{run_here}
print(*run_here())
"""


def program(before=""):
    return PROGRAM.format(before=before, run_here=inspect.getsource(run_here))


def run(program, folder):
    path = Path(folder).parent / "program.py"
    path.write_text(program)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(path)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".nbi", ".nbc"))


def test_machine_code_is_kept_where_it_can_be(tmp_path):
    assert run(program(), tmp_path / "cache") == "0 0 0"
    assert len(files(tmp_path)) == 5  # two lists, and three times machine code
    assert run(program(), tmp_path / "cache") == "3 0 0"


def test_without_a_folder_every_process_compiles_and_says_so_once(tmp_path):
    (tmp_path / "cache").write_text("no folder")
    assert run(program(), tmp_path / "cache") == "0 1 1"


FULL = """
import os, errno
def full(*_): raise OSError(errno.ENOSPC, "No space left on device")
os.fsync = full
"""


def test_a_full_disk(tmp_path):
    assert run(program(FULL), tmp_path / "cache") == "0 1 1"
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of this process' machine code, and none of its warnings said yet."""
    with monkeypatch.context() as changed:
        changed.setattr(caching.CacheImpl, "_locator_classes", [caching.UserProvidedCacheLocator])
        changed.setattr(machine_code, "_said", [])
        changed.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
        config.reload_config()
        yield tmp_path / "cache"
    config.reload_config()


@pytest.mark.parametrize("damage", ["empty", "cut", "bit", "zeros", "swapped"])
@pytest.mark.parametrize("which", [".nbi", ".nbc"])
def test_what_is_damaged_is_discarded(folder, which, damage):
    assert run_here() == (0, 0, 0)
    assert len(files(folder)) == 5
    assert run_here() == (3, 0, 0)
    hit = [path for path in files(folder) if path.suffix == which]
    contents = [path.read_bytes() for path in hit]
    draw = random.Random(f"{which} {damage}")
    for path, content, other in zip(hit, contents, contents[1:] + contents[:1], strict=True):
        changed = bytearray(content)
        changed[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        path.write_bytes(
            {"empty": b"", "cut": content[: len(content) // 2], "bit": bytes(changed), "zeros": bytes(len(content)),
             "swapped": other}[damage]
        )  # fmt: skip
    assert run_here() == (0, 0, 0)
    assert run_here() == (3, 0, 0)  # written anew


@pytest.mark.slow
def test_a_layer_runs_where_nothing_can_be_kept(tmp_path):
    """The whole way: ``auto`` takes the kernel, and it agrees with the loop."""
    (tmp_path / "cache").write_text("no folder")
    program = """
import warnings
from numba.core import caching
caching.CacheImpl._locator_classes = [caching.UserProvidedCacheLocator]
import torch
import rnn_tutorial as rt
from rnn_tutorial.layers.core import fused
x = torch.randn(60, 16, 3)
fast, slow = rt.RNN(3, 32, backend="auto"), rt.RNN(3, 32, backend="reference")
slow.load_state_dict(fast.state_dict())
with warnings.catch_warnings(record=True) as said, torch.no_grad():
    warnings.simplefilter("always")
    difference = (fast(x)[0] - slow(x)[0]).abs().max().item()
assert fused._scan() is not None and difference < 1e-5, difference
print(len([w for w in said if "NUMBA_CACHE_DIR" in str(w.message)]))
"""
    assert run(program, tmp_path / "cache") == "1"
