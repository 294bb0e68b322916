"""What `pip install` of the project brings: chapters that are opened alone find what they show of earlier runs."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tools.wheel import KeptResults

ROOT = Path(__file__).resolve().parent.parent
RESULTS = {path.name for path in (ROOT / "benchmarks" / "results").iterdir() if path.is_file()}


def test_the_wheel_has_the_kept_results(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"rnn_tutorial/results/{name}" for name in RESULTS} <= names
    assert {"rnn_tutorial/__init__.py", "rnn_tutorial/margins.json", "rnn_tutorial/py.typed"} <= names


@pytest.mark.parametrize(("version", "brought"), [("standard", ["benchmarks/results"]), ("editable", [])])
def test_an_editable_installation_has_no_copy_of_them(version: str, brought: list[str]) -> None:
    build_data: dict[str, Any] = {"force_include": {}}
    KeptResults(str(ROOT), {}, None, None, "", "wheel").initialize(version, build_data)
    assert list(build_data["force_include"]) == brought


@pytest.mark.parametrize("chapter", sorted(path.name for path in (ROOT / "book").glob("*.ipynb")))
def test_no_chapter_reaches_out_of_its_folder(chapter: str) -> None:
    assert '\\"../' not in (ROOT / "book" / chapter).read_text(encoding="utf-8")
