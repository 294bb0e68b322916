"""Long lines of code are folded where the column ends, and go on four characters further in than they began.

Code that scrolls sideways hides its right half. Folding alone would hide the indentation, which in Python is meaning:
so each line that may be too long on some screen gets a frame of its own, which says how far it is indented.
"""

import html
import re
from typing import Any

from sphinx.application import Sphinx

BLOCK = re.compile(r'(<div class="highlight"><pre>(?:<span></span>)?)(.*?)(</pre>)', flags=re.DOTALL)
TAG = re.compile(r"<(/?)(\w+)[^>]*>")
SHORT = 40  # characters that fit on a phone


def fold_code(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Frame the long lines of a page's code, before the page is written."""
    if "body" in context:
        context["body"] = BLOCK.sub(lambda found: found[1] + framed(found[2]) + found[3], context["body"])


def framed(block: str) -> str:
    """Frame the long lines of highlighted code; its text stays the same."""
    return "".join(_frame(line) if _may_fold(line) else line for line in block.splitlines(keepends=True))


def _may_fold(line: str) -> bool:
    return len(_text(line)) > SHORT and _is_whole(line)


def _frame(line: str) -> str:
    text = _text(line)
    indent = len(text) - len(text.lstrip(" "))
    return f'<span class="rt-line" style="--rt-indent: {indent}ch">{line}</span>'


def _text(line: str) -> str:
    return html.unescape(TAG.sub("", line)).rstrip("\n")


def _is_whole(line: str) -> bool:
    """Whether every tag that is opened in a line is closed in it: a frame may not cut through another."""
    still_open: list[str] = []
    for closing, name in TAG.findall(line):
        if not closing:
            still_open.append(name)
        elif not still_open or still_open.pop() != name:
            return False
    return not still_open


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hook with Sphinx."""
    app.connect("html-page-context", fold_code, priority=900)  # after names have become links
    return {"parallel_read_safe": True, "parallel_write_safe": True}
