"""Outputs enter the cache only when all cells passed, and leave it when anything they depended on changes."""

from importlib import metadata
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tools import execution_cache, fingerprint

ONE, OTHER = "1" * 64, "2" * 64


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(execution_cache, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(execution_cache, "ROOT", tmp_path)
    path = tmp_path / "a.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1"), new_code_cell("2")], metadata=kernel), path)
    return path


def outputs() -> list[list[nbformat.NotebookNode]]:
    glued = {"scrapbook": {"name": "best", "mime_prefix": "application/papermill.record/"}}
    return [
        [new_output("display_data", {"application/papermill.record/text/plain": "0.5"}, metadata=glued)],
        [new_output("stream", name="stdout", text="hello\n")],
    ]


def test_round_trip(notebook):
    execution_cache.store(notebook, outputs(), seconds=3.5, fingerprint=ONE)
    run = execution_cache.find(notebook, ONE)
    assert run is not None
    assert (run.notebook, run.seconds, run.cells) == ("a.ipynb", 3.5, 2)
    assert run.surroundings["budget"] in {"smoke", "laptop", "full"}
    assert run.machine
    assert execution_cache.last_seconds() == {"a.ipynb": 3.5}


def test_merged_outputs_are_those_stored(notebook):
    execution_cache.store(notebook, outputs(), seconds=1.0, fingerprint=ONE)
    with execution_cache.opened() as cache:
        _, merged = cache.merge_match_into_notebook(nbformat.read(notebook, as_version=4))
    assert [cell.outputs for cell in merged.cells] == outputs()
    assert merged.metadata.language_info.name == "python"


def test_other_fingerprint_is_not_valid_and_is_pruned(notebook):
    execution_cache.store(notebook, outputs(), seconds=1.0, fingerprint=ONE)
    assert execution_cache.find(notebook, OTHER) is None
    assert execution_cache.prune(ONE) == []
    assert execution_cache.prune(OTHER) == ["a.ipynb"]
    assert execution_cache.find(notebook, ONE) is None


def test_changed_cell_is_not_valid(notebook):
    execution_cache.store(notebook, outputs(), seconds=1.0, fingerprint=ONE)
    changed = nbformat.read(notebook, as_version=4)
    changed.cells[0].source = "1 + 2"
    nbformat.write(changed, notebook)
    assert execution_cache.find(notebook, ONE) is None


def test_forget(notebook):
    execution_cache.store(notebook, outputs(), seconds=1.0, fingerprint=ONE)
    execution_cache.forget([notebook])
    assert execution_cache.find(notebook, ONE) is None


def test_incomplete_outputs_are_refused(notebook):
    with pytest.raises(ValueError, match="2 code cells, but outputs of 1"):
        execution_cache.store(notebook, outputs()[:1], seconds=1.0, fingerprint=ONE)


def test_fingerprint_follows_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path / "package")
    monkeypatch.setattr(fingerprint, "_MACHINERY", ())
    monkeypatch.setattr(fingerprint, "_RESULTS", tmp_path)
    module = tmp_path / "package" / "layers" / "rnn.py"
    module.parent.mkdir(parents=True)
    module.write_text("a = 1\n")
    before = fingerprint.sources()
    assert fingerprint.sources() == before
    module.write_text("a = 2\n")
    assert fingerprint.sources() != before
    module.write_text("a = 1\n")
    assert fingerprint.sources() == before
    (tmp_path / "films-gpu-one.json").write_text("{}")  # a benchmark that was run on another machine
    assert fingerprint.sources() != before
    (tmp_path / "films-gpu-one.json").unlink()
    assert fingerprint.sources() == before
    module.rename(module.with_name("lstm.py"))
    assert fingerprint.sources() != before


def test_fingerprint_follows_the_surroundings(monkeypatch):
    before = fingerprint.fingerprint()
    monkeypatch.setattr(fingerprint, "surroundings", lambda: {"budget": "other"})
    assert fingerprint.fingerprint() != before


def test_fingerprint_follows_the_budget(monkeypatch):
    fingerprint.surroundings.cache_clear()
    monkeypatch.setenv("RNN_TUTORIAL_BUDGET", "smoke")
    smoke = fingerprint.surroundings()
    fingerprint.surroundings.cache_clear()
    monkeypatch.setenv("RNN_TUTORIAL_BUDGET", "full")
    full = fingerprint.surroundings()
    fingerprint.surroundings.cache_clear()
    assert (smoke["budget"], full["budget"]) == ("smoke", "full")
    assert {"torch", "numpy", "python", "device"} <= smoke.keys()


def test_fingerprint_names_every_library_that_outputs_depend_on(monkeypatch):
    libraries = {
        "torch",
        "numpy",
        "numba",
        "pandas",
        "scipy",
        "scikit-learn",
        "statsmodels",
        "matplotlib",
        "torchvision",
    }
    libraries |= {"accelerate", "h5py", "keras", "onnx", "onnxruntime", "ipykernel", "typer"}
    fingerprint.surroundings.cache_clear()
    there = fingerprint.surroundings()
    assert libraries <= there.keys()
    assert {name: metadata.version(name) for name in libraries} == {name: there[name] for name in libraries}
    monkeypatch.setattr(fingerprint, "_OTHERS", ("keras", "a-package-that-is-not-there"))
    fingerprint.surroundings.cache_clear()
    assert fingerprint.surroundings()["a-package-that-is-not-there"] == ""
    fingerprint.surroundings.cache_clear()
