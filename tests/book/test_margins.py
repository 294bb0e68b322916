"""Every expectation of the book was measured, and stays four standard deviations inside its threshold."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from rnn_tutorial.expectations import known_spreads
from tools import layout, margins
from tools.execution_cache import Execution

LEAST_MARGIN = 4.0
LEAST_RUNS = {"08_scoreboard": 2}  # eight minutes each on two cores, and its networks' recipe is new
AT_LEAST = 6
"""Runs of the other notebooks: as they are, with five other sets of seeds or with other instructions."""
EXPECTED = {path.stem: margins.expected_in(path) for path in layout.notebooks()}
CASES = [(stem, *expected) for stem, found in EXPECTED.items() for expected in found]
ENTRIES = json.loads(margins.MARGINS.read_text(encoding="utf-8"))["expectations"] if margins.MARGINS.is_file() else {}


def entries_of(name: str) -> dict[str, dict]:
    """Measured expectations of a name; parts in braces are whatever the notebook puts there."""
    return {known: entry for known, entry in ENTRIES.items() if margins.matches(name, known)}


def test_there_are_expectations():
    assert len(CASES) >= 30


@pytest.mark.parametrize(("stem", "name", "above", "below"), CASES, ids=[case[1] for case in CASES])
def test_an_expectation_is_measured_and_has_a_margin(stem, name, above, below):
    assert name.startswith(f"{stem}: "), "a name begins with its notebook's"
    found = entries_of(name)
    assert found, f"{name} was never measured: python -m tools.margins"
    for known, entry in found.items():
        spread = known_spreads()[known]
        assert spread.runs == len(entry["values"])
        assert spread.margin(above, below) >= LEAST_MARGIN, f"{known}: {entry}"
        assert [entry["above"], entry["below"]] == [above, below], "measured with another threshold: --collect"
        assert len(entry["values"]) >= LEAST_RUNS.get(stem, AT_LEAST)
        assert "as it is" in entry["values"]


def test_names_are_unique():
    names = [name for _, name, *_ in CASES]
    assert sorted(names) == sorted(set(names))


def test_nothing_is_kept_of_expectations_that_are_gone():
    in_use = {known for _, name, *_ in CASES for known in entries_of(name)}
    assert in_use == ENTRIES.keys()


def test_provenance():
    made = json.loads(margins.MARGINS.read_text(encoding="utf-8"))["provenance"]
    assert {"made by", "configurations", "runs"} == made.keys()
    runs = {(run["configuration"], run["notebook"]) for run in made["runs"]}
    assert runs == {(c, name.partition(": ")[0]) for name, entry in ENTRIES.items() for c in entry["values"]}
    for run in made["runs"]:
        assert run["machine"]
        assert run["budget"] == "laptop"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", run["date"])
        assert {"python", "torch", "numpy"} <= run["versions"].keys()


def test_stored_figures_are_those_of_the_values():
    for name, entry in ENTRIES.items():
        again = margins.summary(entry["values"], entry["above"], entry["below"])
        assert json.loads(json.dumps(again)) == entry, name


# ---- the tool ------------------------------------------------------------------------------------------------


def notebook_of(path, *cells):
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), path)
    return path


def test_expectations_are_read_from_code(tmp_path):
    path = notebook_of(
        tmp_path / "a.ipynb",
        "checks.expect('a: one', x / y, below=1)\n"
        "for k in z:\n    checks.expect(f'a: {k}, two', x, above=-0.5, below=2)",
        "expect = 1",
    )
    assert margins.expected_in(path) == [("a: one", None, 1.0), ("a: {}, two", -0.5, 2.0)]


@pytest.mark.parametrize(
    ("code", "match"),
    [
        ("checks.expect('a: one', x, below=limit)", "a threshold should be a number, got limit"),
        ("checks.expect(name, x, below=1)", "name of an expectation should be a text, got name"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path, code, match):
    with pytest.raises(ValueError, match=match):
        margins.expected_in(notebook_of(tmp_path / "a.ipynb", code))


def test_summary_and_table():
    entry = margins.summary({"as it is": 0.5, "seeds 1": 0.7}, None, 1.0)
    assert (entry["mean"], entry["lowest"], entry["highest"], entry["runs"]) == (0.6, 0.5, 0.7, 2)
    assert entry["sd"] == pytest.approx(0.02**0.5)
    assert entry["margin"] == pytest.approx(0.4 / 0.02**0.5)
    assert entry["worst"] == "seeds 1"
    assert margins.summary({"a": 0.5, "b": 0.5}, None, 1.0)["margin"] == "exact"
    assert margins.summary({"a": 0.1 + 0.2, "b": 0.3}, None, 1.0)["margin"] == "exact"  # 0.3 up to rounding
    assert margins.summary({"a": 1.5, "b": 1.5}, None, 1.0)["margin"] == "missed"
    assert margins.summary({"a": 0.5}, 0.4, None)["worst"] == "a"
    text = margins.table({"expectations": {"a: one": entry, "a: two": margins.summary({"a": 0.5, "b": 0.5}, 0.1, 1.0)}})
    assert [line.split()[0] for line in text.splitlines()] == ["margin", "2.8", "exact"]


@pytest.fixture
def one_notebook(tmp_path, monkeypatch):
    """A book of one notebook that expects one number, and nothing measured yet."""
    path = notebook_of(tmp_path / "a.ipynb", "checks.expect('a: one', x, below=1)")
    monkeypatch.setattr(margins, "FOLDER", tmp_path / "runs")
    monkeypatch.setattr(margins, "MARGINS", tmp_path / "margins.json")
    monkeypatch.setattr(layout, "BOOK", tmp_path)
    monkeypatch.setattr(layout, "notebooks", lambda: [path])

    def measured(configuration="as it is", value=0.5, budget="laptop", name="a: one"):
        file = margins.result_file(configuration, "a")
        file.parent.mkdir(parents=True, exist_ok=True)
        result = {
            "configuration": configuration, "notebook": "a", "seconds": 2, "machine": "m", "budget": budget,
            "date": "2026-01-01", "versions": {"torch": "1"},
            "expectations": [{"name": name, "value": value, "above": None, "below": 2.0}],
        }  # fmt: skip
        file.write_text(json.dumps(result), encoding="utf-8")
        return file

    return measured


def test_results_are_added_to_what_is_written_down(one_notebook):
    assert not margins.is_measured("as it is", "a")
    file = one_notebook()
    assert margins.is_measured("as it is", "a")
    first = margins.collect()
    assert first["expectations"]["a: one"]["values"] == {"as it is": 0.5}
    assert first["expectations"]["a: one"]["below"] == 1.0  # the notebook's own threshold, not that of the run
    margins.MARGINS.write_text(json.dumps(first), encoding="utf-8")
    file.unlink()  # another machine has only the file that is written down
    assert margins.is_measured("as it is", "a")
    assert not margins.is_measured("seeds 1", "a")
    one_notebook("seeds 1", 0.7)
    both = margins.collect()
    assert both["expectations"]["a: one"]["values"] == {"as it is": 0.5, "seeds 1": 0.7}
    assert [run["configuration"] for run in both["provenance"]["runs"]] == ["as it is", "seeds 1"]
    notebook_of(layout.BOOK / "a.ipynb", "checks.expect('a: other', x, below=1)")
    assert margins.collect()["expectations"] == {}
    assert not margins.is_measured("as it is", "a")


def test_what_make_book_has_found_counts_as_measured(one_notebook, monkeypatch):
    path = layout.notebooks()[0]
    record = {"name": "a: one", "value": 0.25, "above": None, "below": 1.0, "held": True}
    run = Execution("a.ipynb", 2.6, 1, "f", "this machine", {"budget": "laptop", "torch": "2", "pandas": "3"}, [record])
    monkeypatch.setattr(margins, "executions", lambda _: {path: run})
    margins.take_executed("AVX2 instructions")
    collected = margins.collect()
    assert collected["expectations"]["a: one"]["values"] == {"AVX2 instructions": 0.25}
    (kept,) = collected["provenance"]["runs"]
    assert (kept["seconds"], kept["machine"], kept["versions"]) == (3, "this machine", {"torch": "2"})
    monkeypatch.setattr(margins, "executions", lambda _: {path: None})
    with pytest.raises(SystemExit, match=r"a\.ipynb was not executed as it is now"):
        margins.take_executed("as it is")


def test_what_is_no_measurement_is_refused(one_notebook):
    one_notebook(value="nan")
    with pytest.raises(SystemExit, match=r"no number.*a: one.*as it is"):
        margins.collect()
    one_notebook(budget="smoke")
    with pytest.raises(SystemExit, match="a result of smoke"):
        margins.collect()


@pytest.mark.parametrize(("capability", "runs"), [("DEFAULT", False), ("AVX2", True), ("AVX512", True)])
def test_configurations_that_a_processor_knows(monkeypatch, capability, runs):
    monkeypatch.setattr("torch.backends.cpu.get_cpu_capability", lambda: capability)
    assert margins.makes_a_difference("oldest instructions") is runs
    assert margins.makes_a_difference("AVX2 instructions") is runs
    assert margins.makes_a_difference("reference")


PRINT_NUMBERS = """
import json
import numpy as np, torch
import rnn_tutorial as rt
from unittest import mock

def drawn():
    torch.manual_seed(0)
    found = [torch.rand(()).item(), torch.rand((), generator=torch.Generator().manual_seed(0)).item()]
    found += [np.random.default_rng(0).random(), np.random.RandomState(0).random_sample()]
    np.random.seed(0)
    return [*found, np.random.random_sample()]

found = drawn()
assert drawn() == found
assert isinstance(torch.default_generator, torch.Generator)
layer = rt.LSTM(2, 3)
with mock.patch.object(rt.LSTM, "step", side_effect=ZeroDivisionError):
    try:
        layer(torch.zeros(4, 1, 2))
        way = "fast"
    except ZeroDivisionError:
        way = "loop"
print(json.dumps([*found, way]))
"""


def numbers(**changes: str) -> list:
    path = os.pathsep.join([str(layout.ROOT / "tools" / "sweep"), str(layout.ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, **changes}
    done = subprocess.run(
        [sys.executable, "-c", PRINT_NUMBERS], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_the_sweep_shifts_every_seed_and_nothing_else():
    *usual, way = numbers()
    assert way == "fast"
    *shifted, way = numbers(RNN_TUTORIAL_SEED_SHIFT="7")
    assert way == "fast"
    assert all(a != b for a, b in zip(usual, shifted, strict=True))
    assert numbers(RNN_TUTORIAL_SEED_SHIFT="7", RNN_TUTORIAL_SWEEP_BACKEND="reference") == [*shifted, "loop"]


def test_values_of_an_earlier_experiment_are_forgotten(one_notebook):
    one_notebook()
    margins.write_atomically(margins.MARGINS, json.dumps(margins.collect()))
    margins.forget("b")
    assert margins.stored()["a: one"]
    margins.forget("a")
    assert margins.stored() == {}
    assert json.loads(margins.MARGINS.read_text())["provenance"]["runs"] == []
