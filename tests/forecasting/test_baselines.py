"""The baselines against arithmetic done by hand, against statsmodels, and against their own future."""

import numpy as np
import pytest

from rnn_tutorial.forecasting import (
    AutoRegression,
    Drift,
    HoltWinters,
    LevelShift,
    Persistence,
    RidgeOnLags,
    SeasonalNaive,
)

rng = np.random.default_rng(0)
HOURS = np.arange(168 * 20)
SERIES = 100 + 20 * np.sin(2 * np.pi * HOURS / 24) + 8 * np.sin(2 * np.pi * HOURS / 168) + rng.normal(0, 1, len(HOURS))
TRAIN = SERIES[: 168 * 18]
ORIGINS = np.arange(168 * 18, 168 * 20 - 24, 11)
ALL = [
    Persistence(),
    SeasonalNaive(24),
    LevelShift(24, 168),
    Drift(),
    Drift(over=24),
    RidgeOnLags(48, 24),
    AutoRegression(48),
    HoltWinters(24, 168, fit_on=168 * 6),
]


@pytest.mark.parametrize("forecaster", ALL, ids=lambda f: f.name)
def test_no_baseline_sees_the_future(forecaster):
    forecaster.fit(TRAIN)
    before = forecaster.forecast(SERIES, ORIGINS, 24)
    for row in (0, len(ORIGINS) // 2):
        changed = SERIES.copy()
        changed[ORIGINS[row] :] = 500.0
        after = forecaster.forecast(changed, ORIGINS[row : row + 1], 24)
        np.testing.assert_allclose(after[0], before[row], rtol=1e-12)
    assert before.shape == (len(ORIGINS), 24)


def test_naive_forecasts_by_hand():
    values = np.arange(10.0)
    last, season = Persistence().fit(values), SeasonalNaive(2).fit(values)
    np.testing.assert_array_equal(last.forecast(values, np.array([4, 10]), 3), [[3, 3, 3], [9, 9, 9]])
    np.testing.assert_array_equal(season.forecast(values, np.array([4]), 5), [[2, 3, 2, 3, 2]])


def test_drift_by_hand():
    """The line from the first value, or from the one so many steps back, through the last."""
    values = np.array([1.0, 9.0, 3.0, 7.0, 0.0])
    np.testing.assert_allclose(Drift().fit(values).forecast(values, np.array([3, 4]), 2), [[4, 5], [9, 11]])
    np.testing.assert_allclose(Drift(over=1).fit(values).forecast(values, np.array([3, 4]), 2), [[-3, -9], [11, 15]])
    np.testing.assert_allclose(Drift(over=2).fit(values).forecast(values, np.array([4]), 2), [[6, 5]])


def test_level_shift_by_hand():
    """A day of 2, a week of 4: the last two values are 5 higher than the same two a week before."""
    values = np.array([0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 8.0, 99.0])
    np.testing.assert_allclose(LevelShift(2, 4).fit(values).forecast(values, np.array([8]), 5), [[8, 9, 10, 13, 8]])
    np.testing.assert_allclose(LevelShift(1, 4).fit(values).forecast(values, np.array([7]), 2), [[2 + 4, 3 + 4]])


@pytest.mark.parametrize("forecaster", ALL[5:], ids=lambda f: f.name)
def test_learners_find_the_seasons(forecaster):
    forecast = forecaster.fit(TRAIN).forecast(SERIES, ORIGINS, 24)
    truth = SERIES[ORIGINS[:, None] + np.arange(24)]
    naive = Persistence().fit(SERIES).forecast(SERIES, ORIGINS, 24)
    assert np.abs(forecast - truth).mean() < 0.15 * np.abs(naive - truth).mean()


def test_one_step_ahead_has_the_promised_shape():
    """scikit-learn returns a vector for a single target; the board wants (origins, 1)."""
    for forecaster in (RidgeOnLags(48, 1), AutoRegression(48), HoltWinters(24, 168, fit_on=168 * 6), Persistence()):
        assert forecaster.fit(TRAIN).forecast(SERIES, ORIGINS, 1).shape == (len(ORIGINS), 1)


def test_ridge_of_a_constant_series_is_the_constant():
    forecast = RidgeOnLags(3, 2).fit(np.full(50, 7.0)).forecast(np.full(50, 7.0), np.array([50]), 2)
    np.testing.assert_allclose(forecast, 7.0)


def test_what_is_unknown_may_be_missing():
    """Values from the last origin on are never read, so NaN there is no error; before it, it is."""
    gap = SERIES.copy()
    gap[ORIGINS[0] :] = np.nan
    forecast = Persistence().fit(SERIES).forecast(gap, ORIGINS[:1], 24)
    np.testing.assert_array_equal(forecast, SERIES[ORIGINS[0] - 1])


def test_autoregression_equals_statsmodels():
    from statsmodels.tsa.ar_model import AutoReg

    ours = AutoRegression(5).fit(TRAIN).forecast(TRAIN, np.array([len(TRAIN)]), 24)[0]
    theirs = AutoReg(TRAIN, lags=5).fit().predict(len(TRAIN), len(TRAIN) + 23)
    np.testing.assert_allclose(ours, theirs)


def test_ridge_without_penalty_is_least_squares():
    ours = RidgeOnLags(3, 2, alpha=0.0).fit(TRAIN).forecast(SERIES, ORIGINS, 2)
    windows = np.lib.stride_tricks.sliding_window_view(TRAIN, 5)
    design = np.column_stack([np.ones(len(windows)), windows[:, :3]])
    weights = np.linalg.lstsq(design, windows[:, 3:], rcond=None)[0]
    last = SERIES[ORIGINS[:, None] + np.arange(-3, 0)]
    np.testing.assert_allclose(ours, np.column_stack([np.ones(len(last)), last]) @ weights, rtol=1e-6)


def test_holt_winters_with_one_season_equals_statsmodels():
    """With δ = 0 and a flat day the recursion is statsmodels' additive Holt-Winters for the long season."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    model = HoltWinters(12, 24, fit_on=len(TRAIN)).fit(TRAIN)  # from the first value on
    model.constants = np.array([0.3, 0.0, 0.2, 0.0])
    level, days, weeks = 4.6, np.zeros(12), np.linspace(-0.1, 0.1, 24)
    model.states = (level, days, weeks)
    ours = model._smooth(np.log(TRAIN), model.constants)[-1]
    theirs = ExponentialSmoothing(
        np.log(TRAIN), seasonal="add", seasonal_periods=24, initialization_method="known", initial_level=level,
        initial_seasonal=weeks,
    )  # fmt: skip
    # Taylor smooths the season against the new level, statsmodels against the old one: γ = ω (1 - α) makes them equal
    fitted = theirs.fit(smoothing_level=0.3, smoothing_seasonal=0.2 * (1 - 0.3), optimized=False)
    np.testing.assert_allclose(ours, fitted.fittedvalues, rtol=1e-9)
    ahead = model.forecast(TRAIN, np.array([len(TRAIN)]), 23)[0]
    np.testing.assert_allclose(np.log(ahead), fitted.forecast(23), rtol=1e-9)


def test_carried_error_fades():
    model = HoltWinters(24, 168, fit_on=168 * 6).fit(TRAIN)
    model.constants = np.array([1e-9, 1e-9, 1e-9, 0.5])
    shocked = SERIES.copy()
    shocked[ORIGINS[0] - 1] *= 1.1
    ratio = model.forecast(shocked, ORIGINS[:1], 4) / model.forecast(SERIES, ORIGINS[:1], 4)
    np.testing.assert_allclose(np.log(ratio[0]) / np.log(1.1), 0.5 ** np.arange(1, 5), rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: SeasonalNaive(0), "at least 1 step"),
        (lambda: Drift(over=0), "at least 1 step"),
        (lambda: Drift(over=5).fit(SERIES).forecast(SERIES, np.array([5]), 3), "between 6 and"),
        (lambda: LevelShift(25, 24), "between 1 and week=24"),
        (lambda: LevelShift(24, 168).fit(SERIES).forecast(SERIES, np.array([191]), 3), "between 192 and"),
        (lambda: SeasonalNaive(24).fit(SERIES).forecast(SERIES, np.array([5]), 3), "between 24 and"),
        (lambda: Persistence().fit(SERIES).forecast(SERIES, np.array([]), 3), "got none"),
        (lambda: Persistence().fit(SERIES).forecast(SERIES, np.array([10]), 0), "horizon should be at least 1"),
        (lambda: Persistence().fit(SERIES).forecast(SERIES.reshape(2, -1), np.array([10]), 1), "one series"),
        (lambda: RidgeOnLags(0, 1), "at least 1"),
        (lambda: RidgeOnLags(24, 24).fit(SERIES[:30]), "too few"),
        (lambda: RidgeOnLags(24, 24).fit(TRAIN).forecast(SERIES, ORIGINS, 25), "horizon of 24"),
        (lambda: AutoRegression(0), "at least 1"),
        (lambda: HoltWinters(24, 100), "multiple of the short one"),
        (lambda: HoltWinters(24, 168, fit_on=24), "at least four long seasons"),
        (lambda: HoltWinters(24, 168).fit(SERIES[:200]), "too few"),
        (lambda: HoltWinters(24, 168, fit_on=168 * 6).fit(TRAIN - 100), "positive values"),
        (lambda: AutoRegression(48).fit(TRAIN[:60]), "too few for 48 lags"),
        (lambda: RidgeOnLags(24, 24).fit(TRAIN.reshape(2, -1)), "one series"),
        (lambda: RidgeOnLags(24, 24).fit(np.append(TRAIN, np.nan)), f"first at step {len(TRAIN)}"),
        (lambda: SeasonalNaive(2).fit(SERIES).forecast([1.0, np.nan, 3.0], np.array([3]), 1), "first at step 1"),
    ],
)
def test_clear_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_origins_are_whole_numbers():
    with pytest.raises(TypeError, match="should be integers"):
        Persistence().fit(SERIES).forecast(SERIES, np.array([10.0]), 1)


@pytest.mark.parametrize("forecaster", [Persistence(), RidgeOnLags(24, 24), AutoRegression(24), HoltWinters(24, 168)])
def test_no_forecast_before_fit(forecaster):
    with pytest.raises(RuntimeError, match="call fit"):
        forecaster.forecast(SERIES, ORIGINS, 24)
