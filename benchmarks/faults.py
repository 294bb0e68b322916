"""What was tried to break the package, and how often it held: runs tests/faults and counts the tries.

python -m benchmarks.faults                               a sample of each family, counts on the screen
python -m benchmarks.faults --full --out FILE             the whole suite, kept with machine, versions and seeds
python -m benchmarks.faults --full --out FILE kills csv   these families; the others keep their rows in the file

The page book/faults.md shows benchmarks/results/faults.json.
"""

import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "faults"
OUTCOMES = ("right", "refused", "failed")


class Counts:
    """A plugin of pytest: adds up what the tests tell of their tries, by family."""

    def __init__(self, families: set[str]) -> None:
        self.families = families
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.notes: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self.seeds: defaultdict[str, set[int]] = defaultdict(set)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        if self.families:
            items[:] = [item for item in items if item.module.FAMILY in self.families]

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when != "teardown":
            return
        for name, found in report.user_properties:
            if name == "faults":
                counts = self.counts[found["family"]]
                counts.update({outcome: found[outcome] for outcome in OUTCOMES})
                counts["tests"] += 1
                self.seconds[found["family"]] += found["seconds"]
                self.notes[found["family"]] |= found["notes"]
                self.seeds[found["family"]] |= {found["seed"]} - {None}

    def rows(self, full: bool) -> list[dict[str, Any]]:
        """Return a row a family."""
        from benchmarks.record import made_here

        about = {"mode": "full" if full else "sample", **made_here()}
        rows = []
        for family, counts in self.counts.items():
            tries, seeds = sum(counts[name] for name in OUTCOMES), self.seeds[family]
            beside = {
                "seconds": self.seconds[family],
                "seeds": f"{min(seeds)} to {max(seeds)}" if seeds else "none",
                "notes": self.notes[family],
            }
            rows.append({"family": family, "tries": tries, **counts, **about, **beside})
        return rows


def main(
    families: Annotated[list[str] | None, typer.Argument(help="Of the suite; by default all.")] = None,
    full: Annotated[bool, typer.Option(help="Try everything, not a sample.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the rows as JSON, with machine and versions.")] = None,
) -> None:
    """Run the suite of faults and count."""
    os.environ["RNN_TUTORIAL_FAULTS"] = "full" if full else "sample"
    counted = Counts(set(families or []))
    status = pytest.main([str(FOLDER), "-q", "-p", "no:cacheprovider"], plugins=[counted])
    rows = counted.rows(full)
    for row in rows:
        print(json.dumps(row))
    if out is not None:
        from benchmarks.record import kept, write

        ran = {row["family"] for row in rows}
        rows += [row for row in kept(out) if row["family"] not in ran]
        write(out, sorted(rows, key=lambda row: str(row["family"])))
        print(f"wrote {out}")
    raise typer.Exit(int(status))


if __name__ == "__main__":
    typer.run(main)
