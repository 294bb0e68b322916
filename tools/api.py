"""For the package's reference: ``{api-names} api_layers``, a table of a page's names, and where chapters use a name.

Neither is typed. Names and their first sentences come from the page itself, the chapters from the notebooks' imports.
"""

from functools import reduce
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from rnn_tutorial.experiments.words.common import listed
from tools import layout
from tools.numbering import chapter_number
from tools.tables import moved, table
from tools.uses import PACKAGE, key, uses

logger = logging.getLogger(__name__)

LISTED = ("class", "exception", "function")


def add_chapters(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """End a name's entry with links to the pages whose code uses it."""
    docnames = uses().get(key(obj), [])
    for docname in docnames:
        app.env.note_dependency(layout.BOOK / f"{docname}.ipynb")
    if docnames:
        lines += ["", ".. container:: rt-used-in", "", f"   Used in {_sentence(docnames)}.", ""]


def _sentence(docnames: list[str]) -> str:
    """Write the chapters by their numbers, then other pages by their titles."""
    chapters = [f":doc:`{chapter_number(name)} </{name}>`" for name in docnames if chapter_number(name) is not None]
    others = [f":doc:`/{name}`" for name in docnames if chapter_number(name) is None]
    word = "chapter" if len(chapters) == 1 else "chapters"
    return " and in ".join([*([f"{word} {listed(chapters)}"] if chapters else []), *others])


class ApiNames(nodes.General, nodes.Element):
    """The place of a page's table until all pages have been read."""


class ApiNamesDirective(SphinxDirective):
    """Mark the place of a table of the names that a page explains."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave a mark."""
        mark = ApiNames(page=self.arguments[0])
        self.set_source_info(mark)
        return [mark]


class ListNames(SphinxPostTransform):
    """Put a table, a row a name, where the directive stood."""

    default_priority = 5  # before references are resolved: first sentences have some

    def run(self, **kwargs: Any) -> None:
        """Replace every mark of the page."""
        for mark in list(self.document.findall(ApiNames)):
            rows = self.rows(mark["page"])
            if not rows:
                logger.warning("api-names: the page %r explains no name", mark["page"], location=mark)
            mark.replace_self([table(("Name", "What it is", "Used in chapter"), rows, "rt-names")] if rows else [])

    def rows(self, page: str) -> list[list[str | nodes.Node]]:
        """Return name, first sentence and chapters of every class and function of a page, in its order."""
        if page not in self.env.found_docs:
            return []
        entries = self.env.domaindata["py"]["objects"]
        rows: list[list[str | nodes.Node]] = []
        for description in self.env.get_doctree(page).findall(addnodes.desc):
            signature = description.next_node(addnodes.desc_signature)
            full = f"{signature['module']}.{signature['fullname']}" if signature and signature.get("ids") else ""
            if full not in entries or description["objtype"] not in LISTED:
                continue
            literal = nodes.literal("", as_typed(full), classes=["py"])
            link = make_refnode(self.app.builder, self.env.docname, page, entries[full].node_id, literal, full)
            rows.append(
                [nodes.paragraph("", "", link), first_sentence(description, self.env.docname), self.chapters(full)]
            )
        return rows

    def chapters(self, full: str) -> nodes.Node:
        """Return links to the pages that use a name: chapters under their numbers, others under their files' names."""
        links = nodes.paragraph()
        for docname in uses().get(key(named(full)), []):
            number = chapter_number(docname)
            text = nodes.Text(docname if number is None else str(number))
            links += [nodes.Text(" ")] if links.children else []
            links += make_refnode(self.app.builder, self.env.docname, docname, "", text)
        return links


def named(full: str) -> Any:
    """Return the object of a name that the reference lists."""
    return reduce(getattr, full.split(".")[1:], __import__(PACKAGE))


def as_typed(full: str) -> str:
    """Write a name as readers type it: ``rt.LSTM`` where the package itself has it, else by its folder."""
    package, short = __import__(PACKAGE), full.rpartition(".")[2]
    if getattr(package, short, None) is named(full):
        return f"rt.{short}"
    return f"rt.{full.partition('.')[2]}"


def first_sentence(description: addnodes.desc, docname: str) -> nodes.Node:
    """Return what an entry begins with, for another page."""
    content = description.next_node(addnodes.desc_content)
    paragraph = content.next_node(nodes.paragraph) if content is not None else None
    return moved(paragraph, docname) if paragraph is not None else nodes.paragraph()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register directive and hook with Sphinx."""
    app.add_node(ApiNames)
    app.add_directive("api-names", ApiNamesDirective)
    app.add_post_transform(ListNames)
    app.connect("autodoc-process-docstring", add_chapters, priority=900)  # after napoleon has read the docstring
    return {"parallel_read_safe": True, "parallel_write_safe": True}
