"""A CSV of one's own: what is read, and what each kind of bad file is told."""

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import read_series
from rnn_tutorial.data.csv.source import ReadError


def lines(steps: int = 48, start: str = "2024-01-01", freq: str = "h", header: str = "date,load") -> list[str]:
    """Header and rows; line k of the file is element k - 1."""
    stamps = pd.date_range(start, periods=steps, freq=freq)
    values = [100 + 10 * (k % 24) + k / 4 for k in range(steps)]
    return [header, *(f"{stamp},{value}" for stamp, value in zip(stamps, values, strict=True))]


def read(rows: list[str] | str, **options):
    text = rows if isinstance(rows, str) else "\n".join(rows) + "\n"
    return read_series(io.StringIO(text), "date", "load", **options)


def refused(rows: list[str] | str, *fragments: str, **options) -> str:
    with pytest.raises(ReadError) as caught:
        read(rows, **options)
    for fragment in fragments:
        assert fragment in str(caught.value)
    return str(caught.value)


def test_plain_file(tmp_path: Path):
    path = tmp_path / "my.csv"
    path.write_text("\n".join(lines()), encoding="utf-8")
    series = read_series(path, "date", "load", unit="MW")
    assert series.name == "load"
    assert series.unit == "MW"
    assert len(series) == 48
    assert series.values[25] == 100 + 10 + 25 / 4
    assert series.index[25] == pd.Timestamp("2024-01-02 01:00")
    assert series.index.freq == pd.tseries.frequencies.to_offset("h")
    assert series.seasons == {"day": 24, "week": 168}
    assert series.covariates is None
    assert series.note == ""
    assert "my.csv" in series.source


def test_compressed_with_byte_order_mark_and_blank_lines(tmp_path: Path):
    path = tmp_path / "my.csv.gz"
    text = "\ufeff" + "\r\n".join([*lines(), "", " , "])
    path.write_bytes(gzip.compress(text.encode("utf-8")))
    assert len(read_series(str(path), "date", "load")) == 48
    assert len(read_series(io.BytesIO(text[1:].encode("utf-16")), "date", "load")) == 48


def test_semicolon_and_decimal_comma_are_detected():
    rows = ["date;load"] + [f"{k:02d}.01.2024;{k},5" for k in range(1, 32)]
    series = read(rows)
    assert series.values[2] == 3.5
    assert series.index[12] == pd.Timestamp("2024-01-13")
    assert series.seasons == {"week": 7, "year": 365}


def test_decimal_comma_in_quotes():
    assert read(["date,load"] + [f'2024-01-{k:02d},"{k},5"' for k in range(1, 32)]).values[0] == 1.5


def test_a_comma_that_may_separate_thousands_is_refused():
    rows = ["date;load"] + [f"2024-01-{k:02d};{k},500" for k in range(1, 32)]
    refused(rows, "thousands", "decimal")
    assert read(rows, decimal=",").values[0] == 1.5


def test_thousands_separators_are_read_where_they_are_clear():
    rows = lines()
    rows[5] = rows[5].split(",")[0] + ',"1,234.5"'
    assert read(rows).values[4] == 1234.5
    rows[6] = rows[6].split(",")[0] + ',"1.234,5"'
    refused(rows, "line 7", "'1.234,5'", "thousands separators")


@pytest.mark.parametrize(
    ("texts", "third"),
    [
        ([f"{k:02d}/01/2024" for k in range(1, 20)], "2024-01-03"),
        ([f"01/{k:02d}/2024 01:00 PM" for k in range(1, 20)], "2024-01-03 13:00"),
        ([f"2024/01/{k:02d} 07:30" for k in range(1, 20)], "2024-01-03 07:30"),
        ([f"202401{k:02d}" for k in range(1, 20)], "2024-01-03"),
        ([f"{k:02d}-Jan-2024" for k in range(1, 20)], "2024-01-03"),
        ([f"2024-01-01T{k:02d}:00Z" for k in range(1, 20)], "2024-01-01 03:00"),
        ([f"2024-01-01 {k:02d}:00+02:00" for k in range(1, 20)], "2024-01-01 03:00"),
        ([f"2024-01-01 {k:02d}:00:00-0330" for k in range(1, 20)], "2024-01-01 03:00"),
        ([str(1990 + k) for k in range(19)], "1992-01-01"),
    ],
)
def test_forms_of_dates(texts, third):
    series = read(["date,load", *(f"{text},{k * k}" for k, text in enumerate(texts))])
    assert len(series) == 19
    assert series.index[2] == pd.Timestamp(third)
    assert series.index.tz is None


def test_day_or_month_first_is_not_guessed():
    rows = ["date,load"] + [f"01/{month:02d}/2024,{month}" for month in range(1, 13)]
    refused(rows, "line 2", "day or month first", "%d/%m/%Y")
    assert read(rows, date_format="%d/%m/%Y").index[1] == pd.Timestamp("2024-02-01")
    assert read(rows, date_format="%m/%d/%Y").index[1] == pd.Timestamp("2024-01-02")


@pytest.mark.parametrize(
    ("stamps", "step", "seasons"),
    [
        (pd.date_range("2020-01-01", periods=40, freq="MS"), "MonthBegin", {"year": 12}),
        (pd.date_range("2020-01-31", periods=40, freq="ME"), "MonthEnd", {"year": 12}),
        (pd.date_range("2020-01-15", periods=40, freq=pd.DateOffset(months=1)), "DateOffset", {"year": 12}),
        (pd.date_range("2010-02-01", periods=40, freq=pd.offsets.MonthBegin(3)), "MonthBegin", {"year": 4}),
        (pd.date_range("1980-01-01", periods=40, freq="YS"), "MonthBegin", {}),
        (pd.date_range("2024-01-01", periods=40, freq="B"), "BusinessDay", {"week": 5}),
        (pd.date_range("2024-01-03", periods=40, freq="7D"), "Day", {"year": 52}),
        (pd.date_range("2024-01-01", periods=40, freq="30min"), "Minute", {"day": 48, "week": 336}),
        (pd.date_range("2024-01-01", periods=40, freq="7min"), "Minute", {}),
    ],
)
def test_steps(stamps, step, seasons):
    series = read(["date,load", *(f"{stamp},{k * k}" for k, stamp in enumerate(stamps))])
    assert (series.index == stamps).all()
    assert step in type(series.index.freq).__name__
    assert series.seasons == seasons


def test_missing_column_lists_those_there_are():
    message = refused(lines(header="Date,load"), "no column 'date'", "Did you mean 'Date'?")
    assert "'Date', 'load'" in message
    refused(lines(header="date,load,load"), "2 columns called 'load'")


def test_a_column_named_twice():
    with pytest.raises(ValueError, match="named twice"):
        read(lines(), past=["load"])


def test_unparsable_date():
    rows = lines()
    rows[9] = "yesterday,5"
    refused(rows, "line 10", "'yesterday'", "column 'date'")
    rows[9] = ",5"
    refused(rows, "line 10", "no date")
    refused(["date,load", "1700000000,5"], "line 2", "seconds since 1970")
    refused(lines(), "line 2", "%d.%m.%Y", date_format="%d.%m.%Y")


@pytest.mark.parametrize("odd", ["2024-01-01 05:00:0-0", "2024-01-01T05Z", "2024-01-01 05+2"])
def test_a_single_time_in_an_odd_zone(odd):
    rows = lines()
    rows[6] = f"{odd},1"
    refused(rows, "line 7", odd)


def test_line_numbers_count_blank_and_quoted_lines():
    rows = lines(header='date,load,"a note\nover two lines"')
    rows = [rows[0], "", *(f"{row},x" for row in rows[1:])]
    rows[5] = "2024-01-01 03:00,many,x"
    # header on lines 1 and 2, a blank line, then rows from line 4
    refused(rows, "line 7", "'many'")


def test_duplicated_dates():
    rows = lines()
    rows.insert(8, rows[7])
    refused(rows, "line 9", "line 8", "1 such row in all")


def test_unsorted_dates():
    rows = lines()
    rows[7], rows[8] = rows[8], rows[7]
    refused(rows, "line 9", "order of time", "--sort")
    assert (read(rows, sort=True).values == read(lines()).values).all()
    refused([rows[0], *lines()[:0:-1]], "line 3", "newest seem to come first")


def test_gap():
    rows = lines()
    del rows[10:12]
    refused(rows, "line 10", "2024-01-01 09:00:00 should follow", "2 steps are missing in all", "--fill")
    series = read(rows, fill="interpolate")
    assert len(series) == 48
    assert "2 of 48" in series.note
    before, after = series.values[8], series.values[11]
    assert series.values[9:11] == pytest.approx([before + (after - before) / 3, before + 2 * (after - before) / 3])
    masked = read(rows, fill="mask")
    assert np.flatnonzero(np.isnan(masked.values)).tolist() == [9, 10]


def test_irregular_steps():
    rows = lines()
    rows[10] = rows[10].replace("09:00", "09:17")
    refused(rows, "line 11", "0 days 01:17:00", "0 days 01:00:00 is usual")
    refused(rows, "line 11", fill="interpolate")
    refused(lines(), "frequency='90min'", frequency="90min")
    refused(lines(), "'hourish'", frequency="hourish")


def test_a_finer_frequency_may_be_asked_for():
    assert len(read(lines(5), frequency="30min", fill="interpolate")) == 9


def test_text_in_numbers():
    rows = lines()
    rows[20] = rows[20].split(",")[0] + ",closed"
    refused(rows, "line 21", "'closed'", "column 'load'")
    rows[20] = rows[20].split(",")[0] + ",yes"
    refused(rows, "1 and 0")


@pytest.mark.parametrize("text", ["", "NaN", "NA", "null"])
def test_empty_cells(text):
    rows = lines()
    rows[20] = rows[20].split(",")[0] + "," + text
    refused(rows, "line 21", "no number in column 'load'", "1 empty in all")
    assert read(rows, fill="interpolate").values[19] == pytest.approx(np.mean(read(lines()).values[[18, 20]]))
    assert np.isnan(read(rows, fill="mask").values[19])


def test_the_first_value_cannot_be_interpolated():
    rows = lines()
    rows[1] = rows[1].split(",")[0] + ","
    refused(rows, "first value", fill="interpolate")
    with pytest.raises(ValueError, match="fill should be"):
        read(lines(), fill="zero")


def test_infinite_number():
    rows = lines()
    rows[20] = rows[20].split(",")[0] + ",-inf"
    for fill in ("refuse", "interpolate", "mask"):
        refused(rows, "line 21", "'-inf'", "finite", fill=fill)


def test_constant_series():
    series = read(["date,load"] + [f"2024-01-{k:02d},7.5" for k in range(1, 32)])
    assert series.note == "All values of 'load' are 7.5: it is constant."


def test_no_content(tmp_path: Path):
    refused("", "is empty")
    refused(" \n\n", "is empty")
    refused("date,load\n", "no rows")
    refused("date,load\n2024-01-01,\n", "no value")
    refused("date,load\n2024-01-01,1\n2024-01-02,2\n", "too few")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv"):
        read_series(tmp_path / "nowhere.csv", "date", "load")
    with pytest.raises(ReadError, match="folder"):
        read_series(tmp_path, "date", "load")


def test_no_text(tmp_path: Path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(ReadError, match="workbook"):
        read_series(path, "date", "load")
    path.write_bytes("date,größe\n".encode("latin-1"))
    with pytest.raises(ReadError, match="line 1: byte 0xf6"):
        read_series(path, "date", "load")
    path.write_bytes(gzip.compress(b"date,load\n" * 100)[:-12])
    with pytest.raises(ReadError, match="gzip"):
        read_series(path, "date", "load")


def test_rows_of_another_width():
    rows = lines()
    rows[4] += ",surplus"
    refused(rows, "line 5", "3 cells", "2 columns")
    refused([*lines(), '2024-02-01,"1'], "quotation mark")
    refused(lines(), "one character", delimiter=";;")


def with_covariates(future: int = 0) -> list[str]:
    rows = lines(48 + future)
    holiday = ["holiday", *("1" if k % 24 < 8 else "0" for k in range(48 + future))]
    outside = ["outside", *(f"{k / 10}" if k < 48 else "" for k in range(48 + future))]
    empty = [row if k <= 48 else row.split(",")[0] + "," for k, row in enumerate(rows)]
    return [",".join(cells) for cells in zip(empty, holiday, outside, strict=True)]


def test_covariates_and_the_known_future():
    series = read(with_covariates(future=12), known=["holiday"], past=["outside"])
    assert len(series) == 48
    assert len(series.index) == 48
    assert series.covariates is not None
    assert series.covariates.known.shape == (60, 1)
    assert series.covariates.past.shape == (48, 1)
    assert series.covariates.known_names == ("holiday",)
    assert series.covariates.past_names == ("outside",)
    assert series.covariates.known[:10, 0].tolist() == [1.0] * 8 + [0.0] * 2
    assert series.covariates.past[7, 0] == 0.7


def test_known_columns_need_every_cell():
    rows = with_covariates(future=12)
    rows[50] = rows[50].replace(",1,", ",,").replace(",0,", ",,")
    for fill in ("refuse", "interpolate", "mask"):
        refused(rows, "line 51", "'holiday'", known=["holiday"], fill=fill)


def test_missing_steps_and_known_columns():
    rows = with_covariates()
    del rows[10]
    refused(rows, "'holiday' is not known there", known=["holiday"], fill="mask")
    series = read(rows, known=["holiday"], past=["outside"], fill="interpolate")
    assert series.covariates is not None
    assert series.covariates.past[9, 0] == pytest.approx(0.9)
    masked = read(rows, past=["outside"], fill="mask")
    assert masked.covariates is not None
    assert np.isnan(masked.covariates.past[9, 0])


def test_empty_rows_at_the_end_without_known_columns_are_said():
    series = read(with_covariates(future=12))
    assert len(series) == 48
    assert "12 rows at the end" in series.note


def local_hours(zone: str, start: str, steps: int) -> pd.DatetimeIndex:
    return pd.date_range(start, periods=steps, freq="h", tz=zone)


@pytest.mark.parametrize(("start", "what"), [("2024-10-26 12:00", "occurs twice"), ("2024-03-30 12:00", "is missing")])
def test_daylight_saving_time_is_explained(start, what):
    aware = local_hours("Europe/Berlin", start, 48)
    rows = ["date,load", *(f"{stamp:%Y-%m-%d %H:%M},{k}" for k, stamp in enumerate(aware))]
    refused(rows, what, "daylight-saving", "timezone")
    series = read(rows, timezone="Europe/Berlin")
    assert (series.index == aware.tz_convert(None)).all()
    assert "UTC" in series.note


def test_offsets_that_change_become_utc():
    aware = local_hours("Europe/Berlin", "2024-10-26 12:00", 48)
    series = read(["date,load", *(f"{stamp.isoformat()},{k}" for k, stamp in enumerate(aware))])
    assert (series.index == aware.tz_convert(None)).all()
    assert "+0100, +0200" in series.note


def test_trouble_with_time_zones():
    rows = lines()
    rows[4] = rows[4].replace(" 03:00:00", "T03:00Z")
    refused(rows, "line 5", "time zone")
    refused(lines(), "'Middle/Earth'", timezone="Middle/Earth")


def test_every_step_of_a_long_file_is_read():
    series = read(lines(20_000))
    assert len(series) == 20_000
    assert series.values[-1] == 100 + 10 * (19_999 % 24) + 19_999 / 4
