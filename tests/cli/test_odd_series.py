"""Series that divide by zero, clocks that change, names that are markup: a forecast is written all the same."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from .conftest import Run

Refused = Callable[..., str]
QUIET = ("--time", "ds", "--target", "y", "--epochs", 1, "--quiet")


def table(path: Path, values, stamps=None, header: str = "ds,y") -> Path:
    stamps = pd.date_range("2024-01-01", periods=len(values), freq="D") if stamps is None else stamps
    rows = [f"{stamp},{value}" for stamp, value in zip(stamps, values, strict=True)]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


K = np.arange(200)
REPEATS = 10 + K % 7
ZEROS_THEN_SALES = np.concatenate([np.zeros(330), np.random.default_rng(0).poisson(5, 70)])


@pytest.mark.parametrize("model", ["lstm", "naive", "ridge", "ets", "persistence"])
def test_a_series_that_repeats_exactly(run: Run, tmp_path: Path, model: str):
    path = table(tmp_path / "my.csv", REPEATS)
    result = run("forecast", path, *QUIET, "--horizon", 7, "--model", model, "--baselines")
    assert result.exit_code == 0, result.stderr
    assert "n/a" in result.stdout
    assert "nan" not in result.stdout
    if model in ("lstm", "persistence"):
        assert "against none: the series repeats exactly" in result.stdout
    if model == "naive":
        forecast = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
        assert list(forecast["point"]) == [10 + k % 7 for k in range(200, 207)]


@pytest.mark.parametrize("model", ["gru", "naive", "ridge"])
def test_zeros_then_sales(run: Run, tmp_path: Path, model: str):
    path = table(tmp_path / "my.csv", ZEROS_THEN_SALES)
    result = run("forecast", path, *QUIET, "--horizon", 7, "--model", model)
    assert result.exit_code == 0, result.stderr
    forecast = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
    assert forecast["point"].notna().all()
    if model == "gru":
        assert "cannot be said, because in the backtest the series is constant" in " ".join(result.stdout.split())
        assert forecast["lower"].isna().all()


def test_baselines_that_saw_only_zeros(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", ZEROS_THEN_SALES)
    seasons = ("--season", 7, "--season", 28)
    result = run("forecast", path, *QUIET, *seasons, "--horizon", 7, "--model", "naive", "--baselines")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    assert "automatic ETS" in result.stdout


@pytest.mark.parametrize("model", ["lstm", "hybrid", "ridge", "persistence"])
def test_a_constant(run: Run, tmp_path: Path, model: str):
    path = table(tmp_path / "my.csv", np.full(100, 7.5))
    result = run("forecast", path, *QUIET, "--horizon", 3, "--model", model)
    assert result.exit_code == 0, result.stderr
    assert "All values of 'y' are 7.5: it is constant" in result.stdout
    assert list(pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")["point"]) == [7.5] * 3


def test_months_on_the_15th(run: Run, tmp_path: Path):
    stamps = pd.date_range("2010-01-15", periods=150, freq=pd.DateOffset(months=1)).strftime("%Y-%m-%d")
    values = 100 + 20 * np.sin(np.arange(150) * np.pi / 6) + np.random.default_rng(0).normal(0, 1, 150)
    path = table(tmp_path / "my.csv", values, stamps)
    result = run("forecast", path, *QUIET, "--horizon", 12, "--model", "gru", "--save", "model")
    assert result.exit_code == 0, result.stderr
    forecast = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
    assert list(forecast["time"][:2]) == ["2022-07-15", "2022-08-15"]
    again = run("forecast", path, *QUIET, "--horizon", 12, "--load", "model", "--out", "again")
    assert again.exit_code == 0, again.stderr


def test_a_model_of_days_is_not_asked_about_months(run: Run, refused: Refused, tmp_path: Path):
    values = np.sin(K / 3) + 5
    path = table(tmp_path / "days.csv", values)
    assert run("forecast", path, *QUIET, "--horizon", 7, "--model", "gru", "--save", "model").exit_code == 0
    for freq, said in (("MS", "1 month"), ("h", "1 hour")):
        other = table(tmp_path / "other.csv", values, pd.date_range("2024-01-01", periods=200, freq=freq))
        message = refused("forecast", other, *QUIET, "--horizon", 7, "--load", "model", "--out", "new")
        assert f"fitted on steps of 1 day, and the time stamps from 2024-01-01 00:00:00 on go by {said}" in message


def test_the_local_clock_with_its_offset(run: Run, tmp_path: Path):
    aware = pd.date_range("2024-10-20", periods=200, freq="h", tz="Europe/Berlin")
    values = 5 + np.sin(K * np.pi / 12) + np.random.default_rng(0).normal(0, 0.1, 200)
    path = table(tmp_path / "my.csv", values, aware.strftime("%Y-%m-%d %H:%M"))
    options = (*QUIET, "--horizon", 24, "--season", 24, "--timezone", "Europe/Berlin")
    result = run("forecast", path, *options, "--model", "gru", "--save", "model")
    assert result.exit_code == 0, result.stderr
    forecast = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
    assert forecast["time"][0] == "2024-10-28 07:00:00+01:00"
    again = run("forecast", path, *options, "--load", "model", "--out", "again")
    assert again.exit_code == 0, again.stderr


def test_one_clock_with_two_names_is_saved_as_one(run: Run, tmp_path: Path):
    stamps = [f"2024-01-{1 + k // 24:02d}T{k % 24:02d}:00{'Z' if k % 2 else '+00'}" for k in range(200)]
    path = table(tmp_path / "my.csv", 5 + np.sin(K * np.pi / 12), stamps)
    options = (*QUIET, "--horizon", 6, "--season", 24)
    assert run("forecast", path, *options, "--model", "gru", "--save", "model").exit_code == 0
    plain = table(tmp_path / "plain.csv", 5 + np.sin(K * np.pi / 12), [stamp[:16] for stamp in stamps])
    result = run("forecast", plain, *options, "--load", "model", "--out", "again")
    assert result.exit_code == 0, result.stderr


def test_one_series_of_a_long_file(run: Run, refused: Refused, tmp_path: Path):
    rows = [f"{name},{stamp:%Y-%m-%d},{k % 5 + k / 99}" for name in ("A", "B")
            for k, stamp in enumerate(pd.date_range("2024-01-01", periods=99))]  # fmt: skip
    path = tmp_path / "my.csv"
    path.write_text("\n".join(["unique_id,ds,y", *rows]) + "\n")
    assert "--where unique_id=A" in refused("forecast", path, *QUIET, "--horizon", 5, "--model", "naive")
    result = run("forecast", path, *QUIET, "--horizon", 5, "--model", "naive", "--where", "unique_id=B")
    assert result.exit_code == 0, result.stderr
    assert "--where names a column and its cell" in refused(
        "forecast", path, *QUIET, "--horizon", 5, "--model", "naive", "--where", "B"
    )


def test_steps_without_dates_and_dates_in_two_columns(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", REPEATS + np.sin(K), K + 1000)
    options = (*QUIET, "--horizon", 7, "--model", "gru", "--season", 7)
    result = run("forecast", path, *options, "--date-format", "step")
    assert result.exit_code == 0, result.stderr
    assert list(pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")["time"]) == list(range(1200, 1207))
    hours = pd.date_range("2024-01-01", periods=200, freq="h")
    path = table(tmp_path / "two.csv", REPEATS, [f"{stamp:%Y-%m-%d},{stamp.hour}" for stamp in hours], "ds,hour,y")
    result = run("forecast", path, *QUIET, "--time", "hour", "--horizon", 7, "--model", "naive", "--season", 7)
    assert result.exit_code == 0, result.stderr


def test_markup_in_names_is_text(run: Run, tmp_path: Path):
    evil = "<script>alert(1)</script>"
    path = table(tmp_path / "<img src=x>.csv", REPEATS + np.sin(K), header=f"ds,{evil}")
    result = run(
        "forecast", path, "--time", "ds", "--target", evil, "--horizon", 7, "--model", "gru", "--epochs", 1, "--quiet",
        "--unit", "<b>MW</b>", "--out", "out", "--baselines",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    report = (tmp_path / "out" / "report.html").read_text()
    for markup in ("<script>", "<img src=x", "<b>"):
        assert markup not in report
    assert "&lt;script&gt;" in report
