"""The table of contents and the folder must agree: a forgotten page would be neither shown nor tested."""

from pathlib import Path

import pytest

from tools import layout

TOC = """
format: jb-book
root: index
parts:
  - caption: A
    chapters:
      - file: one
        sections:
          - file: two
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "_toc.yml").write_text(TOC)
    for name in ("index.md", "one.ipynb", "two.md"):
        (tmp_path / name).touch()
    monkeypatch.setattr(layout, "BOOK", tmp_path)
    return tmp_path


def test_pages_in_reading_order(book):
    assert [page.name for page in layout.pages()] == ["index.md", "one.ipynb", "two.md"]
    assert [page.name for page in layout.notebooks()] == ["one.ipynb"]
    layout.check()


def test_forgotten_notebook(book):
    (book / "three.ipynb").touch()
    with pytest.raises(layout.LayoutError, match=r"not in book/_toc.yml: three\.ipynb"):
        layout.check()


def test_missing_page(book):
    (book / "two.md").unlink()
    with pytest.raises(layout.LayoutError, match="'two', for which book/ has no file"):
        layout.check()


def test_ambiguous_page(book):
    (book / "two.ipynb").touch()
    with pytest.raises(layout.LayoutError, match="two files"):
        layout.pages()


def test_repeated_page(book):
    (book / "_toc.yml").write_text(TOC.replace("file: two", "file: one"))
    with pytest.raises(layout.LayoutError, match="listed twice"):
        layout.pages()
