"""Docutils nodes for the directives of this folder: tables, and parts of other pages."""

from collections.abc import Sequence

from docutils import nodes
from sphinx import addnodes


def table(header: Sequence[str], rows: Sequence[Sequence[str | nodes.Node]], *classes: str) -> nodes.table:
    """Return a table; its cells are texts or nodes, its classes those of CSS."""
    result = nodes.table(classes=["colwidths-auto", *classes])
    group = nodes.tgroup(cols=len(header))
    result += group
    for _ in header:
        group += nodes.colspec(colwidth=1)
    head, body = nodes.thead(), nodes.tbody()
    group += [head, body]
    head += _row(header)
    body += [_row(row) for row in rows]
    return result


def moved(node: nodes.Node, docname: str) -> nodes.Node:
    """Return a copy of a part of another page for this one: its references start from here."""
    copy = node.deepcopy()
    for reference in copy.findall(addnodes.pending_xref):
        reference["refdoc"] = docname
    return copy


def _row(cells: Sequence[str | nodes.Node]) -> nodes.row:
    row = nodes.row()
    row += [nodes.entry("", nodes.paragraph(text=cell) if isinstance(cell, str) else cell) for cell in cells]
    return row
