"""A field over time is read from NetCDF: which variable, which axis is time, and what is missing."""

import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rnn_tutorial import extras, video

WHEN = pd.date_range("2024-05-01", periods=6, freq="10min")
RAIN = np.random.default_rng(0).random((6, 4, 5))


def field(values=RAIN, axes=("time", "lat", "lon"), **more) -> xr.Dataset:
    return xr.Dataset({"rain": (axes, values, {"units": "mm/h"})}, coords={"time": WHEN}, **more)


@pytest.fixture
def keep(tmp_path):
    def write(dataset: xr.Dataset, engine="h5netcdf", **options):
        dataset.to_netcdf(tmp_path / "rain.nc", engine=engine, **options)
        return tmp_path / "rain.nc"

    return write


@pytest.mark.parametrize("engine", ["h5netcdf", "scipy"])  # versions 4 and 3
def test_unit_and_times_are_kept(keep, engine):
    found = video.load_frames(keep(field(), engine), train=3)
    assert found.unit == "mm/h"
    np.testing.assert_array_equal(found.times, WHEN.to_numpy())
    np.testing.assert_allclose(found.back(found.frames.double())[:, 0].numpy(), RAIN, atol=1e-6)
    later = found.part(-2)
    assert later.frames.shape == (2, 1, 4, 5)
    np.testing.assert_array_equal(later.times, WHEN.to_numpy()[-2:])
    assert (later.low, later.high, later.unit) == (found.low, found.high, "mm/h")


def test_time_comes_first_and_channels_after_it(keep):
    turned = field(RAIN.transpose(1, 2, 0), axes=("lat", "lon", "time"))
    found = video.load_frames(keep(turned))
    np.testing.assert_allclose(found.back(found.frames.double())[:, 0].numpy(), RAIN, atol=1e-6)
    levels = np.stack([RAIN, RAIN + 1])
    assert video.load_frames(keep(field(levels, ("level", "time", "lat", "lon")))).frames.shape == (6, 2, 4, 5)


def test_the_axis_of_time_is_found_or_named(keep):
    counted = xr.DataArray(np.arange(6.0), dims="when", attrs={"units": "days since 2000-01-01", "calendar": "noleap"})
    other = xr.Dataset({"rain": (("when", "y", "x"), RAIN)}, coords={"when": counted})
    found = video.load_frames(keep(other))
    assert found.times is not None
    assert found.times.tolist() == [0, 1, 2, 3, 4, 5]  # a calendar without leap years, which NumPy has not
    bare = keep(xr.Dataset({"rain": (("step", "y", "x"), RAIN)}))
    with pytest.raises(ValueError, match="which axis of rain is time\\? Name one of step, y, x"):
        video.load_frames(bare)
    assert video.load_frames(bare, time="step").times is None
    with pytest.raises(ValueError, match="no axis 'z'; its axes are step, y, x"):
        video.load_frames(bare, time="z")


def test_one_of_several_variables_is_named(keep):
    several = field().assign(snow=(("time", "lat", "lon"), RAIN + 1), edges=(("time", "n"), RAIN[:, :2, 0]))
    path = keep(several)
    with pytest.raises(ValueError, match="several variables, name one: rain, snow"):
        video.load_frames(path)
    assert video.load_frames(path, variable="snow").low > 1
    with pytest.raises(ValueError, match="no variable 'hail'; there are rain \\(time, lat, lon\\)"):
        video.load_frames(path, variable="hail")
    with pytest.raises(ValueError, match="'edges' holds no numbers over time, rows and columns"):
        video.load_frames(path, variable="edges")
    with pytest.raises(ValueError, match="no variable over time"):
        video.load_frames(keep(several[["edges"]]))


def test_missing_values_are_refused_or_filled(keep):
    gaps = RAIN.copy()
    gaps[2, 1, 1] = gaps[5, 0, 0] = np.nan
    packed = {"rain": {"dtype": "int16", "scale_factor": 1e-4, "_FillValue": -9}}
    path = keep(field(gaps), encoding=packed)
    with pytest.raises(
        ValueError, match='2 missing values, not finite, in 2 of 6 frames, the first in frame 2: fill="'
    ):
        video.load_frames(path)
    between = video.load_frames(path, fill="interpolate")
    assert between.back(between.frames[2, 0, 1, 1]).item() == pytest.approx(
        (RAIN[1, 1, 1] + RAIN[3, 1, 1]) / 2, abs=1e-3
    )
    assert between.back(between.frames[5, 0, 0, 0]).item() == pytest.approx(RAIN[4, 0, 0], abs=1e-3)
    number = video.load_frames(path, fill=-1)
    assert number.low == -1
    assert number.frames[2, 0, 1, 1] == 0

    gaps[:, 3, 3] = np.nan
    with pytest.raises(ValueError, match="1 pixels are missing in all frames"):
        video.load_frames(keep(field(gaps)), fill="interpolate")
    wrong: list[Any] = ["mean", np.nan]
    for fill, words in zip(wrong, ("fill should be", "finite number"), strict=True):
        with pytest.raises(ValueError, match=words):
            video.load_frames(path, fill=fill)


def test_times_are_in_order(keep):
    with pytest.raises(ValueError, match="not in the order of time, or two have the same"):
        video.load_frames(keep(field().isel(time=[0, 2, 1, 3, 4, 5])))


def test_what_is_no_netcdf(tmp_path):
    (tmp_path / "rain.nc").write_text("time,rain")
    with pytest.raises(ValueError, match=r"rain\.nc cannot be read as NetCDF"):
        video.load_frames(tmp_path / "rain.nc")


def test_without_the_extra_it_says_what_to_install(keep, monkeypatch):
    path = keep(field())
    monkeypatch.setitem(sys.modules, "h5netcdf", None)
    with pytest.raises(extras.MissingExtraError, match=r"load_frames needs h5netcdf, .*rnn-tutorial\[netcdf\]"):
        video.load_frames(path)
