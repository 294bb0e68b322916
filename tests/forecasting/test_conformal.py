"""Conformal intervals: nominal where they can be, repaired by rolling where a season changes, blind to the future."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import Conformal, HoltWinters, Method, Persistence, RidgeOnLags
from rnn_tutorial.forecasting.wrappers.lookback import Places
from rnn_tutorial.forecasting.wrappers.margins import margins

rng = np.random.default_rng(3)
NOISE = rng.normal(size=6000)
ORIGINS = np.arange(4000, 5990)


class Zero(Method):
    """Forecasts 0: its errors are the series itself, as exchangeable as that is."""

    name = "zero"

    def learn(self, series):
        pass

    def points(self, series, origins, horizon):
        return np.zeros((len(origins), horizon))


def sees_no_future(model: Conformal, values: np.ndarray) -> None:
    """Forecasts from several origins are those of each alone, with nothing known after it."""
    model.fit(values[:2000])
    origins = np.array([2000, 2500, 2900])
    together = model.forecast(values, origins, 4, (0.05, 0.5, 0.95))
    for row, origin in enumerate(origins):
        changed = values.copy()
        changed[origin:] = np.nan
        alone = model.forecast(changed, origins[row : row + 1], 4, (0.05, 0.5, 0.95))
        np.testing.assert_allclose(alone[0], together[row], rtol=1e-12)


class Quantiles(Zero):
    """Claims quantiles that are far too narrow, and wider where the last value is high."""

    def quantiles(self, series, origins, horizon, levels):
        width = 0.1 * (1 + (series.values[origins - 1] > 0))[:, None, None]
        return np.tile(width * (np.array(levels) - 0.5), (1, horizon, 1))


def covered(model, values, origins, horizon, level=0.9):
    low, high = model.interval(values, origins, horizon)
    truth = values[origins[:, None] + np.arange(horizon)]
    return ((low <= truth) & (truth <= high)).mean(axis=0)


@pytest.mark.parametrize("rolling", [True, False])
@pytest.mark.parametrize("method", [Zero(), Quantiles()])
def test_exchangeable_errors_are_covered_as_promised(method, rolling):
    model = Conformal(method, 0.9, calibration=1500, rolling=rolling).fit(NOISE[:4000])
    # sampling error of 1,990 hits and of a quantile from 1,500 scores: about 0.01 together
    assert np.abs(covered(model, NOISE, ORIGINS, 3) - 0.9).max() < 0.03


def test_after_a_change_of_scale_rolling_recovers_and_split_does_not():
    series = NOISE.copy()
    series[4000:] *= 3
    later = ORIGINS[600:]
    split = Conformal(Zero(), calibration=500, rolling=False).fit(series[:4000])
    rolling = Conformal(Zero(), calibration=500).fit(series[:4000])
    assert covered(split, series, later, 2).max() < 0.5  # 1.64 / 3 standard deviations cover 0.42
    assert np.abs(covered(rolling, series, later, 2) - 0.9).max() < 0.03


def test_margin_is_the_ranked_error_by_hand():
    values = np.concatenate([np.zeros(10), [1.0, -5.0, 2.0, 4.0, -3.0], np.zeros(5)])
    model = Conformal(Zero(), 0.6, calibration=5, rolling=False).fit(values[:15])
    low, high = model.interval(values, np.array([15]), 1)
    # ⌈(5 + 1) · 0.6⌉ = 4th smallest of 1, 2, 3, 4, 5
    assert (low[0, 0], high[0, 0]) == (-4.0, 4.0)
    low, high = Conformal(Zero(), 0.5, calibration=5, window=3).fit(values[:15]).interval(values, np.array([15, 16]), 1)
    assert high[:, 0].tolist() == [3.0, 3.0]  # 2nd smallest of 2, 4, 3, then of 4, 3, 0


@pytest.mark.parametrize(("every", "margin"), [(1, 3.0), (2, 2.0), (3, 5.0), (5, 1.0)])
def test_every_leaves_scores_out_by_hand(every, margin):
    """The middle one of the errors 1, 5, 2, 4, 3 of steps 10 to 14 whose number is divisible."""
    values = np.concatenate([np.zeros(10), [1.0, -5.0, 2.0, 4.0, -3.0], np.zeros(5)])
    values[12] = 2.0 if every != 3 else 5.0
    model = Conformal(Zero(), 0.5, calibration=5, every=every, rolling=False).fit(values[:15])
    assert model.interval(values, np.array([15]), 1)[1].tolist() == [[margin]]


@pytest.mark.parametrize("every", [1, 4])
def test_every_saves_forecasts(every):
    """No more forecasts are asked for than are looked at, beside those of the origins."""
    asked = []

    class Spy(Zero):
        def points(self, series, origins, horizon):
            asked.append(origins)
            return super().points(series, origins, horizon)

    Conformal(Spy(), calibration=200, every=every).fit(NOISE[:500]).interval(NOISE, np.array([540]), 2)
    assert sorted(np.concatenate(asked)) == [*range(300, 540, every), 540]


class Mean(Zero):
    """Forecasts the mean of what it was fitted on."""

    def learn(self, series):
        self.mean = series.values.mean()

    def points(self, series, origins, horizon):
        return np.full((len(origins), horizon), self.mean)


@pytest.mark.parametrize(("refit", "point"), [(False, 0.0), (True, 2.0)])
def test_refit_forecasts_from_the_whole_and_scores_from_the_part_by_hand(refit, point):
    """Errors of the mean of the first ten zeros, 0, on five sixes: 6 each; then those of the steps since, 1 and 1."""
    values = np.concatenate([np.zeros(10), np.full(5, 6.0), [point + 1.0, point - 1.0, 0.0]])
    model = Conformal(Mean(), 0.5, calibration=5, refit=refit).fit(values[:15])
    assert model.forecast(values, np.array([15]), 2).tolist() == [[point, point]]
    low, high = model.interval(values, np.array([15, 17]), 1)
    assert (low.tolist(), high.tolist()) == ([[point - 6], [point - 6]], [[point + 6], [point + 6]])
    model.window = 3
    assert model.interval(values, np.array([17]), 1)[1].tolist() == [[point + 1]]  # 2nd smallest of 6, 1, 1


def test_each_step_ahead_has_its_own_width():
    walk = np.cumsum(NOISE)
    for rolling in (True, False):
        model = Conformal(Persistence(), calibration=1500, rolling=rolling).fit(walk[:4000])
        low, high = model.interval(walk, ORIGINS, 9)
        ratio = (high - low).mean(axis=0)[8] / (high - low).mean(axis=0)[0]
        assert 2.5 < ratio < 3.5  # errors of a random walk grow with the square root of the steps


def test_no_interval_sees_the_future_and_origins_do_not_disturb_each_other():
    series = 50 + np.abs(NOISE[:3000])
    sees_no_future(Conformal(RidgeOnLags(5, 4), calibration=600, window=300, every=7), series)


def test_levels_are_ordered_and_the_middle_is_the_forecast():
    series = 50 + NOISE
    model = Conformal(RidgeOnLags(5, 4), calibration=600).fit(series[:4000])
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    q = model.forecast(series, ORIGINS[::50], 4, levels)
    assert q.shape == (40, 4, 5)
    assert np.all(np.diff(q, axis=-1) >= 0)
    np.testing.assert_array_equal(q[..., 2], model.forecast(series, ORIGINS[::50], 4))
    np.testing.assert_allclose(q[..., 4] - q[..., 2], q[..., 2] - q[..., 0])
    low, high = model.interval(series, ORIGINS[::50], 4)
    np.testing.assert_allclose([low, high], [q[..., 0], q[..., 4]], rtol=1e-12)
    in_another_order = model.forecast(series, ORIGINS[::50], 4, (0.95, 0.5, 0.05, 0.5))
    np.testing.assert_allclose(in_another_order, q[..., [4, 2, 0, 2]], rtol=1e-12)


def test_the_method_does_not_see_the_calibration_part():
    seen = []

    class Spy(Zero):
        def learn(self, series):
            seen.append(len(series))

    Conformal(Spy(), calibration=100).fit(NOISE[:500])
    assert seen == [400]


def test_quantiles_keep_their_shape_and_are_corrected():
    """Conformalised quantile regression: wider where the method is unsure, by its own difference."""
    model = Conformal(Quantiles(), calibration=1500).fit(NOISE[:4000])
    low, high = model.interval(NOISE, ORIGINS, 1)
    unsure = NOISE[ORIGINS - 1] > 0
    width = (high - low)[:, 0]
    assert 0.05 < width[unsure].mean() - width[~unsure].mean() < 0.15  # 0.09 as claimed, the scores roll on


def test_covariates_and_seeds_reach_the_method():
    known = np.tile([0.0, 1.0], 500)[:, None]
    series = 10 + 5 * known[:, 0] + 0.1 * NOISE[:1000]
    model = Conformal(RidgeOnLags(1, 2, use_covariates=True), calibration=300)
    assert model.reads_covariates
    assert model.horizon == 2
    told = Series.of(series, covariates=Covariates(known=known))
    model.fit(told.part(0, 800))
    low, high = model.interval(told, np.array([900]), 2)
    assert np.all((low < series[900:902]) & (series[900:902] < high))

    class Random(Zero):
        def __init__(self, seed=0):
            self.seed = seed

    whole = Conformal(Random(), 0.8, calibration=300, window=50, every=3, refit=True)
    seeded = whole.with_seed(7)
    for name in ("level", "calibration", "rolling", "window", "every", "refit"):
        assert getattr(seeded, name) == getattr(whole, name)
    assert not Conformal(Random(), calibration=300, rolling=False).with_seed(7).rolling
    inner = seeded.method
    assert isinstance(inner, Random)
    assert inner.seed == 7
    assert (whole.depends_on_chance, model.depends_on_chance) == (True, False)
    assert repr(model.with_seed(7)) == repr(model)  # a copy: nothing in it is random
    assert Conformal(Zero(), calibration=300).horizon is None


# ---- widths by place in a season ---------------------------------------------------------------------------------

LOUD = np.where(np.arange(6000) % 8 < 2, 5.0, 1.0) * NOISE  # five times as wide at two places of eight


def by_place(model, values, origins, horizon):
    low, high = model.interval(values, origins, horizon)
    truth, place = (a[origins[:, None] + np.arange(horizon)] for a in (values, np.arange(len(values)) % 8))
    hits = (low <= truth) & (truth <= high)
    return np.array([hits[place == k].mean() for k in range(8)]), (high - low).mean()


@pytest.mark.parametrize("rolling", [True, False])
@pytest.mark.parametrize("method", [Zero(), Quantiles()])
def test_intervals_hold_at_every_place_of_the_season(method, rolling):
    """By step alone they are too wide at six places and too narrow at two; by place they hold at each."""
    alone, by = (Conformal(method, calibration=1600, rolling=rolling, by=by).fit(LOUD[:4000]) for by in (None, 8))
    before, width_before = by_place(alone, LOUD, ORIGINS, 3)
    after, width_after = by_place(by, LOUD, ORIGINS, 3)
    assert before[:2].max() < 0.75
    assert before[2:].min() > 0.95
    # 250 hits at each place and scales from 200 errors: about 0.03 together
    assert np.abs(after - 0.9).max() < 0.07
    assert abs(after.mean() - 0.9) < 0.03
    assert width_after < 0.95 * width_before


def test_few_errors_a_place_still_hold_in_all():
    """Four errors at each of 150 places: every score is measured without itself, or the intervals were too narrow."""
    model = Conformal(Zero(), calibration=600, by=150).fit(NOISE[:4000])
    assert np.abs(covered(model, NOISE, ORIGINS, 2) - 0.9).max() < 0.03


def test_a_width_by_place_by_hand():
    """Errors 1, 5, 2, 4, 3 of steps 10 to 14; places 0, 1, 0, 1, 0; one error of the mean size, 3, is added to each."""
    values = np.concatenate([np.zeros(10), [1.0, -5.0, 2.0, 4.0, -3.0], np.zeros(5)])
    scale = np.array([(1 + 2 + 3 + 3) / 4, (5 + 4 + 3) / 3])
    without = [(2 + 3 + 3) / 3, (4 + 3) / 2, (1 + 3 + 3) / 3, (5 + 3) / 2, (1 + 2 + 3) / 3]
    relative = np.sort(np.array([1, 5, 2, 4, 3]) / without)
    for rolling in (True, False):
        model = Conformal(Zero(), 0.6, calibration=5, rolling=rolling, by=2).fit(values[:15])
        _, high = model.interval(values, np.array([15]), 1)
        assert high[0, 0] == pytest.approx(relative[3] * scale[1])  # the 4th smallest of five; step 15 has place 1
    _, high = model.interval(values, np.array([15, 16]), 1)
    np.testing.assert_allclose(high[:, 0], relative[3] * scale[[1, 0]])


@pytest.mark.parametrize("by", [None, 7])
@pytest.mark.parametrize("rolling", [True, False])
def test_levels_asked_together_are_those_asked_alone(by, rolling):
    """Of a point one table of scores serves all levels; a method with quantiles has one for each."""
    for method in (Zero(), Conformal(Zero(), calibration=300)):
        model = Conformal(method, calibration=400, rolling=rolling, by=by).fit(NOISE[:1000])
        origins, levels = np.array([1000, 1013, 1100]), (0.05, 0.2, 0.5, 0.8, 0.95)
        together = model.forecast(NOISE, origins, 3, levels)
        for place, level in enumerate(levels):
            np.testing.assert_array_equal(together[..., place], model.forecast(NOISE, origins, 3, [level])[..., 0])


def test_sums_by_position_are_those_of_each_window():
    generator = np.random.default_rng(0)
    scores, sizes = np.abs(generator.normal(size=(2, 60, 3)))
    sizes[generator.random((60, 3)) < 0.2] = np.nan
    positions, ends = np.arange(90) * 3 % 7, np.array([40, 47, 60])
    found = margins(scores, ends, [0.8], 25, Places(sizes, positions, 7))[0]
    for row, end in enumerate(ends):
        alone = slice(end - 25, end)
        only = margins(scores[alone], np.array([25]), [0.8], None, Places(sizes[alone], positions[end - 25 :], 7))
        np.testing.assert_allclose(only[0, 0], found[row], rtol=1e-12)


def test_errors_of_nothing_have_intervals_of_nothing():
    model = Conformal(Zero(), calibration=40, by=4).fit(np.zeros(100))
    assert model.interval(np.zeros(100), np.array([100]), 3)[1].tolist() == [[0, 0, 0]]


def test_no_interval_by_place_sees_the_future():
    sees_no_future(Conformal(RidgeOnLags(5, 4), calibration=600, window=300, every=7, by=8), LOUD)


@pytest.mark.parametrize(("zone", "shift"), [("", 0), ("Europe/Lisbon", 1)])
def test_the_time_of_day_is_that_of_the_local_clock(zone, shift):
    """Summer time begins on 29 March 2020: the loud hour, 12:00, is one step earlier in UTC from then on."""
    index = pd.date_range("2020-02-01", periods=24 * 90, freq="h")
    hour = np.arange(len(index)) % 24
    loud = hour == 12
    loud[24 * 57 :] = hour[24 * 57 :] == 12 - shift
    series = Series("a", np.where(loud, 9.0, 1.0) * NOISE[: len(index)], index, zone=zone)
    model = Conformal(Zero(), calibration=24 * 56, by="time of day").fit(series.part(0, 24 * 80))
    low, high = model.interval(series, np.array([24 * 80]), 24)
    assert (high - low)[0].argmax() == 12 - shift
    assert model.name.endswith("by time of day")


def test_by_is_an_option_like_the_others():
    model = Conformal(Zero(), calibration=30, by=24).with_seed(1)
    assert model.by == 24
    assert model.name == "zero + rolling conformal by place in 24 steps"
    wrongs: list[Any] = ["hour", 1, 2.5]
    for wrong in wrongs:
        with pytest.raises((ValueError, TypeError), match="by"):
            Conformal(Zero(), calibration=30, by=wrong)
    with pytest.raises(ValueError, match="needs time stamps and steps shorter than a day"):
        Conformal(Zero(), calibration=30, by="time of day").fit(NOISE[:100]).interval(NOISE, np.array([100]), 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Conformal(Zero(), 90, calibration=10), "e.g. 0.9, got 90"),
        (lambda: Conformal(Zero(), calibration=0), "at least 1 step"),
        (lambda: Conformal(Zero(), calibration=10, rolling=False, window=5), "belongs to rolling"),
        (lambda: Conformal(Zero(), calibration=100).fit(NOISE[:100]), "100 values are too few"),
        (
            lambda: Conformal(Zero(), calibration=8).fit(NOISE[:100]).interval(NOISE, np.array([100]), 1),
            "8 errors of step 1 ahead say nothing about a 90% interval: at least 9",
        ),
        (lambda: Conformal(Zero(), calibration=50).fit(NOISE[:100]).interval(NOISE, np.array([99]), 1), "between 100"),
        (lambda: Conformal(Zero(), calibration=50).fit(NOISE[:100]).interval(NOISE, np.array([100]), 0), "horizon"),
        (
            lambda: Conformal(Zero(), calibration=50).fit(NOISE[:100]).forecast(NOISE, np.array([100]), 1, (0.1, 1.0)),
            "strictly between 0 and 1",
        ),
        (lambda: Conformal(HoltWinters(), calibration=50).fit(np.append(NOISE, np.nan)), "first at step 6000"),
    ],
)
def test_clear_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_no_interval_before_fit():
    with pytest.raises(RuntimeError, match="call fit"):
        Conformal(Zero(), calibration=10).interval(NOISE, np.array([100]), 1)
