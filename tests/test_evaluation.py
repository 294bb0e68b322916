"""The folds and cases of benchmarks/evaluation, without its data."""

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks.evaluation import __main__ as evaluation
from benchmarks.evaluation import fits, methods, series
from benchmarks.evaluation.folds import FOLDS, folds_of
from benchmarks.evaluation.series import Entry
from rnn_tutorial.data import Series


def entry(step: str, steps: int, *seasons: int) -> Entry:
    t = np.arange(float(steps))
    values = 50 + t % 7 + np.sin(t) + sum(np.sin(2 * np.pi * t / m) for m in seasons)
    index = pd.date_range("2020-01-01", periods=steps, freq=step)
    made = Series("made", values, index, seasons={f"{m} steps": m for m in seasons})
    return Entry(made, "long" if step == "h" else "short", step, seasons)


@pytest.mark.parametrize("made", [entry("h", 3 * 52 * 168, 24, 168), entry("h", 12 * 168, 24, 168)])
def test_folds_of_a_long_series_lie_after_what_is_learnt_and_apart(made: Entry):
    folds = folds_of(made)
    assert len(folds) == FOLDS
    assert [fold.end for fold in folds] == [fold.end for fold in folds[:1] * 4 + folds[4:5] * 4]
    assert all(fold.begin >= 0 and fold.end <= fold.origins[0] for fold in folds)
    lasts = [fold.origins[-1] + made.horizon for fold in folds]
    assert all(last <= fold.origins[0] for last, fold in zip(lasts, folds[1:], strict=False))
    assert lasts[-1] <= len(made.series)
    assert set(np.diff(folds[0].origins)) == {6}


@pytest.mark.parametrize(
    ("step", "steps", "season", "count"), [("MS", 240, 12, 8), ("MS", 72, 12, 3), ("YS", 60, 1, 5)]
)
def test_a_short_series_has_as_many_as_its_second_half_holds(step, steps, season, count):
    made = entry(step, steps, *([season] if season > 1 else []))
    folds = folds_of(made)
    assert len(folds) == count
    assert folds[0].end >= steps / 2
    assert folds[-1].origins[-1] + made.horizon == steps
    assert {fold.end for fold in folds} == {int(folds[k].origins[0]) for k in range(0, count, 4)}


def test_a_fit_is_scored_fold_by_fold_and_a_refusal_is_kept(monkeypatch):
    made = entry("MS", 240, 12)
    monkeypatch.setattr(series, "load", lambda name: made)
    found = fits.measure(methods.FIRST, "made", "seasonal naive", block=1, seed=0)
    assert len(found["errors"]) == 4
    assert min(found["errors"]) > 0
    yearly = entry("YS", 60)
    monkeypatch.setattr(series, "load", lambda name: yearly)
    refused = fits.measure(methods.FIRST, "made", "boosting", block=0, seed=0)
    assert refused["errors"] is None
    assert "long season" in refused["reason"]


def test_one_seed_of_everything_comes_first(monkeypatch):
    monkeypatch.setattr(series, "load", lambda name: entry("MS", 240, 12))
    cases = evaluation.cases(held_out=False)
    assert len(cases) == len(set(cases))
    seeds = [seed for *_, seed in cases]
    assert seeds == sorted(seeds)
    assert {method for _, method, _, seed in cases if seed == 1} == {"GRU"}
    assert len(series.names("long")) == 8
    assert len(series.names("short")) == 26


def test_one_method_alone_goes_into_a_file_of_its_own(monkeypatch, tmp_path):
    made = [("a", "best", 0, 0), ("a", "GRU", 0, 0), ("b", "best", 1, 0)]
    monkeypatch.setattr(evaluation, "cases", lambda held_out: made)
    monkeypatch.setattr(fits, "measure", lambda made, *case: {"errors": [1.0], "reason": ""})
    for only, out in (("best", tmp_path / "one.json"), (None, tmp_path / "all.json")):
        evaluation.main(out=out, only=only)
        rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
        kept = [(row["series"], row["method"], row["block"], row["seed"]) for row in rows]
        assert kept == [case for case in made if only in (None, case[1])]
