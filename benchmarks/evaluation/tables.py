"""Tables that need more than a column to become a series: minutes to hours, sales to counts, gaps."""

import io
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

from rnn_tutorial.data.datasets.electricity import read_compressed_table

Column: TypeAlias = "pd.Series[float]"
STEPS_AGO = {"h": 168, "D": 7, "W": 1}
"""A missing value is the one so many steps before."""


def read(path: Path, how: str, value: str, step: str) -> Column:
    r"""Return a table's column as a series in time, one value a step, none missing.

    Args:
        path: File.
        how: One of ``READERS``.
        value: Its column, or what is to be counted.
        step: pandas's word for the time between two values.
    """
    column = READERS[how](path, value)
    last = column[~column.index.duplicated()].sort_index()
    full = last.asfreq(step) if step != "W" else last
    return filled(full, STEPS_AGO.get(step, 1))


def filled(column: Column, ago: int) -> Column:
    """Fill each gap from a season before; at the beginning from the season after."""
    while column.isna().any():
        column = column.fillna(column.shift(ago)).bfill(limit=ago)
    return column


# ---- one function a kind of table ---------------------------------------------------------------------------------


def _dated(path: Path, value: str) -> Column:
    # A time and values beside it.
    table = _csv(path)
    return pd.Series(table[value].to_numpy(float), pd.DatetimeIndex(table["ds" if "ds" in table else "ts"]))


def _mean_of_an_hour(path: Path, value: str) -> Column:
    # Rows of some minutes each; hours of which less than half is known are gaps.
    table = _csv(path, low_memory=False)
    named = next((name for name in ("date", "ds") if name in table), None)
    if named is None:
        when = pd.to_datetime(table["Date"] + " " + table["Time"], format="%d/%m/%Y %H:%M:%S")
    else:
        when = pd.to_datetime(table[named])
    minutes = pd.Series(pd.to_numeric(table[value], errors="coerce").to_numpy(float), pd.DatetimeIndex(when))
    hours = minutes.resample("h")
    usual = hours.size().median()
    return hours.mean().where(hours.count() >= usual / 2).iloc[1:-1]  # the first and the last are not whole


def _particles(path: Path, value: str) -> Column:
    table = _csv(path)
    return pd.Series(table[value].to_numpy(float), pd.to_datetime(table[["year", "month", "day", "hour"]]))


def _identified(path: Path, value: str) -> Column:
    # Many series below each other, told apart by the first column.
    table = _csv(path)
    one = table[table.iloc[:, 0] == value]
    numbers = one["Weekly_Sales" if "Weekly_Sales" in one else "value"]
    when = pd.to_datetime(one["Date" if "Date" in one else "date"], utc=True).dt.tz_localize(None)
    return pd.Series(numbers.to_numpy(float), pd.DatetimeIndex(when))


def _invoices(path: Path, value: str) -> Column:
    # Distinct invoices an hour, those that were cancelled (C…) left out.
    table = _csv(path, usecols=["Invoice", "InvoiceDate"], dtype=str)
    table = table[~table["Invoice"].str.startswith("C")].drop_duplicates("Invoice")
    return _counted(pd.to_datetime(table["InvoiceDate"], format="%m/%d/%Y %H:%M"))


def _pizzas(path: Path, value: str) -> Column:
    table = read_compressed_table(path)
    return _counted(pd.to_datetime(table["date"].astype(str) + " " + table["time"].astype(str)))


def _calls(path: Path, value: str) -> Column:
    # Of five minutes each, while the bank is open.
    table = read_compressed_table(path)
    when = pd.to_datetime(table["DateTime"], utc=True).dt.tz_localize(None)
    calls = pd.Series(table["Calls"].to_numpy(float), pd.DatetimeIndex(when))
    return calls.resample("h").sum()  # 0 while it is closed


def _departures(path: Path, value: str) -> Column:
    # Flights of an airport by the hour in which they are to leave; local time.
    table = read_compressed_table(path)
    return _counted(_local(table[table["origin"] == value]))


def _airport_weather(path: Path, value: str) -> Column:
    # "EWR temp": a column of an airport's weather; local time.
    origin, name = value.split()
    table = read_compressed_table(path)
    table = table[table["origin"] == origin]
    return pd.Series(table[name].to_numpy(float), pd.DatetimeIndex(_local(table)))


def _key_west(path: Path, value: str) -> Column:
    table = read_compressed_table(path)
    return pd.Series(table[value].to_numpy(float), pd.to_datetime(table["DateTime"], format="%m/%d/%Y %H:%M"))


def _births(path: Path, value: str) -> Column:
    table = read_compressed_table(path)
    return pd.Series(table[value].to_numpy(float), pd.DatetimeIndex(pd.to_datetime(table["date"])))


READERS: dict[str, Callable[[Path, str], Column]] = {
    "dated": _dated,
    "mean of an hour": _mean_of_an_hour,
    "particles": _particles,
    "identified": _identified,
    "invoices": _invoices,
    "pizzas": _pizzas,
    "calls": _calls,
    "departures": _departures,
    "airport weather": _airport_weather,
    "Key West": _key_west,
    "births": _births,
}


def _csv(path: Path, **options: object) -> pd.DataFrame:
    content = path.read_bytes()
    return pd.read_csv(io.BytesIO(lzma.decompress(content) if path.suffix == ".xz" else content), **options)  # type: ignore[call-overload]


def _local(table: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    return pd.to_datetime(table[["year", "month", "day", "hour"]])


def _counted(when: "pd.Series[pd.Timestamp]") -> Column:
    hours = pd.DatetimeIndex(when).floor("h")
    every = pd.date_range(hours.min().normalize(), hours.max().normalize() + pd.Timedelta("23h"), freq="h")
    return pd.Series(np.bincount(every.get_indexer(hours), minlength=len(every)).astype(float), every)
