"""Files that were good until something happened to them: a series, or an error that says what is wrong."""

import gzip
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import read_series

from .conftest import Tally, seeds

FAMILY = "csv"
CASES = 40
ROWS = 24


def table(stamps: Any, header: str = "time,load,heat,day", delimiter: str = ",", decimal: str = ".") -> bytes:
    rng = np.random.default_rng(0)
    lines = [header.replace(",", delimiter)]
    for k, stamp in enumerate(stamps):
        cells = [str(stamp), f"{rng.normal(50, 9):.2f}".replace(".", decimal), f"{k % 7}", f"{k % 2}"]
        lines.append(delimiter.join(cells))
    return ("\n".join(lines) + "\n").encode()


GOOD = [
    table(pd.date_range("2024-03-30", periods=ROWS, freq="h")),
    table(pd.date_range("2024-01-01", periods=ROWS, freq="D").date, delimiter=";", decimal=","),
    table(pd.date_range("2020-01-31", periods=ROWS, freq="ME").strftime("%d.%m.%Y"), delimiter="\t"),
    table(pd.date_range("2024-10-26", periods=ROWS, freq="30min", tz="Europe/Berlin")),
    table(range(1_700_000_000, 1_700_000_000 + 3600 * ROWS, 3600)),
    table([f"2018-W{k:02}" for k in range(1, ROWS + 1)], delimiter="|"),
    table(pd.date_range("2024-01-01", periods=ROWS, freq="QS").to_period("Q")),
]
TOKENS = [
    b"", b" ", b",", b";", b"\t", b'"', b"'", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"nan", b"inf",
    b"-inf", b"1e999", b"1e-999", b"1e308", b"-", b"+", b".", b"0x1p3", b"1_000", b"1.234,5", b"NaT", b"None", b"#N/A",
    b"24:00", b"2024-02-30", b"9999-12-31", b"0001-01-01", b"2042-01-01", b"262143-01-01", b"-1", b"9" * 30,
    b"9" * 5000, b"Z", b"+99:99", b"+02:00", b"-00:00", b"time", b"load", b"\xd9\xa3", b"\xe2\x88\x92",
    b"\xf0\x9f\x98\x80", b"\xe2\x80\xa8", b"\x0b", b"\x1a",
    b"PK\x03\x04", b"\x1f\x8b", b"\xff\xfe", b"=1+1", b"%s%n{}$", b"a" * 140_000,
]  # fmt: skip
OPTIONS: dict[str, list[Any]] = {
    "fill": ["refuse", "interpolate", "mask"],
    "sort": [False, True],
    "date_format": [None, None, None, "s", "ms", "ns", "step", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S%z"],
    "timezone": [None, None, "Europe/Berlin", "UTC", "Nowhere/Land"],
    "repeated_hour": ["both", "first", "second"],
    "frequency": [None, None, "h", "D", "MS", "W-MON", "B", "30min", "YS", "nonsense"],
    "delimiter": [None, None, ",", ";", "\t", '"', "\n", "ab"],
    "decimal": [None, None, ".", ","],
    "past": [(), ("heat",), ("nothing",)],
    "known": [(), ("day",)],
    "where": [None, None, {"day": "1"}, {"nothing": "1"}],
}


def spot(rng: np.random.Generator, data: bytes) -> int:
    return int(rng.integers(0, len(data) + 1))


def flip(rng: np.random.Generator, data: bytes) -> bytes:
    at = int(rng.integers(0, max(1, len(data))))
    return data[:at] + bytes([data[at] ^ (1 << int(rng.integers(8)))]) + data[at + 1 :] if data else data


def cut(rng: np.random.Generator, data: bytes) -> bytes:
    start, stop = sorted((spot(rng, data), spot(rng, data)))
    return data[:start] + data[stop:]


def insert(rng: np.random.Generator, data: bytes) -> bytes:
    at = spot(rng, data)
    return data[:at] + TOKENS[int(rng.integers(len(TOKENS)))] + data[at:]


def cell(rng: np.random.Generator, data: bytes) -> bytes:
    """Put something else into a whole cell."""
    lines = data.split(b"\n")
    row = int(rng.integers(len(lines)))
    sign = next((sign for sign in (b",", b";", b"\t", b"|") if sign in lines[row]), b",")
    cells = lines[row].split(sign)
    cells[int(rng.integers(len(cells)))] = TOKENS[int(rng.integers(len(TOKENS)))]
    lines[row] = sign.join(cells)
    return b"\n".join(lines)


def lines_about(rng: np.random.Generator, data: bytes) -> bytes:
    lines = data.split(b"\n")
    one, other = (int(rng.integers(len(lines))) for _ in range(2))
    what = rng.integers(3)
    if what == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif what == 1:
        lines.insert(one, lines[other])
    else:
        del lines[one]
    return b"\n".join(lines)


def recoded(rng: np.random.Generator, data: bytes) -> bytes:
    how: list[Callable[[], bytes]] = [
        lambda: data.decode("latin1").encode("utf-16"),
        lambda: gzip.compress(data),
        lambda: gzip.compress(data)[: int(rng.integers(2, 60))],
        lambda: data.replace(b"\n", b"\r\n"),
        lambda: data.replace(b"\n", b"\r"),
        lambda: data[: spot(rng, data)],
        lambda: data * 2,
    ]
    return how[int(rng.integers(len(how)))]()


MUTATIONS = [flip, cut, insert, cell, cell, lines_about, recoded]


@pytest.mark.parametrize("seed", seeds(sample=20, full=500))
def test_a_series_or_words(seed: int, drawn: Callable[..., np.random.Generator], tally: Tally):
    for case in range(CASES):
        rng = drawn(seed, case)
        data = GOOD[int(rng.integers(len(GOOD)))]
        for _ in range(int(rng.integers(0, 4))):
            data = MUTATIONS[int(rng.integers(len(MUTATIONS)))](rng, data)
        options = {
            name: choices[int(rng.integers(len(choices)))] if rng.random() < 0.3 else choices[0]
            for name, choices in OPTIONS.items()
        }
        with tally(f"seed {seed}, case {case}: {options} {data[:2000]!r}", ValueError):
            series = read_series(BytesIO(data), "time", "load", **options)
            assert len(series.values) == len(series.index) >= 1
            assert not np.isinf(series.values).any()
            assert options["fill"] == "mask" or not np.isnan(series.values).any()


def test_each_good_file_is_good(tally: Tally):
    for data in GOOD:
        stamps = "s" if b"1700000000" in data else None
        with tally(repr(data[:100])):
            series = read_series(BytesIO(data), "time", "load", past=["heat"], known=["day"], date_format=stamps)
            assert len(series) == ROWS
