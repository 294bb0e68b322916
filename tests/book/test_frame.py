"""Every chapter notebook keeps one frame, is committed without outputs, and asserts what it claims."""

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tools import layout

FRAME = [
    "What you will be able to do",
    "The idea",
    "From its parent",
    "The code",
    "Prove it",
    "See inside",
    "Use it",
    "The article's claims",
    "Fooled?",
    "Exercises",
    "Summary",
    "References",
]
# Two digits and a name: a chapter. Other notebooks may be arranged as they like.
CHAPTERS = sorted(path for path in layout.BOOK.glob("*.ipynb") if re.match(r"\d\d_", path.name))


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.name)
def chapter(request: pytest.FixtureRequest) -> Any:
    """One chapter's notebook."""
    path: Path = request.param
    return nbformat.read(path, as_version=4)


def headings(notebook: Any, level: int) -> list[str]:
    """Headings of a level in the Markdown cells, code blocks left out."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"^(`{3,}|:{3,}).*?^\1", "", cell.source, flags=re.M | re.S)
            found += re.findall(rf"^#{{{level}}} +(.+?) *$", text, flags=re.M)
    return found


def section(notebook: Any, title: str) -> list[Any]:
    """Cells from the heading `## title` to the next heading of that level."""
    cells: list[Any] = []
    inside = False
    for cell in notebook.cells:
        here = re.findall(r"^## +(.+?) *$", cell.source, flags=re.M) if cell.cell_type == "markdown" else []
        if here:
            inside = title in here
        if inside:
            cells.append(cell)
    return cells


def code_of(cells: list[Any]) -> list[str]:
    return [cell.source for cell in cells if cell.cell_type == "code"]


def markdown_of(cells: list[Any]) -> str:
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def asserts(source: str) -> bool:
    """Whether the code can go red on its own: an `assert` statement or a call of an `assert_…` function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name.startswith("assert_"):
                return True
    return False


def test_headings_are_the_frame(chapter):
    assert headings(chapter, 2) == FRAME
    assert len(headings(chapter, 1)) == 1, "a chapter has one title"


def test_title_comes_first(chapter):
    assert chapter.cells[0].cell_type == "markdown"
    assert chapter.cells[0].source.lstrip().startswith("# ")


def test_committed_without_outputs(chapter):
    for cell in chapter.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_metadata_is_plain(chapter):
    assert chapter.metadata.kernelspec.name == "python3"
    assert "jupytext" not in chapter.metadata


def test_nothing_is_skipped_by_nbval(chapter):
    """A skipped cell, or one that may raise, passes whatever it does."""
    for cell in chapter.cells:
        assert "nbval-skip" not in cell.metadata.get("tags", []), cell.source
        assert "NBVAL_SKIP" not in cell.source, cell.source


def test_no_empty_cells(chapter):
    assert all(cell.source.strip() for cell in chapter.cells)


def test_first_code_cell_sets_style(chapter):
    first = code_of(chapter.cells)[0]
    assert "use_book_style()" in first
    assert "import rnn_tutorial" in first or "from rnn_tutorial" in first


def test_figures_have_alternative_text(chapter):
    for cell in chapter.cells:
        if cell.cell_type == "code" and "plt.show()" in cell.source:
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt.split()) >= 4, f"no alternative text for the figure of:\n{cell.source}"


def test_nothing_is_displayed_beside_a_captioned_figure(chapter):
    """Caption and label go to every output of the cell: a table below the figure would be a second one of that name."""
    for cell in chapter.cells:
        if cell.metadata.get("mystnb", {}).get("figure"):
            last = ast.parse(cell.source).body[-1]
            shown = isinstance(last, ast.Expr) and not ast.unparse(last).startswith(("plt.show(", "glue("))
            assert not shown, f"{ast.unparse(last)!r} is displayed beside the captioned figure: give it its own cell"


def test_cross_references_have_unique_names(chapter):
    names = [cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in chapter.cells]
    named = [name for name in names if name]
    assert len(named) == len(set(named))


def test_prove_it_asserts(chapter):
    assert any(asserts(source) for source in code_of(section(chapter, "Prove it")))


def test_code_is_shown_from_the_package(chapter):
    assert re.search(r"\{literalinclude\} \.\./rnn_tutorial/", markdown_of(chapter.cells))


def test_fooled_has_a_puzzle(chapter):
    assert any("puzzle" in source for source in code_of(section(chapter, "Fooled?")))


def test_exercises_have_executed_solutions(chapter):
    text = markdown_of(chapter.cells)
    labels = re.findall(r"\{exercise[^}]*\}[^\n]*\n(?::[^\n]*\n)*?:label: *(\S+)", text)
    solved = re.findall(r"\{solution-start\} *(\S+)", text)
    assert len(labels) >= 2
    assert len(labels) == len(set(labels))
    assert set(labels) <= set(solved)
    assert text.count("{solution-start}") == text.count("{solution-end}")
    assert any(asserts(source) for source in code_of(section(chapter, "Exercises")))


def test_references_are_cited(chapter):
    assert "{bibliography}" in markdown_of(section(chapter, "References"))
    assert re.search(r"\{cite(:\w+)?\}`", markdown_of(chapter.cells))


def test_every_chapter_is_in_the_table_of_contents():
    layout.check()
    assert set(CHAPTERS) <= set(layout.notebooks())
