"""Rows of a benchmark that grow over several calls."""

import json
from pathlib import Path

import pytest

from benchmarks import record
from benchmarks.record import complete, kept


def test_only_rows_that_lack_are_added_and_each_is_kept_at_once(tmp_path: Path):
    path, asked = tmp_path / "rows.json", []

    def run(name: str, seed: int) -> dict[str, float]:
        asked.append((name, seed))
        if name == "bad":
            raise KeyboardInterrupt
        return {"MAE": 10.0 + seed}

    names = ("network", "seed")
    complete(path, names, [("GRU", 0)], run)
    with pytest.raises(KeyboardInterrupt):
        complete(path, names, [("GRU", 0), ("GRU", 1), ("bad", 0), ("GRU", 2)], run)
    complete(path, names, [("GRU", 0), ("GRU", 1)], run)
    assert asked == [("GRU", 0), ("GRU", 1), ("bad", 0)]
    assert [(row["network"], row["seed"], row["MAE"]) for row in kept(path)] == [("GRU", 0, 10.0), ("GRU", 1, 11.0)]
    assert {"cpu_s", "machine", "torch", "date"} < set(kept(path)[0])
    assert json.loads(path.read_text(encoding="utf-8"))["provenance"]["cores"]


def test_a_file_of_several_machines_says_so(tmp_path: Path):
    here = record.made_here()
    record.write(tmp_path / "one.json", [here, {"no": "machine"}])
    record.write(tmp_path / "two.json", [here, {**here, "machine": "another"}])
    machines = [json.loads((tmp_path / f"{n}.json").read_text())["provenance"]["machine"] for n in ("one", "two")]
    assert machines == [here["machine"], "several machines (each row names its own)"]
