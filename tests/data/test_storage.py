import errno
import os
import tempfile
from pathlib import Path

import pytest

from rnn_tutorial.data import DataError, StorageError, cache_dir
from rnn_tutorial.data.fetching.storage import keep, read_verified, sha256


def test_cache_folder_is_named_by_the_environment_or_is_the_users(tmp_path, monkeypatch):
    monkeypatch.setenv("RNN_TUTORIAL_CACHE", str(tmp_path / "here"))
    assert cache_dir() == tmp_path / "here"
    monkeypatch.setenv("RNN_TUTORIAL_CACHE", "~/there")
    assert cache_dir() == Path.home() / "there"
    monkeypatch.delenv("RNN_TUTORIAL_CACHE")
    assert cache_dir().name in ("rnn_tutorial", "Cache")


def test_write_makes_folders_replaces_and_leaves_only_the_file(tmp_path):
    path = tmp_path / "a" / "b" / "file"
    keep(path, b"old")
    keep(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_read_verified_tells_right_wrong_and_absent_apart(tmp_path):
    path = tmp_path / "file"
    with pytest.raises(FileNotFoundError):
        read_verified(path, sha256(b"x"))
    path.write_bytes(b"x")
    assert read_verified(path, sha256(b"x")) == b"x"
    assert read_verified(path, sha256(b"y")) is None


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "no space"), (errno.EACCES, "permission denied"), (errno.EIO, "error")]
)
def test_a_failing_write_is_explained_keeps_the_old_file_and_leaves_nothing(tmp_path, monkeypatch, step, code, words):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(StorageError, match=words) as caught:
        keep(path, b"new")
    assert "RNN_TUTORIAL_CACHE" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_cache_that_is_no_folder_is_explained(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="Cannot use"):
        keep(tmp_path / "file" / "inside", b"x")


def test_a_write_that_may_not_begin_is_explained(tmp_path, monkeypatch):
    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    with pytest.raises(DataError, match="permission denied; make the folder writable"):
        keep(tmp_path / "file", b"x")
    assert not list(tmp_path.iterdir())
