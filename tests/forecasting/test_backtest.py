"""Backtests: what each fit sees, which origins are asked, what is kept, and what is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import (
    Drift,
    ForecastTask,
    Method,
    Persistence,
    RidgeOnLags,
    SeasonalNaive,
    backtest,
    diebold_mariano,
)

T, H = 100, 4
VALUES = 50 + np.cumsum(np.random.default_rng(0).normal(size=T))


def series(name="toy", values=VALUES, covariates=None, seasons=None):
    index = pd.date_range("2024-01-01", periods=len(values), freq="h")
    return Series(name, values, index, "kW", seasons or {"day": 5}, "made here", "none", covariates=covariates)


def run(methods, given=None, horizon=H, folds=2, **options):
    return backtest(methods, given or series(), horizon, folds, **({"test": 10, "progress": False} | options))


class Seen(Method):
    """Forecasts how many values its fit saw, and its seed as a fraction."""

    name, depends_on_chance = "seen", True

    def __init__(self, seed=0):
        self.seed = seed

    def learn(self, series):
        self.steps = len(series)

    def points(self, series, origins, horizon):
        return np.full((len(origins), horizon), self.steps + self.seed / 10)


@pytest.mark.parametrize(("refit", "expected"), [(True, [80, 90]), (False, [80, 80])])
def test_refit_fits_anew_before_each_part_or_once_before_the_first(refit, expected):
    board = run([Seen()], refit=refit, stride=3).board()
    assert board.origins.tolist() == [80, 83, 86, 90, 93, 96]
    assert board.entries["seen"].forecasts[0][:, 0].tolist() == np.repeat(expected, 3).tolist()


@pytest.mark.parametrize("refit", [True, False])
def test_every_seed_runs_and_keeps_its_place(refit):
    board = run([Seen(), Persistence()], refit=refit, seeds=(3, 1)).board()
    assert [forecast[0, 0] for forecast in board.entries["seen"].forecasts] == pytest.approx([80.3, 80.1])
    assert len(board.entries["persistence"].forecasts) == 1  # nothing there depends on chance


@pytest.mark.parametrize(
    ("horizon", "options", "origins"),
    [
        (4, {"folds": 1, "test": None}, np.arange(80, 97)),  # a fifth of the series, every step
        (24, {"folds": 1, "test": 30}, [70, 73, 76]),  # an eighth of the horizon
        (30, {"folds": 2, "test": None, "stride": 1}, [40, 70]),  # at least a horizon
    ],
)
def test_parts_and_origins_by_default(horizon, options, origins):
    assert run([Persistence()], horizon=horizon, **options).board().origins.tolist() == list(origins)


def test_the_forecasts_are_those_of_the_method_fitted_before_each_part():
    board = run([RidgeOnLags(3, H), Drift(over=7)], stride=2).board()
    for part, end in ((slice(0, 4), 80), (slice(4, 8), 90)):
        for method in (RidgeOnLags(3, H), Drift(over=7)):
            expected = method.fit(VALUES[:end]).forecast(VALUES, board.origins[part], H)
            np.testing.assert_allclose(board.entries[method.name].forecasts[0][part], expected)


@pytest.mark.parametrize(("season", "steps"), [(None, 5), (2, 2)])
def test_mase_goes_back_a_season_of_the_training_part(season, steps):
    found = run([Persistence()], season=season, stride=1)
    board, past = found.board(), VALUES[:80]
    error = np.abs(board.truth - VALUES[board.origins - 1, None]).mean()
    expected = error / np.abs(past[steps:] - past[:-steps]).mean()
    assert found.table().loc["persistence", "MASE"] == pytest.approx(expected)


def test_a_method_reads_the_covariates_of_the_series_or_others():
    known = np.random.default_rng(1).normal(size=(T + H, 2))
    values = 50 + 3 * known[:T, 0]
    method = {"ridge": RidgeOnLags(1, H, alpha=0.01, use_covariates=True), "last": Persistence()}
    told = series(values=values, covariates=Covariates(known=known[:, :1]))
    assert run(method, told).table().loc["ridge", "MAE"] < 0.01
    other = replace(told, covariates=Covariates(known=known[:, 1:]))
    assert run(method, other).table().loc["ridge", "MAE"] > 1


def test_the_best_baseline_is_the_one_to_beat():
    better = {"truth and one": OneTooHigh(), "last": Persistence(), "5 back": SeasonalNaive(5), "line": Drift(over=50)}
    found = run(better, stride=2)
    board = found.board()
    errors = {name: board.losses(name).mean() for name in ("last", "5 back", "line")}
    best = min(errors, key=lambda name: errors[name])
    table = found.compare()
    assert found.best_baseline() == best
    assert set(table.index) == {*better} - {best}
    test = diebold_mariano(board.losses("5 back"), board.losses("last"), H, 2)
    row = found.compare(against="last").loc["5 back"]
    assert (row["difference"], row["p"]) == (pytest.approx(test.difference), pytest.approx(test.p_value))


class OneTooHigh(Method):
    """A method of one's own, no baseline."""

    name = "one too high"

    def learn(self, series):
        pass

    def points(self, series, origins, horizon):
        return series.values[origins - 1, None] + np.ones(horizon)


@pytest.mark.parametrize("refit", [True, False])
def test_a_result_kept_is_read_and_another_setting_is_not(tmp_path, refit):
    first = run([Seen()], folder=tmp_path, refit=refit, stride=8)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.npz")}
    assert len(kept) == (2 if refit else 1)
    again = run([Seen()], folder=tmp_path, refit=refit, stride=8)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.npz")} == kept
    np.testing.assert_array_equal(*(one.board().entries["seen"].forecasts[0] for one in (first, again)))
    others: list[dict[str, Any]] = [
        {"seeds": (1,)},
        {"stride": 5},
        {"horizon": 3},
        {"given": series(values=VALUES + 1)},
        {"given": replace(series(), index=pd.date_range("2024-01-01", periods=T, freq="D"))},
    ]
    for count, other in enumerate(others, 2):
        run([Seen()], folder=tmp_path, refit=refit, **({"stride": 8} | other))
        assert len(list(tmp_path.glob("*.npz"))) == count * len(kept)


def test_several_series_have_a_board_each_and_a_mean():
    given = [series("a"), series("b", VALUES[::-1].copy())]
    found = run([Persistence(), SeasonalNaive(5)], given)
    each = [found.table(name)["MASE"] for name in ("a", "b")]
    mean = found.table()
    for name in ("persistence", "seasonal naive (5)"):
        assert mean.loc[name, "MASE"] == pytest.approx(np.mean([column[name] for column in each]))
    with pytest.raises(ValueError, match="choose one of a, b"):
        found.board()


class Foresight(OneTooHigh):
    """Reads the value it is to forecast, where there is one."""

    def points(self, series, origins, horizon):
        return series.values[np.minimum(origins, len(series) - 1), None] * np.ones(horizon)


class Flat(OneTooHigh):
    """Forgets the horizon."""

    def points(self, series, origins, horizon):
        return series.values[origins - 1, None]


class Refusing(OneTooHigh):
    """Cannot deal with a series."""

    name, baseline = "refusing", True

    def learn(self, series):
        raise ValueError(f"{len(series)} steps are too many")


def test_a_method_that_cannot_deal_with_a_series_is_left_out_if_asked():
    found = run([Refusing(), Persistence(), Drift()], on_error="leave out")
    assert found.left_out == {"refusing": "80 steps are too many"}
    assert set(found.table().index) == {"persistence", "drift"}
    assert found.baselines == ["persistence", "drift"]
    with pytest.raises(ValueError, match="80 steps are too many"):
        run([Refusing()])
    with pytest.raises(ValueError, match="reads the future"):  # a mistake of the method, whatever the series
        run([Foresight(), Persistence()], on_error="leave out")


def test_impossible_levels_are_refused_before_anything_is_fitted():
    with pytest.raises(ValueError, match="should increase"):
        run([Refusing()], levels=(0.9, 0.1))


def test_fitted_methods_are_returned_if_asked():
    assert run([Persistence()]).fitted == {}
    fitted = run([Seen(), Persistence()], folds=2, seeds=(3, 1), return_fitted=True).fitted
    assert [(method.seed, method.steps) for method in fitted["seen"]] == [(3, 80), (1, 80), (3, 90), (1, 90)]
    assert len(fitted["persistence"]) == 2


def test_a_task_says_what_is_forecast():
    given = series()
    task = ForecastTask(given, given.split(valid=10, test=20), horizon=H, stride=3, season=5)
    methods = [Drift(over=7), SeasonalNaive(5)]
    by_task = backtest(methods, task, progress=False)
    by_settings = run(methods, given, folds=1, test=20, stride=3, season=5)
    first, second = (one.table(columns=["MAE", "MASE", "p"]) for one in (by_task, by_settings))
    pd.testing.assert_frame_equal(first, second)
    assert by_task.settings == by_settings.settings
    chosen = backtest(methods, task.validation(), progress=False).board()
    assert chosen.origins.tolist() == [70, 73, 76]
    assert len(chosen.past) == 70
    with pytest.raises(TypeError, match="leave out horizon"):
        backtest(methods, task, H)
    with pytest.raises(TypeError, match="needs a horizon"):
        backtest(methods, given)
    with pytest.raises(ValueError, match="no room for a horizon"):
        task.validation().validation()


def test_a_past_that_repeats_exactly_has_no_mase():
    table = run([Drift(), SeasonalNaive(2)], series(values=np.tile([1.0, 2.0], 50)), season=2).table()
    assert table["MASE"].isna().all()
    assert table.loc["seasonal naive (2)", "MAE"] == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: run([Foresight()]), "reads the future"),
        (lambda: run([Flat()]), r"should be \(origins, horizon\) = \(14, 4\)|\(7, 4\)"),
        (lambda: run([]), "nothing to test"),
        (lambda: run([Drift(), Drift()]), "several methods are called 'drift'"),
        (lambda: run([Drift()], test=3), "no room for a horizon of 4"),
        (lambda: run([Drift()], folds=10), "leave nothing to learn from"),
        (lambda: run([Drift()], folds=0), "at least 1"),
        (lambda: run([Drift()], seeds=(1, 1)), "distinct numbers"),
        (lambda: run([Drift()], [series(), series()]), "distinct names"),
        (lambda: run([Drift()], series(values=np.where(np.arange(T) == 7, np.nan, VALUES))), "first at step 7"),
        (lambda: run([Drift()], season=80), "longer than a season of 80"),
        (lambda: run([Drift()], on_error="ignore"), "'raise', 'leave out'"),
        (lambda: run([Drift()], return_fitted=True, folder="kept"), "no fitted methods"),
        (lambda: run([OneTooHigh()]).compare(), "nothing to compare with"),
    ],
)
def test_clear_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()
