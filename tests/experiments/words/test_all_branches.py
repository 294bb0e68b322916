"""Every branch of every function that chooses words is walked through by this folder's tests."""

import json
import subprocess
import sys
from pathlib import Path

from rnn_tutorial.experiments import words

FOLDER, TESTS = Path(words.__file__).parent, Path(__file__).parent
ROOT = FOLDER.parent.parent.parent


def test_every_branch_has_a_test(tmp_path):
    data, report = tmp_path / "coverage", tmp_path / "report.json"
    coverage = [sys.executable, "-m", "coverage"]
    others = [str(path) for path in sorted(TESTS.glob("test_*.py")) if path != Path(__file__)]
    quiet = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore"]
    run = [
        *coverage,
        "run",
        "--branch",
        f"--data-file={data}",
        f"--include={FOLDER}/*",
        "-m",
        "pytest",
        *quiet,
        *others,
    ]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    to_json = [*coverage, "json", f"--data-file={data}", "-o", str(report), "-q"]
    subprocess.run(to_json, cwd=ROOT, check=True, capture_output=True)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    seen = {Path(name).name: file for name, file in files.items()}
    assert {path.name for path in FOLDER.glob("ch*.py")} <= seen.keys(), "a module that no test imports"
    for name, file in seen.items():
        assert not file["missing_lines"], f"{name}: lines {file['missing_lines']} are not tested"
        assert not file["missing_branches"], f"{name}: branches {file['missing_branches']} are not tested"
