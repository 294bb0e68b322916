"""Holidays by the command line: columns for the model, told in the report; what cannot be is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from .conftest import Run

TOY = ("--time", "date", "--target", "load", "--horizon", 3, "--season", 7, "--quiet")
OFF = [str(day.date()) for day in pd.date_range("2024-01-05", "2024-12-31", freq="11D")]


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """Days of load 100, and 20 on every eleventh, the last of them the first day to be forecast."""
    stamps = pd.date_range("2024-01-01", "2024-12-20", freq="D")[:-1]
    free = np.isin(np.array([str(stamp.date()) for stamp in stamps]), OFF)
    load = np.where(free, 20.0, 100.0) + np.random.default_rng(0).normal(0, 0.5, len(stamps))
    pd.DataFrame({"date": stamps, "load": load}).to_csv(tmp_path / "my.csv", index=False)
    return tmp_path / "my.csv"


def test_days_off_are_forecast(run: Run, toy: Path, tmp_path: Path):
    options = [word for day in OFF for word in ("--day-off", day)]
    result = run("forecast", toy, *TOY, "--model", "ridge", *options, "--weekend", "fri,sat")
    assert result.exit_code == 0, result.stderr
    table = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
    assert "2024-12-20" not in OFF
    fallen = table["point"] < 50
    assert [day in OFF for day in table["time"]] == fallen.tolist()
    report = (tmp_path / "my-forecast" / "report.html").read_text(encoding="utf-8")
    for text in ("holiday, eve, bridge day, working day", "2024-01-05, 2024-01-16", "fri, sat"):
        assert text in report


def test_a_country_and_known_columns_of_the_file(run: Run, toy: Path, tmp_path: Path):
    """The columns reach as far as the file's own do."""
    table = pd.read_csv(toy)
    table["price"] = np.arange(len(table)) % 5
    ahead = pd.DataFrame({"date": pd.date_range("2024-12-20", periods=5), "price": 1})
    pd.concat([table.assign(date=pd.to_datetime(table["date"])), ahead]).to_csv(toy, index=False)
    result = run("forecast", toy, *TOY, "--model", "ridge", "--known", "price", "--holidays", "PT", "--apart", "labor")
    assert result.exit_code == 0, result.stderr
    report = (tmp_path / "my-forecast" / "report.html").read_text(encoding="utf-8")
    assert "price, holiday, eve, bridge day, working day, labor" in report
    assert "sat, sun" in report


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--holidays", "Portugual"), "did you mean PT (Portugal)"),
        (("--holidays", "PT", "--weekend", "sam,dim"), "'sam' is no day of the week"),
        (("--weekend", "fri,sat"), "give --holidays or --day-off as well"),
        (("--day-off", "2024-01-01", "--apart", "Christmas"), "give --holidays as well"),
        (("--day-off", "24.13.2024"), "'24.13.2024' is no date"),
    ],
)
def test_what_cannot_be_is_refused(refused: Callable[..., str], toy: Path, options: tuple[str, ...], said: str):
    assert said in refused("forecast", toy, *TOY, *options)


def test_numbers_of_steps_have_no_holidays(refused: Callable[..., str], tmp_path: Path):
    pd.DataFrame({"date": np.arange(90), "load": np.arange(90) % 7}).to_csv(tmp_path / "n.csv", index=False)
    said = refused("forecast", tmp_path / "n.csv", *TOY, "--date-format", "step", "--holidays", "PT")
    assert "the series has no time stamps" in said
