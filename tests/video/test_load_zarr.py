"""A field over time is read from zarr: both versions of the format, folders and ZIP files, with and without names."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
import zarr

from rnn_tutorial import extras, video

WHEN = pd.date_range("2024-05-01", periods=6, freq="10min")
RAIN = np.random.default_rng(0).random((6, 4, 5))


def field(values=RAIN, axes=("time", "lat", "lon")) -> xr.Dataset:
    return xr.Dataset({"rain": (axes, values, {"units": "mm/h"})}, coords={"time": WHEN})


@pytest.fixture
def keep(tmp_path):
    def write(dataset: xr.Dataset, version=3, name="rain.zarr", **options) -> Path:
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        dataset.to_zarr(tmp_path / name, zarr_format=version, consolidated=False, **options)
        return tmp_path / name

    return write


def packed(store: Path, top: Path | None = None) -> Path:
    base = None if top is None else store.name
    return Path(shutil.make_archive(str(store.parent / store.stem), "zip", top or store, base))


def bare(folder: Path, version=3, **arrays: np.ndarray) -> Path:
    group = zarr.open_group(folder, mode="w", zarr_format=version)
    for name, values in arrays.items():
        group.create_array(name, data=values)
    return folder


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("pack", [False, True])
def test_unit_and_times_are_kept(keep, version, pack):
    store = keep(field(), version)
    found = video.load_frames(packed(store) if pack else store, train=3)
    assert found.unit == "mm/h"
    np.testing.assert_array_equal(found.times, WHEN.to_numpy())
    np.testing.assert_allclose(found.back(found.frames.double())[:, 0].numpy(), RAIN, atol=1e-6)
    assert (found.low, found.high) == (RAIN[:3].min(), RAIN[:3].max())


def test_consolidated_metadata_and_any_name_of_the_folder(tmp_path):
    field().to_zarr(tmp_path / "rain", zarr_format=2, consolidated=True)
    assert video.load_frames(tmp_path / "rain").frames.shape == (6, 1, 4, 5)


def test_time_comes_first_and_channels_after_it(keep):
    turned = field(RAIN.transpose(1, 2, 0), axes=("lat", "lon", "time"))
    found = video.load_frames(keep(turned))
    np.testing.assert_allclose(found.back(found.frames.double())[:, 0].numpy(), RAIN, atol=1e-6)
    step = xr.Dataset({"rain": (("step", "y", "x"), RAIN)})
    with pytest.raises(ValueError, match="which axis of rain is time\\? Name one of step, y, x"):
        video.load_frames(keep(step))
    assert video.load_frames(keep(step), time="step").times is None


@pytest.mark.parametrize("version", [2, 3])
def test_missing_values_are_refused_or_filled(keep, version):
    gaps = RAIN.copy()
    gaps[2, 1, 1] = np.nan
    coded = {"rain": {"dtype": "int16", "scale_factor": 1e-4, "_FillValue": -9}}
    path = keep(field(gaps), version, encoding=coded)
    with pytest.raises(ValueError, match="1 missing values, not finite, in 1 of 6 frames, the first in frame 2"):
        video.load_frames(path)
    between = video.load_frames(path, fill="interpolate")
    expected = (RAIN[1, 1, 1] + RAIN[3, 1, 1]) / 2
    assert between.back(between.frames[2, 0, 1, 1]).item() == pytest.approx(expected, abs=1e-3)


def test_one_of_several_arrays_is_named(keep):
    path = keep(field().assign(snow=(("time", "lat", "lon"), RAIN + 1)))
    with pytest.raises(ValueError, match="several variables, name one: rain, snow"):
        video.load_frames(path)
    assert video.load_frames(path, variable="snow").low > 1
    with pytest.raises(ValueError, match="no variable 'hail'; there are rain \\(time, lat, lon\\)"):
        video.load_frames(path, variable="hail")


@pytest.mark.parametrize("version", [2, 3])
def test_arrays_without_names_of_axes(tmp_path, version):
    alone = bare(tmp_path / "alone", version, rain=RAIN, edges=RAIN[:, 0])
    found = video.load_frames(alone)
    assert found.frames.shape == (6, 1, 4, 5)
    assert found.times is None
    with pytest.raises(ValueError, match="no names of axes: leave out time"):
        video.load_frames(alone, time="time")
    with pytest.raises(ValueError, match=r"no array 'edges' over time, rows and columns; there are .*edges \(6, 5\)"):
        video.load_frames(alone, variable="edges")

    several = bare(tmp_path / "several", version, rain=RAIN, snow=RAIN + 1)
    with pytest.raises(ValueError, match="several arrays, name one: rain, snow"):
        video.load_frames(several)
    assert video.load_frames(several, variable="snow").low > 1

    one = zarr.create_array(tmp_path / "one.zarr", data=RAIN, zarr_format=version, attributes={"units": "mm/h"})
    found = video.load_frames(tmp_path / "one.zarr")
    assert found.unit == one.attrs["units"]
    np.testing.assert_allclose(found.back(found.frames.double())[:, 0].numpy(), RAIN, atol=1e-6)


def test_groups_without_arrays(tmp_path):
    zarr.open_group(tmp_path / "empty.zarr", mode="w")
    with pytest.raises(ValueError, match=r"empty\.zarr cannot be read as a zarr store: it holds no arrays$"):
        video.load_frames(tmp_path / "empty.zarr")
    zarr.open_group(tmp_path / "nested.zarr", mode="w").create_group("fine").create_array("rain", data=RAIN)
    with pytest.raises(ValueError, match="no arrays, but groups, whose folders can be read: fine"):
        video.load_frames(tmp_path / "nested.zarr")
    assert video.load_frames(tmp_path / "nested.zarr" / "fine").frames.shape == (6, 1, 4, 5)
    flat = bare(tmp_path / "flat", edges=RAIN[:, 0])
    with pytest.raises(ValueError, match=r"no array over time, rows and columns; there are edges \(6, 5\)"):
        video.load_frames(flat)


def test_what_is_no_store(tmp_path, keep):
    (tmp_path / "none.zarr").mkdir()
    with pytest.raises(ValueError, match=r"none\.zarr is no zarr store: there is no zarr\.json, \.zgroup or \.zarray"):
        video.load_frames(tmp_path / "none.zarr")
    (tmp_path / "text.zip").write_text("no ZIP file")
    with pytest.raises(ValueError, match=r"text\.zip is no zarr store"):
        video.load_frames(tmp_path / "text.zip")
    with pytest.raises(ValueError, match=r"its top is the folder rain\.zarr, pack what lies in that"):
        video.load_frames(packed(keep(field()), tmp_path))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "zarr.json").write_text("{")
    with pytest.raises(ValueError, match=r"broken cannot be read as a zarr store: "):
        video.load_frames(tmp_path / "broken")


def test_without_the_extra_it_says_what_to_install(keep, monkeypatch):
    path = keep(field())
    monkeypatch.setitem(sys.modules, "zarr", None)
    monkeypatch.setitem(sys.modules, "zarr.storage", None)
    with pytest.raises(extras.MissingExtraError, match=r"load_frames needs zarr, .*rnn-tutorial\[zarr\]"):
        video.load_frames(path)
