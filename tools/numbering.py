"""Chapters, and what is counted in them, are numbered as their files are: ``00_sequences`` is chapter 0.

Sphinx numbers from 1 and counts figures, equations and exercises through the whole book; here each page begins anew.
A chapter's own number stands before: its second figure is 1.2, that of a page of reference is 2.
"""

import re
from collections.abc import Sequence
from typing import Any

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

Number = tuple[int, ...]


def chapter_number(docname: str) -> int | None:
    """Return the number in a chapter's file name; None for other pages."""
    found = re.match(r"(\d\d)_", docname)
    return int(found[1]) if found else None


def number_everything(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Replace Sphinx's numbers by ours, after its own collector has counted; nothing has been written yet."""
    for docname in env.found_docs:
        number = chapter_number(docname)
        if number is not None:
            _number_title(env, docname, number)
        prefix = () if number is None else (number,)
        for kind, counted in env.toc_fignumbers.get(docname, {}).items():
            env.toc_fignumbers[docname][kind] = renumbered(counted, prefix)
    return []


def renumbered(counted: dict[str, Number], prefix: Number) -> dict[str, Number]:
    """Count the things of one page from 1, in the order they had."""
    in_order = sorted(counted, key=lambda name: counted[name])
    return {name: (*prefix, place) for place, name in enumerate(in_order, start=1)}


def _number_title(env: BuildEnvironment, docname: str, number: int) -> None:
    """Number the page's title where it is shown: on the page, in the sidebar, and on the buttons to and from it."""
    env.titles[docname]["secnumber"] = [number]
    references = list(env.tocs[docname].findall(nodes.reference))
    references[0]["secnumber"] = [number]
    # An empty number for every heading below: one that is not listed would be given that of the title.
    env.toc_secnumbers[docname] = {reference["anchorname"]: () for reference in references}
    env.toc_secnumbers[docname][""] = (number,)


def chapter_role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Inliner,
    options: dict[str, Any] | None = None,
    content: Sequence[str] = (),
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Write a chapter's number, ``{chapter-number}`01_rnn```."""
    number = chapter_number(text)
    if number is None:
        message = inliner.reporter.error(f"{name}: {text!r} does not begin with a chapter's two digits", line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    return [nodes.Text(str(number))], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hook with Sphinx, behind its own."""
    app.add_role("chapter-number", chapter_role)
    app.connect("env-get-updated", number_everything, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
