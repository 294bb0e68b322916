"""Holidays as columns: the right days, by the local clock, beyond the end, for any working week; clear refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rnn_tutorial as rt
from rnn_tutorial.data import Covariates, Series, holiday_columns
from rnn_tutorial.data.holidays import NAMES, WEEKDAYS
from rnn_tutorial.data.public_holidays import public_holidays


def daily(start: str, steps: int, freq: str = "D", zone: str = "") -> Series:
    return Series("a", np.arange(float(steps)), pd.date_range(start, periods=steps, freq=freq), zone=zone)


def days_of(columns: Covariates, index: pd.DatetimeIndex, name: str) -> list[str]:
    """The days on which a column is 1."""
    table = columns.known[:, columns.known_names.index(name)]
    return sorted({str(stamp.date()) for stamp, one in zip(index, table, strict=True) if one})


def test_christmas_in_portugal_by_hand():
    """2014: Thursday 25 December; a bridge day on the Friday after."""
    series = daily("2014-12-22", 11, "D")
    columns = holiday_columns(series, "PT")
    assert columns.known_names == NAMES
    assert days_of(columns, series.index, "holiday") == ["2014-12-25", "2015-01-01"]
    assert days_of(columns, series.index, "eve") == ["2014-12-24", "2014-12-31"]
    assert days_of(columns, series.index, "bridge day") == ["2014-12-26"]
    working = ["2014-12-22", "2014-12-23", "2014-12-24", "2014-12-26", "2014-12-29", "2014-12-30", "2014-12-31"]
    assert days_of(columns, series.index, "working day") == working


def test_holidays_of_ones_own_and_neighbours_beyond_both_ends():
    """The first step is a bridge day by a holiday before the series, the last an eve by one after it."""
    series = daily("2024-05-10", 4)  # Friday to Monday
    columns = holiday_columns(series, own=["2024-05-09", pd.Timestamp("2024-05-14 08:00")])
    assert days_of(columns, series.index, "bridge day") == ["2024-05-10", "2024-05-13"]
    assert days_of(columns, series.index, "eve") == ["2024-05-13"]
    assert days_of(columns, series.index, "holiday") == []


def test_another_working_week():
    """Sunday to Thursday: a Thursday holiday makes no bridge day, a Wednesday one makes Thursday one."""
    series = daily("2024-01-07", 14)
    columns = holiday_columns(series, own=["2024-01-10", "2024-01-18"], weekend=("fri", "Saturday"))
    assert days_of(columns, series.index, "bridge day") == ["2024-01-11"]
    assert days_of(columns, series.index, "working day") == [
        f"2024-01-{day:02d}" for day in (7, 8, 9, 11, 14, 15, 16, 17)
    ]
    none = holiday_columns(series, own=["2024-01-10"], weekend=())
    assert none.known[:, 3].sum() == 13


def test_the_clock_is_the_local_one():
    """In Auckland 25 December begins at 11:00 UTC of the 24th."""
    series = daily("2023-12-24", 48, "h", "Pacific/Auckland")
    holiday = holiday_columns(series, own=["2023-12-25"]).known[:, 0]
    assert holiday.tolist() == [0] * 11 + [1] * 24 + [0] * 13
    there = daily("2023-12-24", 48, "h")
    assert holiday_columns(there, own=["2023-12-25"]).known[:, 0].tolist() == [0] * 24 + [1] * 24


@given(steps=st.integers(2, 100), extra=st.integers(0, 60), freq=st.sampled_from(["h", "12h", "D", "B"]))
def test_the_future_is_what_a_longer_series_has(steps, extra, freq):
    longer = daily("2019-12-20", steps + extra, freq)
    found = holiday_columns(longer.part(0, steps), "PT", extra_steps=extra)
    np.testing.assert_array_equal(found.known, holiday_columns(longer, "PT").known)


def test_columns_reach_as_far_as_those_that_are_there():
    series = Series.of(daily("2024-01-01", 10), covariates=Covariates(known=np.zeros((14, 1)), known_names=("fair",)))
    assert series.covariates is not None
    joined = series.covariates.joined(holiday_columns(series, "PT"))
    assert joined.known.shape == (14, 5)
    past = Series.of(daily("2024-01-01", 10), covariates=Covariates(past=np.zeros((10, 1))))
    assert len(holiday_columns(past, "PT").known) == 10


@pytest.mark.parametrize("country", ["PT", "pt", " PRT", "Portugal", "portugal"])
def test_a_country_by_code_or_name(country):
    assert list(map(str, public_holidays(country, [2014])))[-2:] == ["2014-12-08", "2014-12-25"]


@pytest.mark.parametrize("country", ["united states", "United_States", "US"])
def test_a_country_of_two_words(country):
    assert public_holidays(country, [2024]) == public_holidays("USA", [2024])


def test_a_part_of_a_country():
    more = set(public_holidays("de-by", [2024])) - set(public_holidays("DE", [2024]))
    assert "2024-01-06" in map(str, more)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("Portugual", r"no holidays of 'Portugual': did you mean PT \(Portugal\)"),
        ("PX", r"did you mean PA \(Panama\), PE \(Peru\)"),
        ("nowhere land of mine", "write the code of ISO 3166"),
        ("DE-XX", r"DE has no part 'XX' with holidays of its own: choose one \(BB, BE"),
        ("", "write the code of ISO 3166"),
    ],
)
def test_a_country_that_is_not_known(country, said):
    with pytest.raises(ValueError, match=said):
        public_holidays(country, [2014])


def test_years_of_which_nothing_is_known():
    with pytest.raises(ValueError, match="knows no holidays of 'Guinea-Bissau' from 1900 to 1901"):
        public_holidays("Guinea-Bissau", [1901, 1900])


@pytest.mark.parametrize(
    ("series", "options", "said"),
    [
        (Series.of(np.arange(9.0)), {"country": "PT"}, "the series has no time stamps"),
        (daily("2024-01-01", 9, "W"), {"country": "PT"}, "steps of 7 days"),
        (daily("2024-01-01", 9, "MS"), {"country": "PT"}, "steps of 1 month"),
        (daily("2024-01-01", 9), {}, "name a country"),
        (daily("2024-01-01", 9), {"own": ["soon"]}, "'soon' is no date"),
        (daily("2024-01-01", 9), {"own": [None]}, "None is no date"),
        (daily("2024-01-01", 9), {"country": "PT", "weekend": ["sa"]}, "'sa' is no day of the week"),
        (daily("2024-01-01", 9), {"country": "PT", "weekend": WEEKDAYS}, "leaves no working day"),
        (daily("2024-01-01", 9), {"country": "PT", "extra_steps": -1}, "0 or more, not -1"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(series, options, said):
    with pytest.raises(ValueError, match=said):
        holiday_columns(series, options.pop("country", None), **options)


def test_without_the_package_the_line_to_type_is_given(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "holidays", None)
    with pytest.raises(
        ImportError, match=r"holidays needs holidays, which is not installed: .*rnn-tutorial\[holidays\]"
    ):
        holiday_columns(daily("2024-01-01", 9), "PT")
    assert holiday_columns(daily("2024-01-01", 9), own=["2024-01-01"]).known.sum() > 0  # own days need no package


@pytest.mark.parametrize("covariates", [True, False])
def test_forecasters_read_them(covariates):
    """Demand that falls to nothing on holidays: with the columns the forecast of one does, too."""
    rng = np.random.default_rng(0)
    series = daily("2024-01-01", 300)
    own = [series.index[0] + pd.Timedelta(days=int(day)) for day in [*rng.choice(300, 40, replace=False), 304]]
    columns = holiday_columns(series, own=own, extra_steps=9)
    values = 10 * (1 - columns.known[: len(series), 0]) + rng.normal(0, 0.1, len(series))
    given_columns = columns if covariates else None
    series = Series("demand", values, series.index, covariates=given_columns)
    free = columns.known[-9:, 0] == 1
    point = rt.forecasting.RidgeOnLags(7, 9, use_covariates=covariates).fit(series).predict(9).point
    assert free.sum() == 1
    assert (point[free] < 4).all() == covariates
    assert point[~free].mean() > 7
    if covariates:
        network = rt.Forecaster("gru", 9, input_length=7, hidden_size=2, epochs=1).fit(series)
        assert network.reading.known == 4
        assert len(network.predict()) == 9


def test_holidays_that_stand_apart():
    series = daily("2014-12-22", 11)
    columns = holiday_columns(series, "PT", apart=["Christmas", "new year"])
    assert columns.known_names == (*NAMES, "Christmas", "new year")
    assert days_of(columns, series.index, "Christmas") == ["2014-12-25"]
    assert days_of(columns, series.index, "new year") == ["2015-01-01"]
    np.testing.assert_array_equal(columns.known[:, :4], holiday_columns(series, "PT").known)
    with pytest.raises(ValueError, match=r"no holiday is called 'Diwali' to stand apart; there are .*Christmas Day"):
        holiday_columns(series, "PT", apart=["Diwali"])
    with pytest.raises(ValueError, match="none, for no country is named"):
        holiday_columns(series, own=["2014-12-24"], apart=["Christmas"])
