"""The reader's edition runs what the source runs and says what it says; solutions are folded, nothing raw is left."""

import ast
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import layout
from tools.reader import edition, opening, step
from tools.reader.values import ANY, GLUE_PREFIX, Values

SOURCES = layout.notebooks()
ROLES = r"glue:text|doc|ref|numref|eq|term|cite:[tp]|py:\w+"
BLOCKS = r"^(`{3,}|:{3,})\{|^:::|^\([\w-]+\)=|^\$\$ *\(|^:(label|class|language):"
RAW = re.compile(rf"\{{({ROLES})\}}`|{BLOCKS}", re.MULTILINE)


@pytest.fixture(params=SOURCES, ids=lambda path: path.name)
def source(request):
    return request.param


@pytest.fixture
def committed(source):
    return nbformat.read(edition.FOLDER / source.name, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


# ---- what is committed ---------------------------------------------------------------------------------------


def test_each_notebook_is_in_step_with_its_source(source):
    assert edition.is_in_step(source), "make notebooks"


def test_there_are_no_others():
    assert {path.name for path in edition.FOLDER.glob("*.ipynb")} == {path.name for path in SOURCES}


def test_nothing_raw_is_left(committed):
    for text in prose(committed):
        assert not (found := RAW.search(text)), text[found.start() : found.start() + 80] if found else ""
        assert ANY not in text


def test_every_solution_is_folded(source, committed):
    asked = sum(text.count("{solution-start}") for text in prose(nbformat.read(source, as_version=4)))
    folded = [text for text in prose(committed) if text.startswith("<details>\n<summary>Solution of exercise ")]
    assert len(folded) == asked
    assert all(text.endswith("</details>") and text.count("<details>") == 1 for text in folded)
    for text in prose(committed):
        if not text.startswith("<details>"):
            assert "Solution of exercise" not in text


def test_every_exercise_has_one_cell_to_answer_in(committed):
    codes = "\n".join(cell.source for cell in code_cells(committed))
    solutions = [cell for cell in committed.cells if "<summary>Solution" in cell.source]
    asked = edition.ASKED.findall(codes)
    assert len(asked) == len(set(asked)) == len(solutions)
    assert "# Your answer:" not in codes


def test_its_code_runs_without_what_is_left_out(source):
    assert edition.missing_names(source) == set()


def test_it_needs_nothing_of_the_books_builder(committed):
    for cell in code_cells(committed)[1:]:
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(cell.source))
            for name in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )
        }  # fmt: skip
        assert not imported & {"myst_nb", "tools", "jupyter_book", "sphinx"}


def test_links_lead_to_files_that_are_there(committed):
    for text in prose(committed):
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)\)", text):
            assert (edition.FOLDER / target).is_file(), target


def test_it_has_been_executed(committed):
    assert any(output.get("data", {}).get("image/png") for cell in code_cells(committed) for output in cell.outputs)
    assert all(cell.execution_count for cell in code_cells(committed) if cell.outputs)
    assert not any(output.output_type == "error" for cell in code_cells(committed) for output in cell.outputs)


# ---- how it is made ------------------------------------------------------------------------------------------


FIGURE = {"caption": "A $x$.", "name": "fig-a"}
SMALL = [
    new_markdown_cell("# A chapter\n\nIt took {glue:text}`seconds:.0f` s."),
    new_code_cell("import time\nstarted = time.perf_counter()", metadata={"tags": ["remove-cell"]}),
    new_code_cell("import rnn_tutorial as rt"),
    new_code_cell("figure()", metadata={"tags": ["hide-input"], "mystnb": {"figure": FIGURE}}),
    new_markdown_cell("See {numref}`fig-a`.\n\n```{exercise}\n:label: one\nDo it.\n```\n\n"
                      "```{solution-start} one\n:class: dropdown\n```\n\nSo: {glue:text}`word`"),
    new_code_cell("answer = 1\nprint(answer)"),
    new_markdown_cell("```{solution-end}\n```\n\n## Summary"),
    new_code_cell("glue('seconds', 3.2)", metadata={"tags": ["remove-cell"]}),
]  # fmt: skip


def record(name, text):
    kept = {"scrapbook": {"name": name, "mime_prefix": GLUE_PREFIX}}
    return new_output("display_data", {GLUE_PREFIX + "text/plain": text}, metadata=kept)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A source of one chapter and its execution."""
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=SMALL), path)
    monkeypatch.setattr(edition, "FOLDER", tmp_path / "notebooks")
    executed = nbformat.read(path, as_version=4)
    outputs = {
        "figure()": [new_output("display_data", {"image/png": "aGk=", "text/plain": "<Figure>"})],
        "answer = 1\nprint(answer)": [new_output("stream", name="stdout", text="1\n")],
        "glue('seconds', 3.2)": [record("seconds", "3.2"), record("word", "'yes'")],
    }
    for cell in code_cells(executed):
        cell.outputs = outputs.get(cell.source, [])
    return path, {"a": executed}


def test_a_small_one(small):
    path, executed = small
    made = edition.edition_of(path, executed)
    nbformat.validate(made)
    setup, *rest = code_cells(made)
    assert "%pip install" in setup.source
    assert opening.repository() in setup.source
    assert [cell.source for cell in rest] == ["import rnn_tutorial as rt", "figure()", "# Your answer:"]
    assert rest[1].metadata == {"jupyter": {"source_hidden": True}}
    assert rest[1].outputs[0]["data"] == {"image/png": "aGk="}
    title, caption, question, solution, summary = prose(made)
    assert title.startswith("# A chapter\n\n*To run")
    assert title.endswith("It took 3 s.")
    assert caption == "**Figure 1.** A $x$."
    assert question == "See Figure 1.\n\n**Exercise 1.** Do it."
    assert solution == (
        "<details>\n<summary>Solution of exercise 1</summary>\n\nSo: yes\n\n"
        "```python\nanswer = 1\nprint(answer)\n```\n\n```text\n1\n```\n\n</details>"
    )
    assert summary == "## Summary"


def test_numbers_may_differ_and_nothing_else(small):
    path, executed = small
    made = edition.edition_of(path, executed)
    pattern = edition.edition_of(path, None)
    assert step.differences(pattern, made) == []
    code_cells(executed["a"])[-1].outputs = [record("seconds", "99.7"), record("word", "'no'")]
    elsewhere = edition.edition_of(path, executed)
    assert "It took 100 s." in elsewhere.cells[0].source
    assert step.differences(pattern, elsewhere) == []
    for number in range(len(made.cells)):
        changed = edition.edition_of(path, executed)
        changed.cells[number].source += " and more"
        assert len(step.differences(pattern, changed)) == 1
    shown = edition.edition_of(path, executed)
    shown.cells[3].metadata = {}
    assert len(step.differences(pattern, shown)) == 1
    del shown.cells[-1]
    assert step.differences(pattern, shown) == ["9 cells expected, 8 found"]


def test_it_is_written_once(small, monkeypatch, capsys):
    path, executed = small
    monkeypatch.setattr(layout, "notebooks", lambda: [path])
    monkeypatch.setattr(edition, "_executed", lambda sources: executed)
    monkeypatch.setattr("sys.argv", ["edition", "--check"])
    assert edition.main() == 1
    assert "notebooks/a.ipynb is not in step" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["edition"])
    edition.FOLDER.mkdir()
    (edition.FOLDER / "gone.ipynb").write_text("{}")
    assert edition.main() == 0
    assert sorted(file.name for file in edition.FOLDER.iterdir()) == ["a.ipynb"]
    written = (edition.FOLDER / "a.ipynb").read_bytes()
    monkeypatch.setattr(edition, "_executed", lambda sources: pytest.fail("nothing has changed"))
    assert edition.main() == 0
    assert (edition.FOLDER / "a.ipynb").read_bytes() == written
    nbformat.write(new_notebook(cells=[*SMALL, new_markdown_cell("more")]), path)
    monkeypatch.setattr(edition, "_executed", lambda sources: {})
    assert edition.main() == 1
    assert "needs the execution of a" in capsys.readouterr().err


def test_names_that_only_dropped_code_defines_are_found(small):
    path, _ = small
    nbformat.write(new_notebook(cells=[*SMALL, new_code_cell("print(answer, started, rt)")]), path)
    assert edition.missing_names(path) == {"answer", "started"}


def test_values_as_the_pages_format_them():
    outputs = [record("x", "0.12345"), record("n", "12"), record("word", "'it''s'"), record("list", "[1, 2]")]
    notebook = new_notebook(cells=[new_code_cell("", outputs=outputs)])
    value = Values({"here": new_notebook(), "there": notebook}, "here")
    assert value("there.ipynb::x:.2f") == "0.12"
    assert value("there.ipynb::n") == "12"
    assert value("there.ipynb::n:,.0f") == "12"
    assert value("there.ipynb::word:s") == "its"
    assert value("there.ipynb::list") == "[1, 2]"
    with pytest.raises(KeyError):
        value("x")
    assert Values(None, "here")("anything") == ANY
