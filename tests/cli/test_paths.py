"""`rnn-tutorial forecast`: `--paths`, whole futures in a table, and `--model arima`."""

from pathlib import Path

import pandas as pd

from .conftest import Run
from .test_forecast import toy_rows, write

TOY = ("--time", "date", "--target", "load", "--horizon", 6, "--season", 24, "--model", "naive", "--quiet")


def test_paths_lie_around_the_forecast(run: Run, tmp_path: Path):
    write(tmp_path / "my.csv", toy_rows())
    result = run("forecast", "my.csv", *TOY, "--paths", 400, "--lower", 80)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "my-forecast/paths.csv"
    table = pd.read_csv(tmp_path / "my-forecast" / "paths.csv")
    forecast = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
    assert list(table.columns[:2]) == ["time", "path 1"]
    assert (table["time"] == forecast["time"]).all()
    paths = table.drop(columns="time").to_numpy()
    assert paths.shape == (6, 400)
    assert paths.min() >= 80
    inside = (paths > forecast[["lower"]].to_numpy()) & (paths < forecast[["upper"]].to_numpy())
    assert 0.85 < inside.mean() < 0.95


def test_without_a_wish_there_are_none(run: Run, tmp_path: Path):
    write(tmp_path / "my.csv", toy_rows())
    assert run("forecast", "my.csv", *TOY).exit_code == 0
    assert not (tmp_path / "my-forecast" / "paths.csv").exists()
    again = run("forecast", "my.csv", *TOY, "--paths", -1, "--force")
    assert again.exit_code == 1
    assert "--paths" in again.stderr


def test_arima_by_name(run: Run, tmp_path: Path):
    write(tmp_path / "my.csv", toy_rows(120))
    options = (*TOY[:6], "--season", 2, "--model", "arima", "--quiet")
    result = run("forecast", "my.csv", *options)
    assert result.exit_code == 0, result.stderr
    assert "automatic ARIMA" in result.stdout
