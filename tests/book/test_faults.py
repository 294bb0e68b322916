"""The page of faults: its families are those of the suite, its numbers those stored, and its blocks hold."""

import re
from pathlib import Path
from typing import Any

import pytest

from tools import faults, layout

PAGE = layout.BOOK / "faults.md"
TEXT = PAGE.read_text(encoding="utf-8")
START = re.search(r"^```{code-block} python\n(.*?)^```$", TEXT, flags=re.M | re.S)
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, flags=re.M | re.S)
ROW = {
    "family": "kills", "tries": 1200, "right": 1000, "refused": 198, "failed": 2, "seconds": 90.0, "notes": {},
    "date": "2030-01-02", "mode": "full",
}  # fmt: skip


def families() -> set[str]:
    """What the test files say of themselves."""
    sources = (layout.ROOT / "tests" / "faults").glob("test_*.py")
    return {name for source in sources for name in re.findall(r'^FAMILY = "(.*)"$', source.read_text(), flags=re.M)}


def test_every_family_is_shown_and_can_be_repeated():
    shown = re.findall(r"^```{faults-of} (.*)$", TEXT, flags=re.M)
    repeated = re.findall(r"^Repeat it: `python -m benchmarks\.faults --full (.*)`\.$", TEXT, flags=re.M)
    assert sorted(shown) == sorted(families())
    assert {row["family"] for row in faults.stored()["rows"]} <= families()
    assert [name.strip('"') for name in repeated] == shown


def test_what_is_stored_adds_up():
    for row in faults.stored()["rows"]:
        assert row["tries"] == row["right"] + row["refused"] + row["failed"] > 0


def test_counts_are_put_into_words():
    assert faults.sentence(None) == "The stored runs do not count this family."
    assert faults.sentence(ROW) == "Tried 1,200 times: 1,000 right results, 198 refusals, 2 failed."
    assert faults.sentence(ROW | {"failed": 0, "notes": {"KB per fit": 0.25}}) == (
        "Tried 1,200 times: 1,000 right results, 198 refusals, none failed. Measured besides: 0.2 KB per fit."
    )
    _, cells = faults.rows_of([ROW, ROW | {"family": "csv", "tries": 1}])
    assert cells == [
        ["kills", "1,200", "1,000", "198", "2", "1.5", "full"],
        ["csv", "1", "1,000", "198", "2", "1.5", "full"],
        ["all", "1,201", "2,000", "396", "4", "3.0", ""],
    ]


def test_where_families_were_tried_is_told():
    made = {"machine": "A, 2 cores", "python": "3.11", "versions": {"torch": "2", "numpy": "1"}}
    rows = [ROW, ROW | {"family": "csv", "machine": "A, 2 cores"}]
    told = faults.origin({"provenance": made, "rows": rows})
    assert told == "Tried on 2030-01-02: on A, 2 cores. Python 3.11, torch 2, numpy 1."
    rows += [ROW | {"family": "disks", "machine": "B", "date": "2030-01-03"}]
    told = faults.origin({"provenance": made, "rows": rows})
    assert told.startswith("Tried on 2030-01-02 and 2030-01-03: kills, csv on A, 2 cores; disks on B. Python 3.11, ")


def test_what_failed_is_put_into_words():
    good = ROW | {"family": "csv", "failed": 0}
    assert faults.failures([good, good]) == "Of the 2,400 tries counted above none failed."
    assert faults.failures([good, ROW, ROW | {"family": "disks", "failed": 1}]) == (
        "Of the 3,600 tries counted above 3 failed: 2 of kills, 1 of disks. Each is found again by its seed, which the "
        "suite names."
    )
    assert "```{faults-failed}" in TEXT


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_holds(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(layout.ROOT))
    assert START is not None
    namespace: dict[str, Any] = {}
    exec(compile(START[1] + BLOCKS[number], f"{PAGE.name}, block {number + 1}", "exec"), namespace)
