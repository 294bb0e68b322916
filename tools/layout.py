"""Where things lie, and what the table of contents says about them."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
PACKAGE = ROOT / "rnn_tutorial"
BUILD = ROOT / "_build"
HTML = BUILD / "html"
CACHE = BUILD / ".jupyter_cache"  # where myst-nb looks by default: beside the HTML


class LayoutError(Exception):
    """The book's folder and its table of contents disagree."""


def pages() -> list[Path]:
    """Return the source file of every entry of ``_toc.yml``, in reading order.

    Raises:
        LayoutError: If an entry has no file, has two, or is listed twice.
    """
    toc = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    names = _names(toc)
    if repeated := sorted({n for n in names if names.count(n) > 1}):
        raise LayoutError(f"listed twice in book/_toc.yml: {', '.join(repeated)}")
    return [_source_of(name) for name in names]


def notebooks() -> list[Path]:
    """Return the notebooks among the pages, in reading order."""
    return [page for page in pages() if page.suffix == ".ipynb"]


def check() -> None:
    """Raise LayoutError if a page lies in ``book/`` that the table of contents does not list."""
    listed = set(pages())
    found = {path for suffix in ("ipynb", "md") for path in BOOK.glob(f"*.{suffix}")}
    if forgotten := sorted(path.name for path in found - listed):
        raise LayoutError(
            f"not in book/_toc.yml: {', '.join(forgotten)}. Add a line `- file: NAME` there, or move the file away: "
            "a page outside the table of contents is neither shown nor tested."
        )


def _names(node: Any) -> list[str]:
    """Collect `root` and every `file` below parts, chapters and sections."""
    if isinstance(node, list):
        return [name for child in node for name in _names(child)]
    if not isinstance(node, dict):
        return []
    own = [str(node[key]) for key in ("root", "file") if key in node]
    return own + [name for key in ("parts", "chapters", "sections") for name in _names(node.get(key))]


def _source_of(name: str) -> Path:
    stem = BOOK / name
    candidates = [stem] if stem.suffix in {".ipynb", ".md"} else [BOOK / f"{name}{s}" for s in (".ipynb", ".md")]
    found = [path for path in candidates if path.is_file()]
    if len(found) != 1:
        what = "no file" if not found else "two files, " + " and ".join(p.name for p in found)
        raise LayoutError(f"book/_toc.yml lists {name!r}, for which book/ has {what}")
    return found[0]
