"""Which groups of the evaluation may be shown, and what becomes of seeds, folds and refusals."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.evaluation import __main__ as program
from benchmarks.evaluation import methods, series
from rnn_tutorial.experiments import evaluation, stored
from rnn_tutorial.experiments.evaluation import METHODS, SERIES

from .evaluation_rows import made_rows


def without(rows: pd.DataFrame, **values: object) -> pd.DataFrame:
    """Leave out the rows that have all of the values."""
    return rows[~np.logical_and.reduce([rows[name] == value for name, value in values.items()])]


def test_series_and_methods_are_those_of_the_protocol():
    listed = series.listed()
    assert {name: tuple(n for n, told in listed.items() if told["group"] == name) for name in SERIES} == dict(SERIES)
    assert METHODS["long"] == METHODS["held out"] == tuple(methods.LONG)
    assert METHODS["short"] == tuple(methods.SHORT)
    assert evaluation.BASELINE == methods.BASELINE
    assert {*evaluation.NETWORKS} == {*program.WITH_CHANCE} - {*program.FEWER}


def test_means_are_over_folds_and_seeds():
    rows = made_rows("long")
    table = evaluation.groups(rows)["long"].mase()
    assert table.shape == (8, 10)
    one = rows[(rows["series"] == "sun") & (rows["method"] == "GRU")]
    assert table.loc["sun", "GRU"] == pytest.approx(np.mean([e for errors in one["errors"] for e in errors]))
    assert evaluation.groups(rows)["long"].ratios()["seasonal naive"].tolist() == [1.0] * 8


def test_what_is_cut_short_is_not_shown():
    rows = made_rows()
    assert list(evaluation.groups(rows)) == ["long", "short", "held out"]
    assert list(evaluation.groups(without(rows, series="Nile", method="best"))) == ["long", "held out"]
    assert list(evaluation.groups(without(rows, series="sun", method="GRU", seed=0, block=1))) == ["short", "held out"]
    assert list(evaluation.groups(rows[rows["series"] != "melbourne"])) == ["long", "short"]
    assert evaluation.groups(rows[:0]) == {}


def test_seeds_that_not_all_series_have_are_left_out():
    rows = made_rows("long")
    found = {seeds: evaluation.groups(made_rows("long", seeds=seeds))["long"].seeds for seeds in (1, 2, 3)}
    assert found == {1: 1, 2: 2, 3: 3}
    cut = evaluation.groups(without(rows, series="wind", method="hybrid", seed=1))["long"]
    assert cut.seeds == 1
    one = rows[(rows["series"] == "sun") & (rows["method"] == "GRU") & (rows["seed"] == 0)]
    assert cut.mase().loc["sun", "GRU"] == pytest.approx(np.mean([*one["errors"]]))


def test_where_a_method_refused_it_has_the_errors_of_the_baseline():
    group = evaluation.groups(made_rows("short"))["short"]
    assert group.refused["boosting"] == ("Nile", "LakeHuron", "lynx", "nhtemp")
    assert not any(group.refused[method] for method in group.methods if method != "boosting")
    assert (group.ratios().loc["Nile", "boosting"], group.ratios().loc["qcement", "boosting"] == 1) == (1.0, False)
    assert group.errors["nhtemp"].shape == (9, 3, 4)


def test_the_kept_rows_are_complete():
    found = evaluation.groups(stored.read(stored.folder() / "evaluation-cpu.json").rows)
    assert {name: group.seeds for name, group in found.items()} == {"long": 3, "short": 3, "held out": 3}
    for group in found.values():
        assert all(np.isfinite(errors).all() and 3 <= errors.shape[2] <= 8 for errors in group.errors.values())


def test_the_rows_made_after_looking_are_those_of_one_method_and_complete():
    rows, again = (stored.read(stored.folder() / f"evaluation{kind}-cpu.json").rows for kind in ("", "-best-after"))
    assert {*again["method"]} == {"best"}
    keys = ["series", "block", "seed"]
    first = rows[(rows["method"] == "best") & ~rows["series"].isin(SERIES["held out"])]
    assert {*again[keys].itertuples(index=False)} == {*first[keys].itertuples(index=False)}
    assert list(evaluation.groups(pd.concat([rows[rows["method"] != "best"], again]))) == ["long", "short"]
