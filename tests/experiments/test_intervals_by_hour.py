"""The kept study of several kinds of interval, and how coverage is drawn by the hour."""

import pandas as pd
import pytest

from rnn_tutorial.experiments import coverage_by_hour, stored

WAYS = {"step, 4 weeks": "step", "step, time of day, 4 weeks": "step, time of day"}


def test_the_kept_study_has_five_seeds_of_the_network_and_both_ways():
    rows, made = coverage_by_hour.read(stored.folder())
    assert "thread" in made
    seeds = rows.groupby(["series", "method"])["seed"].nunique()
    assert set(seeds.index.get_level_values("method")) == {"GRU", "Holt-Winters + ridge"}
    assert (seeds.xs("GRU", level="method") == 5).all()
    table = coverage_by_hour.table(rows, WAYS)
    assert len(table) == 8
    assert (table["lowest quarter"] <= table["coverage"]).all()
    assert (table["coverage"] <= table["highest quarter"]).all()
    assert table["pinball"].between(0, 1).all()


def test_pinball_is_in_units_of_last_week(tmp_path):
    ways = {"step": {"coverage": 0.9, "quarters": [0.8, 1.0], "pinball": 0.3, "interval score": 5.0}}
    row = {"series": "a", "method": "b", "seed": 0, "MASE": 0.5, "ways": ways}
    made = {"machine": "a machine", "threads": 1, "date": "2026-01-31"}
    pd.Series({"provenance": made, "rows": [row]}).to_json(tmp_path / "intervals-cpu.json")
    rows, line = coverage_by_hour.read(tmp_path)
    (found,) = rows.to_dict("records")
    assert line == "a machine, 1 thread, 2026-01-31"
    assert (found["lowest"], found["highest"]) == (0.8, 1.0)
    assert found["pinball"] == pytest.approx(0.15)
    assert found["score"] == pytest.approx(2.5)


def test_the_figure_has_a_line_and_a_band_for_each_way():
    hours = [f"{hour:02d}:00" for hour in range(24)]
    found = pd.DataFrame({"coverage": 0.9, "low": 0.8, "high": 1.0, "width": 5.0}, index=["all", *hours])
    upper, lower = coverage_by_hour.draw_by_hour({"a": found, "b": found}, 0.9, "MW").axes
    assert [line.get_label() for line in upper.lines[:2]] == ["a", "b"]
    assert len(upper.collections) == 2
    assert len(lower.lines) == 2
    assert lower.get_ylabel() == "width in MW"
