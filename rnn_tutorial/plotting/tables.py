r"""The table that closes each chapter's trial of the article: claim, measurement, verdict."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("The article says", "We measured", "Verdict")


@dataclass(frozen=True)
class ClaimsTable:
    """Rows of (claim, measurement, verdict): HTML in a notebook, plain lines in a terminal."""

    rows: tuple[tuple[str, str, str], ...]

    def __str__(self) -> str:
        """Return one block of three lines a claim."""
        return "\n\n".join(
            "\n".join(f"{heading:16} {text}" for heading, text in zip(HEADINGS, row, strict=True)) for row in self.rows
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
        body = "".join(
            f"<tr><td>{html.escape(claim)}</td><td>{html.escape(measured)}</td>"
            f"<td><strong>{html.escape(verdict)}</strong></td></tr>"
            for claim, measured, verdict in self.rows
        )
        return f'<table class="dataframe rt-claims"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def claims_table(rows: Sequence[tuple[str, str, str]]) -> ClaimsTable:
    r"""Return the claims of an article beside what was measured and the verdict.

    Args:
        rows: (claim in our words, experiment and numbers, verdict), made by code.

    Raises:
        ValueError: A row that is not three texts, or an empty one.
    """
    for row in rows:
        if len(row) != 3 or not all(isinstance(text, str) and text for text in row):
            raise ValueError(f"a row should be (claim, measurement, verdict), three texts, got {row!r}")
    return ClaimsTable(tuple((a, b, c) for a, b, c in rows))
