"""Networks that were fitted before: what is kept of them, and how they stand beside fits of this build."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.boards import BEFORE, HERE, joined, main
from rnn_tutorial.experiments import ch08_kept as kept
from rnn_tutorial.experiments import ch08_scoreboard as scoreboard
from rnn_tutorial.experiments import ch09_stored as stored
from rnn_tutorial.forecasting import SeasonalNaive
from rnn_tutorial.forecasting.evaluation.scoreboard import Entry

MADE = {"machine": "a machine", "threads": 1, "date": "2026-01-31"}


def entry(name: str = "GRU", seeds: int = 2) -> Entry:
    forecasts = tuple(30_000 + 100 * np.random.default_rng(seed).normal(size=(3, 4)) for seed in range(seeds))
    return Entry(name, forecasts, parameters=7, seconds=1.5)


def test_what_is_kept_comes_back_but_for_the_last_digits(tmp_path: Path):
    path, one = tmp_path / "boards.npz", entry()
    kept.keep(path, MADE, {"Victoria": {"GRU": one}, "Portugal": {"RNN": entry("RNN", 1)}})
    found = kept.read(path)
    assert found.made == "a machine, 1 thread, 2026-01-31"
    assert (found.seeds, found.seconds) == (1, 4.5)
    back = found.entries["Victoria"]["GRU"]
    assert (back.name, back.parameters, back.seconds) == ("GRU", 7, 1.5)
    np.testing.assert_allclose(back.forecasts, one.forecasts, rtol=2.0**-13)
    np.testing.assert_array_equal(kept.rounded(np.stack(back.forecasts)), back.forecasts)  # twice is as once
    np.testing.assert_allclose(found.errors("Victoria", "GRU", np.stack(back.forecasts)[0])[0], 0)


@pytest.mark.parametrize("content", [b"", b"not a file of arrays", b"PK\x03\x04"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "boards.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"not a result of `python -m benchmarks\.boards`"):
        kept.read(tmp_path / "boards.npz")


def test_seeds_become_one_entry_with_their_mean_time():
    one, two = entry(seeds=1), replace(entry(seeds=2), seconds=2.5)
    both = joined([one, two])
    assert len(both.forecasts) == 3
    assert both.seconds == 2.0


def test_kept_networks_stand_beside_fits_of_this_build():
    title = "Portugal"
    problem = kept.problem(title)
    here = scoreboard.run(problem, {"naive": SeasonalNaive(168)}, seeds=[0])
    both = kept.read(HERE).beside(title, here)
    assert list(here.board().entries) == ["naive"]
    assert both.best_baseline() == "naive"
    assert both.settings["seeds"] == [0, 1, 2, 3, 4]
    assert set(both.table(columns=["MAE", "p", "copies"]).index) == {"naive", *kept.methods(title, problem)}
    with pytest.raises(ValueError, match=r"forecasts should be \(221, 24\)"):
        kept.read(HERE).beside("Victoria", here)


def test_the_file_holds_five_seeds_of_every_method():
    found = kept.read(HERE)
    assert tuple(found.entries) == kept.TITLES
    assert found.seeds == 5
    for title, methods in found.entries.items():
        assert list(methods) == list(kept.methods(title, kept.problem(title)))


def test_the_command_fits_only_what_its_files_lack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fitted, run = [], scoreboard.run

    def watched(problem, methods, seeds, **options):
        fitted.append([*methods])
        return run(problem, methods, seeds, **options)

    naive = {"a week ago": SeasonalNaive(168)}
    monkeypatch.setattr(scoreboard, "run", watched)
    monkeypatch.setattr(scoreboard, "classics", lambda problem: naive)
    monkeypatch.setattr(scoreboard, "networks", lambda problem: {})
    monkeypatch.setattr(kept, "TITLES", ("Portugal",))
    monkeypatch.setattr(kept, "SERIES", {"Portugal": scoreboard.hourly_demand})
    monkeypatch.setattr(kept, "methods", lambda title, problem: naive)
    for _ in range(2):
        main(seeds=1, folder=tmp_path / "fits", out=tmp_path / "boards.npz", before=tmp_path / "before.json")
        assert fitted == [["a week ago"], ["a week ago"]]  # on the test weeks, and on the weeks before
    naive["a day ago"] = SeasonalNaive(24)
    main(seeds=1, folder=tmp_path / "fits", out=tmp_path / "boards.npz", before=tmp_path / "before.json")
    assert fitted[2:] == [["a day ago"], ["a day ago"]]
    assert list(kept.read(tmp_path / "boards.npz").entries["Portugal"]) == ["a week ago", "a day ago"]
    assert len(stored.read(tmp_path / "before.json").rows) == 2


def test_forecast_weather_differs_from_seed_to_seed_and_known_weather_does_not():
    def degrees(title: str, seed: int) -> np.ndarray:
        covariates = kept.problem(title, seed).series.covariates
        assert covariates is not None
        return covariates.known[:, -1]

    known = degrees("perfect weather", 0)
    np.testing.assert_array_equal(degrees("perfect weather", 1), known)
    errors = [degrees(kept.weather(2.0), seed) - known for seed in (0, 1)]
    assert np.corrcoef(errors)[0, 1] < 0.2
    np.testing.assert_allclose([error.std() for error in errors], 2.0, rtol=0.1)


def test_methods_are_chosen_by_the_weeks_before_over_all_seeds():
    found: dict[str, dict[str, list[float]]] = {"a": {"x": [1, 9], "y": [3, 4], "z": [2]}, "b": {"x": [1]}}
    rows = pd.DataFrame(
        [
            {"board": board, "method": method, "seed": seed, "MAE": error}
            for board, errors in found.items()
            for method, seeds in errors.items()
            for seed, error in enumerate(seeds)
        ]
    )
    assert kept.chosen(rows, "a", ["x", "y"]) == "y"
    assert kept.chosen(rows, "a", ["x", "y", "z"]) == "z"


def test_the_errors_of_the_weeks_before_are_there_for_every_method():
    rows = stored.read(BEFORE).rows
    for title in kept.SERIES:
        problem = kept.problem(title)
        for names, seeds in ((scoreboard.classics(problem), 1), (scoreboard.LAYERS, 5)):
            counts = rows[rows["board"] == title].groupby("method")["seed"].nunique()
            assert set(counts[list(names)]) == {seeds}
