"""What `make lint` says of imports: an extra that the core would need is named, with the way that leads to it."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rnn_tutorial import extras

ROOT = Path(__file__).resolve().parent.parent
NAME = "The core needs no extra"


def lint(folder: Path) -> str:
    command: list[str | Path] = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    return " ".join(re.sub(r"\(l\.[\d, l.]+\)", "", said).split())


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("data/masked.py", "", ""),
        (
            "data/masked.py",
            "import pandas as pd",
            "rnn_tutorial.data.covariates -> rnn_tutorial.data.masked rnn_tutorial.data.masked -> pandas",
        ),
        (
            "data/covariates.py",
            "from .adopt import unmasked",
            "rnn_tutorial.data.covariates -> rnn_tutorial.data.adopt rnn_tutorial.data.adopt -> pandas",
        ),
        ("checks.py", "import accelerate.utils", "rnn_tutorial.checks -> accelerate"),
        ("convert/gates.py", "import h5py", "rnn_tutorial.convert.gates -> h5py"),
        ("layers/gru.py", "from numba import njit", "rnn_tutorial.layers.gru -> numba"),
        ("data/__init__.py", "import tqdm", "rnn_tutorial.data -> tqdm"),
        ("__init__.py", "import platformdirs", "rnn_tutorial -> platformdirs"),
        ("data/steps.py", "import joblib", ""),  # a series has pandas anyway
    ],
)
def test_the_way_from_the_core_to_an_extra_is_named(tmp_path, module, line, found):
    shutil.copytree(ROOT / "rnn_tutorial", tmp_path / "rnn_tutorial", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "rnn_tutorial" / module
    path.write_text(f"{line}; {path.read_text(encoding='utf-8')}" if line else path.read_text(encoding="utf-8"))
    said = lint(tmp_path)
    assert f"{NAME} {'BROKEN' if found else 'KEPT'}" in said
    assert found in said


def test_every_module_of_an_extra_is_forbidden():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [one for one in project["tool"]["importlinter"]["contracts"] if one["name"] == NAME]
    assert contract["forbidden_modules"] == sorted({name for names in extras.MODULES.values() for name in names})
