"""A mistyped year: the span is compared with the number of rows before any grid is laid."""

import tracemalloc
from collections.abc import Iterator
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import ReadError, read_series

ROWS = 300


@pytest.fixture(autouse=True)
def little_memory() -> Iterator[None]:
    """A grid of a second's steps to another year is hundreds of megabytes."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6


def read(stamps: Any, **options: Any) -> Any:
    rows = "".join(f"{stamp},{k % 7}\n" for k, stamp in enumerate(stamps))
    return read_series(StringIO(f"t,y\n{rows}"), "t", "y", **options)


def dates(step: str, rows: int = ROWS, start: str = "2024-03-01") -> list[str]:
    return [str(stamp) for stamp in pd.date_range(start, periods=rows, freq=step)]


@pytest.mark.parametrize("fill", ["refuse", "interpolate", "mask"])
@pytest.mark.parametrize("step", ["s", "250ms", "min"])
def test_the_last_row_says_2042(step: str, fill: str):
    stamps = dates(step)
    stamps[-1] = stamps[-1].replace("2024", "2042")
    words = r"line 301: '2042-.*' in column 't' lies far from '2024-.*' in line 300, .* 300 rows\. Is the year"
    with pytest.raises(ReadError, match=words):
        read(stamps, fill=fill)


@pytest.mark.parametrize(
    ("row", "typed", "words"),
    [
        (0, "0201", "line 2: '0201-.*lies far from '2024-.* in line 3"),
        (0, "1970", "line 2: '1970-.*lies far from '2024-.* in line 3"),
        (150, "2924", "line 152: '2924-.*lies far from '2024-.* in line 301"),  # sorted to the end
        (-1, "9999", "line 301: '9999-.*lies far from"),
    ],
)
def test_wherever_it_stands(row: int, typed: str, words: str):
    stamps = dates("s")
    stamps[row] = stamps[row].replace("2024", typed)
    with pytest.raises(ReadError, match=words):
        read(stamps, sort=True, fill="interpolate")


def test_seconds_since_1970_and_steps():
    seconds = list(range(1_700_000_000, 1_700_000_000 + ROWS))
    with pytest.raises(ReadError, match=r"line 301: '1700000298000' in column 't' lies far from '1700000298'"):
        read([*seconds[:-1], seconds[-2] * 1000], date_format="s", fill="mask")
    with pytest.raises(ReadError, match=r"line 301: '9000000000000' in column 't' lies far from '298' in line 300"):
        read([*range(ROWS - 1), 9_000_000_000_000], date_format="step", fill="mask")
    with pytest.raises(ReadError, match=r"line 2: '-9000000000000' in column 't' lies far from '1'"):
        read([-9_000_000_000_000, *range(1, ROWS)], date_format="step", fill="mask")


@pytest.mark.parametrize("form", ["step", "s", "ns"])
@pytest.mark.parametrize("count", ["9223372036854775807", "-9223372036854775808", "1" + "0" * 30, "9" * 5000])
def test_counts_beyond_64_bits(form: str, count: str):
    with pytest.raises(ReadError, match=r"line 5: .* is too large a number to count"):
        read([0, 1, 2, count, 4], date_format=form)


def test_a_named_step_is_compared_too():
    stamps = [*dates("D", 20), "2500-01-01 00:00:00"]
    with pytest.raises(ReadError, match=r"line 22: '2500-01-01 00:00:00' .* at a step of 1 second"):
        read(stamps, frequency="s", fill="interpolate")
    with pytest.raises(ReadError, match=r"frequency='YS' means other dates|not equal"):  # the search for another one
        read([*dates("s", 20), "2500-03-01 00:00:00"], frequency="YS", fill="interpolate")


@pytest.mark.parametrize("frequency", ["0D", "-1h", "99999999999999999999h", "99999999999 months", "0 months"])
def test_steps_that_lead_nowhere(frequency: str):
    with pytest.raises(ReadError, match="no step that pandas knows"):
        read(dates("D", 20), frequency=frequency)


def test_times_of_events_are_unequal_and_not_mistyped():
    at = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(np.random.default_rng(0).integers(1, 10**15, 400)))
    with pytest.raises(ReadError, match="the steps are not equal"):
        read(map(str, at), fill="interpolate")
    with pytest.raises(ReadError, match="the steps are not equal"):
        read(np.cumsum(np.random.default_rng(0).integers(1, 10**15, 400)), date_format="step", fill="interpolate")


def test_a_long_gap_is_a_gap():
    seconds = [*dates("s", 200), *dates("s", 200, "2024-03-10")]
    with pytest.raises(ReadError, match=r"line 201: .*777,?400 steps are missing in all"):
        read(seconds)
    assert len(read(seconds, fill="interpolate")) == 9 * 86_400 + 200
    assert len(read([0, 1, 2, 900_000], date_format="step", fill="interpolate")) == 900_001
