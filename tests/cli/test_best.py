"""What is written unless a method is named, and what it is held against: also a forecast that learns nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.cli import judge
from rnn_tutorial.cli.choice import of_choice
from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Best, Persistence, Scoreboard, SeasonalNaive

from .conftest import Run

Refused = Callable[..., str]
AIR = json.loads((Path(__file__).parents[1] / "forecasting" / "short_series.json").read_text(encoding="utf-8"))
NEEDED = ("--time", "ds", "--target", "y", "--epochs", 1)


def table(path: Path, values, freq: str) -> Path:
    stamps = pd.date_range("2010-01-01", periods=len(values), freq=freq)
    path.write_text("\n".join(["ds,y", *(f"{s},{v}" for s, v in zip(stamps, values, strict=True))]) + "\n")
    return path


def test_best_is_what_is_written(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", AIR["AirPassengers"], "MS")
    result = run("forecast", path, *NEEDED, "--horizon", 12)
    assert result.exit_code == 0, result.stderr
    said = " ".join(result.stdout.split())
    assert "best took " in said
    report = (tmp_path / "my-forecast" / "report.html").read_text(encoding="utf-8")
    assert "best took " in report
    for name in ("seasonal naive (12)", "persistence", "drift"):
        assert name in said  # always among the rivals


def test_a_network_that_learns_less_than_nothing_is_warned_of(run: Run, tmp_path: Path):
    """One epoch on a line with noise: the straight line is better, and by more than chance."""
    values = np.arange(300.0) + np.random.default_rng(0).normal(0, 0.1, 300)
    path = table(tmp_path / "my.csv", values, "D")
    result = run("forecast", path, *NEEDED, "--horizon", 4, "--model", "gru")
    assert result.exit_code == 0, result.stderr
    warning = "drift learns nothing and is the better forecast of this series, by more than chance."
    assert f"Warning: {warning}" in result.stderr
    assert warning in result.stdout
    assert warning in (tmp_path / "my-forecast" / "report.html").read_text(encoding="utf-8")
    assert result.stdout.startswith("GRU did not beat drift")


def test_a_random_walk_is_beaten_by_nobody(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", 100 + np.cumsum(np.random.default_rng(1).normal(size=500)), "D")
    result = run("forecast", path, *NEEDED, "--horizon", 5, "--model", "ridge", "--quiet")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(("ridge on 7 lags did not beat persistence", "ridge on 7 lags did not beat drift"))


def test_a_yardstick_needs_one_year_and_not_five(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", AIR["AirPassengers"][:30], "MS")
    result = run("forecast", path, *NEEDED, "--horizon", 6, "--model", "ets", "--quiet")
    assert result.exit_code == 0, result.stderr
    assert "too short to learn the season year of 12 steps, which takes 36 values." in result.stdout
    assert "--model naive repeats the year all the same." in result.stdout
    assert "seasonal naive (12)" in result.stdout


@pytest.mark.parametrize(
    ("errors", "rival"),
    [
        ({"ours": 1.0, "chosen": 2.0, "other": 3.0}, "chosen"),  # the better of two victories is not looked for
        ({"ours": 3.0, "chosen": 2.0, "other": 1.0}, "chosen"),  # it lost to that already
        ({"ours": 2.0, "chosen": 3.0, "other": 1.0}, "other"),  # what looked like a victory was none
    ],
)
def test_held_against_what_was_chosen_unless_another_is_not_beaten(errors, rival):
    board = Scoreboard(np.zeros(20), np.arange(10, 15), 2, np.arange(10.0), 1)
    for name, error in errors.items():
        board.add(name, np.full((5, 2), error))
    assert judge.rival_of(board, "ours", "chosen", ["chosen", "other"]) == rival


@pytest.mark.parametrize(
    ("seasons", "steps", "said"),
    [
        ({"day": 48, "week": 336}, 1008, "--season 48 --season 336"),
        ({"day": 48, "week": 336}, 1007, "Two such seasons take 1,008 values: add data, or take ets"),
        ({"year": 12}, 9, "take ets, theta, ridge or best"),
        ({"week": 7, "year": 365}, 9, "take ets, theta, ridge or best"),
    ],
)
def test_advice_fits_the_frequency(seasons, steps, said):
    from rnn_tutorial.cli.models import advice

    series = Series("y", np.arange(float(steps)), pd.date_range("2024", periods=steps), seasons=seasons)
    assert said in advice(series)
    assert ("--season 24" in advice(series)) is False


def test_a_choice_without_a_part_is_said_to_be_one():
    months = Series("y", np.arange(36.0) % 12, pd.date_range("2020", periods=36, freq="MS"), seasons={"year": 12})
    said = of_choice(Best([SeasonalNaive(12), Persistence()], 12).fit(months))
    assert said == ["best took seasonal naive (12): the series is too short to keep a part back to choose methods by."]


def test_best_is_no_network_to_be_kept(refused: Refused, tmp_path: Path):
    path = table(tmp_path / "my.csv", np.arange(100.0), "D")
    options: tuple[Any, ...] = ("--horizon", 3, "--model", "best", "--quiet")
    assert "name one by --model" in refused("forecast", path, *NEEDED, *options, "--save", "x")
