import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tutorial.data import calendar
from rnn_tutorial.data.steps import step_of

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
CLOCK = ["sin time of day", "cos time of day"]
YEAR = ["sin time of year", "cos time of year"]


@pytest.mark.parametrize(
    ("freq", "steps", "names"),
    [
        ("30min", 48, CLOCK + DAYS),
        ("h", 24 * 364, CLOCK + DAYS),
        ("h", 24 * 366, CLOCK + DAYS + YEAR),
        ("D", 100, DAYS),
        ("D", 400, DAYS + YEAR),
        ("W-SAT", 20, []),
        ("W-SAT", 60, YEAR),
        ("MS", 5, YEAR),
        ("ME", 30, YEAR),
        ("QS", 6, YEAR),
        ("YS", 200, []),
    ],
)
def test_columns_follow_from_step_and_span(freq, steps, names):
    index = pd.date_range("2020-01-01", periods=steps, freq=freq)
    for given_index in (index, pd.DatetimeIndex(index.to_numpy())):
        made = calendar(given_index, 3)
        assert list(made.known_names) == names
        assert made.columns == (0, len(names))
        if names:
            assert made.known.shape == (steps + 3, len(names))
            assert np.isfinite(made.known).all()


@given(steps=st.integers(3, 200), extra=st.integers(0, 50), freq=st.sampled_from(["15min", "h", "D", "W", "MS"]))
def test_what_is_continued_is_what_a_longer_index_gives(steps, extra, freq):
    index = pd.date_range("2019-02-03", periods=steps + extra, freq=freq)
    ahead = calendar(pd.DatetimeIndex(index[:steps].to_numpy()), extra)
    whole = calendar(index)
    for name, column in zip(ahead.known_names, ahead.known.T, strict=True):
        np.testing.assert_array_equal(column, whole.known[:, whole.known_names.index(name)])


def test_values_are_those_of_the_clock():
    index = pd.date_range("2024-02-29 18:00", periods=24 * 366, freq="h")  # a Thursday, a quarter day before midnight
    columns = calendar(index)
    first = dict(zip(columns.known_names, columns.known[0], strict=True))
    assert first["sin time of day"] == pytest.approx(-1)
    assert first["cos time of day"] == pytest.approx(0)
    assert [first[day] for day in DAYS] == [0, 0, 0, 1, 0, 0, 0]
    assert first["sin time of year"] == pytest.approx(np.sin(2 * np.pi * 59.75 / 366))


def test_time_zones_keep_their_local_clock():
    index = pd.date_range("2024-03-30 12:00", periods=48, freq="h", tz="Europe/Berlin")
    columns = calendar(index, 24)
    hours = pd.date_range("2024-03-30 12:00", periods=72, freq="h", tz="Europe/Berlin").hour
    phase = np.arctan2(columns.known[:, 0], columns.known[:, 1]) % (2 * np.pi) / (2 * np.pi) * 24
    np.testing.assert_allclose(np.round(phase) % 24, hours)


def test_bad_indexes_are_refused():
    index = pd.date_range("2024-01-01", periods=5, freq="h")
    with pytest.raises(TypeError, match="DatetimeIndex, not a RangeIndex"):
        calendar(pd.RangeIndex(5))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="0 or more, not -1"):
        calendar(index, -1)
    with pytest.raises(ValueError, match="has 1"):
        calendar(pd.DatetimeIndex(["2024-01-01"]))
    for odd in (index.delete(2), index[::-1].append(index[:1]), index.append(index[-1:])):
        with pytest.raises(ValueError, match="do not follow each other at equal steps"):
            calendar(pd.DatetimeIndex(odd))


def test_two_stamps_are_enough_for_a_step():
    index = pd.DatetimeIndex(["2024-01-01 00:00", "2024-01-01 00:15"])
    assert step_of(index) == pd.offsets.Minute(15)
