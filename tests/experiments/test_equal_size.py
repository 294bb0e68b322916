"""Widths that give equal sizes, and the comparison with the LSTM by a margin."""

import pandas as pd
import pytest

from rnn_tutorial.experiments import ch03_equal_size as equal_size
from rnn_tutorial.experiments.footprint import count_parameters


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_widths_match_the_lstm(kind):
    assert equal_size.matching_width(kind) == equal_size.WIDTHS[kind][-1]
    goal = count_parameters(equal_size.layer("LSTM", 64))
    assert count_parameters(equal_size.layer(kind, equal_size.WIDTHS[kind][-1])) == pytest.approx(goal, rel=0.01)


def rows(factor):
    return pd.DataFrame(
        {"network": kind, "units": units, "seed": seed, "MAE": error * (1 + seed / 10),
         "layer_parameters": 10, "parameters": 12}
        for seed in range(5)
        for kind, units, error in (("GRU", 76, factor * 20.0), ("LSTM", 64, 20.0))
    )  # fmt: skip


def test_beside_the_lstm():
    effect, equal = equal_size.beside_lstm(rows(1.01), "GRU", 76)
    assert effect.mean == pytest.approx(1)
    assert equal.word == "holds"
    assert equal_size.beside_lstm(rows(1.05), "GRU", 76).equal.word == "does not hold"


def test_a_missing_seed_leaves_too_few():
    few = rows(1.0).query("seed < 4 or network == 'LSTM'")
    assert equal_size.beside_lstm(few, "GRU", 76).equal.word == "undecided"


def test_table():
    table = equal_size.table(rows(1.0))
    assert table.index.tolist() == [("GRU", 76), ("LSTM", 64)]
    assert table["seeds"].tolist() == [5, 5]
