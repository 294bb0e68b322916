"""The page of all claims: ``{claims-ledger} PART``, those of a part of the article, and ``{claims-summary}``, a count.

What the article says stands in ``book/claims.toml``, in its order. What was measured and the verdict are not copied:
they are taken from the tables that the chapters have glued in the same build, after all pages have been read.
"""

import html
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.ext.glue.crossref import read_glue_cache
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from tools import layout
from tools.tables import table

logger = logging.getLogger(__name__)

KEY = "claims"  # under which every chapter glues its table
HEADINGS = ("The article says", "We measured", "Verdict")


@dataclass(frozen=True)
class Claim:
    """A sentence of the article, in its words and in ours, and the row of a chapter that puts it to the test."""

    original: str
    says: str
    page: str
    row: str


@dataclass(frozen=True)
class Found:
    """What a chapter's row says of a claim."""

    claim: Claim
    measured: str
    verdict: str


class Ledger(nodes.General, nodes.Element):
    """The place of a table until the chapters' outputs are known; ``part`` of the article it is for."""


class Summary(nodes.General, nodes.Element):
    """The place of the summary until then."""


class LedgerDirective(SphinxDirective):
    """Mark the place of a part's table: this page may be read before the chapters are."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Leave a mark."""
        self.env.note_dependency(str(layout.BOOK / "claims.toml"))
        return [Ledger(part=self.arguments[0])]


class SummaryDirective(SphinxDirective):
    """Mark the place of the summary."""

    def run(self) -> list[nodes.Node]:
        """Leave a mark."""
        return [Summary()]


class FillIn(SphinxPostTransform):
    """Put the tables where the directives stood."""

    default_priority = 5  # before references are resolved: the rows have some

    def run(self, **kwargs: Any) -> None:
        """Replace every mark of the page."""
        ledgers, summaries = list(self.document.findall(Ledger)), list(self.document.findall(Summary))
        if not (ledgers or summaries):
            return
        try:
            found = match(read_claims(), {source.stem: self.rows(source.stem) for source in layout.notebooks()})
            if (placed := [mark["part"] for mark in ledgers]) != list(found):
                raise ValueError(f"the page has tables for {placed}, book/claims.toml has {list(found)}")
        except ValueError as error:
            logger.warning("claims: %s", error, location=(self.env.docname, None))
            found = {}
        for mark in ledgers:
            mark.replace_self([self.ledger(found[mark["part"]])] if found else [])
        for mark in summaries:
            mark.replace_self(summary(found))

    def ledger(self, claims: list[Found]) -> nodes.table:
        """Return the table of a part of the article."""
        rows = [[_said(one.claim), self.measured(one), _verdict(one.verdict)] for one in claims]
        return table(HEADINGS, rows, "rt-claims")

    def measured(self, one: Found) -> nodes.Node:
        """Return the evidence, and a link to the section that has it; Sphinx fills it in."""
        page = one.claim.page
        label = f"claims-{page.partition('_')[2].replace('_', '-')}"
        link = addnodes.pending_xref(
            "",
            nodes.inline(text=self.env.titles[page].astext()),
            refdomain="std",
            reftype="ref",
            reftarget=label,
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=True,
        )
        return nodes.paragraph("", "", nodes.Text(f"{one.measured} ("), link, nodes.Text(")"))

    def rows(self, docname: str) -> list[tuple[str, ...]]:
        """Return the rows of a page's table: claim, what was measured, verdict; none where it has no table."""
        glued = read_glue_cache(self.env.mystnb_config.output_folder, docname).get(KEY)
        if glued is None:
            return []
        rows = BeautifulSoup(glued["data"]["text/html"], "html.parser").select("tbody tr")
        return [tuple(cell.get_text() for cell in row.find_all("td")) for row in rows]


def read_claims() -> dict[str, list[Claim]]:
    """Return the claims of each section of the article."""
    sections = tomllib.loads((layout.BOOK / "claims.toml").read_text(encoding="utf-8"))["section"]
    return {section["title"]: [Claim(**claim) for claim in section["claims"]] for section in sections}


def match(claims: dict[str, list[Claim]], rows: dict[str, list[tuple[str, ...]]]) -> dict[str, list[Found]]:
    """Find the row of every claim.

    Raises:
        ValueError: A claim without a row or with two, a row without a claim, or one row for two claims: one claim is
            measured once.
    """
    left = {page: list(found) for page, found in rows.items()}

    def find(claim: Claim) -> Found:
        fitting = [row for row in left.get(claim.page, []) if row[0].startswith(claim.row)]
        if len(fitting) != 1:
            raise ValueError(
                f"{len(fitting)} rows of {claim.page}'s table begin with {claim.row!r}, which should be one; rows that "
                f"are left: {[row[0] for row in left.get(claim.page, [])]}. Bring book/claims.toml in step."
            )
        left[claim.page].remove(fitting[0])
        _, measured, verdict = fitting[0]
        return Found(claim, measured, verdict)

    found = {section: [find(claim) for claim in listed] for section, listed in claims.items()}
    if over := {page: [row[0] for row in rest] for page, rest in left.items() if rest}:
        raise ValueError(f"rows of chapters that no claim of book/claims.toml names: {over}")
    return found


def summary(found: dict[str, list[Found]]) -> list[nodes.Node]:
    """Return the sentence and the table that count the verdicts."""
    from rnn_tutorial.plotting import VERDICTS, kind_of_verdict

    counts = {title: Counter(kind_of_verdict(one.verdict) for one in claims) for title, claims in found.items()}
    total = sum(counts.values(), Counter())
    n = {kind: str(total[kind]) for kind in VERDICTS}
    sentence = (
        f"Of {total.total()} claims, {n['holds']} hold, {n['holds only']} hold only under a condition or in part, "
        f"{n['does not hold']} do not hold and {n['undecided']} are undecided."
    )
    rows: list[list[str | nodes.Node]] = [
        [title, *(str(count[kind]) for kind in VERDICTS)] for title, count in counts.items()
    ]
    rows.append(["All", *n.values()])
    return [nodes.paragraph(text=sentence), table(("Part of the article", *VERDICTS), rows)]


def _said(claim: Claim) -> nodes.Node:
    """Return our words, and the article's below them, marked as Chinese for browsers and screen readers."""
    original = f'<span class="rt-original" lang="zh">{html.escape(claim.original)}</span>'
    return nodes.paragraph("", "", nodes.Text(claim.says), nodes.raw("", original, format="html"))


def _verdict(verdict: str) -> nodes.Node:
    """Return the verdict in the colour and with the sign of its kind."""
    from rnn_tutorial.plotting import kind_of_verdict

    kind = nodes.make_id(kind_of_verdict(verdict))
    return nodes.paragraph("", "", nodes.inline(text=verdict, classes=["rt-verdict", f"rt-{kind}"]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives with Sphinx."""
    app.add_node(Ledger)
    app.add_node(Summary)
    app.add_directive("claims-ledger", LedgerDirective)
    app.add_directive("claims-summary", SummaryDirective)
    app.add_post_transform(FillIn)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
