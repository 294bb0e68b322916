"""The project's own files agree with each other."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
# conda-forge's name for what PyPI calls otherwise.
CONDA_NAMES = {"torch": "pytorch"}


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def split(requirement: str) -> tuple[str, str]:
    """Name and range of `name>=1,<2`."""
    match = re.fullmatch(r"([A-Za-z0-9._-]+) *(.*)", requirement)
    assert match, requirement
    return match[1].lower().replace("_", "-"), match[2].replace(" ", "")


def test_environment_yml_is_in_step():
    project = pyproject()["project"]
    wanted = {"python": project["requires-python"].replace(" ", "")}
    extras = project["optional-dependencies"]
    for requirement in [*project["dependencies"], *extras["fast"], *extras["book"], *extras["test"]]:
        name, versions = split(requirement)
        wanted[CONDA_NAMES.get(name, name)] = versions

    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    entries = environment["dependencies"]
    (pip,) = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    given = dict(split(entry) for entry in [*entries, *pip] if isinstance(entry, str) and not entry.startswith("-e"))
    given.pop("pip")
    assert "-e ." in pip
    assert given == wanted


def test_import_is_light():
    """Importing the package, and even one of its layers, loads no plotting, tables, statistics or launcher."""
    program = "import sys, rnn_tutorial; rnn_tutorial.LSTM; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    heavy = {"matplotlib", "pandas", "statsmodels", "accelerate", "sklearn", "torchvision"}
    assert not heavy & set(loaded)


def test_bare_import_needs_no_torch():
    program = "import sys, rnn_tutorial; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert not {"torch", "numpy"} & set(loaded)


def test_version_is_in_the_changelog():
    import rnn_tutorial

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(rnn_tutorial.__version__)}\]", changelog, flags=re.M)


def test_ci_run_is_executable():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_workflows_exist():
    assert {path.stem for path in WORKFLOWS} >= {"test", "book", "weekly", "pages"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_parses_and_names_real_targets(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["name"]
    assert True in workflow or "on" in workflow  # YAML 1.1 reads the key `on` as true
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert all("uses" in step or "run" in step for step in steps)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.M))
    used = {t for step in steps for t in re.findall(r"\bmake ((?:[a-z]+ ?)+)", step.get("run", ""))}
    assert {target for group in used for target in group.split()} <= targets


def test_makefile_lists_its_targets():
    listing = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("book", "test", "check", "lab", "clean"):
        assert re.search(rf"^  {target} +\S", listing, flags=re.M)


def test_old_python_is_refused_with_a_clear_message(monkeypatch):
    from tools import bare_machine

    assert bare_machine.problem() == ""
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert "3.11 or newer is needed" in bare_machine.problem()
    assert "3.9.2" in bare_machine.problem()


def test_missing_venv_is_refused_with_a_clear_message(monkeypatch):
    from tools import bare_machine

    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert "lacks the module `ensurepip`" in bare_machine.problem()
    assert "python3-venv" in bare_machine.problem()
