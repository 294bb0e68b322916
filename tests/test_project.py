"""The project's own files agree with each other."""

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from tools import imports, layout, requirements, sizes

ROOT = Path(__file__).resolve().parent.parent
# PyPI's name for what conda-forge calls otherwise.
PYPI_NAMES = {"pytorch": "torch"}


def conda(name: str) -> dict[str, str]:
    """Ranges by name that an environment file gives, in PyPI's names."""
    environment = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    assert environment["name"] == "rnn-tutorial"
    assert environment["channels"] == ["conda-forge"]
    entries = environment["dependencies"]
    (pip,) = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    lines = [entry for entry in [*entries, *pip] if isinstance(entry, str) and not entry.startswith("-e")]
    assert len(lines) == len(set(lines))
    given = dict(requirements.split(line) for line in lines)
    return {PYPI_NAMES.get(name, name): versions for name, versions in given.items()}


def test_environment_yml_has_what_readers_need():
    python = requirements.project()["requires-python"].replace(" ", "")
    assert conda("environment.yml") == {"python": python, **requirements.core(), **requirements.extra("notebook")}
    assert "- -e ." in (ROOT / "environment.yml").read_text(encoding="utf-8")


def test_environment_test_yml_has_what_builds_and_tests_the_book():
    there = requirements.core() | requirements.extra("notebook")
    wanted = requirements.extra("book", "test")
    assert conda("environment-test.yml") == {name: wanted[name] for name in wanted if name not in there}


def test_extras_agree_on_every_range():
    """A library that two extras name has one range: whoever installs both gets no surprise."""
    project = requirements.project()
    ranges: dict[str, set[str]] = {}
    for name in project["optional-dependencies"]:
        for library, versions in {**requirements.core(), **requirements.extra(name)}.items():
            ranges.setdefault(library, set()).add(versions)
    assert {name: found for name, found in ranges.items() if len(found) > 1} == {}


def test_contributing_gives_a_reason_for_each_dependency():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    tables = guide.split("## What each dependency is for")[1].split("\n## ")[0]
    rows = [line.split("|") for line in tables.splitlines() if line.startswith("| ") and "| package |" not in line]
    assert all(row[2].strip() for row in rows)
    named = [name.strip() for row in rows for name in row[1].split(",")]
    assert len(named) == len(set(named))
    assert set(named) == {*requirements.core(), *requirements.extra("all", "book", "test")}


def test_the_core_is_small():
    assert requirements.core().keys() == {"torch", "numpy", "lazy-loader"}


@pytest.mark.parametrize("requirement", ["numpy", "numpy >= 2.0", "scikit-learn>=1.6,<2"])
def test_requirements_are_read(requirement):
    name, versions = requirements.split(requirement)
    assert name + versions == requirement.replace(" ", "")


def test_a_requirement_of_another_form_is_refused():
    with pytest.raises(ValueError, match="cannot read the requirement"):
        requirements.split("numpy>=2; python_version > '3'")


def test_sizes_follow_requirements_of_requirements():
    assert sizes.closure(["pandas"]) >= {"pandas", "numpy", "python-dateutil"}
    assert not sizes.closure(["numpy"]) & {"pandas", "torch"}
    beside = [file.locate() for file in metadata.files("lazy-loader") or []]
    assert sizes.megabytes("lazy-loader") * 1e6 == sum(Path(str(path)).stat().st_size for path in beside)


def test_baselines_do_not_load_torch():
    """A forecast without a network does not wait for one."""
    program = (
        "import sys; from rnn_tutorial.forecasting import Persistence, backtest; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


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


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md"])
def test_files_that_a_page_names_are_there(page):
    named = re.findall(r"`((?:rnn_tutorial|tests|tools|book|benchmarks)/[\w/.-]+)`", (ROOT / page).read_text("utf-8"))
    named = [path for path in named if not re.search(r"NAME|NN_", path)]
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_drawing_of_the_imports_is_that_of_the_package():
    drawn = imports.BLOCK.search((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert drawn is not None
    assert drawn[0] == imports.drawing(imports.reduced(imports.rooms())), "python -m tools.imports"


def test_a_circle_is_no_drawing():
    assert imports.reduced({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {"a": {"b"}, "b": {"c"}, "c": set()}
    with pytest.raises(ValueError, match="a → b → a"):
        imports.reduced({"a": {"b"}, "b": {"a"}})


@pytest.mark.parametrize("folder", ["rnn_tutorial", "book", "benchmarks", "tools"])
def test_no_date_is_written_as_only_some_systems_can(folder):
    """``%-d`` of strftime, a day without a zero, is unknown to Windows."""
    sources = [path for suffix in ("py", "ipynb") for path in (layout.ROOT / folder).rglob(f"*.{suffix}")]
    found = [path.name for path in sources if re.search(r"%-[a-zA-Z]", path.read_text(encoding="utf-8"))]
    assert sources
    assert found == []
