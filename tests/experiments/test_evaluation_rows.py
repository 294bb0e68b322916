"""Which groups of an evaluation may be shown, and what becomes of seeds, folds and refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.evaluation import methods, second, series
from benchmarks.peers import evaluation as peers
from rnn_tutorial.experiments import evaluation, stored
from rnn_tutorial.experiments.evaluation_protocols import BASELINE, FIRST, SECOND

from .evaluation_rows import made_rows


def without(rows: pd.DataFrame, **values: object) -> pd.DataFrame:
    """Leave out the rows that have all of the values."""
    return rows[~np.logical_and.reduce([rows[name] == value for name, value in values.items()])]


def test_series_and_methods_are_those_of_the_protocol():
    listed = series.listed()
    assert {name: tuple(n for n, told in listed.items() if told["group"] == name) for name in FIRST.series} == {
        **FIRST.series
    }
    assert FIRST.methods["long"] == FIRST.methods["held out"] == tuple(methods.LONG)
    assert FIRST.methods["short"] == tuple(methods.SHORT)
    assert BASELINE == methods.BASELINE
    assert {*FIRST.seeded} == {method for method, seeds in methods.SEEDS.items() if seeds > 1}


def test_means_are_over_folds_and_seeds():
    rows = made_rows("long")
    table = evaluation.groups(rows, FIRST)["long"].mase()
    assert table.shape == (8, 10)
    one = rows[(rows["series"] == "sun") & (rows["method"] == "GRU")]
    assert table.loc["sun", "GRU"] == pytest.approx(np.mean([e for errors in one["errors"] for e in errors]))
    assert evaluation.groups(rows, FIRST)["long"].ratios()["seasonal naive"].tolist() == [1.0] * 8


def test_what_is_cut_short_is_not_shown():
    rows = made_rows()
    assert list(evaluation.groups(rows, FIRST)) == ["long", "short", "held out"]
    assert list(evaluation.groups(without(rows, series="Nile", method="best"), FIRST)) == ["long", "held out"]
    assert list(evaluation.groups(without(rows, series="sun", method="GRU", seed=0, block=1), FIRST)) == [
        "short",
        "held out",
    ]
    assert list(evaluation.groups(rows[rows["series"] != "melbourne"], FIRST)) == ["long", "short"]
    assert evaluation.groups(rows[:0], FIRST) == {}


def test_seeds_that_not_all_series_have_are_left_out():
    rows = made_rows("long")
    found = {seeds: evaluation.groups(made_rows("long", seeds=seeds), FIRST)["long"].seeds for seeds in (1, 2, 3)}
    assert found == {1: 1, 2: 2, 3: 3}
    cut = evaluation.groups(without(rows, series="wind", method="hybrid", seed=1), FIRST)["long"]
    assert cut.seeds == 1
    one = rows[(rows["series"] == "sun") & (rows["method"] == "GRU") & (rows["seed"] == 0)]
    assert cut.mase().loc["sun", "GRU"] == pytest.approx(np.mean([*one["errors"]]))


def test_where_a_method_refused_it_has_the_errors_of_the_baseline():
    group = evaluation.groups(made_rows("short"), FIRST)["short"]
    assert group.refused["boosting"] == ("Nile", "LakeHuron", "lynx", "nhtemp")
    assert not any(group.refused[method] for method in group.methods if method != "boosting")
    assert (group.ratios().loc["Nile", "boosting"], group.ratios().loc["qcement", "boosting"] == 1) == (1.0, False)
    assert group.errors["nhtemp"].shape == (9, 3, 4)


def test_the_kept_rows_are_complete():
    found = evaluation.groups(stored.read(stored.folder() / "evaluation-cpu.json").rows, FIRST)
    assert {name: group.seeds for name, group in found.items()} == {"long": 3, "short": 3, "held out": 3}
    for group in found.values():
        assert all(np.isfinite(errors).all() and 3 <= errors.shape[2] <= 8 for errors in group.errors.values())


def test_the_rows_made_after_looking_are_those_of_one_method_and_complete():
    rows, again = (stored.read(stored.folder() / f"evaluation{kind}-cpu.json").rows for kind in ("", "-best-after"))
    assert {*again["method"]} == {"best"}
    keys = ["series", "block", "seed"]
    first = rows[(rows["method"] == "best") & ~rows["series"].isin(FIRST.series["held out"])]
    assert {*again[keys].itertuples(index=False)} == {*first[keys].itertuples(index=False)}
    assert list(evaluation.groups(pd.concat([rows[rows["method"] != "best"], again]), FIRST)) == ["long", "short"]


# ---- the second evaluation ----------------------------------------------------------------------------------------


def test_series_and_methods_are_those_of_the_second_protocol():
    assert dict(SECOND.series) == {name: series.names(f"new {name}") for name in SECOND.series}
    ours = {name: tuple(m for m in listed if m not in SECOND.libraries) for name, listed in SECOND.methods.items()}
    assert ours == {"long": tuple(methods.SECOND_LONG), "short": tuple(methods.SECOND_SHORT)}
    theirs = {name: {*listed} & {*SECOND.libraries} for name, listed in SECOND.methods.items()}
    assert theirs == {"long": {*peers.LONG}, "short": {*peers.SHORT}}
    assert {*SECOND.libraries} == {*peers.LONG, *peers.SHORT}
    assert {*SECOND.seeded} == {method for method, seeds in methods.SEEDS.items() if seeds > 1}


@pytest.mark.parametrize("path", [second.HERE, peers.HERE], ids=["ours", "theirs"])
def test_the_kept_rows_are_of_the_second_protocol(path: Path):
    """However many are there yet."""
    rows = stored.read(path).rows if path.exists() else evaluation.joined()
    asked = {
        (name, method) for group, names in SECOND.series.items() for name in names for method in SECOND.methods[group]
    }
    assert {*zip(rows["series"], rows["method"], strict=True)} <= asked
    assert all(errors is None or np.isfinite(errors).all() for errors in rows["errors"])
    evaluation.groups(rows, SECOND)


def test_each_pair_is_of_methods_that_its_group_waits_for():
    for name, pairs in SECOND.pairs.items():
        awaited = {"rt.Best" if m == "best" else m for m in SECOND.methods[name] if m not in SECOND.optional}
        assert {method for pair in pairs for method in pair} <= awaited
        assert len(set(pairs)) == 5
    assert {len(set(names)) == len(names) for names in (*SECOND.series.values(), *SECOND.methods.values())} == {True}
    assert not {*SECOND.series["long"], *SECOND.series["short"]} & {s for each in FIRST.series.values() for s in each}


def test_rows_of_other_libraries_are_joined_to_ours():
    rows = made_rows(protocol=SECOND)
    theirs = rows["method"].isin(SECOND.libraries)
    both = evaluation.joined(rows[~theirs], rows[theirs])
    found = evaluation.groups(both, SECOND)
    assert list(found) == ["long", "short"]
    pd.testing.assert_frame_equal(found["long"].mase(), evaluation.groups(rows, SECOND)["long"].mase())
    assert evaluation.groups(evaluation.joined(rows[~theirs], rows[:0]), SECOND) == {}
    assert evaluation.groups(evaluation.joined(), SECOND) == {}
    with pytest.raises(ValueError, match="measured twice: household best 0 0"):
        evaluation.joined(rows, rows[(rows["series"] == "household") & (rows["method"] == "best")])


def test_no_group_waits_for_an_optional_method():
    rows, nhits = made_rows("long", protocol=SECOND), SECOND.optional[0]
    assert nhits in evaluation.groups(rows, SECOND)["long"].methods
    cut = evaluation.groups(without(rows, series="calls", method=nhits), SECOND)["long"]
    assert nhits not in cut.methods
    assert set(SECOND.libraries) & set(cut.methods) == set(SECOND.methods["long"][-6:-1])
    assert evaluation.groups(without(rows, series="calls", method=SECOND.libraries[0]), SECOND) == {}


def test_seconds_are_means_over_fits_that_were_not_refused():
    rows = made_rows("short", protocol=SECOND)
    rows.loc[rows["errors"].isna(), "cpu_s"] = 100.0
    rows.loc[(rows["method"] == "GRU") & (rows["seed"] == 2), "cpu_s"] = 4.0
    found = evaluation.groups(rows, SECOND)["short"].seconds
    assert (found["boosting"], found["GRU"], found["rt.Best"]) == (1.0, 2.0, 1.0)
    assert evaluation.groups(rows.drop(columns="cpu_s"), SECOND)["short"].seconds == {}
