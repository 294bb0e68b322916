"""What a forecaster reads, in small: one that reads what is known beforehand."""

import numpy as np
import pandas as pd

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.experiments import ch10_own_data as own_data
from rnn_tutorial.forecasting import Forecaster, Method, mae

DAY, WEEK, H = 4, 28, 3
STEPS = 40 * WEEK
OFF = (np.random.default_rng(0).random(STEPS // DAY) < 0.3).repeat(DAY).astype(float)
VALUES = 100 + 10 * np.sin(2 * np.pi * np.arange(STEPS) / DAY) - 20 * OFF
SERIES = Series(
    "toy", VALUES, pd.date_range("2024", periods=STEPS, freq="6h"), "MW", {"day": DAY, "week": WEEK}, "made here",
    "none", covariates=Covariates(known=OFF[:, None], known_names=("off",)),
)  # fmt: skip
ORIGINS = np.arange(20 * WEEK, STEPS - H, 5)


class Knows(Method):
    """Forecasts by the phase of the day and the known column, and nothing else."""

    name, horizon = "knows", H

    def learn(self, series):
        pass

    def points(self, series, origins, horizon):
        t = origins[:, None] + np.arange(horizon)
        return 100 + 10 * np.sin(2 * np.pi * t / DAY) - 20 * series.covariates.known[t, 0]


class Repeats(Knows):
    """Forecasts the last day, and reads no clock."""

    def points(self, series, origins, horizon):
        return series.values[origins[:, None] - DAY + np.arange(horizon)]


def test_what_is_read_is_missed_and_the_rest_is_not():
    found = own_data.error_when_spoilt(Knows().fit(SERIES), SERIES, ORIGINS, day=DAY, week=WEEK)
    assert list(found) == [
        "as it is", "last day is a week old", "clock half a day wrong", "clock three days wrong", "off shuffled"
    ]  # fmt: skip
    assert found["as it is"] == found["last day is a week old"] < 1e-9
    assert found["clock three days wrong"] < 1e-9  # whole days, and the known column moves with the values
    assert found["clock half a day wrong"] > 5
    assert found["off shuffled"] > 5


def test_a_copy_of_yesterday_needs_yesterday_alone():
    found = own_data.error_when_spoilt(Repeats().fit(SERIES), SERIES, ORIGINS, day=DAY, week=WEEK)
    others = {found[name] for name in found if name != "last day is a week old"}
    assert others == {found["as it is"]}
    assert found["last day is a week old"] != found["as it is"]


def test_a_wrong_clock_is_wrong_for_a_network_that_was_fitted_on_dates():
    """It would find its place by the dates, were they not taken away as well."""
    until = SERIES.part(0, 20 * WEEK)
    model = Forecaster("gru", H, seasons=(DAY, WEEK), hidden_size=4, epochs=1, stride=8).fit(until)
    found = own_data.error_when_spoilt(model, SERIES, ORIGINS, day=DAY, week=WEEK)
    assert found["as it is"] == mae(SERIES.values[ORIGINS[:, None] + np.arange(H)], model.forecast(SERIES, ORIGINS))
    assert found["clock half a day wrong"] != found["as it is"] != found["clock three days wrong"]


def test_days_stay_whole_when_they_are_shuffled():
    column = np.arange(10.0)
    shuffled = own_data.by_shuffled_days(column, 4, np.random.default_rng(1))
    assert sorted(shuffled) == list(column)
    assert shuffled[8:].tolist() == [8, 9]
    assert {tuple(shuffled[:4]), tuple(shuffled[4:8])} == {(0, 1, 2, 3), (4, 5, 6, 7)}
