"""What the pages offer of the reader's edition: the download button, and buttons that run a chapter elsewhere."""

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from tools import layout
from tools.reader import opening
from tools.reader.edition import FOLDER


def offer_launchers(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Add a group of buttons to the page of a notebook: Colab, Kaggle, Binder."""
    if not (layout.BOOK / f"{pagename}.ipynb").is_file():
        return
    buttons = [
        {"type": "link", "text": name, "tooltip": f"Run this chapter on {name}", "icon": "fas fa-play", "url": address}
        for name, address in opening.launchers(pagename).items()
    ]
    group = {
        "type": "group",
        "tooltip": "Run this chapter elsewhere",
        "icon": "fas fa-rocket",
        "buttons": buttons,
        "label": "launch-buttons",
    }
    context["header_buttons"].append(group)


def replace_downloads(app: Sphinx, error: Exception | None) -> None:
    """Put the reader's edition where the download button of a notebook's page leads; the source is for the builder."""
    if error is not None or app.builder.name != "html":
        return
    for source in layout.notebooks():
        download = Path(app.outdir) / "_sources" / source.name
        if download.is_file():
            shutil.copyfile(FOLDER / source.name, download)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", offer_launchers, priority=800)  # after the theme has made its list of buttons
    app.connect("build-finished", replace_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
