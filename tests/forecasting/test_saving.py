"""A saved forecaster forecasts as before; a file that is not what it should be is refused by name."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from rnn_tutorial.data import Covariates, Series, StorageError
from rnn_tutorial.forecasting import Forecaster
from rnn_tutorial.forecasting.neural.network import ForecastNetwork
from rnn_tutorial.forecasting.neural.saving import FORMAT, checksum
from rnn_tutorial.forecasting.parameters import copy_of

DAY, H = 12, 6
T = DAY * 20
VALUES = 100 + 10 * np.sin(2 * np.pi * np.arange(T) / DAY) + np.random.default_rng(0).normal(0, 1, T)
NOISE = np.random.default_rng(1).normal(size=(T + H, 3))
COLUMNS = Covariates(NOISE[:T, :2], NOISE[:, 2:])
ORIGINS = np.arange(T - DAY, T + 1, 5)


def fitted(layer="gru", given=VALUES, **options):
    chosen: dict[str, Any] = {"seasons": (DAY,), "hidden_size": 8, "epochs": 1, "stride": 9} | options
    return Forecaster(layer, H, **chosen).fit(given)


def make_gru(columns):
    return nn.GRU(columns, 5, batch_first=True)


@pytest.fixture
def path(tmp_path):
    fitted().save(tmp_path / "forecaster.safetensors")
    return tmp_path / "forecaster.safetensors"


def rewrite(path, change, *, right_checksum=True):
    """Save the file again with other tensors or another configuration, and the checksum that belongs to them."""
    with safe_open(path, framework="pt") as file:
        about = json.loads(file.metadata()[FORMAT])
    tensors, config = load_file(path), json.loads(about["config"])
    change(tensors, config, about)
    about["config"] = json.dumps(config)
    if right_checksum:
        about["sha256"] = checksum(about["config"], tensors)
    save_file(tensors, path, {FORMAT: json.dumps(about)})


@pytest.mark.parametrize("layer", ["rnn", "lstm", "gru", "fc-lstm"])
@pytest.mark.parametrize("options", [{}, {"decoding": "direct", "output": "student", "scale": "ratio"}])
def test_forecasts_are_identical_after_load(tmp_path, layer, options):
    before = fitted(layer, **options, name="mine")
    before.save(tmp_path / "a")
    after = Forecaster.load(tmp_path / "a")
    np.testing.assert_array_equal(after.forecast(VALUES, ORIGINS, H), before.forecast(VALUES, ORIGINS, H))
    np.testing.assert_array_equal(after.predict().point, before.predict().point)
    assert list(after.predict().index) == list(before.predict().index) == list(range(T, T + H))
    assert (after.name, after.parameters, after.get_params()) == ("mine", before.parameters, before.get_params())
    after.save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_time_stamps_covariates_and_gaps_come_back(tmp_path):
    gaps = VALUES.copy()
    gaps[-5] = np.nan
    index = pd.date_range("2024-01-01", periods=T, freq="2h")
    series = Series("toy", gaps, index, "MW", {}, "made here", "none", covariates=COLUMNS)
    before = fitted(given=series, missing="mask", output="quantile", levels=(0.1, 0.9))
    before.save(tmp_path / "a")
    after = Forecaster.load(tmp_path / "a")
    pd.testing.assert_frame_equal(
        after.predict(levels=(0.1, 0.9)).to_frame(), before.predict(levels=(0.1, 0.9)).to_frame()
    )
    assert (after.predict().name, after.predict().unit) == ("toy", "MW")
    np.testing.assert_array_equal(after.predict(series=series).point, before.predict().point)
    assert len(after.series) == before.context  # not the whole series
    new = Covariates(NOISE[: 3 * DAY, :2], NOISE[: 3 * DAY + H, 2:])
    after.update(Series.of(VALUES[: 3 * DAY], covariates=new))
    before.update(Series.of(VALUES[: 3 * DAY], covariates=new))
    assert after.predict().index[0] == before.predict().index[0] == index[-1] + pd.Timedelta("2h") * (3 * DAY + 1)


def test_what_patience_kept_is_saved(tmp_path):
    """The weights of the best epoch, and the patience: a copy watches as well."""
    before = fitted(patience=1, epochs=12, lr=0.3, stride=1)
    assert before.history.stopped == "patience"
    assert before.history.best() is not before.history.rows[-1]
    before.save(tmp_path / "a")
    after = Forecaster.load(tmp_path / "a")
    np.testing.assert_array_equal(after.predict().point, before.predict().point)
    again = copy_of(after).fit(VALUES)
    assert len(again.history.rows) == len(before.history.rows)
    np.testing.assert_array_equal(again.predict().point, before.predict().point)


def test_a_file_of_version_one_is_read():
    """Written in November 2026, of a GRU with two units."""
    old = Forecaster.load(Path(__file__).parent / "saved-1.safetensors")
    np.testing.assert_allclose(old.predict().point, [2.147629, 2.095348], rtol=1e-5)


@pytest.mark.parametrize("stamped", [False, True])
def test_one_step_is_memory_enough(tmp_path, stamped):
    """A network that reads one step is saved with one; time goes on from it all the same."""
    index = pd.date_range("2024-01-01", periods=T, freq="2h")
    given = Series("toy", VALUES, index) if stamped else VALUES
    before = fitted(given=given, input_length=1, seasons=(), scale="series", calendar=False)
    before.save(tmp_path / "a")
    after = Forecaster.load(tmp_path / "a")
    for _ in range(2):
        assert list(after.predict().index) == list(before.predict().index)
        np.testing.assert_allclose(after.predict().point, before.predict().point)
        for one in (before, after):
            one.update(VALUES[: 2 * DAY], lr=1e-12)


@pytest.mark.parametrize("layer", [make_gru, nn.GRU(5, 5, batch_first=True)], ids=["function", "module"])
def test_a_layer_of_ones_own_is_given_again(tmp_path, layer):
    before = fitted(layer, calendar=False, seasons=(DAY, 2 * DAY, 3 * DAY, 4 * DAY))
    before.save(tmp_path / "a")
    with pytest.raises(ValueError, match=r"from .*a: it was saved with a layer of your own .*load\(path, layer"):
        Forecaster.load(tmp_path / "a")
    after = Forecaster.load(tmp_path / "a", layer=layer)
    np.testing.assert_array_equal(after.forecast(VALUES, ORIGINS, H), before.forecast(VALUES, ORIGINS, H))
    with pytest.raises(ValueError, match=r"weights in .*a are of another shape"):
        Forecaster.load(tmp_path / "a", layer=lambda columns: nn.GRU(columns, 6, batch_first=True))


def test_a_failed_save_leaves_the_old_file(path, monkeypatch):
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(StorageError, match=r"could not write .*forecaster.safetensors: No space left"):
        fitted(seed=1).save(path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_file_cut_off(path):
    whole = path.read_bytes()
    for size in (0, 5, 100, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match=r"forecaster.safetensors cannot be read as safetensors"):
            Forecaster.load(path)


def test_a_changed_bit(path):
    whole = bytearray(path.read_bytes())
    whole[-3] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ValueError, match=r"forecaster.safetensors was changed after it was saved"):
        Forecaster.load(path)


def test_a_changed_configuration(path):
    rewrite(path, lambda t, c, a: c["options"].update(scale="series"), right_checksum=False)
    with pytest.raises(ValueError, match=r"was changed after it was saved \(its checksum"):
        Forecaster.load(path)
    for text in ("{", "[" * 10**5, "[]"):
        save_file(load_file(path), path, {FORMAT: text})
        with pytest.raises(ValueError, match="its description cannot be read"):
            Forecaster.load(path)
    save_file(load_file(path), path, {FORMAT: json.dumps({"version": 1, "config": 5, "sha256": "0"})})
    with pytest.raises(ValueError, match=r"was changed after it was saved \(its checksum"):
        Forecaster.load(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t, c, m: t.update({"network.head.bias": t["network.head.bias"][:0]}), r"head.bias is \(0,\) .*\(1,\)"),
        (lambda t, c, m: t.pop("network.head.bias"), "head.bias is absent"),
        (
            lambda t, c, m: t.update({"network.more": t["network.head.bias"].clone()}),
            r"more is \(1,\) .* absent expected",
        ),
        (lambda t, c, m: t.update({"network.head.bias": t["network.head.bias"].double()}), "float64"),
        (lambda t, c, m: c["options"].update(hidden_size=9), "of another shape than the network"),
        (lambda t, c, m: c["options"].update(colour="red"), "no forecaster can be made from"),
        (lambda t, c, m: c["options"].update(horizon=-1), r"forecaster.safetensors.*horizon should be at least 1"),
        (lambda t, c, m: c.pop("units"), "no forecaster can be made from .*'units' is missing"),
        (lambda t, c, m: t.pop("memory.values"), "no forecaster can be made from"),
        (lambda t, c, m: c["units"].update(value=[100.0, 0]), r"units of the series should be pairs .*\(100.0, 0\)"),
        (lambda t, c, m: c["units"].update(value="100"), "units of the series should be pairs .*'100'"),
        (lambda t, c, m: c["units"].update(value=[100.0, True]), "units of the series should be pairs"),
        (lambda t, c, m: c["units"].update(past=[[0.0, float("nan")]]), "units of the past columns should be pairs"),
        (lambda t, c, m: c["units"].update(known=[[0.0, 1.0]]), "there are 0 known columns, and units of 1"),
        (lambda t, c, m: c["clock"].update(seasons=[0]), "a season should be at least 2, got 0"),
        (lambda t, c, m: c["clock"].update(steps="x"), "the clock's steps should be a whole number, got 'x'"),
        (lambda t, c, m: c["clock"].update(first=5), "the clock's first should be a text, got 5"),
        (lambda t, c, m: c["clock"].update(calendar=True), "only such a clock a calendar"),
        (lambda t, c, m: c["clock"].update(first="2024-01-01"), "a first one and a step"),
        (lambda t, c, m: c.update(offset=True), "offset should be a whole number, got True; take the original, or fit"),
        (lambda t, c, m: m.update(version=2), "has version 2 of the format, this package reads 1"),
    ],
)
def test_a_file_of_another_kind_or_shape(path, change, words):
    rewrite(path, change)
    with pytest.raises(ValueError, match=words):
        Forecaster.load(path)


def test_foreign_files(tmp_path, path):
    save_file(load_file(path), tmp_path / "weights")
    with pytest.raises(ValueError, match="weights is a safetensors file, but holds no saved forecaster"):
        Forecaster.load(tmp_path / "weights")
    (tmp_path / "table.csv").write_text("time,load\n")
    with pytest.raises(ValueError, match=r"table.csv cannot be read as safetensors"):
        Forecaster.load(tmp_path / "table.csv")
    with pytest.raises(FileNotFoundError, match=r"no saved forecaster at .*nothing"):
        Forecaster.load(tmp_path / "nothing")
    with pytest.raises(ValueError, match="leave layer= away"):
        Forecaster.load(path, layer=make_gru)


@pytest.mark.parametrize(
    "sizes",
    [{"hidden_size": 20000}, {"hidden_size": 10**12}, {"num_layers": 10**9}, {"horizon": 10**6, "decoding": "direct"}],
)
def test_a_network_too_large_for_the_file_is_refused_before_it_is_built(path, sizes, monkeypatch):
    """Whatever memory the machine has: nothing but outlines is made."""
    rewrite(path, lambda t, c, a: c["options"].update(sizes))

    def built(self, *arguments, **options):
        assert torch.get_default_device().type == "meta"
        return network(self, *arguments, **options)

    network = ForecastNetwork.__init__
    monkeypatch.setattr(ForecastNetwork, "__init__", built)
    with pytest.raises(ValueError, match=r"of another shape than the network|no forecaster can be made"):
        Forecaster.load(path)
