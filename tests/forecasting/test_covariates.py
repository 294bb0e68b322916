"""Regression and boosting read each covariate at the steps that they promise, and every phase takes part."""

import re

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import Best, Forecaster, GradientBoosting, RidgeOnLags, tuned_boosting

DAY, WEEK, H = 4, 12, 6  # a horizon of more than a day
T, END = 1200, 1000
NOISE = np.random.default_rng(0).normal(size=(T + H, 3))
GAP = NOISE.copy()
GAP[[7, 9], 1] = np.nan, np.inf
ORIGINS = np.arange(END, T - H + 1)


def ridge(horizon=H, **options):
    return RidgeOnLags(1, horizon, use_covariates=True, **({"seasons": (DAY, WEEK)} | options))


def boosting(horizon=H, **options):
    return GradientBoosting(horizon, DAY, WEEK, use_covariates=True, **({"trees": 60, "learning_rate": 0.2} | options))


def network():
    return Forecaster("rnn", H, input_length=8, hidden_size=2, epochs=1)


def learnt(method, told, end=END):
    """The method, fitted on the beginning of a series and of the columns beside it."""
    return method.fit(told.part(0, end))


def share_left(method, values, covariates, steps=slice(None)):
    """Absolute error of the forecasts in units of that of the mean."""
    told = Series.of(values, covariates=covariates)
    forecast = learnt(method, told).forecast(told, ORIGINS)
    truth = values[ORIGINS[:, None] + np.arange(method.horizon)]
    return (np.abs(forecast - truth)[:, steps].mean()) / np.abs(truth - values.mean())[:, steps].mean()


@pytest.mark.parametrize("make", [ridge, boosting])
@pytest.mark.parametrize("back", [0, DAY, WEEK])
def test_known_columns_are_read_at_the_target_and_whole_seasons_before(make, back):
    """The series is the column of so many steps before, which no value tells."""
    values = 50 + np.roll(NOISE[:, 1], back)[:T]
    steps = slice(0, DAY)  # after these the boosting looks two days back
    assert share_left(make(), values, Covariates(known=NOISE[:, :2]), steps) < 0.35


@pytest.mark.parametrize("make", [ridge, boosting])
def test_past_columns_are_read_at_the_last_step_known(make):
    values = 50 + np.roll(NOISE[:, 1], 1)[:T]
    columns = Covariates(past=NOISE[:T, :2])
    assert share_left(make(), values, columns, slice(0, 1)) < 0.5
    assert share_left(make(), values, columns, slice(1, None)) > 0.9  # noise that nobody knows yet


@pytest.mark.parametrize("make", [ridge, boosting])
def test_no_covariate_of_the_future_is_read(make):
    columns = Covariates(NOISE[:T, :1], NOISE[:, 1:])
    values = 50 + NOISE[:T, 2]
    told = Series.of(values, covariates=columns)
    method = learnt(make(), told)
    before = method.forecast(told, ORIGINS, H)
    origin = ORIGINS[7]
    changed, past, known = values.copy(), columns.past.copy(), columns.known.copy()
    changed[origin:], past[origin:], known[origin + H :] = 1e3, 1e3, 1e3
    after = method.forecast(Series.of(changed, covariates=Covariates(past, known)), ORIGINS[7:8], H)
    np.testing.assert_allclose(after[0], before[7])


@pytest.mark.parametrize("rows", [2500, 1300])
def test_boosting_learns_every_phase_from_few_rows(rows):
    """What the column does depends on the time of day: every second or fourth origin would leave some of it out."""
    column, origins = np.random.default_rng(1).normal(size=6000), np.arange(5000, 5900)
    values = 50 + np.array([1.0, -1.0, 2.0, -2.0])[np.arange(6000) % DAY] * column
    told = Series.of(values, covariates=Covariates(known=column[:, None]))
    method = learnt(boosting(1, rows=rows), told, 5000)
    errors = np.abs(method.forecast(told, origins, 1)[:, 0] - values[origins])
    size = np.abs(values[origins] - 50)
    assert max(errors[phase::DAY].mean() / size[phase::DAY].mean() for phase in range(DAY)) < 0.4


@pytest.mark.parametrize(("trees", "leaves"), [(5, 2), (3, 8)])
def test_boosting_grows_as_many_trees_and_leaves_as_asked(trees, leaves):
    method = GradientBoosting(H, DAY, WEEK, trees=trees, leaves=leaves).fit(NOISE[:END, 0])
    assert method.parameters == trees * leaves


def test_boosting_at_hardly_any_rate_is_the_mean_of_the_last_week():
    values = 50 + NOISE[:T, 0]
    found = GradientBoosting(H, DAY, WEEK, trees=3, learning_rate=1e-9).fit(values[:END]).forecast(values, ORIGINS, H)
    means = values[ORIGINS[:, None] - np.arange(1, WEEK + 1)].mean(axis=1)
    np.testing.assert_allclose(np.ptp(found - means[:, None]), 0, atol=1e-6)


def test_boosting_of_differences_at_hardly_any_rate_is_the_week_before():
    """It knows a line that no tree can reach: every week is like the last, and as much higher as in the past."""
    method = GradientBoosting(H, DAY, WEEK, trees=3, learning_rate=1e-9, differences=True)
    values = 2.0 * np.arange(T) + NOISE[:T, 0]
    found = method.fit(values[:END]).forecast(values, ORIGINS, H)
    before = values[ORIGINS[:, None] + np.arange(H) - WEEK]
    np.testing.assert_allclose(found - before, 2.0 * WEEK, atol=0.5)


def test_boosting_reads_as_many_last_values_as_it_is_told():
    """Much of what follows is the value three steps back, which the last one does not tell."""
    values = NOISE[:T, 0].copy()
    for t in range(3, T):
        values[t] += 0.9 * values[t - 3]
    one, several = (
        GradientBoosting(1, DAY, WEEK, trees=60, learning_rate=0.1, leaves=4, lags=lags).fit(values[:END])
        for lags in (1, 3)
    )
    truth = values[ORIGINS]
    errors = [np.abs(method.forecast(values, ORIGINS, 1)[:, 0] - truth).mean() for method in (one, several)]
    assert errors[1] < 0.85 * errors[0]
    with pytest.raises(ValueError, match="lags should lie between 1 and the 12 steps"):
        GradientBoosting(1, DAY, WEEK, lags=13)


def test_settings_are_chosen_by_validation_and_the_default_is_among_them():
    """Of a steep line, whose values no tree has seen, differences are right."""
    model = tuned_boosting(H, DAY, WEEK, trials=4, valid=60)
    assert model.methods is not None
    assert model.methods[0].name == "gradient boosting, default"
    assert len({repr(one) for one in model.methods}) == 4
    assert len(tuned_boosting(H, DAY, WEEK, trials=1).methods or ()) == 1
    small = Best([one.set_params(trees=5) for one in model.methods], H, valid=60)
    small.fit(5.0 * np.arange(300) + NOISE[:300, 0])
    assert "differences" in small.chosen.name
    assert len(small.errors) == 4


@pytest.mark.parametrize("use_covariates", [False, True])
def test_ridge_of_an_infinite_penalty_is_the_mean(use_covariates):
    values, columns = 50 + NOISE[:T, 0], Covariates(known=NOISE[:, 1:]) if use_covariates else None
    told = Series.of(values, covariates=columns)
    found = learnt(RidgeOnLags(3, H, alpha=1e12, use_covariates=use_covariates), told).forecast(told, ORIGINS, H)
    np.testing.assert_allclose(found, values[:END].mean(), rtol=1e-3)


@pytest.mark.parametrize("alpha", [0.0, 0.1, 30.0])
@pytest.mark.parametrize("columns", [(0, 1), (2, 0), (1, 2)])
@pytest.mark.parametrize("never_changes", [False, True])  # alpha 0 cannot tell the weight of such a column
def test_ridge_shares_work_between_steps_and_is_scikit_learns(alpha, columns, never_changes):
    table = 3 + 5 * np.roll(NOISE, 1, axis=0)
    if never_changes:
        table[:, 0] = 1.0
    past, known = table[:T, : columns[0]], table[:, 3 - columns[1] :] if not never_changes else table[:, : columns[1]]
    values = 50 + np.random.default_rng(1).normal(size=T)
    told = Series.of(values, covariates=Covariates(past=past, known=known))
    found = learnt(RidgeOnLags(5, H, alpha, use_covariates=True, seasons=(DAY,)), told).forecast(told, ORIGINS, H)

    def standardised(part):
        rows = part[:END] if part.size else part
        spread = rows.std(axis=0)
        return (part - rows.mean(axis=0)) / np.where(spread > 0, spread, 1.0)

    y, x_past, x_known = (standardised(part) for part in (values[:, None], past, known))

    def inputs(origins, k):
        parts = [y[origins[:, None] + np.arange(-5, 0), 0]]
        parts += [x_past[origins - 1]] if x_past.size else []
        parts += [x_known[origins + k], x_known[origins + k - DAY]] if x_known.size else []
        return np.hstack(parts)

    seen = np.arange(5, END - H + 1)
    for k in range(H):
        theirs = Ridge(alpha, solver="svd").fit(inputs(seen, k), y[seen + k, 0])
        expected = theirs.predict(inputs(ORIGINS, k)) * values[:END].std() + values[:END].mean()
        np.testing.assert_allclose(found[:, k], expected, rtol=1e-9)


def test_boosting_of_fewer_steps_is_the_beginning():
    told = Series.of(50 + NOISE[:T, 2], covariates=Covariates(known=NOISE[:, 1:]))
    method = learnt(boosting(), told)
    np.testing.assert_array_equal(method.forecast(told, ORIGINS, 2), method.forecast(told, ORIGINS, H)[:, :2])


@pytest.mark.parametrize("make", [ridge, boosting])
@pytest.mark.parametrize("fit", [None, Covariates(known=NOISE)])
def test_columns_that_are_asked_for_have_to_be_there(make, fit):
    values = NOISE[:T, 0] + 9
    method = make()
    with pytest.raises(ValueError, match="reads covariates, and the series has none: give it some"):
        learnt(method, Series.of(values, covariates=fit)).forecast(Series.of(values), ORIGINS, H)


@pytest.mark.parametrize("make", [ridge, boosting, network])
@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (Covariates(NOISE, NOISE[:, :2]), "fitted with 3 known covariate(s) (known 0, known 1, known 2), got 2 (known"),
        (Covariates(known=NOISE), "fitted with 3 past covariate(s) (past 0, past 1, past 2), got 0 (none)"),
        (
            Covariates(NOISE, NOISE[:T]),
            f"the known covariates have {T} rows, {T + H} are needed, those of the steps th",
        ),
        (Covariates(GAP, NOISE), "the past covariate 'past 1' are NaN or infinite at 2 step(s), the first at step 7: "),
        (Covariates(NOISE, GAP), "the known covariate 'known 1' are NaN or infinite at 2 step(s), the first at step 7"),
    ],
)
def test_all_methods_refuse_columns_in_the_same_words(make, ask, words):
    values = NOISE[:T, 0] + 9
    method = learnt(make(), Series.of(values, covariates=Covariates(NOISE, NOISE)), 60)
    with pytest.raises(ValueError, match=re.escape(words)):
        method.predict(series=Series.of(values, covariates=ask))
    if "NaN" in words:
        with pytest.raises(ValueError, match=re.escape(words)):
            make().fit(Series.of(values, covariates=ask))


@pytest.mark.parametrize("make", [ridge, boosting])
def test_known_columns_reach_as_far_as_the_forecast(make):
    values = 50 + NOISE[:T, 2]
    told = Series.of(values, covariates=Covariates(known=NOISE))
    assert np.isfinite(learnt(make(), told, T).predict().point).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: GradientBoosting(4, 4, 10), "multiple of the short one"),
        (lambda: GradientBoosting(4, 4, 12, rows=3), "nothing to fit"),
        (lambda: GradientBoosting(4, 4, 12).fit(NOISE[:20, 0]), "too few"),
        (lambda: ridge(seasons=(0,)), "at least 1 step"),
    ],
)
def test_impossible_settings(call, words):
    with pytest.raises(ValueError, match=words):
        call()
