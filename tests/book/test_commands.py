"""What the commands behind ``make book`` and ``make test`` say and return, without executing the book."""

import json
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from docutils import nodes
from nbformat.v4 import new_code_cell, new_notebook

from tools import build_book, execution_cache, layout, preflight, run_notebooks, sphinx_ext
from tools.execution_cache import Execution


def record(held: bool | None, name: str = "a: number", value: float | str = 2.0) -> dict:
    return {
        "name": name, "value": value, "above": None, "below": 1.0, "budget": "laptop", "held": held, "margin": "nan",
        "sentence": "number: 2, expected below 1",
    }  # fmt: skip


def execution(*held: bool | None) -> Execution:
    return Execution("a.ipynb", 1.0, 3, "1" * 64, "a machine", {"budget": "laptop"}, [record(h) for h in held])


# ---- run_notebooks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "seconds"), [("", 3600), ("  ", 3600), ("7200", 7200), ("0.5", 0.5)])
def test_cell_limit(asked, seconds):
    assert run_notebooks.cell_limit(asked) == seconds


@pytest.mark.parametrize("asked", ["an hour", "0", "-1", "nan", "inf"])
def test_cell_limit_refused(asked):
    with pytest.raises(ValueError, match=f"RNN_TUTORIAL_CELL_LIMIT is '{asked}'; expected the seconds"):
        run_notebooks.cell_limit(asked)


def test_last_lines_say_what_to_do():
    assert run_notebooks.last_lines([], 3) == []
    text = "\n".join(run_notebooks.last_lines(["a.ipynb"], 3))
    assert "not executed to the end: a.ipynb" in text
    assert "RNN_TUTORIAL_CELL_LIMIT=7200 make book" in text
    assert "the other 2 notebooks are kept" in text
    missed = "\n".join(run_notebooks.lines_on_missed([("a.ipynb", "number: 2, expected below 1")]))
    assert "a.ipynb: number: 2, expected below 1" in missed
    assert "CONTRIBUTING.md" in missed


class Stub:
    """Stands in for nbval: says which notebooks it was asked for, and fills a cache."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, found: dict[str, Execution | None], status: int = 0) -> None:
        self.found, self.status = found, status
        self.asked: list[str] = []
        paths = [layout.BOOK / name for name in found]
        monkeypatch.setattr(layout, "check", lambda: None)
        monkeypatch.setattr(layout, "notebooks", lambda: paths)
        monkeypatch.setattr(run_notebooks, "fingerprint", lambda: "1")
        monkeypatch.setattr(preflight, "obstacles", lambda paths: [])
        monkeypatch.setattr(execution_cache, "find", lambda path, fingerprint: self.found[path.name])
        monkeypatch.setattr(run_notebooks, "_nbval", self.nbval)

    def nbval(self, paths: list[Path], workers: int, limit: float, *, strict: bool) -> int:
        self.asked += [path.name for path in paths]
        return self.status

    def run(self, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
        monkeypatch.setattr("sys.argv", ["run_notebooks", *options])
        return run_notebooks.main()


def test_a_missed_expectation_is_red_for_maintainers_only(monkeypatch, capsys):
    stub = Stub(monkeypatch, {"a.ipynb": execution(True, False)})
    assert stub.run(monkeypatch) == 0
    assert stub.run(monkeypatch, "--strict") == 1  # also where nothing is executed: the outputs are known
    assert stub.asked == []
    assert "not as expected on this machine" in capsys.readouterr().err


def test_what_was_not_judged_is_not_missed(monkeypatch):
    assert Stub(monkeypatch, {"a.ipynb": execution(True, None)}).run(monkeypatch, "--strict") == 0


def test_only_what_is_missing_runs(monkeypatch, capsys):
    stub = Stub(monkeypatch, {"a.ipynb": execution(True), "b.ipynb": None})
    assert stub.run(monkeypatch) == 1
    assert stub.asked == ["b.ipynb"]
    assert "not executed to the end: b.ipynb" in capsys.readouterr().err


def test_what_compares_times_runs_alone_and_last(monkeypatch):
    stub = Stub(monkeypatch, {"09_speed.ipynb": None, "a.ipynb": None, "b.ipynb": None}, status=1)
    groups: list[list[str]] = []

    def nbval(paths: list[Path], *_: object, **__: object) -> int:
        groups.append([path.name for path in paths])
        return 1

    monkeypatch.setattr(run_notebooks, "_nbval", nbval)
    assert stub.run(monkeypatch) == 1
    assert groups == [["a.ipynb", "b.ipynb"], ["09_speed.ipynb"]]  # the second also where the first was red


def test_a_red_cell_of_a_complete_run_is_red(monkeypatch):
    stub = Stub(monkeypatch, {"a.ipynb": None}, status=1)
    monkeypatch.setattr(
        run_notebooks, "_nbval", lambda *_, **__: (stub.found.update({"a.ipynb": execution(True)}), 1)[1]
    )
    assert stub.run(monkeypatch) == 1


def test_what_fails_early_stops_before_the_first_notebook(monkeypatch, capsys):
    stub = Stub(monkeypatch, {"a.ipynb": None})
    monkeypatch.setattr(preflight, "obstacles", lambda paths: ["no space"])
    assert stub.run(monkeypatch) == 1
    assert stub.asked == []
    assert "error: no space" in capsys.readouterr().err


# ---- preflight -----------------------------------------------------------------------------------------------


def test_preflight_sees_a_slip_of_the_keyboard(tmp_path):
    good, bad = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), good)
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1"), new_code_cell("1 +\n2 2")]), bad)
    assert preflight.unreadable([good]) == []
    (found,) = preflight.unreadable([good, bad])
    assert found.startswith("b.ipynb, code cell 2 of 2, line 1")


def test_preflight_looks_at_the_disk():
    assert preflight.disk_space(0.0) == []
    (found,) = preflight.disk_space(1e9)
    assert "GB free on the disk" in found


def test_preflight_does_a_notebooks_first_steps():
    assert preflight.first_steps("1 + 1") == []
    assert preflight.first_steps("import not_there") == [
        "the package does not work here: ModuleNotFoundError: No module named 'not_there'"
    ]
    assert preflight.first_steps("import sys; sys.exit(3)") == ["the package does not work here: exit status 3"]


def test_the_book_passes_its_own_preflight():
    assert preflight.obstacles(layout.notebooks()) == []


# ---- build_book and the pages --------------------------------------------------------------------------------


def test_the_end_of_the_build_names_what_was_missed():
    assert build_book.on_missed([execution(True), execution(None)]) == []
    lines = build_book.on_missed([execution(True), execution(False, True)])
    assert lines[0].startswith("Of 3 expectations 1 did not hold on this machine")
    assert lines[1] == "    a.ipynb: number: 2, expected below 1"


def test_summary_of_expectations():
    assert sphinx_ext.summary_of_expectations([execution(None)]).startswith("The smoke budget judges nothing: 1 ")
    assert sphinx_ext.summary_of_expectations([execution(True, True)]) == "All 2 expectations held on this machine."
    assert sphinx_ext.summary_of_expectations([execution(True, False)]).startswith("Of 2 expectations 1 did not hold")


def test_rows_of_expectations(monkeypatch):
    from rnn_tutorial import expectations

    spreads = {"a: known": expectations.Spread(0.5, 0.1, 0.4, 0.6, 5), "a: exact": expectations.Spread(0, 0, 0, 0, 5)}
    monkeypatch.setattr(expectations, "known_spreads", lambda: spreads)
    held = [record(True, "a: known", 0.5), record(True, "a: exact", 0.0), record(False), record(False, value="nan")]
    headings, rows = sphinx_ext.rows_of_expectations([Execution("a.ipynb", 1.0, 3, "1", "m", {}, held)])
    assert all(len(row) == len(headings) for row in rows)
    assert rows[0] == ("a: known", "0.5", "below 1", "0.4 to 0.6 (5 runs)", "5.0")
    assert rows[1][3:] == ("0 to 0 (5 runs)", "no spread")
    assert rows[2][1:] == ("2 (missed)", "below 1", "not known", "")
    assert rows[3][1] == "nan (missed)"


@pytest.mark.parametrize(("run", "boxes"), [(execution(True, False), 1), (execution(True, None), 0), (None, 0)])
def test_a_page_with_a_miss_has_a_box_under_its_title(monkeypatch, tmp_path, run, boxes):
    (tmp_path / "a.ipynb").touch()
    monkeypatch.setattr(layout, "BOOK", tmp_path)
    monkeypatch.setattr(sphinx_ext, "fingerprint", lambda: "1")
    monkeypatch.setattr(execution_cache, "find", lambda path, fingerprint: run)
    page = nodes.document(None, None)
    page += nodes.section("", nodes.title(text="A page"), nodes.paragraph(text="Begins."))
    sphinx_ext.box_missed(SimpleNamespace(env=SimpleNamespace(docname="a")), page)
    kinds = [type(child).__name__ for child in page.children[0].children]
    assert kinds == ["title", *["warning"] * boxes, "paragraph"]
    assert ("number: 2, expected below 1" in page.astext()) is bool(boxes)
    sphinx_ext.box_missed(SimpleNamespace(env=SimpleNamespace(docname="no-notebook")), page)


def test_expectations_are_found_among_outputs():
    from rnn_tutorial.expectations import MIME, Expectation

    bundle = Expectation("a: number", 2.0, None, 1.0, "laptop")._repr_mimebundle_()
    outputs = [
        {"output_type": "stream", "text": "x"},
        {"output_type": "display_data", "data": json.loads(json.dumps(bundle))},
    ]
    (found,) = execution_cache.expectations(outputs)
    assert (found["name"], found["held"]) == ("a: number", False)
    assert execution_cache.expectations([{"data": {MIME: {"held": True}}}, {"data": {}}]) == [{"held": True}]
