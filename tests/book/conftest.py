"""The built pages, for the tests that look at them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from tools import layout
from tools.browser import chromium, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def html() -> Path:
    """The folder of the built pages; without one the test is skipped, or fails where the pages are required."""
    if not (layout.HTML / "index.html").is_file():
        reason = "no built pages in _build/html: run `make book` first"
        if os.environ.get("RNN_TUTORIAL_REQUIRE_PAGES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return layout.HTML


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A headless Chromium; without one the tests are skipped, or fail where a browser is required."""
    executable = find_chromium()
    if executable is None:
        reason = (
            "no Chromium found: install one (Debian: apt install chromium) or name it in RNN_TUTORIAL_CHROMIUM; "
            "that the pages work without a network was NOT tested"
        )
        if os.environ.get("RNN_TUTORIAL_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with chromium(executable) as started:
        yield started


def page_names() -> list[str]:
    """Names of the HTML files that the table of contents asks for."""
    return [source.with_suffix(".html").name for source in layout.pages()]


def built_page(book: Path, name: str) -> BeautifulSoup:
    """Build a small book with Sphinx, in a process of its own, warnings as errors; return one of its pages."""
    out = book.parent / "html"
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(book), str(out)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return BeautifulSoup((out / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
