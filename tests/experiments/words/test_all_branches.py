"""Every branch of every function that chooses words is walked through by this folder's tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

from rnn_tutorial.experiments import words

FOLDER, TESTS = Path(words.__file__).parent, Path(__file__).parent
ROOT = FOLDER.parent.parent.parent
PROGRAM = """
import sys, coverage, pytest
folder, report, *tests = sys.argv[1:]
watched = coverage.Coverage(branch=True, include=[f"{folder}/*"], data_file=None, config_file=False)
watched.start()
status = pytest.main(["-q", "-p", "no:cacheprovider", "-W", "ignore", *tests])
watched.stop()
watched.json_report(outfile=report)
sys.exit(status)
"""


def test_every_branch_has_a_test(tmp_path):
    report = tmp_path / "report.json"
    others = [str(path) for path in sorted(TESTS.glob("test_*.py")) if path != Path(__file__)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(FOLDER), str(report), *others],
        cwd=ROOT, env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    seen = {Path(name).name: file for name, file in files.items()}
    assert {path.name for path in FOLDER.glob("ch*.py")} <= seen.keys(), "a module that no test imports"
    for name, file in seen.items():
        assert not file["missing_lines"], f"{name}: lines {file['missing_lines']} are not tested"
        assert not file["missing_branches"], f"{name}: branches {file['missing_branches']} are not tested"
