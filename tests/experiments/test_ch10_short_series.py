"""Six weeks of a year, and who forecasts them best."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from rnn_tutorial.data import Series
from rnn_tutorial.experiments import short_series, stored
from rnn_tutorial.forecasting import Forecaster

YEAR = Series("year", np.arange(52.0 * 336), pd.date_range("2014", periods=52 * 336, freq="30min"))


def test_pieces_lie_beside_each_other_and_the_first_is_the_last_of_the_year():
    pieces = [short_series.piece(YEAR, cut) for cut in range(short_series.CUTS)]
    assert {len(piece) for piece in pieces} == {6 * 336}
    assert pieces[0].values[-1] == YEAR.values[-1]
    assert all(later.values[0] == earlier.values[-1] + 1 for later, earlier in pairwise(pieces))
    assert pieces[0].name == "until 30 Dec"


def test_updates_are_those_of_a_fit():
    network = short_series.network(epochs=2, batch_size=64, hidden_size=2)
    t = np.arange(4 * 336)
    waves = np.sin(2 * np.pi * t / 48) + np.sin(2 * np.pi * t / 336)
    windows = len(range(network.context, len(t) - 48 + 1, 3))
    assert short_series.updates(network, len(t)) == 2 * -(-windows // 64)
    assert len(network.fit(waves).history) == 2
    usual = Forecaster(
        "gru", 48, seasons=(48,), hidden_size=2, stride=30
    )  # few windows: as many epochs as 200 steps take
    assert short_series.updates(usual, len(t)) == 200 == len(usual.fit(waves).history)


def test_a_method_without_chance_counts_the_same_for_every_seed():
    rows = pd.DataFrame(
        [("a", 0, 0, 1.0), ("a", 1, 0, 3.0), *(("b", cut, seed, 1.0 + seed) for cut in (0, 1) for seed in (0, 1))],
        columns=["method", "cut", "seed", "MASE"],
    )
    np.testing.assert_array_equal(short_series.by_seed(rows, "a"), [2.0, 2.0])
    np.testing.assert_array_equal(short_series.by_seed(rows, "b"), [1.0, 2.0])
    table: Any = short_series.table(rows, ["a", "b"])
    assert list(table.index) == ["b", "a"]
    assert table.loc["b", ["lowest seed", "highest seed"]].tolist() == [1.0, 2.0]


def test_what_is_kept_has_every_contestant_on_every_cut():
    rows, made = short_series.read(stored.folder())
    assert "thread" in made
    assert set(rows["method"]) == set(short_series.contest())
    cuts: Any = rows.groupby(["method", "seed"])["cut"].nunique()
    assert (cuts == short_series.CUTS).all()
    assert rows.groupby("method")["seed"].nunique()["GRU, same recipe"] == 5
