"""The page of special cases: the table of methods and series whose best forecast is known."""

import json
from pathlib import Path

import pandas as pd

from rnn_tutorial.experiments import known_series, stored

ROWS = pd.DataFrame(
    [
        ("x", "a", "ramp", 0, 0.5, True),
        ("x", "a", "ramp", 1, 0.9, True),
        ("x", "a", "noise", 0, 2.0, False),
        ("x", "a", "noise", 1, 0.9, True),
        ("x", "a", "gap", 0, float("nan"), True),
        ("x", "a", "gap", 1, float("nan"), True),
        ("y", "b", "ramp", 0, 31.4, False),
        ("y", "b", "noise", 0, 1.0, True),
        ("y", "b", "gap", 0, 3.0, False),
        ("z", "c", "gap", 0, float("nan"), False),  # a forecast that is no number
    ],
    columns=["library", "method", "case", "seed", "ratio", "passed"],
)


def test_a_cell_says_whether_a_method_is_near_enough():
    table = known_series.table(ROWS)
    assert list(table.index) == ["ramp", "noise", "gap"]
    assert table[("x", "a")].tolist() == ["✓", "2.00 × (1 of 2 ✓)", "–"]
    assert table[("y", "b")].tolist() == ["31 ×", "✓", "3.00 ×"]
    assert table.loc["gap", ("z", "c")] == "no number"


def test_what_is_hardly_too_much_is_told_by_more_digits():
    rows = ROWS.assign(ratio=ROWS["ratio"].replace(2.0, 1.0032))
    assert known_series.table(rows)[("x", "a")].tolist()[1] == "1.003 × (1 of 2 ✓)"


def test_the_methods_of_a_library_stand_together():
    rows = pd.concat([ROWS, ROWS[ROWS["method"] == "a"].assign(method="d")])
    assert list(known_series.table(rows).columns) == [("x", "a"), ("x", "d"), ("y", "b"), ("z", "c")]


def test_a_case_counts_as_passed_with_every_seed_alone():
    assert known_series.counts(ROWS) == {"x a": (1, 1, 1), "y b": (1, 2, 0), "z c": (0, 1, 0)}


def test_what_every_method_missed():
    assert known_series.missed(ROWS) == ["gap"]
    assert known_series.missed(ROWS[ROWS["library"] == "x"]) == ["noise", "gap"]


def test_the_kept_rows_are_of_the_suite_and_name_their_versions():
    rows, made = known_series.read(stored.folder())
    assert set(made) == {"rnn_tutorial", "peers"}
    assert rows.groupby(["library", "method", "seed"])["case"].nunique().eq(15).all()
    assert rows.groupby(["library", "method"])["seed"].agg(set).map(sorted).map(str).nunique() == 1
    kept = json.loads((Path(stored.folder()) / "conformance-peers-cpu.json").read_text("utf-8"))["rows"]
    assert all(len(row["library"].split()) == 2 for row in kept)
    assert rows["library"].iloc[0] == "rnn_tutorial"
