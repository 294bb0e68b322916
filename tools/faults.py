"""For the page of faults: a family's counts, ``{faults-of} kills``, and of all together a table and what failed.

These, ``{faults-summary}`` and ``{faults-failed}``, have no arguments. All of it is taken from what
``python -m benchmarks.faults`` has stored.
"""

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from tools import layout
from tools.tables import table

RESULTS = layout.ROOT / "benchmarks" / "results" / "faults.json"


def stored() -> dict[str, Any]:
    """Return rows and provenance."""
    content: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return content


class FaultsOf(SphinxDirective):
    """Say what came of a family's tries."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Build a sentence, and another one of what else was measured."""
        self.env.note_dependency(str(RESULTS))
        rows = {row["family"]: row for row in stored()["rows"]}
        return [nodes.paragraph(text=sentence(rows.get(self.arguments[0])))]


class FaultsSummary(SphinxDirective):
    """A table of all families, and where and when they were tried."""

    def run(self) -> list[nodes.Node]:
        """Build table and sentence."""
        self.env.note_dependency(str(RESULTS))
        content = stored()
        return [table(*rows_of(content["rows"])), nodes.paragraph(text=origin(content))]


class FaultsFailed(SphinxDirective):
    """Say how many tries failed, of which families."""

    def run(self) -> list[nodes.Node]:
        """Build a sentence."""
        self.env.note_dependency(str(RESULTS))
        return [nodes.paragraph(text=failures(stored()["rows"]))]


def failures(rows: list[dict[str, Any]]) -> str:
    """Count what failed in words."""
    tries, failed = sum(row["tries"] for row in rows), sum(row["failed"] for row in rows)
    if not failed:
        return f"Of the {tries:,} tries counted above none failed."
    where = ", ".join(f"{row['failed']:,} of {row['family']}" for row in rows if row["failed"])
    return (
        f"Of the {tries:,} tries counted above {failed:,} failed: {where}. Each is found again by its seed, which the "
        "suite names."
    )


def sentence(row: dict[str, Any] | None) -> str:
    """Count a family's tries in words, or say that they were not counted."""
    if row is None:
        return "The stored runs do not count this family."
    failed = f"{row['failed']:,} failed" if row["failed"] else "none failed"
    text = f"Tried {row['tries']:,} times: {row['right']:,} right results, {row['refused']:,} refusals, {failed}."
    if row["notes"]:
        text += " Measured besides: " + ", ".join(f"{value:.1f} {name}" for name, value in row["notes"].items()) + "."
    return text


def rows_of(rows: list[dict[str, Any]]) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return headings and cells, the last row for all families together."""
    keys = ("tries", "right", "refused", "failed")
    cells = [
        [row["family"], *(f"{row[key]:,}" for key in keys), f"{row['seconds'] / 60:.1f}", row["mode"]] for row in rows
    ]
    total = [f"{sum(row[key] for row in rows):,}" for key in keys]
    cells.append(["all", *total, f"{sum(row['seconds'] for row in rows) / 60:.1f}", ""])
    return ("Family", "Tries", "Right results", "Refusals", "Failures", "Minutes", "Mode"), cells


def origin(content: dict[str, Any]) -> str:
    """Say where, when and with what the tries were made."""
    made = content["provenance"]
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    dates = " and ".join(sorted({row["date"] for row in content["rows"]}))
    families: dict[str, list[str]] = {}
    for row in content["rows"]:
        families.setdefault(row.get("machine", made["machine"]), []).append(row["family"])
    where = "; ".join(f"{', '.join(names)} on {machine}" for machine, names in families.items())
    where = where if len(families) > 1 else f"on {', '.join(families)}"
    return f"Tried on {dates}: {where}. Python {made['python']}, {versions}."


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives with Sphinx."""
    app.add_directive("faults-of", FaultsOf)
    app.add_directive("faults-summary", FaultsSummary)
    app.add_directive("faults-failed", FaultsFailed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
