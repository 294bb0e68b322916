"""The built pages, for the tests that look at them."""

import os
from pathlib import Path

import pytest

from tools import layout


@pytest.fixture(scope="session")
def html() -> Path:
    """The folder of the built pages; without one the test is skipped, or fails where the pages are required."""
    if not (layout.HTML / "index.html").is_file():
        reason = "no built pages in _build/html: run `make book` first"
        if os.environ.get("RNN_TUTORIAL_REQUIRE_PAGES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return layout.HTML


def page_names() -> list[str]:
    """Names of the HTML files that the table of contents asks for."""
    return [source.with_suffix(".html").name for source in layout.pages()]
