"""Intervals on series on which nothing was chosen: the kept study, what is counted of it, and how it is said."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from rnn_tutorial.experiments import coverage_elsewhere, stored


def made(folder, *series: tuple[str, float, float]) -> coverage_elsewhere.Study:
    rows = []
    for name, by_step, by_hour in series:
        ways = {
            way: {"coverage": 0.9, "quarters": [low, 0.94], "interval score": 5 * score}
            for way, low, score in zip(
                coverage_elsewhere.WAYS, (by_step, by_hour, by_hour), (1.0, 0.8, 0.9), strict=True
            )
        }
        rows += [
            {"series": name, "seed": seed, "group": "long", "ways": ways, "shorter": {"1": ways}} for seed in (0, 1)
        ]
    told = {"machine": "a machine", "threads": 1, "date": "2026-01-31"}
    pd.Series({"provenance": told, "rows": rows}).to_json(folder / coverage_elsewhere.FILE)
    return coverage_elsewhere.read(folder)


def test_the_aims_are_counted(tmp_path):
    rows, seeds, line = made(tmp_path, ("a", 0.7, 0.86), ("b", 0.86, 0.87), ("c", 0.6, 0.8))
    assert (seeds, line) == (2, "a machine, 1 thread, 2026-01-31")
    found = coverage_elsewhere.kept_aims(rows)
    assert list(found.index.get_level_values("weeks").unique()) == [4, 1]
    by_step, by_hour = (
        [3, pytest.approx(0.9), 3, 1, pytest.approx(0.6), pytest.approx(1)],
        [3, pytest.approx(0.9), 3, 2, pytest.approx(0.8), pytest.approx(0.8)],
    )
    adaptive = [*by_hour[:5], pytest.approx(0.9)]
    assert found.to_numpy().tolist() == 2 * [by_step, by_hour, adaptive]
    ratio, smaller, p = coverage_elsewhere.sharper(rows, coverage_elsewhere.ADAPTIVE, coverage_elsewhere.CLOCK)
    assert (ratio, smaller) == (pytest.approx(0.9 / 0.8), 0)
    assert p == pytest.approx(0.25)


def test_the_kept_study_is_whole_and_drawn():
    rows, seeds, line = coverage_elsewhere.read(stored.folder())
    assert "thread" in line
    assert seeds == 3
    counts = rows.groupby(level="series").size()
    assert len(counts) == 17
    assert set(counts) == {9}  # three ways, of errors of one, two and four weeks
    assert (rows["lowest"] <= rows["coverage"]).all()
    assert (rows["coverage"] <= rows["highest"]).all()
    figure = coverage_elsewhere.draw_quarters(rows)
    (ax,) = figure.axes
    assert len(ax.get_yticks()) == 17
    assert len(ax.collections) == 3  # one for each way
    plt.close(figure)
