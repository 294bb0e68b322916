"""Files are on the disk when they are said to be; what a killed process left goes; a folder has one writer."""

import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from rnn_tutorial import io
from tests.counted import counted

ROOT = Path(__file__).parents[1]
KILLED = """
import os, signal, sys
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from rnn_tutorial.io import write_atomically
write_atomically(sys.argv[1], b"new")
"""


def test_the_disk_has_the_file_and_then_its_name(tmp_path, monkeypatch):
    events = []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor):
        events.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")  # noqa: PTH112
        fsync(descriptor)

    def renamed(*paths):
        events.append("renamed")
        replace(*paths)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    io.write_atomically(tmp_path / "file", "text")
    assert events == ["file", "renamed", "folder"]


def test_a_process_killed_while_it_writes_leaves_the_old_file_and_its_rest_is_removed_later(tmp_path, monkeypatch):
    path = tmp_path / "a[1]*.bin"
    io.write_atomically(path, b"old")
    (tmp_path / ".a[1]*.bin.my.unfinished").write_bytes(b"of another name")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    (rest,) = tmp_path.glob(".a*.bin.????????.unfinished")
    io.write_atomically(path, b"newer")
    assert rest.exists()  # another process may be at it
    monkeypatch.setattr(io.time, "time", lambda: rest.stat().st_mtime + io.FORGOTTEN + 1)
    io.write_atomically(path, b"newest")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".a[1]*.bin.my.unfinished", "a[1]*.bin"]
    assert path.read_bytes() == b"newest"


def left_behind(folder, name):
    path, hour_ago = folder / name, time.time() - io.FORGOTTEN - 1
    path.write_bytes(b"half")
    os.utime(path, (hour_ago, hour_ago))
    return path


def test_a_folder_is_swept_by_the_first_write_and_not_listed_again_within_the_hour(tmp_path, monkeypatch):
    first = left_behind(tmp_path, ".result.npz.abcdefgh.unfinished")
    mine = left_behind(tmp_path, ".result.npz.unfinished")
    io.write_atomically(tmp_path / "other.npz", b"1")
    assert not first.exists()
    later = left_behind(tmp_path, ".other.npz.abcdefgh.unfinished")
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / "other.npz", tmp_path / "third.npz", Path("fourth.npz")):
        io.write_atomically(path, b"2")
    assert later.exists()
    elsewhere = tmp_path / "folder"
    elsewhere.mkdir()
    there = left_behind(elsewhere, ".other.npz.abcdefgh.unfinished")
    io.write_atomically(elsewhere / "other.npz", b"3")
    assert not there.exists()
    now = time.time()
    monkeypatch.setattr(io.time, "time", lambda: now + io.FORGOTTEN + 1)
    io.write_atomically(tmp_path / "other.npz", b"4")
    assert not later.exists()
    assert mine.exists()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_error_leaves_nothing(tmp_path, monkeypatch, step):
    io.write_atomically(tmp_path / "file", b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        io.write_atomically(tmp_path / "file", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_folder_that_the_disk_cannot_sync_is_no_error_but_a_file_is(tmp_path, monkeypatch):
    def refused(descriptor):
        raise OSError(22, "Invalid argument")

    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "fsync", refused)
    io.sync(tmp_path)
    with pytest.raises(OSError, match="Invalid argument"):
        io.sync(tmp_path / "file")


def test_a_folder_has_one_writer_at_a_time(tmp_path):
    folder = tmp_path / "new" / "folder"
    with io.alone_in(folder, "two would collide"):
        with (
            pytest.raises(io.FolderInUseError, match=rf"in use by process {os.getpid()} .*: two would collide\. Wait"),
            io.alone_in(folder, "two would collide"),
        ):
            raise AssertionError("both are in")
        assert (folder / io.HOLDER).exists()  # the refused one took nothing away
    with io.alone_in(folder, "two would collide"):
        pass


def test_a_folder_that_cannot_be_locked_is_used_without(tmp_path):
    (tmp_path / "file").touch()
    with io.alone_in(tmp_path / "file" / "below", "two would collide"):
        pass


def test_an_error_inside_is_not_taken_for_one_of_the_lock(tmp_path):
    with pytest.raises(OSError, match="inside"), io.alone_in(tmp_path, "two would collide"):
        raise OSError("inside")
    with pytest.raises(OSError, match="inside"), io.alone_in(Path("/proc/none"), "two would collide"):
        raise OSError("inside")


@pytest.mark.parametrize("compressed", [False, True])
def test_an_interrupt_while_arrays_are_packed_is_an_interrupt(compressed):
    """At every call of the packing: no error of zipfile's, not lost in a ``__del__``, and no half file."""
    arrays = {"a": np.arange(3.0), "b": np.array("text")}

    def packing(at=0):
        return counted(lambda: io.packed(arrays, compressed), at)

    packing()
    total, whole, *_ = packing()
    with np.load(BytesIO(whole), allow_pickle=False) as kept:
        assert kept["a"].tolist() == [0, 1, 2]
        assert str(kept["b"]) == "text"
    assert all(packing(moment).interrupted for moment in range(1, total + 1))


def test_an_interrupt_that_waits_keeps_what_went_wrong_meanwhile():
    def full_disk():
        with io.interrupts_wait():
            os.kill(os.getpid(), signal.SIGINT)
            raise OSError("no space left")

    with pytest.raises(KeyboardInterrupt) as caught:
        full_disk()
    assert isinstance(caught.value.__context__, OSError)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
