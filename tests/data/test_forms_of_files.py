"""Numbers, dates and clocks as other people's files have them: read right, or refused with the cure."""

import io

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import ReadError, read_series


def read(rows: list[str], time="ds", target="y", header: str = "ds;y", **options):
    return read_series(io.StringIO("\n".join([header, *rows]) + "\n"), time, target, **options)


def days(cells, start: str = "2024-01-01") -> list[str]:
    stamps = pd.date_range(start, periods=len(cells), freq="D")
    return [f"{stamp:%Y-%m-%d};{cell}" for stamp, cell in zip(stamps, cells, strict=True)]


def refused(rows: list[str], *fragments: str, **options) -> None:
    with pytest.raises(ReadError) as caught:
        read(rows, **options)
    for fragment in fragments:
        assert fragment in str(caught.value)


# ---- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "decimal", "values"),
    [
        (["998", "999", "1.000", "1.001"], ",", [998, 999, 1000, 1001]),
        (["998", "999", "1.000", "1.001"], ".", [998, 999, 1, 1.001]),
        (["998", "999", "1,000", "1,001"], ".", [998, 999, 1000, 1001]),
        (["998,5", "999,5", "1.000,5"], None, [998.5, 999.5, 1000.5]),
        (["998.5", "999.5", "1,000.5"], None, [998.5, 999.5, 1000.5]),
        (["1.000.000", "2.000.000", "998"], None, [1e6, 2e6, 998]),
        (["1 000,5", "999,5", "12 345 678,5"], None, [1000.5, 999.5, 12345678.5]),
        (["1\u00a0000", "1\u202f001", "1\u2009002"], None, [1000, 1001, 1002]),
        (["1'000.5", "999.5", "1’001.5"], None, [1000.5, 999.5, 1001.5]),
        (["0.512", "1.234", "2.345"], None, [0.512, 1.234, 2.345]),  # no thousands begin with 0
        (["1234.567", "1.234", "2.345"], None, [1234.567, 1.234, 2.345]),  # nor has one group four digits
        (["1.5e3", "-2E-2", "+.5", "5."], None, [1500, -0.02, 0.5, 5]),
        (["1,5e3", "-2E-2", "+,5", "5,"], None, [1500, -0.02, 0.5, 5]),
        (["\u22125", "3", "-1"], None, [-5, 3, -1]),
    ],
)
def test_numbers_are_read_by_the_one_sign_that_fits_them_all(cells, decimal, values):
    np.testing.assert_array_equal(read(days(cells), decimal=decimal).values, values)


def test_numbers_are_read_to_the_last_bit():
    values = np.random.default_rng(0).normal(size=200) * 1e3
    np.testing.assert_array_equal(read(days([repr(value) for value in values.tolist()])).values, values)


@pytest.mark.parametrize("cells", [["998", "999", "1.000"], ["1.234", "2.345", "3.456"], ["1,234", "2,345", "998"]])
def test_groups_of_three_digits_are_ambiguous(cells):
    refused(days(cells), "thousands separator, and no cell decides it", 'decimal="."', "--decimal ,")


def test_three_decimals_in_every_cell_are_decimals_where_a_comma_separates_cells():
    rows = [row.replace(";", ",") for row in days(["1.234", "12.345", "", "123.456"])]
    series = read(rows, header="ds,y", fill="interpolate")
    np.testing.assert_allclose(series.values, [1.234, 12.345, 67.9005, 123.456])
    refused([*rows[:3], "2024-01-04,123"], "no cell decides it", header="ds,y", fill="interpolate")


@pytest.mark.parametrize(
    ("cells", "decimal", "told"),
    [
        (["1.5", "2,5", "3"], None, "decimal sign is '.'"),
        (["1000.5", "1", "2"], ",", "decimal sign is ','"),
        (["1.00", "1", "2"], ",", "decimal sign is ','"),
        (["1.0000", "1", "2"], ",", "decimal sign is ','"),
        (["0.999", "1", "2"], ",", "decimal sign is ','"),
        (["1,23,456", "1", "2"], ".", "'1,23,456'"),
        (["1,000 000", "1", "2"], ".", "'1,000 000'"),
        (["1_000", "1", "2"], None, "'1_000'"),
        (["0x10", "1", "2"], None, "'0x10'"),
        (["1e999", "1", "2"], None, "finite"),
        (["Infinity", "1", "2"], None, "finite"),
    ],
)
def test_what_does_not_fit_is_refused(cells, decimal, told):
    refused(days(cells), "line 2" if "2,5" not in cells else "line 3", told, decimal=decimal)


# ---- dates -------------------------------------------------------------------------------------------------------


def dated(stamps) -> list[str]:
    return [f"{stamp};{k * k}" for k, stamp in enumerate(stamps)]


def test_a_year_at_the_end_is_no_offset():
    rows = dated(f"{hour:02d}:00 20-03-2023" for hour in range(6))
    series = read(rows, date_format="%H:%M %d-%m-%Y")
    assert (series.index == pd.date_range("2023-03-20", periods=6, freq="h")).all()
    refused(rows, "not a date")
    series = read(dated(f"20-03-2023 {hour:02d}:00+0100" for hour in range(6)), date_format="%d-%m-%Y %H:%M%z")
    assert (series.index == pd.date_range("2023-03-20", periods=6, freq="h")).all()


@pytest.mark.parametrize(
    ("written", "first", "step"),
    [
        ([f"2024-01-01T{h:02d}:00+01" for h in range(5)], "2024-01-01", "h"),
        ([f"2024-01-01T{h:02d}:00+00" for h in range(4)] + ["2024-01-01T04:00Z"], "2024-01-01", "h"),
        ([f"2024-01-01T{h:02d}:00z" for h in range(5)], "2024-01-01", "h"),
        ([f"2024-01-01 {h:02d}:00 +05:30" for h in range(5)], "2024-01-01", "h"),
        (["2018Q1", "2018Q2", "2018Q3", "2018Q4"], "2018-01-01", "3MS"),
        (["2018-Q4", "2019-Q1", "2019-Q2", "2019-Q3"], "2018-10-01", "3MS"),
        (["2018-W01", "2018-W02", "2018-W03"], "2018-01-01", "7D"),
        (["2020W52", "2020W53", "2021W01"], "2020-12-21", "7D"),
        (["2018-W01-7", "2018-W02-7", "2018-W03-7"], "2018-01-07", "7D"),
        ([f"2024-01-01 {h:02d}:00" for h in range(20, 25)], "2024-01-01 20:00", "h"),
        ([f"31.12.2024 {h:02d}:00:00" for h in range(20, 25)], "2024-12-31 20:00", "h"),
        ([str(year) for year in range(1990, 2000)], "1990-01-01", "12MS"),
    ],
)
def test_dates_of_one_meaning_are_read(written, first, step):
    series = read(dated(written))
    assert (series.index == pd.date_range(first, periods=len(written), freq=step)).all()
    assert series.index.tz is None


@pytest.mark.parametrize(
    ("written", "named", "first", "step"),
    [
        ([1700000000 + 3600 * k for k in range(5)], "s", "2023-11-14 22:13:20", "h"),
        ([1700000000000 + 3600000 * k for k in range(5)], "ms", "2023-11-14 22:13:20", "h"),
        ([f"20170101{h:02d}" for h in range(5)], "%Y%m%d%H", "2017-01-01", "h"),
        ([f"20170101{h:02d}00" for h in range(5)], "%Y%m%d%H%M", "2017-01-01", "h"),
    ],
)
def test_numbers_are_dates_where_their_form_is_named(written, named, first, step):
    refused(dated(written), "is a number and may be", named, "--date-format")
    series = read(dated(written), date_format=named)
    assert (series.index == pd.date_range(first, periods=len(written), freq=step)).all()


@pytest.mark.parametrize("start", [0, 1000, 99_998])
def test_steps_may_be_counted(start):
    rows = dated(range(start, start + 60))
    refused(rows, "is a number and may be", "step")
    series = read(rows, date_format="step")
    assert not series.has_clock
    assert (series.index == pd.RangeIndex(start, start + 60)).all()
    assert (series.ahead(2) == [start + 60, start + 61]).all()
    assert series.seasons == {}
    del rows[30]
    refused(rows, f"{start + 30} should follow {start + 29}", date_format="step")
    assert read(rows, date_format="step", fill="interpolate").values[30] == pytest.approx((29**2 + 31**2) / 2)
    refused([*rows, "many;1"], "'many'", "does not count steps", date_format="step")


def test_date_and_hour_in_two_columns():
    stamps = pd.date_range("2024-01-01", periods=48, freq="h")
    for hours, first in (
        ([str(stamp.hour) for stamp in stamps], 0),
        ([f"{stamp.hour:02d}:00" for stamp in stamps], 0),
        ([str(stamp.hour + 1) for stamp in stamps], 1),  # 1 to 24
    ):
        rows = [f"{stamp:%Y-%m-%d};{hour};{k * k}" for k, (stamp, hour) in enumerate(zip(stamps, hours, strict=True))]
        series = read(rows, time=["day", "hour"], header="day;hour;y")
        assert (series.index == stamps + pd.Timedelta(hours=first)).all()
        with pytest.raises(ReadError, match="occur"):
            read(rows, time="day", header="day;hour;y")
    with pytest.raises(ReadError, match="'noon' in column 'hour' is no time of day"):
        read(["2024-01-01;noon;1", "2024-01-01;1;2"], time=["day", "hour"], header="day;hour;y")


# ---- steps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stamps", "frequency", "seasons"),
    [
        (pd.date_range("2010-01-15", periods=150, freq=pd.DateOffset(months=1)), None, {"year": 12}),
        (pd.date_range("1950-07-15", periods=60, freq=pd.DateOffset(months=12)), None, {}),
        (pd.date_range("2020-01-01", periods=100, freq="SMS"), "SMS", {"year": 24}),
        (pd.date_range("2020-01-01", periods=100, freq="SMS"), None, {"year": 24}),
        (pd.date_range("2020-01-06", periods=60, freq="7D"), "W-MON", {"year": 52}),
        (pd.date_range("2020-02-15", periods=60, freq=pd.DateOffset(months=3)), None, {"year": 4}),
    ],
)
def test_steps_of_unequal_length(stamps, frequency, seasons):
    series = read(dated(f"{stamp:%Y-%m-%d}" for stamp in stamps), frequency=frequency)
    assert (series.index == stamps).all()
    assert series.seasons == seasons
    assert (series.ahead(3) == pd.date_range(stamps[-1], periods=4, freq=stamps.freq)[1:]).all()


def test_days_that_not_every_month_has():
    refused(dated(["2024-01-30", "2024-02-28", "2024-03-30", "2024-04-30"]), "the first or the last day of each month")


def test_a_frequency_of_other_dates_is_told_the_right_one():
    mondays = dated(f"{stamp:%Y-%m-%d}" for stamp in pd.date_range("2024-01-01", periods=20, freq="7D"))
    refused(mondays, "frequency='W' means other dates", "Mondays", "W-MON", frequency="W")
    middle = dated(f"{stamp:%Y-%m-15}" for stamp in pd.date_range("2024-01-01", periods=20, freq="MS"))
    refused(middle, "frequency='MS' means other dates", "'1 month'", frequency="MS")


# ---- clocks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "name"), [("D", "1 day"), ("7D", "7 days"), ("MS", "1 month")])
def test_days_across_a_change_of_the_clock_keep_their_dates(step, name):
    local = pd.date_range("2024-03-01", periods=60, freq=step)
    with_offset = [stamp.tz_localize("Europe/Berlin").isoformat() for stamp in local]
    series = read(dated(with_offset))
    assert (series.index == local).all()
    assert "local dates are kept" in series.note
    series = read(dated(f"{stamp:%Y-%m-%d %H:%M}" for stamp in local), timezone="Europe/Berlin")
    assert (series.index == local).all()
    assert series.zone == ""


def test_hours_across_a_change_of_the_clock_are_shown_on_it():
    aware = pd.date_range("2024-10-26 12:00", periods=40, freq="h", tz="Europe/Berlin")
    series = read(dated(f"{stamp:%Y-%m-%d %H:%M}" for stamp in aware), timezone="Europe/Berlin")
    assert (series.index == aware.tz_convert(None)).all()
    assert str(series.shown(series.ahead(1))[0]) == "2024-10-28 03:00:00+01:00"
    series = read(dated(stamp.isoformat() for stamp in aware), timezone="Europe/Berlin")
    assert str(series.shown(series.index)[0]) == "2024-10-26 12:00:00+02:00"
    assert str(read(dated(stamp.isoformat() for stamp in aware)).zone) == "UTC"


@pytest.mark.parametrize(("which", "kept"), [("first", "+02:00"), ("second", "+01:00")])
def test_the_repeated_hour_may_be_there_once(which, kept):
    aware = pd.date_range("2024-10-26 12:00", periods=40, freq="h", tz="Europe/Berlin")
    wall = [f"{stamp:%Y-%m-%d %H:%M}" for stamp in aware]
    once = [text for k, text in enumerate(wall) if text not in wall[:k]]
    refused(dated(once), "occurs twice, and the file has it once", "--repeated-hour", timezone="Europe/Berlin")
    series = read(dated(once), timezone="Europe/Berlin", repeated_hour=which, fill="interpolate")
    assert len(series) == 40
    gap = series.shown(series.index[[14 if which == "second" else 15]])[0]
    assert str(gap) == f"2024-10-27 02:00:00{'+02:00' if which == 'second' else '+01:00'}"
    assert kept in {str(stamp)[-6:] for stamp in series.shown(series.index)}
    with pytest.raises(ValueError, match="repeated_hour should be one of"):
        read(dated(once), timezone="Europe/Berlin", repeated_hour="last")


def test_an_hour_that_does_not_exist():
    wall = dated(f"2024-03-31 {hour:02d}:00" for hour in range(6))
    refused(wall, "leaps over that hour", "Etc/GMT-1", timezone="Europe/Berlin")


# ---- several series in one file ----------------------------------------------------------------------------------

LONG = [f"{name};2024-01-{day:02d};{k + day}" for k, name in enumerate(("A", "B", "B<1>")) for day in range(1, 20)]


def test_one_of_several_series_is_picked():
    options = {"header": "unique_id;ds;y"}
    refused(LONG, "several series below each other", "'unique_id' (A, B, B<1>)", "--where unique_id=A", **options)
    assert read(LONG, where={"unique_id": "B"}, **options).values[0] == 2
    refused(LONG, "no row in which 'unique_id' is 'C'", "'A', 'B', 'B<1>'", where={"unique_id": "C"}, **options)
    refused(LONG, "no column 'id'", where={"id": "A"}, **options)


def test_a_time_twice_without_a_key_is_still_refused():
    refused([*days([1, 2, 3]), "2024-01-03;4"], "line 5", "delete or add up")
