"""The kept study of columns for holidays, and its figure."""

from typing import Any

import numpy as np
import pytest

from rnn_tutorial.data import Series
from rnn_tutorial.experiments import special_days, stored
from rnn_tutorial.experiments.special_days import COLUMNS, DAYS, PARTS

ROWS, MADE = special_days.read(stored.folder())


def test_the_table_has_each_set_of_columns_and_each_kind_of_day():
    table = special_days.table(ROWS)
    assert list(table.columns) == list(PARTS.values())
    assert len(table) == 2 * len(COLUMNS)
    ours = ROWS[(ROWS["method"] == "GRU") & (ROWS["columns"] == "none")]
    assert len(ours) == 5
    assert table.loc[("GRU", "nothing"), "25 December"] == pytest.approx(ours["MASE, 25 December"].mean())
    assert "thread" in MADE


def test_an_effect_pairs_runs_of_the_same_seed():
    rows = ROWS.copy()
    assert special_days.effect(rows, "MASE, special days").seeds == 5
    told = rows["columns"] != "none"
    rows.loc[:, "MASE"] = rows["seed"] + 1.0
    rows.loc[told, "MASE"] *= 0.8
    found = special_days.effect(rows, "MASE")
    assert (found.mean, found.low, found.high) == pytest.approx((-20, -20, -20))


def test_the_figure_has_four_days_each_with_the_truth_and_two_forecasts():
    import pandas as pd

    index = pd.date_range("2014-12-01", periods=31 * 24, freq="h")
    series = Series("demand", np.arange(31 * 24.0), index, unit="kW")
    axes = special_days.draw(ROWS, series, list(COLUMNS)[:2]).axes
    assert [ax.get_title().split(":")[0] for ax in axes] == list(DAYS.values())
    assert all(len(ax.lines) == 3 for ax in axes)
    truth: Any = axes[2].lines[0].get_ydata()
    np.testing.assert_allclose(truth, np.arange(24 * 24, 25 * 24))
