"""``{figure-of} 10_your_own_data fig-own-forecast``: a chapter's figure, shown on another page.

It is not a copy: after all pages have been read, picture and caption are taken from where the chapter's code has put
them.
"""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from tools.tables import moved

logger = logging.getLogger(__name__)


class FigureOf(nodes.General, nodes.Element):
    """The place of a figure until all pages have been read."""


class FigureOfDirective(SphinxDirective):
    """Mark the place of a figure of a page, given by the page's and the figure's names."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Leave a mark: this page may be read before the chapter is."""
        mark = FigureOf(page=self.arguments[0], figure=self.arguments[1])
        self.set_source_info(mark)
        return [mark]


class ShowFigures(SphinxPostTransform):
    """Put the figure where the directive stood, under its caption and a link to its chapter."""

    default_priority = 5  # before references are resolved: the caption gets one

    def run(self, **kwargs: Any) -> None:
        """Replace every mark of the page."""
        for mark in list(self.document.findall(FigureOf)):
            found = self.find(mark["page"], mark["figure"])
            if found is None:
                logger.warning("figure-of: %s has no figure %r", mark["page"], mark["figure"], location=mark)
            mark.replace_self([] if found is None else [self.shown(*found, mark["page"], mark["figure"])])

    def find(self, page: str, name: str) -> tuple[nodes.image, nodes.caption] | None:
        """Return picture and caption of a page's figure; None where there is no such figure."""
        if page not in self.env.found_docs:
            return None
        for figure in self.env.get_doctree(page).findall(nodes.figure):
            image, caption = figure.next_node(nodes.image), figure.next_node(nodes.caption)
            if name in figure["names"] and image is not None and caption is not None:
                return image, caption
        return None

    def shown(self, image: nodes.image, caption: nodes.caption, page: str, name: str) -> nodes.figure:
        """Return a figure without a number: when Sphinx gave numbers, it was not yet there."""
        link = addnodes.pending_xref(
            "", nodes.inline(), refdomain="std", reftype="doc", reftarget=f"/{page}", refexplicit=False, refwarn=True
        )
        words = [moved(child, self.env.docname) for child in caption.children]
        said = nodes.caption("", "", *words, nodes.Text(" From "), link, nodes.Text("."))
        return nodes.figure("", image.deepcopy(), said, classes=["rt-figure-of"], ids=[f"shown-{name}"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive with Sphinx."""
    app.add_node(FigureOf)
    app.add_directive("figure-of", FigureOfDirective)
    app.add_post_transform(ShowFigures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
