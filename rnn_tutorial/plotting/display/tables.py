r"""Tables of words: what an article claims beside what was measured, defects beside their repairs."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

CLAIMS = ("The article says", "We measured", "Verdict")
VERDICTS = ("holds", "holds only", "does not hold", "undecided")


@dataclass(frozen=True)
class TextTable:
    """Rows of text under headings: HTML in a notebook, one block of lines a row in a terminal.

    Examples:
        >>> print(TextTable(("Layer", "Gates"), (("LSTM", "four"), ("GRU", "two"))))
        Layer LSTM
        Gates four
        <BLANKLINE>
        Layer GRU
        Gates two
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_headings: bool = False

    def __str__(self) -> str:
        """Return one block of lines a row, each line with its heading."""
        width = max(map(len, self.headings))
        return "\n\n".join(
            "\n".join(f"{heading:{width}} {text}" for heading, text in zip(self.headings, row, strict=True))
            for row in self.rows
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(heading)}</th>" for heading in self.headings)
        body = "".join(f"<tr>{self._row_html(row)}</tr>" for row in self.rows)
        kind = "rt-text rt-entries" if self.row_headings else "rt-text"
        return f'<table class="dataframe {kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def _row_html(self, row: tuple[str, ...]) -> str:
        tags = ["th" if self.row_headings else "td"] + ["td"] * (len(row) - 1)
        return "".join(f"<{tag}>{html.escape(text)}</{tag}>" for tag, text in zip(tags, row, strict=True))


class ClaimsTable(TextTable):
    """A table whose last column are verdicts: in HTML each has the class of its kind, for its colour and sign."""

    def _row_html(self, row: tuple[str, ...]) -> str:
        kind = kind_of_verdict(row[-1]).replace(" ", "-")
        *cells, verdict = (html.escape(text) for text in row)
        shown = "".join(f"<td>{cell}</td>" for cell in cells)
        return f'{shown}<td><span class="rt-verdict rt-{kind}">{verdict}</span></td>'


def text_table(headings: Sequence[str], rows: Sequence[Sequence[str]], row_headings: bool = False) -> TextTable:
    r"""Return texts in columns; the last column, where the point of a row is, stands out.

    Args:
        headings: One for each column.
        rows: As many texts in each as there are headings; none of them empty.
        row_headings: The first text of a row is its heading, as in a dictionary; then no column stands out.

    Raises:
        ValueError: A row with another number of texts, or an empty one.

    Examples:
        >>> text_table(("Layer", "Gates"), [("LSTM", "four")])
        Layer LSTM
        Gates four
    """
    for row in rows:
        if len(row) != len(headings) or not all(isinstance(text, str) and text for text in row):
            raise ValueError(f"a row should be {len(headings)} texts, {', '.join(headings)}; got {row!r}")
    return TextTable(tuple(headings), tuple(tuple(row) for row in rows), row_headings)


def claims_table(rows: Sequence[tuple[str, str, str]]) -> TextTable:
    r"""Return the claims of an article beside what was measured and the verdict.

    Args:
        rows: (claim in our words, experiment and numbers, verdict), made by code. The verdict begins as
            :func:`kind_of_verdict` wants it.

    Raises:
        ValueError: A row that is not three texts, or an empty one; a verdict that begins otherwise.

    Examples:
        >>> print(claims_table([("it is faster", "3 s against 2 s", "does not hold")]))
        The article says it is faster
        We measured      3 s against 2 s
        Verdict          does not hold
    """
    table = text_table(CLAIMS, rows)
    for *_, verdict in table.rows:
        kind_of_verdict(verdict)
    return ClaimsTable(table.headings, table.rows)


def kind_of_verdict(verdict: str) -> str:
    r"""Return with which of the four kinds a verdict begins, so that verdicts can be counted.

    Args:
        verdict: "holds", "holds only …", "does not hold" or "undecided", and what else there is to say.

    Raises:
        ValueError: It begins with something else.

    Examples:
        >>> kind_of_verdict("holds only for short series")
        'holds only'
    """
    kinds = [kind for kind in VERDICTS if re.match(rf"{kind}\b", verdict)]
    if not kinds:
        raise ValueError(f"a verdict should begin with one of {', '.join(VERDICTS)}; got {verdict!r}")
    return max(kinds, key=len)  # "holds only" is "holds" as well
