"""Tables of boards and days chosen by rules: corrected probabilities, spread over seeds, midnight to midnight."""

import numpy as np
import pandas as pd
import pytest

import rnn_tutorial.forecasting as fc
from rnn_tutorial.data import Series
from rnn_tutorial.experiments import ch08_days as days
from rnn_tutorial.experiments import ch08_tables as tables
from rnn_tutorial.forecasting import Scoreboard

STAMPS = pd.date_range("2014-12-20", periods=10 * 24, freq="h")
NOISE = np.random.default_rng(0).normal(size=len(STAMPS))


def test_holm_multiplies_the_smallest_by_their_number_and_keeps_the_order():
    p = {"a": 0.02, "b": 0.01, "c": 0.5, "none": float("nan"), "d": 0.9}
    found = tables.holm(p)
    assert list(found) == list(p)
    assert found["b"] == pytest.approx(4 * 0.01)
    assert found["a"] == pytest.approx(3 * 0.02)
    assert found["c"] == found["d"] == pytest.approx(1.0)
    assert np.isnan(found["none"])
    assert np.isnan(tables.holm({"a": float("nan")})["a"])


def test_a_board_has_the_spread_of_seeds_and_a_test_against_the_rival():
    series = 100 + 10 * np.sin(np.arange(900) * 2 * np.pi / 24) + np.random.default_rng(0).normal(size=900)
    methods = {"naive": fc.SeasonalNaive(24), "persistence": fc.Persistence(),
               "GRU": fc.Forecaster("gru", 6, seasons=(24,), hidden_size=2, epochs=1, stride=24)}  # fmt: skip
    result = fc.backtest(
        methods, Series.of(series), horizon=6, stride=6, test=240, season=24, seeds=[0, 1], progress=False
    )
    table = tables.board(result, "naive")
    assert list(table.columns) == ["MAE", "±", "MASE", "p", "p (Holm)", "copies", "parameters", "seconds"]
    assert table.loc["GRU", "±"] == pytest.approx(result.board().errors("GRU").std(ddof=1))
    assert np.isnan(table.loc["naive", ["±", "p", "p (Holm)"]].astype(float)).all()
    assert (table["p (Holm)"].dropna() >= table["p"].dropna()).all()
    assert table.columns.name == "p: against naive"
    assert (tables.shown(0.04), tables.shown(0.0004)) == ("0.040", "< 0.001")


def board() -> Scoreboard:
    """Nine days from midnight and from noon, of which the third is forecast best and the fourth worst."""
    origins = np.arange(0, 9 * 24, 12)
    found = Scoreboard(NOISE, origins, 24, NOISE, 24, "MW")
    off = np.ones(len(origins))
    off[[4, 6, 7]] = 0.1, 5.0, 9.0  # the last begins at noon
    truth = NOISE[origins[:, None] + np.arange(24)]
    found.add("GRU", [truth + off[:, None], truth - off[:, None]])
    found.add("naive", [truth + 2])
    return found


def test_days_are_chosen_by_rules_among_those_from_midnight():
    temperature = np.where(np.arange(len(STAMPS)) == 30, 40.0, 20.0)
    found = days.chosen(board(), STAMPS, temperature, "GRU")
    assert found == {"best": 4, "worst": 6, "hottest": 2, "Christmas": 10}
    table = days.errors(board(), found, STAMPS, temperature, ["GRU", "naive"])
    assert table.loc["Christmas", "date"] == "Thursday, 25 December"
    assert table.loc["hottest", "highest °C"] == 40
    assert table.loc["worst", "GRU"] == pytest.approx(5)
    assert table.loc["worst", "naive"] == pytest.approx(2)
    with pytest.raises(ValueError, match="no forecast begins at midnight of day 1 of month 5"):
        days.chosen(board(), STAMPS, temperature, "GRU", christmas=(5, 1))


def test_a_panel_shows_truth_forecasts_and_seeds():
    figure = days.draw(board(), {"best": 4, "worst": 6, "Christmas": 10}, STAMPS, ["GRU", "naive"])
    best = figure.axes[0]
    assert best.get_title() == "best: Mon 22 Dec 2014"
    assert [line.get_label() for line in best.lines] == ["truth", "GRU, mean of 2 seeds", "naive"]
    assert best.get_ylabel() == "demand in MW"
    assert len(figure.axes) == 4
