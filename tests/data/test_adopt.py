"""pandas columns given to a forecaster: their dates are adopted, or refused with the cure."""

import numpy as np
import pandas as pd
import pytest

import rnn_tutorial as rt
from rnn_tutorial.data.adopt import clock_of

Y = np.sin(np.arange(60) / 3) + np.arange(60) / 50
DAYS = pd.date_range("2024-01-01", periods=60, freq="D")


def fitted(y) -> "rt.Forecaster":
    return rt.Forecaster("gru", horizon=3, input_length=6, hidden_size=4, epochs=1, calendar=False).fit(y)


def test_dates_are_adopted():
    for given in (pd.Series(Y, DAYS, name="load"), pd.DataFrame({"load": Y}, DAYS), pd.Series(Y, DAYS.to_period("D"))):
        forecast = fitted(given).predict()
        assert (forecast.index == pd.date_range("2024-03-01", periods=3)).all()
    assert fitted(pd.DataFrame({"load": Y}, DAYS)).predict().name == "load"
    assert (fitted(pd.Series(Y)).predict().index == [60, 61, 62]).all()


def test_the_index_counts_and_not_the_order_of_storage_of_its_freq():
    y = pd.Series(Y, pd.DatetimeIndex(DAYS.to_numpy()))  # without a freq
    assert (fitted(y).predict().index == pd.date_range("2024-03-01", periods=3)).all()
    months = pd.Series(Y, pd.date_range("2020-01-15", periods=60, freq=pd.DateOffset(months=1)))
    assert str(fitted(months).predict().index[0].date()) == "2025-01-15"


@pytest.mark.parametrize(
    ("index", "told"),
    [
        (DAYS[::-1], "out of order, the newest first"),
        (DAYS[np.random.default_rng(0).permutation(60)], "out of order"),
        (DAYS.delete(30).append(DAYS[-1:] + pd.Timedelta(days=1)), "do not follow each other at equal steps"),
        (DAYS.delete(30).insert(30, DAYS[31]), "twice"),
        (DAYS.delete(3).insert(3, pd.NaT), "missing"),
        (pd.Index(DAYS.strftime("%Y-%m-%d")), "pd.to_datetime"),
        (pd.MultiIndex.from_product([["A", "B"], DAYS[:30]]), "several levels"),
    ],
    ids=["reversed", "shuffled", "dropped", "twice", "NaT", "text", "levels"],
)
def test_other_dates_are_refused_with_the_cure(index, told):
    with pytest.raises(ValueError, match=told):
        fitted(pd.Series(Y, index))


def test_one_column_is_a_series():
    with pytest.raises(ValueError, match=r"has 2 \('a', 'b'\): choose one"):
        fitted(pd.DataFrame({"a": Y, "b": Y}, DAYS))


def test_zones():
    hours = pd.date_range("2024-10-26", periods=60, freq="h", tz="Europe/Berlin")
    forecast = fitted(pd.Series(Y, hours)).predict()
    assert (forecast.index == pd.date_range(hours[-1], periods=4, freq="h")[1:]).all()
    assert str(forecast.index.tz) == "Europe/Berlin"
    days = pd.date_range("2024-10-01", periods=60, freq="D", tz="Europe/Berlin")
    index, zone = clock_of(days)
    assert index is not None
    assert (index == days.tz_localize(None)).all()
    assert zone == ""


def test_a_series_has_a_date_for_each_value():
    with pytest.raises(ValueError, match="200 values and 197 time stamps"):
        rt.Series("y", np.zeros(200), pd.date_range("2024-01-01", periods=197), "", {}, "", "")


@pytest.mark.parametrize(("freq", "said"), [("h", "1 hour"), ("MS", "1 month"), ("7D", "7 days")])
def test_a_model_is_not_asked_about_other_steps(freq, said, tmp_path):
    model = fitted(pd.Series(Y, DAYS))
    model.save(tmp_path / "model.safetensors")
    other = pd.Series(Y, pd.date_range("2024-01-01", periods=60, freq=freq))
    for one in (model, rt.Forecaster.load(tmp_path / "model.safetensors")):
        with pytest.raises(ValueError, match=f"steps of 1 day, and the time stamps from .* go by {said}"):
            one.predict(series=other)
        with pytest.raises(ValueError, match=f"go by {said}"):
            one.update(other)


def test_the_calendar_is_that_of_the_local_clock():
    hours = pd.date_range("2024-10-20", periods=400, freq="h", tz="Europe/Berlin")
    # without seasons the columns of the calendar are the first; a season counts steps, not hours of a clock
    model = rt.Forecaster("gru", horizon=3, input_length=6, hidden_size=4, seasons=(), epochs=1).fit(
        pd.Series(np.sin(np.arange(400)), hours)
    )
    of_day = model.clock.columns(0, 400)[:, :2]  # sine and cosine of the time of day
    before, after = (hours.tolist().index(pd.Timestamp(f"2024-10-{day} 06:00", tz=hours.tz)) for day in (25, 29))
    np.testing.assert_allclose(of_day[before], of_day[after])
    assert before % 24 != after % 24  # a shift of one hour in UTC
