r"""The difference between two pieces of code, coloured: how each chapter shows a network's step from its parent."""

import difflib
import html
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class CodeDiff:
    r"""A coloured diff that shows as HTML in a notebook and as ``+``/``-`` lines in a terminal."""

    lines: tuple[tuple[str, str], ...]
    title: str = ""

    def __str__(self) -> str:
        """Return the diff with ``+``, ``-`` or a blank before each line."""
        mark = {"add": "+ ", "del": "- ", "same": "  "}
        return "\n".join(mark[kind] + line for kind, line in self.lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        mark = {"add": "+", "del": "−", "same": " "}
        rows = "".join(
            f'<span class="rt-diff-{kind}" style="display:block">{mark[kind]} {html.escape(line)}</span>'
            for kind, line in self.lines
        )
        title = f'<div class="rt-diff-title">{html.escape(self.title)}</div>' if self.title else ""
        return f'{_FALLBACK_STYLE}<div class="rt-diff">{title}<pre>{rows}</pre></div>'


# JupyterLab does not load the book's style sheet; half-transparent colours read well on light and dark ground alike.
_FALLBACK_STYLE = (
    "<style>.rt-diff pre{line-height:1.45;overflow-x:auto}.rt-diff-title{font-weight:600;margin-bottom:.3em}"
    ".rt-diff-add{background:rgba(0,158,115,.22)}.rt-diff-del{background:rgba(213,94,0,.20)}</style>"
)


def code_diff(old: str, new: str, title: str = "") -> CodeDiff:
    r"""Colour what changes from ``old`` to ``new``, line by line.

    Args:
        old: The parent's source.
        new: The child's source.
        title: A line above the diff.

    Returns:
        An object that a notebook shows as coloured HTML; ``str`` of it is the same diff as plain text.

    Examples:
        >>> code_diff("h = tanh(a)", "h = o * tanh(c)")
        - h = tanh(a)
        + h = o * tanh(c)
    """
    return CodeDiff(tuple(_classify(old, new)), title)


def _classify(old: str, new: str) -> Iterator[tuple[str, str]]:
    kinds = {"+ ": "add", "- ": "del", "  ": "same"}
    for line in difflib.ndiff(old.strip("\n").splitlines(), new.strip("\n").splitlines()):
        if line[:2] in kinds:  # "? " lines only point at characters
            yield kinds[line[:2]], line[2:]
