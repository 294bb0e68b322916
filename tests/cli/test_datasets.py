"""`rnn-tutorial datasets`: what is listed, and that an exported series comes back as it was."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.cli.datasets import as_frame
from rnn_tutorial.data import Covariates, Series, load_series, read_series

from .conftest import Run


def test_listing_without_a_cache(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RNN_TUTORIAL_CACHE", str(tmp_path / "cache"))
    result = run("datasets")
    assert result.exit_code == 0
    assert "taylor         not in the cache: 4 MB to download" in result.stdout
    assert "309 values in sunspot number" in result.stdout


def test_export_and_read_back(run: Run, tmp_path: Path):
    result = run("datasets", "co2")
    assert result.exit_code == 0, result.output
    assert "--time time --target co2" in result.stdout
    original, series = load_series("co2"), read_series(tmp_path / "co2.csv", "time", "co2")
    assert np.array_equal(series.values, original.values)
    assert (series.index == original.index).all()
    assert list(series.seasons.values()) == list(original.seasons.values()) == [52]


def test_covariates_are_columns_and_the_known_future_goes_on(tmp_path: Path):
    series = Series(
        name="load",
        values=np.arange(10.0),
        index=pd.date_range("2024-01-01", periods=10, freq="h"),
        unit="MW",
        seasons={},
        source="",
        licence="",
        covariates=Covariates(np.ones((10, 1)), np.arange(13.0)[:, None], ("outside",), ("holiday",)),
    )
    as_frame(series).to_csv(tmp_path / "load.csv", index=False)
    back = read_series(tmp_path / "load.csv", "time", "load", past=["outside"], known=["holiday"])
    assert len(back) == 10
    assert back.covariates is not None
    assert back.covariates.known.shape == (13, 1)


def test_refusals(refused: Callable[..., str], tmp_path: Path):
    assert "There is no series 'nosuch'" in refused("datasets", "nosuch")
    assert "--out needs the name" in refused("datasets", "--out", "x.csv")
    (tmp_path / "co2.csv").write_text("mine")
    assert "co2.csv exists" in refused("datasets", "co2")
    assert (tmp_path / "co2.csv").read_text() == "mine"


def test_force(run: Run, tmp_path: Path):
    (tmp_path / "a.csv").write_text("mine")
    assert run("datasets", "sunspots", "--out", "a.csv", "--force").exit_code == 0
    assert (tmp_path / "a.csv").read_text().startswith("time,sunspots\n1700-01-01,")
