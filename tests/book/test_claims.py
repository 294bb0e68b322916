"""The page of all claims has what the chapters found, and has it anew when a chapter finds something else."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from rnn_tutorial.plotting import claims_table
from tests.book.conftest import built_page
from tools import layout, sphinx_ext
from tools.claims import Claim, Found, match, summary

CONF = f"""
import sys
from pathlib import Path

sys.path.insert(0, {str(layout.ROOT)!r})

from tools import layout, sphinx_ext

layout.BOOK = Path(__file__).parent
sphinx_ext.fingerprint = lambda: "unchanged"
extensions = ["myst_nb", "tools.claims"]
nb_execution_mode = "off"
html_theme = "basic"


def setup(app):
    app.connect("env-get-outdated", sphinx_ext.reread_notebooks)
"""
PAGE = """
# All claims

```{claims-summary}
```

## First part

```{claims-ledger} First part
```

## Second part

```{claims-ledger} Second part
```
"""
CLAIMS = """
[[section]]
title = "First part"
claims = [
  { original = "一", says = "First", page = "01_one", row = "claim 0" },
  { original = "二 <三>", says = "Second", page = "02_two", row = "claim 0" },
]

[[section]]
title = "Second part"
claims = [{ original = "四", says = "Third", page = "01_one", row = "claim 1" }]
"""
TOC = "format: jb-book\nroot: index\nchapters: [{file: 01_one}, {file: 02_two}, {file: claims}]\n"
INDEX = "# Index\n\n```{toctree}\n01_one\n02_two\nclaims\n```\n"


def write_chapter(path: Path, *verdicts: str) -> None:
    """Write a notebook as it is after execution, its table glued and shown."""
    table = claims_table([(f"claim {n}", f"{n} < 2", verdict) for n, verdict in enumerate(verdicts)])
    shown = {"text/plain": str(table), "text/html": table._repr_html_()}
    glued = {"scrapbook": {"name": "claims", "mime_prefix": ""}}
    cell = new_code_cell(
        'glue("claims", table)', execution_count=1, outputs=[new_output("display_data", shown, metadata=glued)]
    )
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    label = f"claims-{path.stem[3:]}"
    text = new_markdown_cell(f"# Chapter {path.stem}\n\n({label})=\n## Its claims")
    nbformat.write(new_notebook(cells=[text, cell], metadata=kernel), path)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of two chapters and the page of their claims."""
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in (
        ("conf.py", CONF),
        ("claims.md", PAGE),
        ("_toc.yml", TOC),
        ("index.md", INDEX),
        ("claims.toml", CLAIMS),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    write_chapter(folder / "01_one.ipynb", "holds", "holds only if b < c")
    write_chapter(folder / "02_two.ipynb", "does not hold")
    return folder


def build(book: Path) -> BeautifulSoup:
    """Build what is out of date, in a process of its own, warnings as errors; return the page of claims."""
    return built_page(book, "claims")


def cells(page: BeautifulSoup, tables: str) -> list[list[str]]:
    """Return the rows of the tables that a selector finds."""
    return [
        [cell.get_text("|", strip=True) for cell in row.find_all("td")] for row in page.select(f"{tables} tbody tr")
    ]


COUNTS, LEDGER = "table.docutils:not(.rt-claims)", "table.rt-claims"


def test_ledger_has_what_the_chapters_found_also_after_a_change(book):
    page = build(book)
    assert cells(page, LEDGER) == [
        ["First|一", "0 < 2 (|Chapter 01_one|)", "holds"],
        ["Second|二 <三>", "0 < 2 (|Chapter 02_two|)", "does not hold"],
        ["Third|四", "1 < 2 (|Chapter 01_one|)", "holds only if b < c"],
    ]
    assert [link["href"] for link in page.select(f"{LEDGER} a")] == [
        f"{name}.html#claims-{name[3:]}" for name in ("01_one", "02_two", "01_one")
    ]
    assert [tag["class"] for tag in page.select(f"{LEDGER} .rt-verdict")] == [
        ["rt-verdict", f"rt-{kind}"] for kind in ("holds", "does-not-hold", "holds-only")
    ]
    assert {tag["lang"] for tag in page.select(f"{LEDGER} .rt-original")} == {"zh"}
    assert cells(page, COUNTS) == [
        ["First part", "1", "0", "1", "0"],
        ["Second part", "0", "1", "0", "0"],
        ["All", "1", "1", "1", "0"],
    ]

    write_chapter(book / "02_two.ipynb", "undecided: a draw")
    page = build(book)  # what has not changed is not read again: the page of claims has to be
    assert cells(page, LEDGER)[1][2] == "undecided: a draw"
    assert cells(page, COUNTS)[0] == ["First part", "1", "0", "0", "1"]


def test_a_list_out_of_step_is_a_warning(book):
    (book / "claims.toml").write_text(CLAIMS.replace("Second part", "Other part"), encoding="utf-8")
    with pytest.raises(AssertionError, match=r"claims: the page has tables for .*Second part.*has .*Other part"):
        build(book)


def test_rows_and_claims_are_paired_one_to_one():
    rows: dict[str, list[tuple[str, ...]]] = {
        "01_one": [("1. a", "x", "holds"), ("2. b", "y", "undecided")],
        "02_two": [],
    }
    first, second = (Claim("", "", "01_one", start) for start in ("1.", "2."))
    assert match({"p": [first, second]}, rows) == {"p": [Found(first, "x", "holds"), Found(second, "y", "undecided")]}
    with pytest.raises(ValueError, match=r"no claim of book/claims.toml names: \{'01_one': \['2. b'\]\}"):
        match({"p": [first]}, rows)
    with pytest.raises(ValueError, match="0 rows of 01_one"):
        match({"p": [first, second, second]}, rows)
    with pytest.raises(ValueError, match="2 rows of 01_one"):
        match({"p": [Claim("", "", "01_one", "")]}, rows)
    with pytest.raises(ValueError, match="0 rows of 03_none"):
        match({"p": [Claim("", "", "03_none", "1.")]}, rows)


def test_sentence_adds_up():
    verdicts = ["holds", "holds", "holds only here", "holds only there", "holds only", "undecided"]
    found = {"a": [Found(Claim("", "", "", ""), "", verdict) for verdict in verdicts]}
    numbers = [int(number) for number in re.findall(r"\d+", summary(found)[0].astext())]
    assert numbers == [6, 2, 3, 0, 1]


class Environment:
    """What of Sphinx's environment the hook looks at."""

    found_docs = frozenset({"index", "claims", "status", "01_rnn", "notation"})

    def doc2path(self, doc: str) -> str:
        return f"{doc}.ipynb" if doc == "01_rnn" else f"{doc}.md"


def test_pages_that_show_other_pages_results_are_always_read(monkeypatch):
    monkeypatch.setattr(sphinx_ext, "fingerprint", lambda: "one")
    environment = Environment()

    def read() -> list[str]:
        return sorted(sphinx_ext.reread_notebooks(None, environment, set(), set(), set()))

    assert read() == ["01_rnn", "claims", "index", "status"]
    assert read() == ["claims", "index", "status"]
    monkeypatch.setattr(sphinx_ext, "fingerprint", lambda: "other")
    assert read() == ["01_rnn", "claims", "index", "status"]
