"""How tables become the series of the second evaluation, on tables of a few rows, and what its cases are."""

import lzma
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.evaluation import fits, methods, second, series, tables
from benchmarks.evaluation.series import Entry
from rnn_tutorial.data import Series


def csv(folder: Path, table: pd.DataFrame, name: str = "t.csv") -> Path:
    path = folder / name
    content = table.to_csv(index=False).encode()
    path.write_bytes(lzma.compress(content) if name.endswith(".xz") else content)
    return path


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch):
    """Let a table stand for what an archive of R's data holds."""

    def put(table: pd.DataFrame) -> Path:
        monkeypatch.setattr(tables, "read_compressed_table", lambda path: table)
        return Path("unread")

    return put


def test_minutes_become_means_of_hours_and_a_gap_last_weeks_value(tmp_path):
    minutes = pd.date_range("2020-01-01 00:30", "2020-01-20 00:29", freq="10min")
    values = np.asarray(minutes.hour, float) + np.asarray(minutes.day)
    values[(minutes.day == 12) & (minutes.hour == 7)] = np.nan
    found = tables.read(
        csv(tmp_path, pd.DataFrame({"ds": minutes, "y": values}), "t.csv.xz"), "mean of an hour", "y", "h"
    )
    assert found.index[0] == pd.Timestamp("2020-01-01 01:00")  # the hours that are not whole are left out
    assert found.index[-1] == pd.Timestamp("2020-01-19 23:00")
    assert found["2020-01-03 05:00"] == 8
    assert found["2020-01-12 07:00"] == found["2020-01-05 07:00"] == 12


def test_a_power_meter_tells_date_and_time_apart_and_gaps_by_a_mark(tmp_path):
    rows = [(f"{day:02d}/02/2007", f"{hour:02d}:{minute:02d}:00", "?" if hour == 3 and day == 12 else str(day))
            for day in range(1, 16) for hour in range(24) for minute in (0, 30)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["Date", "Time", "kW"])
    found = tables.read(csv(tmp_path, table), "mean of an hour", "kW", "h")
    assert found["2007-02-12 03:00"] == 5  # a week before
    assert found["2007-02-13 03:00"] == 13


def test_events_are_counted_by_the_hour(tmp_path, packed):
    orders = pd.DataFrame(
        {
            "Invoice": ["1", "1", "2", "C3", "4"],
            "InvoiceDate": ["1/2/2020 9:05", "1/2/2020 9:05", "1/2/2020 9:55", "1/2/2020 9:56", "1/3/2020 11:00"],
        }
    )
    found = tables.read(csv(tmp_path, orders), "invoices", "Invoice", "h")
    assert len(found) == 48
    assert (found["2020-01-02 09:00"], found["2020-01-03 11:00"], found.sum()) == (2, 1, 3)
    pizzas = pd.DataFrame({"date": ["2015-01-01", "2015-01-01"], "time": ["11:38:36", "12:01:00"]})
    found = tables.read(packed(pizzas), "pizzas", "id", "h")
    assert (found.iloc[11], found.iloc[12], found.sum()) == (1, 1, 2)
    flights = pd.DataFrame(
        {"origin": ["JFK", "JFK", "LGA"], "year": 2013, "month": 1, "day": [1, 1, 2], "hour": [5, 5, 6]}
    )
    found = tables.read(packed(flights), "departures", "JFK", "h")
    assert (len(found), found.iloc[5], found.sum()) == (24, 2, 2)


def test_a_bank_is_closed_between_its_five_minutes(packed):
    calls = pd.DataFrame(
        {"DateTime": ["2003-03-03T20:55:00Z", "2003-03-03T21:00:00Z", "2003-03-04T07:00:00Z"], "Calls": [3, 4, 5]}
    )
    found = tables.read(packed(calls), "calls", "Calls", "h")
    assert found.tolist() == [3, 4, *[0] * 9, 5]


def test_one_of_several_series_and_columns_with_their_own_time(tmp_path, packed):
    long = pd.DataFrame({"id": ["a", "a", "b"], "date": ["2020-01-01", "2020-02-01", "2020-01-01"], "value": [1, 2, 9]})
    assert tables.read(csv(tmp_path, long), "identified", "a", "MS").tolist() == [1, 2]
    weather = pd.DataFrame(
        {"origin": "EWR", "year": 2013, "month": 1, "day": 1, "hour": [1, 2, 4], "temp": [1.0, 2, 3]}
    )
    found = tables.read(packed(weather), "airport weather", "EWR temp", "h")
    assert len(found) == 4
    assert not found.isna().any()
    key_west = pd.DataFrame({"DateTime": ["10/3/2016 0:00", "10/3/2016 1:00"], "WaterTemp": [86.2, 86.0]})
    assert tables.read(packed(key_west), "Key West", "WaterTemp", "h").tolist() == [86.2, 86.0]
    births = pd.DataFrame({"date": ["1969-01-01", "1969-01-02"], "births": [8486, 9002]})
    assert tables.read(packed(births), "births", "births", "D").tolist() == [8486, 9002]
    dated = pd.DataFrame({"ts": ["2020-01-01", "2020-01-03"], "y": [5, 7]})
    assert tables.read(csv(tmp_path, dated), "dated", "y", "D").tolist() == [5, 7, 7]  # no week before


def test_the_second_evaluation_has_series_that_the_first_had_not():
    new = series.names(*second.GROUPS)
    assert len(series.names("new long")) == 16
    assert len(series.names("new short")) == 27
    assert not set(new) & set(series.names("long", "short", "held out"))
    assert {told["read"] for told in series.listed().values() if "read" in told} <= set(tables.READERS)
    protocol = (Path(series.__file__).parent / "PROTOCOL-2.md").read_text(encoding="utf-8")
    assert "16 long ones (hours) and 27 short ones" in protocol


def test_its_cases_come_seed_by_seed(monkeypatch):
    def entry(name: str) -> Entry:
        step, seasons = ("h", (24, 168)) if series.listed()[name]["group"] == "new long" else ("MS", (12,))
        steps = 40 * 168 if step == "h" else 240
        index = pd.date_range("2020-01-01", periods=steps, freq=step)
        made = Series(name, np.arange(float(steps)), index, seasons={f"{m} steps": m for m in seasons})
        return Entry(made, series.listed()[name]["group"], step, seasons)

    monkeypatch.setattr(series, "load", entry)
    found = fits.cases(methods.SEEDS, methods.SECOND, second.GROUPS)
    assert len(found) == len(set(found))
    assert [case[3] for case in found] == sorted(case[3] for case in found)
    assert {case[1] for case in found if case[3] == 2} == {"GRU", "hybrid"}
    only = fits.cases({"": 1}, methods.SECOND, ["new long"])
    assert {case[0] for case in only} == set(series.names("new long"))
    assert {case[3] for case in only} == {0}
