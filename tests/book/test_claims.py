"""The page of all claims counts what the chapters show, and counts again when a chapter shows something else."""

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from rnn_tutorial.plotting import claims_table
from tests.book.conftest import built_page
from tools import layout, sphinx_ext
from tools.claims import summary

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

```{claims-of} 01_one
```

```{claims-of} 02_two
```
"""
TOC = "format: jb-book\nroot: index\nchapters: [{file: 01_one}, {file: 02_two}, {file: claims}]\n"
INDEX = "# Index\n\n```{toctree}\n01_one\n02_two\nclaims\n```\n"


def write_chapter(path: Path, *verdicts: str) -> None:
    """Write a notebook as it is after execution, its table glued and shown."""
    table = claims_table([(f"claim {n}", "1 < 2", verdict) for n, verdict in enumerate(verdicts)])
    shown = {"text/plain": str(table), "text/html": table._repr_html_()}
    glued = {"scrapbook": {"name": "claims", "mime_prefix": ""}}
    cell = new_code_cell(
        'glue("claims", table)', execution_count=1, outputs=[new_output("display_data", shown, metadata=glued)]
    )
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=[new_markdown_cell(f"# Chapter {path.stem}"), cell], metadata=kernel), path)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of two chapters and the page of their claims."""
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in (("conf.py", CONF), ("claims.md", PAGE), ("_toc.yml", TOC), ("index.md", INDEX)):
        (folder / name).write_text(text, encoding="utf-8")
    write_chapter(folder / "01_one.ipynb", "holds", "holds only if b < c")
    write_chapter(folder / "02_two.ipynb", "does not hold", "holds here", "undecided: a draw")
    return folder


def build(book: Path) -> BeautifulSoup:
    """Build what is out of date, in a process of its own, warnings as errors; return the page of claims."""
    return built_page(book, "claims")


def counts(page: BeautifulSoup) -> list[list[str]]:
    return [
        [cell.get_text(strip=True) for cell in row.find_all("td")] for row in page.select("table.docutils tbody tr")
    ]


def test_counts_are_those_of_the_chapters_also_after_a_change(book):
    page = build(book)
    assert counts(page) == [
        ["Chapter 01_one", "1", "1", "0", "0"],
        ["Chapter 02_two", "1", "0", "1", "1"],
        ["All", "2", "1", "1", "1"],
    ]
    assert [link["href"] for link in page.select("table.docutils a")] == ["01_one.html", "02_two.html"]
    assert len(page.select(".cell_output table.rt-text")) == 2
    sentence = "Of the 5 verdicts on this page, 2 begin with “holds”, 1 with “holds only”, 1 with “does not hold” and 1"
    assert sentence in page.get_text()

    write_chapter(book / "02_two.ipynb", "holds", "holds")
    page = build(book)  # what has not changed is not read again: the page of claims has to be
    assert counts(page)[1:] == [["Chapter 02_two", "2", "0", "0", "0"], ["All", "3", "1", "0", "0"]]
    assert "a draw" not in page.get_text()


def test_tables_that_are_not_there_are_warnings(book):
    page = "# All claims\n\n```{claims-summary}\n```\n\n```{claims-of} 03_three\n```\n\n```{claims-of} index\n```\n"
    (book / "claims.md").write_text(page, encoding="utf-8")
    for name in ("01_one", "02_two"):
        nbformat.write(
            new_notebook(cells=[new_markdown_cell(f"# Chapter {name}")], metadata={}), book / f"{name}.ipynb"
        )
    with pytest.raises(AssertionError, match="no page has glued a table 'claims'") as caught:
        build(book)
    for line, name in ((6, "03_three"), (9, "index")):
        assert re.search(rf"claims.md:{line}.*'claims' not found in doc '{name}'", str(caught.value))


def test_sentence_adds_up():
    paragraph, _ = summary({"01_one": Counter({"holds": 2}), "02_two": Counter({"holds only": 3, "undecided": 1})})
    numbers = [int(number) for number in re.findall(r"\d+", paragraph.astext())]
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
