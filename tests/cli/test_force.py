"""What ``--force`` may replace: plain files of ours. Folders, links and devices of these names stay as they are."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.cli.output import OURS
from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Forecast, Persistence, backtest

from .conftest import Run

Refused = Callable[..., str]
NAIVE = ("forecast", "my.csv", "--time", "t", "--target", "y", "--horizon", 3, "--model", "naive", "--quiet", "--force")


@pytest.fixture(autouse=True)
def table(tmp_path: Path) -> None:
    days = pd.date_range("2024-01-01", periods=80)
    pd.DataFrame({"t": days, "y": np.arange(80) % 7}).to_csv(tmp_path / "my.csv", index=False)


@pytest.mark.parametrize("name", OURS)
def test_a_folder_of_a_results_name_is_no_result(refused: Refused, tmp_path: Path, name: str):
    inside = tmp_path / "my-forecast" / name
    inside.mkdir(parents=True)
    (inside / "thesis.tex").write_text("mine")
    said = refused(*NAIVE)
    assert f"holds other files than an earlier forecast ({name}, which is a folder or a device)" in said
    assert (inside / "thesis.tex").read_text() == "mine"


def test_a_link_of_a_results_name_is_no_result(refused: Refused, tmp_path: Path):
    (tmp_path / "my-forecast").mkdir()
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "my-forecast" / "forecast.csv").symlink_to(tmp_path / "mine")
    assert "(forecast.csv, which is a link)" in refused(*NAIVE)


@pytest.mark.parametrize("there", [True, False])
def test_an_output_that_is_a_link_stays_one(refused: Refused, tmp_path: Path, there: bool):
    real, link = tmp_path / "real", tmp_path / "link"
    if there:
        real.mkdir()
    link.symlink_to(real)
    assert f"link is a link to {real}" in refused(*NAIVE, "--out", "link")
    if not there:  # of a folder the option itself says that it is none for a file
        assert f"link is a link to {real}" in refused("datasets", "sunspots", "--out", "link", "--force")
    said = refused(*NAIVE, "--model", "lstm", "--save", "link")
    assert f"link is a link to {real}" in said
    assert link.is_symlink()


def test_folders_are_no_files(refused: Refused, tmp_path: Path):
    (tmp_path / "sunspots.csv").mkdir()
    assert "sunspots.csv is a folder" in refused("datasets", "sunspots", "--force")
    assert "sunspots.csv is a folder" in refused(*NAIVE, "--model", "lstm", "--save", "sunspots.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_pipes_and_devices_stay(refused: Refused, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    assert "pipe is a device or a pipe" in refused("datasets", "sunspots", "--out", "pipe", "--force")
    assert "pipe is a device or a pipe" in refused(*NAIVE, "--model", "lstm", "--save", "pipe")
    assert "pipe is a file" in refused(*NAIVE, "--out", "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_plain_files_of_ours_are_replaced(run: Run, tmp_path: Path):
    (tmp_path / "my-forecast").mkdir()
    (tmp_path / "my-forecast" / "report.html").write_text("earlier")
    assert run(*NAIVE).exit_code == 0
    assert (tmp_path / "my-forecast" / "report.html").read_text() != "earlier"


def test_what_is_saved_from_python_follows_no_link_either(tmp_path: Path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    found = backtest([Persistence()], Series.of(np.arange(40.0) % 5), horizon=2, progress=False)
    writers = [Forecast(range(2), np.ones(2)).save, found.to_csv, found.to_json]
    for save in writers:
        for name, words in (("link", "is a link to"), (".", "is a folder")):
            with pytest.raises(FileExistsError, match=words):
                save(tmp_path / name)
    assert (tmp_path / "mine").read_text() == "mine"
