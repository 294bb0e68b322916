"""No program that the package starts runs code that happens to lie in the current directory."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rnn_tutorial.data import DownloadError, fetch
from rnn_tutorial.data.fetching import programs

from .conftest import build_sdist, build_wheel, pypi_file

ROOT = Path(__file__).resolve().parents[2]
PLANTED = (
    "pip", "numpy", "torch", "pandas", "joblib", "random", "sitecustomize", "usercustomize", "typing_extensions",
    "multiprocessing", "runpy", "encodings",
)  # fmt: skip
DATA = b"t,y\n0,1.5\n"


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current directory full of modules that leave a trace."""
    folder, trace = tmp_path / "here", tmp_path / "trace"
    folder.mkdir()
    for name in PLANTED:
        (folder / f"{name}.py").write_text(f"open({str(trace)!r}, 'a').write('{name} ')\n")
    monkeypatch.chdir(folder)
    return trace


def ran(trace: Path) -> str:
    return trace.read_text() if trace.exists() else ""


@pytest.mark.parametrize("python_path", [None, "", ".", os.pathsep, f"{{here}}{os.pathsep}", "{here}"])
@pytest.mark.parametrize("archive", ["wheel", "sdist"])
def test_downloads(index: Path, planted: Path, monkeypatch: pytest.MonkeyPatch, archive: str, python_path: str | None):
    if python_path is None:
        monkeypatch.delenv("PYTHONPATH", raising=False)
    else:
        monkeypatch.setenv("PYTHONPATH", python_path.format(here=Path.cwd()))
    build_wheel(index, {"tiny/file.csv": DATA})
    known = {"archive": archive, "archive_sha256": build_sdist(index, {"file.csv": DATA}) if archive == "sdist" else ""}
    member = "tiny/file.csv" if archive == "wheel" else "tiny_data-1.0/file.csv"
    assert fetch(pypi_file(DATA, member, **known)).read_bytes() == DATA
    assert ran(planted) == ""


def environment(tmp_path: Path) -> dict[str, str]:
    nobody = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "NO_PROXY": "127.0.0.1"}
    return os.environ | nobody | {"PYTHONPATH": str(ROOT), "RNN_TUTORIAL_CACHE": str(tmp_path / "cache")}


@pytest.mark.parametrize("command", [["doctor", "--timeout", "1"], ["datasets", "taylor"]])
def test_commands(planted: Path, tmp_path: Path, command: list[str]):
    """The program is started as its script is, which has no current directory on its path."""
    command = [sys.executable, "-P", "-m", "rnn_tutorial", *command]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert "could not be reached" in done.stderr or "not reachable" in done.stdout, done.stderr
    assert ran(planted) == ""


PARALLEL = """
import os
import numpy as np
from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Drift, Persistence, backtest

if __name__ == "__main__":
    found = backtest([Drift(), Persistence()], Series.of(np.arange(40.0) % 7), 2, progress=False, n_jobs=2)
    print(len(found.table()), "PYTHONSAFEPATH" in os.environ)
"""


def test_workers_of_a_backtest(planted: Path, tmp_path: Path):
    (tmp_path / "script.py").write_text(PARALLEL)
    done = subprocess.run(
        [sys.executable, tmp_path / "script.py"], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["2", "False"], done.stderr
    assert ran(planted) == ""


STARTS = {"subprocess", "multiprocessing", "runpy"}
CALLS = {"system", "popen", "fork", "posix_spawn", "execv", "execve", "spawnv", "startfile"}


def test_every_start_is_known():
    """Whoever adds one adds it here, and to the tests above."""
    found = set()
    for path in (ROOT / "rnn_tutorial").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            imported += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            of_os = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
            if any(name.split(".")[0] in STARTS for name in imported) or (of_os and getattr(node, "attr", "") in CALLS):
                found.add(path.relative_to(ROOT / "rnn_tutorial").as_posix())
    assert found == {
        "devices.py",  # macOS's sysctl, by its whole path
        "data/fetching/pip_only.py",  # runs pip in its own process, which is started with -P
        "data/fetching/programs.py",
    }


def test_a_download_that_never_ends_is_stopped(index: Path, monkeypatch: pytest.MonkeyPatch):
    build_wheel(index, {"tiny/file.csv": DATA})
    monkeypatch.setattr(programs, "PATIENCE", 0.01)
    with pytest.raises(DownloadError, match=r"did not finish within 0\.01 s"):
        fetch(pypi_file(DATA))
