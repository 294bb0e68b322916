"""Files are on the disk when they are said to be; what a killed process left goes; a folder has one writer."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rnn_tutorial import io

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


def test_a_process_killed_while_it_writes_leaves_the_old_file_and_its_rest_is_removed_later(tmp_path):
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
    hour_ago = time.time() - io.FORGOTTEN - 1
    os.utime(rest, (hour_ago, hour_ago))
    io.write_atomically(path, b"newest")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".a[1]*.bin.my.unfinished", "a[1]*.bin"]
    assert path.read_bytes() == b"newest"


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
