import io
import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import DataError, Grid, IntegrityError, load_grid
from rnn_tutorial.data.datasets import grids

from .conftest import build_sdist, pypi_file

MISSING = np.float32(-9.96921e36)


def netcdf(values: np.ndarray, unit: str = "hours since 1800-01-01 00:00:0.0", variable: str = "air") -> bytes:
    """A NetCDF-4 file like NOAA's, as h5py writes it: months of 2000 on, 90 to -90 north, 0 to 270 east."""
    stamps = pd.date_range("2000-01-01", periods=len(values), freq="MS")
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        data = file.create_dataset(variable, data=values.astype(np.float32))
        data.attrs["units"] = np.bytes_(b"degC")
        data.attrs["missing_value"] = np.array([MISSING])
        hours = (stamps - pd.Timestamp("1800-01-01")) / pd.Timedelta(hours=1)
        file.create_dataset("time", data=np.asarray(hours, float)).attrs["units"] = np.bytes_(unit.encode())
        file.create_dataset("lat", data=np.array([90, 45, 0, -45, -90], np.float32))
        file.create_dataset("lon", data=np.array([0, 90, 180, 270], np.float32))
    return stream.getvalue()


def publish(index: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    digest = build_sdist(index, {"docs/air.nc": data, "setup.py": b"raise SystemExit('run')"})
    member = "tiny_data-1.0/docs/air.nc"
    monkeypatch.setattr(
        grids,
        "AIR_TEMPERATURE",
        pypi_file(data, member, archive="sdist", archive_sha256=digest, licence="tiny licence"),
    )


VALUES = np.random.default_rng(0).normal(size=(30, 5, 4)).astype(np.float32)


@pytest.fixture
def grid() -> Grid:
    index = pd.date_range("2000-01-01", periods=30, freq="MS")
    latitude, longitude = np.linspace(90, -90, 5), np.arange(0, 360, 90.0)
    return Grid(VALUES, index, latitude, longitude, "°C", "made up", "CC0")


def test_loads_from_a_source_archive(index, monkeypatch):
    values = VALUES.copy()
    values[3, 2, 1] = MISSING
    publish(index, monkeypatch, netcdf(values))
    loaded = load_grid("air_temperature")
    values[3, 2, 1] = np.nan
    np.testing.assert_array_equal(loaded.values, values)
    assert loaded.values.dtype == np.float32
    assert (loaded.index[0], loaded.index[-1]) == (pd.Timestamp("2000-01-01"), pd.Timestamp("2002-06-01"))
    assert loaded.index.freqstr == "MS"
    assert loaded.latitude.tolist() == [90, 45, 0, -45, -90]
    assert loaded.longitude.tolist() == [0, 90, 180, 270]
    assert loaded.unit == "°C"
    assert "tiny-data==1.0" in loaded.source
    assert loaded.licence == "tiny licence"
    assert len(loaded) == 30


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no hdf5", "is no NetCDF-4 file"),
        (netcdf(VALUES, variable="hgt"), "with a variable 'air'"),
        (netcdf(VALUES, unit="months since 1800-01-01"), "counts its time in 'months since 1800-01-01'"),
    ],
)
def test_another_kind_of_file_is_refused(index, monkeypatch, data, words):
    publish(index, monkeypatch, data)
    with pytest.raises(IntegrityError, match=words):
        load_grid("air_temperature")


def test_without_h5py_the_extra_is_named_before_any_download(no_network, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(ImportError, match=r"rnn-tutorial\[grids\]"):
        load_grid("air_temperature")


def test_no_network_is_a_clear_error(no_network):
    with pytest.raises(DataError, match=r"could not be reached for pyunicorn==1\.0\.0"):
        load_grid("air_temperature")


def test_unknown_name():
    with pytest.raises(ValueError, match="There is no grid 'rain': choose air_temperature"):
        load_grid("rain")


def test_anomalies_take_each_months_mean_over_the_baseline_away(grid):
    anomalies = grid.anomalies(slice(0, 24))
    for t in range(30):
        mean = (VALUES[t % 12].astype(float) + VALUES[t % 12 + 12]) / 2
        np.testing.assert_allclose(anomalies.values[t], VALUES[t] - mean, atol=1e-6)
    assert anomalies.values.dtype == np.float32
    assert anomalies.unit == "K"
    assert grid.unit == "°C"
    years = grid.index.slice_indexer("2000", "2001")
    np.testing.assert_array_equal(grid.anomalies(years).values, anomalies.values)


def test_a_baseline_without_a_month_is_refused(grid):
    with pytest.raises(ValueError, match=r"no step in month\(s\) \[11, 12\]"):
        grid.anomalies(slice(0, 10))


@pytest.mark.parametrize(
    ("lat", "lon", "rows", "columns", "longitude"),
    [
        ((-50, 50), (90, 270), [1, 2, 3], [1, 2, 3], [90, 180, 270]),
        ((0, 0), (-90, 0), [2], [3, 0], [-90, 0]),
        ((0, 90), (270, 90), [0, 1, 2], [3, 0, 1], [270, 360, 450]),
        ((-90, 90), (0, 360), [0, 1, 2, 3, 4], [0, 1, 2, 3], [0, 90, 180, 270]),
        ((-90, 90), (-180, 180), [0, 1, 2, 3, 4], [2, 3, 0, 1], [-180, -90, 0, 90]),
        ((-90, 90), (180, 180), [0, 1, 2, 3, 4], [2], [180]),
    ],
)
def test_region_runs_from_west_to_east(grid, lat, lon, rows, columns, longitude):
    part = grid.region(lat=lat, lon=lon)
    np.testing.assert_array_equal(part.values, VALUES[:, rows][:, :, columns])
    np.testing.assert_array_equal(part.latitude, grid.latitude[rows])
    assert part.longitude.tolist() == longitude
    assert part.values.flags.c_contiguous


def test_bad_regions_and_shapes_are_refused(grid):
    with pytest.raises(ValueError, match=r"lat=\(10, -10\) must be \(southern border, northern border\)"):
        grid.region(lat=(10, -10), lon=(0, 90))
    with pytest.raises(ValueError, match=r"No cell lies inside .* 0 rows, 4 columns"):
        grid.region(lat=(10, 20), lon=(0, 360))
    with pytest.raises(ValueError, match=r"No cell lies inside .* 1 rows, 0 columns"):
        grid.region(lat=(0, 0), lon=(10, 20))
    with pytest.raises(ValueError, match=r"shape \(29, 5, 4\), but index, latitude and longitude say \(30, 5, 4\)"):
        Grid(VALUES[1:], grid.index, grid.latitude, grid.longitude, "°C", "", "")
