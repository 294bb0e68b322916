"""For the page of all claims: ``{claims-of} 01_rnn``, a chapter's table, and ``{claims-summary}``, a count of verdicts.

Neither is a copy. Both are taken from what the chapters have glued in the same build, after all pages have been read.
"""

from collections import Counter
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.ext.glue.crossref import read_glue_cache
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from tools import layout
from tools.tables import table

logger = logging.getLogger(__name__)

KEY = "claims"  # under which every chapter glues its table


class ClaimsOfDirective(SphinxDirective):
    """Show the table of a chapter.

    It is myst-nb's ``{glue}`` with ``:doc:``, in the frame of a cell's output, so that it looks as in the chapter.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave myst-nb's own mark, which it replaces by the output, or by a warning where there is none."""
        frame = nodes.container(classes=["cell_output", "rt-claims"])
        reference = PendingGlueReference(refdoc=self.arguments[0], key=KEY)
        self.set_source_info(reference)
        frame += reference
        return [frame]


class ClaimsSummary(nodes.General, nodes.Element):
    """The place of the summary until the chapters' outputs are known."""


class ClaimsSummaryDirective(SphinxDirective):
    """Mark the place of the summary."""

    def run(self) -> list[nodes.Node]:
        """Leave a mark: this page may be read before the chapters are."""
        return [ClaimsSummary()]


class CountVerdicts(SphinxPostTransform):
    """Put a table of counts, a row a chapter, where the directive stood."""

    default_priority = 5  # before references are resolved: the rows have some

    def run(self, **kwargs: Any) -> None:
        """Replace every mark of the page."""
        for mark in list(self.document.findall(ClaimsSummary)):
            counts = {source.stem: self.verdicts(source.stem) for source in layout.notebooks()}
            counts = {name: count for name, count in counts.items() if count}
            if not counts:
                logger.warning("claims-summary: no page has glued a table %r", KEY, location=mark)
            mark.replace_self(summary(counts))

    def verdicts(self, docname: str) -> Counter[str]:
        """Count the kinds of verdict in a page's table; nothing where it has none."""
        from rnn_tutorial.plotting import kind_of_verdict

        glued = read_glue_cache(self.env.mystnb_config.output_folder, docname).get(KEY)
        if glued is None:
            return Counter()
        rows = BeautifulSoup(glued["data"]["text/html"], "html.parser").select("tbody tr")
        return Counter(kind_of_verdict(row.find_all("td")[-1].get_text()) for row in rows)


def summary(counts: dict[str, Counter[str]]) -> list[nodes.Node]:
    """Return the sentence and the table for the counts of each page."""
    from rnn_tutorial.plotting import VERDICTS

    total = sum(counts.values(), Counter())
    n = {kind: str(total[kind]) for kind in VERDICTS}
    sentence = (
        f"Of the {total.total()} verdicts on this page, {n['holds']} begin with “holds”, {n['holds only']} with "
        f"“holds only”, {n['does not hold']} with “does not hold” and {n['undecided']} with “undecided”."
    )
    rows: list[list[str | nodes.Node]] = [
        [_link(page), *(str(count[kind]) for kind in VERDICTS)] for page, count in counts.items()
    ]
    rows.append(["All", *n.values()])
    return [nodes.paragraph(text=sentence), table(("Chapter", *VERDICTS), rows)]


def _link(docname: str) -> nodes.Node:
    """Return a link to a page, under its title; Sphinx fills it in."""
    link = addnodes.pending_xref(
        "", nodes.inline(), refdomain="std", reftype="doc", reftarget=f"/{docname}", refexplicit=False, refwarn=True
    )
    return nodes.paragraph("", "", link)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives with Sphinx."""
    app.add_node(ClaimsSummary)
    app.add_directive("claims-of", ClaimsOfDirective)
    app.add_directive("claims-summary", ClaimsSummaryDirective)
    app.add_post_transform(CountVerdicts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
