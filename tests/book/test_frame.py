"""Every notebook is committed without outputs, and is read and tested as a whole; every chapter keeps one frame."""

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from rnn_tutorial.plotting import kind_of_verdict
from tools import layout
from tools.claims import read_claims

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
NOTEBOOKS = sorted(layout.BOOK.glob("*.ipynb"))
# Two digits and a name: a chapter. The others, between chapters or for reference, may be arranged as they like.
CHAPTERS = [path for path in NOTEBOOKS if re.match(r"\d\d_", path.name)]
BETWEEN = [
    layout.BOOK / f"{name}.ipynb"
    for name in ("deep_and_both_ways", "pacific", "intervals", "special_cases", "evaluation", "evaluation_again")
]
REFERENCE = [path for path in NOTEBOOKS if path not in CHAPTERS + BETWEEN]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request: pytest.FixtureRequest) -> Any:
    """One notebook, a chapter or not."""
    path: Path = request.param
    return nbformat.read(path, as_version=4)


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
    """Whether the code can go red on its own: an `assert`, a call of an `assert_…` function or of `expect`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name.startswith("assert_") or name == "expect":
                return True
    return False


# ---- every notebook ------------------------------------------------------------------------------------------


def test_chapters_are_numbered_and_others_are_for_reference():
    numbers = [int(path.name[:2]) for path in CHAPTERS]
    assert numbers == list(range(len(CHAPTERS)))
    parts = yaml.safe_load((layout.BOOK / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    listed = {part["caption"]: {chapter["file"] for chapter in part["chapters"]} for part in parts}
    assert listed["Chapters"] == {path.stem for path in CHAPTERS + BETWEEN}
    assert listed["Reference"] >= {path.stem for path in REFERENCE}
    layout.check()


def test_title_comes_first(notebook):
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.lstrip().startswith("# ")
    assert len(headings(notebook, 1)) == 1, "a page has one title"


def test_committed_without_outputs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_cells_have_names_of_their_own(notebook):
    """Jupyter numbers cells of old files anew at every opening; with names in the file they keep them."""
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    names = [cell.id for cell in notebook.cells]
    assert len(names) == len(set(names))


def test_metadata_is_plain(notebook):
    assert notebook.metadata.kernelspec.name == "python3"
    assert "jupytext" not in notebook.metadata


def test_nothing_is_skipped_by_nbval(notebook):
    """A skipped cell, or one that may raise, passes whatever it does."""
    for cell in notebook.cells:
        assert "nbval-skip" not in cell.metadata.get("tags", []), cell.source
        assert "NBVAL_SKIP" not in cell.source, cell.source


def test_it_can_go_red(notebook):
    """Without outputs to compare, an assertion is all that can."""
    assert any(asserts(source) for source in code_of(notebook.cells))


def test_no_empty_cells(notebook):
    assert all(cell.source.strip() for cell in notebook.cells)


def test_first_code_cell_sets_style(notebook):
    timer, first = [cell for cell in notebook.cells if cell.cell_type == "code"][:2]
    assert timer.metadata["tags"] == ["remove-cell"]
    assert timer.source == "import time\n\nstarted = time.perf_counter()"
    assert "use_book_style()" in first.source
    assert "import rnn_tutorial" in first.source or "from rnn_tutorial" in first.source


def test_figures_have_alternative_text(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code" and "plt.show()" in cell.source:
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt.split()) >= 4, f"no alternative text for the figure of:\n{cell.source}"


def test_nothing_is_displayed_beside_a_captioned_figure(notebook):
    """Caption and label go to every output of the cell: a table below the figure would be a second one of that name."""
    for cell in notebook.cells:
        if cell.metadata.get("mystnb", {}).get("figure"):
            last = ast.parse(cell.source).body[-1]
            shown = isinstance(last, ast.Expr) and not ast.unparse(last).startswith(("plt.show(", "glue("))
            assert not shown, f"{ast.unparse(last)!r} is displayed beside the captioned figure: give it its own cell"
            assert "checks.expect(" not in cell.source, "an expectation is displayed: give it its own cell"


def test_an_expectation_is_never_folded_away(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code" and "checks.expect(" in cell.source:
            tags = {"hide-cell", "hide-output", "remove-cell", "remove-output"} & {*cell.metadata.get("tags", [])}
            assert not tags, f"{tags} would hide what is expected by:\n{cell.source}"


def test_no_notebook_chooses_words(notebook):
    """Words that depend on numbers come from ``experiments.words``, each branch tested; formatting is free."""
    for source in code_of(notebook.cells):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.IfExp):
                texts = [n for n in (node.body, node.orelse) if is_text(n) and has_words(n)]
                assert not texts, f"words chosen in the notebook: {ast.unparse(node)}"
            if isinstance(node, ast.If):
                for statement in [*node.body, *node.orelse]:
                    if isinstance(statement, ast.Assign | ast.Return) and statement.value is not None:
                        words = is_text(statement.value) and has_words(statement.value)
                        assert not words, f"words chosen in the notebook: {ast.unparse(statement)}"


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def has_words(node: ast.expr) -> bool:
    """Two words or more, or one that is a word of its own: not a sign, a unit, a key or an empty text."""
    text = "".join(str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant))
    return len(re.findall(r"[a-z]{2,}", text)) >= 2


def test_no_notebook_asserts_on_time(notebook):
    for source in code_of(notebook.cells):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Assert) or (
                isinstance(node, ast.Call) and ast.unparse(node.func) == "checks.expect"
            ):
                assert not re.search(r"seconds|median_s|timing\b|perf_counter|elapsed", ast.unparse(node)), ast.unparse(
                    node
                )


def test_a_glued_number_says_how_many_decimals_it_has(notebook):
    """MyST reads a number anew before it formats it: by ``:,`` alone 10000 would be shown as 10,000.0."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    formats = re.findall(r"\{glue:text\}`[^`:]+(?:::[^`:]+)?:([^`]*)`", text)
    assert [form for form in formats if not re.fullmatch(r"[+,]*\.\d[fe%]|s", form)] == []


def test_cross_references_have_unique_names(notebook):
    names = [cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in notebook.cells]
    named = [name for name in names if name]
    assert len(named) == len(set(named))


# ---- chapters ------------------------------------------------------------------------------------------------


def test_headings_are_the_frame(chapter):
    assert headings(chapter, 2) == FRAME


def test_prove_it_asserts(chapter):
    assert any(asserts(source) for source in code_of(section(chapter, "Prove it")))


def test_code_is_shown_from_the_package(chapter):
    assert re.search(r"\{literalinclude\} \.\./rnn_tutorial/", markdown_of(chapter.cells))


def test_claims_are_handed_to_the_page_of_all_claims(chapter):
    """The page ``claims`` fetches the table by this name."""
    code = code_of(section(chapter, "The article's claims"))
    assert sum(bool(re.search(r'^glue\("claims", plotting\.claims_table\(\w+\)\)$', c, flags=re.M)) for c in code) == 1


def test_every_verdict_that_may_come_is_of_a_known_kind(chapter):
    """A budget shows one branch of each verdict; a function of ``experiments.words`` has a test of every branch."""
    (source,) = (c for c in code_of(section(chapter, "The article's claims")) if "claims_table" in c)
    (name,) = re.findall(r"claims_table\((\w+)\)", source)
    (rows,) = (
        node.value.elts
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name and isinstance(node.value, ast.List)
    )
    verdicts = [row.elts[2] for row in rows if isinstance(row, ast.Tuple)]
    assert verdicts
    for verdict in verdicts:
        if isinstance(verdict, ast.Constant):
            assert kind_of_verdict(str(verdict.value))
        else:
            assert isinstance(verdict, ast.Call), f"neither a text nor a function of words: {ast.unparse(verdict)}"
            name = ast.unparse(verdict.func)
            assert name.startswith("words.ch"), f"a verdict comes from experiments.words, not from {name}"


def test_list_of_claims_leads_to_every_chapter():
    """Which row belongs to which claim is known after the chapters have run; this much is known before."""
    claims = read_claims()
    tested = {claim.page for part in claims.values() for claim in part}
    assert tested == {path.stem for path in CHAPTERS}
    page = (layout.BOOK / "claims.md").read_text(encoding="utf-8")
    assert re.findall(r"^```\{claims-ledger\} (.+)\n```$", page, flags=re.M) == list(claims)
    for name in tested:
        label = f"claims-{name.partition('_')[2].replace('_', '-')}"
        assert f"({label})=" in (layout.BOOK / f"{name}.ipynb").read_text(encoding="utf-8")
    originals = [claim.original for part in claims.values() for claim in part]
    assert len(set(originals)) == len(originals)
    for text in originals:
        assert re.search(r"[\u4e00-\u9fff]", text), f"not in the article's language: {text}"


def test_fooled_has_a_puzzle(chapter):
    assert any("puzzle" in source for source in code_of(section(chapter, "Fooled?")))


def test_exercises_have_executed_solutions(chapter):
    text = markdown_of(chapter.cells)
    labels = re.findall(r"\{exercise[^}]*\}[^\n]*\n(?::[^\n]*\n)*?:label: *(\S+)", text)
    solved = re.findall(r"\{solution-start\} *(\S+)", text)
    assert len(labels) >= 5
    assert len(labels) == len(set(labels))
    assert set(labels) <= set(solved)
    assert text.count("{solution-start}") == text.count("{solution-end}")


def test_references_are_cited(chapter):
    assert "{bibliography}" in markdown_of(section(chapter, "References"))
    assert re.search(r"\{cite(:\w+)?\}`", markdown_of(chapter.cells))
