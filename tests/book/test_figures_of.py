"""A chapter's figure on another page is the chapter's own, and one that is not there is a warning."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from PIL import Image

from tests.book.conftest import built_page
from tools import layout

CONF = f"""
import sys

sys.path.insert(0, {str(layout.ROOT)!r})
extensions = ["myst_parser", "tools.figures"]
html_theme = "basic"
numfig = True
"""
CHAPTER = "# Chapter one\n\n```{figure} picture.png\n:name: fig-one\n:alt: A grey square.\n\nA square, $a = b$.\n```\n"
INDEX = "# Index\n\n```{{figure-of}} 01_one {}\n```\n\n```{{toctree}}\n01_one\n```\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    Image.new("L", (8, 8), 128).save(folder / "picture.png")
    for name, text in (("conf.py", CONF), ("01_one.md", CHAPTER), ("index.md", INDEX.format("fig-one"))):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def build(book: Path) -> BeautifulSoup:
    return built_page(book, "index")


def test_picture_caption_and_link(book):
    figure = build(book).select_one("figure.rt-figure-of")
    assert isinstance(figure, Tag)
    assert [(image["src"], image["alt"]) for image in figure.select("img")] == [
        ("_images/picture.png", "A grey square.")
    ]
    assert " ".join(figure.get_text().split()).startswith("A square,")
    assert [link["href"] for link in figure.select("figcaption a.internal")] == ["01_one.html"]
    assert "Fig." not in figure.get_text()


def test_a_figure_that_is_not_there_is_a_warning(book):
    (book / "index.md").write_text(INDEX.format("fig-two"), encoding="utf-8")
    with pytest.raises(AssertionError, match=r"index.md:3.*01_one has no figure 'fig-two'"):
        build(book)
