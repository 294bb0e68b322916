"""What every method can do, and what it refuses, by the one base class that they share."""

import copy
import inspect
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge

from rnn_tutorial import forecasting
from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import (
    ETS,
    SARIMA,
    TSB,
    AutoARIMA,
    AutoETS,
    AutoRegression,
    Best,
    Bounded,
    Combination,
    Conformal,
    Croston,
    Drift,
    Ensemble,
    Forecaster,
    GradientBoosting,
    HoltWinters,
    Hybrid,
    LevelShift,
    Method,
    Persistence,
    RidgeOnLags,
    SeasonalNaive,
    Theta,
    Transformed,
    backtest,
)
from rnn_tutorial.forecasting.parameters import copy_of

DAY, WEEK, H = 4, 12, 3
T, END = 120, 100
STEPS = np.arange(T)
VALUES = 50 + 5 * np.sin(2 * np.pi * STEPS / DAY) + np.cumsum(np.random.default_rng(0).normal(size=T))
DATES = pd.date_range("2024-01-01", periods=T, freq="D")
ORIGINS = np.array([END, END + 7, T])


def network(**options):
    small: dict[str, Any] = {"input_length": 8, "hidden_size": 4, "epochs": 1, "seasons": (DAY,), "calendar": False}
    return Forecaster("gru", H, **(small | options))


METHODS = [
    Persistence(),
    SeasonalNaive(DAY),
    SeasonalNaive(DAY, "mine"),
    Drift(),
    Drift(over=5),
    LevelShift(DAY, WEEK),
    AutoRegression(5),
    AutoRegression(),
    RidgeOnLags(5, H, alpha=2.0),
    GradientBoosting(H, DAY, WEEK, trees=5),
    HoltWinters(DAY, WEEK, 48, ar1=False),
    ETS(DAY, fit_on=60),
    AutoETS(1),
    Theta(DAY),
    Croston(),
    TSB(beta=0.2),
    SARIMA((1, 0, 0), season=None, constant=True),
    AutoARIMA(1, models=8),
    network(),
    network(output="quantile", levels=(0.1, 0.5, 0.9), name="quantiles"),
    Hybrid(SeasonalNaive(DAY), Ridge(2.0), horizon=H, input_length=6, seasons=[DAY]),
    Hybrid(Drift(over=DAY), network(), burn_in=20),
    Ensemble(network(output="gaussian"), seeds=(0, 1)),
    Combination([Drift(over=DAY), SeasonalNaive(DAY)]),
    Transformed(Drift(over=DAY), "log seasonal difference", season=DAY),
    Bounded(Conformal(Drift(over=DAY), 0.8, calibration=30), lower=0.5),
    Best([SeasonalNaive(DAY), Persistence(), network()], H),
    Conformal(Drift(over=DAY), 0.8, calibration=30, every=2),
    Conformal(network(output="gaussian"), 0.5, calibration=30, rolling=False, refit=True),
]
NAMES = [f"{type(method).__name__} {k}" for k, method in enumerate(METHODS)]


def parts_of(method):
    return {name: part for name, part in method.get_params().items() if hasattr(part, "get_params")}


@pytest.fixture(params=METHODS, ids=NAMES)
def method(request):
    return copy.deepcopy(request.param)


@pytest.fixture(scope="module", params=METHODS, ids=NAMES)
def fitted(request):
    """Not to be changed: others use it, too."""
    return copy.deepcopy(request.param).fit(VALUES[:END])


def test_every_method_is_here():
    public = [getattr(forecasting, name) for name in dir(forecasting)]
    methods = {thing for thing in public if inspect.isclass(thing) and issubclass(thing, Method)}
    assert methods - {Method} == {type(method) for method in METHODS}


# ---- options ---------------------------------------------------------------------------------------------------------


def test_a_copy_is_unfitted_and_equal(fitted):
    for copied in (clone(fitted), copy_of(fitted), fitted.with_seed(0)):
        assert repr(copied) == repr(fitted)
        assert copied.name == fitted.name
        assert not hasattr(copied, "series")
        again = copied.fit(VALUES[:END])
        np.testing.assert_array_equal(again.predict(H).point, fitted.predict(H).point)


def test_options_are_what_the_constructor_takes(method):
    takes = set(inspect.signature(type(method)).parameters)
    assert set(method.get_params(deep=False)) == takes
    assert {name for name in method.get_params() if "__" not in name} == takes


def test_options_set_are_those_read(method):
    before, name = repr(method), method.name
    method.fit(VALUES[:END])
    assert method.set_params(**method.get_params(deep=False)) is method
    assert (repr(method), method.name) == (before, name)
    assert not hasattr(method, "series")  # what was learnt is forgotten
    assert repr(method.set_params(**method.get_params())) == before
    with pytest.raises(ValueError, match=f"{type(method).__name__} has no option 'colour': choose among") as caught:
        method.set_params(colour="red")
    assert all(option in str(caught.value) for option in method.get_params(deep=False))


def test_a_method_is_written_as_it_is_made(method):
    known = {type(one).__name__: type(one) for one in METHODS} | {"Ridge": Ridge}
    again = eval(repr(method), known)
    assert type(again) is type(method)
    assert repr(again) == repr(method)
    assert again.get_params(deep=False).keys() == method.get_params(deep=False).keys()


@pytest.mark.parametrize(
    ("method", "written"),
    [
        (Persistence(), "Persistence()"),
        (Drift(over=None), "Drift()"),
        (ETS(4, error="add", trend="add"), "ETS(season=4, trend='add')"),
        (Forecaster("gru", 3, lr=3e-3, seasons=(8, 4)), "Forecaster(layer='gru', horizon=3, seasons=(4, 8))"),
        (Conformal(Drift(), 0.9, calibration=9), "Conformal(method=Drift(), calibration=9)"),
    ],
)
def test_only_what_differs_is_written(method, written):
    assert repr(method) == written


def test_options_of_parts():
    naive, ridge = SeasonalNaive(DAY), Ridge(2.0)
    hybrid = Hybrid(naive, ridge, horizon=H, input_length=6)
    outer = Conformal(hybrid, calibration=30)
    outer.set_params(method__statistical__season=5, method__corrector__alpha=3.0, level=0.5)
    inner: Any = outer.method
    assert (inner.statistical.season, inner.corrector.alpha, outer.level) == (5, 3.0, 0.5)
    assert outer.get_params()["method__statistical__season"] == 5
    assert (hybrid.statistical, naive.season, ridge.alpha) == (naive, DAY, 2.0)  # what was handed over stays as it is
    outer.set_params(method__season=5, method=naive)  # in whatever order they are said
    assert (repr(outer.method), naive.season) == ("SeasonalNaive(season=5)", DAY)
    outer.set_params(method=hybrid)
    for name, choices in (
        ("method__colour", "statistical, corrector"),
        ("method__statistical__colour", "season, name"),
    ):
        with pytest.raises(ValueError, match=f"has no option 'colour': choose among {choices}"):
            outer.set_params(**{name: 1})
    with pytest.raises(ValueError, match="has no option 'level__x'"):
        outer.set_params(level__x=1)


@pytest.mark.parametrize("method", [m for m in METHODS if parts_of(m)], ids=lambda m: type(m).__name__)
def test_a_fit_leaves_what_it_was_handed_as_it_is(method):
    """Two methods may share a part, whatever each of them is fitted on."""
    method = copy.deepcopy(method)
    before = {name: set(vars(part)) for name, part in parts_of(method).items()}
    found = method.fit(VALUES[:END]).predict(H).point
    again = type(method)(**method.get_params(deep=False)).fit(2 * VALUES[: END - 7])
    assert all(part is parts_of(again)[name] for name, part in parts_of(method).items())
    np.testing.assert_array_equal(method.predict(H).point, found)
    assert {name: set(vars(part)) for name, part in parts_of(method).items()} == before


def test_names_and_horizons_follow_the_options():
    assert SeasonalNaive(24).set_params(season=7).name == "seasonal naive (7)"
    assert SeasonalNaive(24, "mine").set_params(season=7).name == "mine"
    assert network().set_params(layer="lstm").name == "LSTM"
    hybrid = Hybrid(SeasonalNaive(DAY), network()).set_params(corrector__horizon=5, statistical=Drift())
    assert (hybrid.horizon, hybrid.name) == (5, "drift + GRU")


def test_an_impossible_option_changes_nothing():
    model = Conformal(Drift(), 0.8, calibration=30).fit(VALUES)
    with pytest.raises(ValueError, match="probability"):
        model.set_params(level=2, calibration=10)
    assert (model.level, model.calibration, len(model.series)) == (0.8, 30, T)


def test_seeds(method):
    other = method.with_seed(7)
    chosen = {name: value for name, value in other.get_params().items() if name.split("__")[-1] == "seed"}
    assert method.depends_on_chance == bool(chosen)
    assert set(chosen.values()) <= {7}
    assert (repr(other) == repr(method)) == (not method.depends_on_chance)


# ---- what may be handed over -----------------------------------------------------------------------------------------

COLUMN = pd.Series(VALUES, DATES, name="load")
FORMS = {
    "series": Series("load", VALUES, DATES, "MW"),
    "column": COLUMN,
    "table": COLUMN.to_frame(),
    "periods": COLUMN.to_period("D"),
    "without a freq": pd.Series(VALUES, pd.DatetimeIndex(DATES.to_numpy())),
    "series without a freq": Series("load", VALUES, pd.DatetimeIndex(DATES.to_numpy())),
    "numbers": VALUES,
    "list": VALUES.tolist(),
    "column of numbers": pd.Series(VALUES),
}


def first(form, steps):
    return form.part(0, steps) if isinstance(form, Series) else form[:steps]


@pytest.fixture(scope="module")
def by_numbers():
    """Forecast of a method that was fitted on numbers, each fitted once."""
    made: dict[str, Any] = {}

    def predicted(method):
        if repr(method) not in made:
            made[repr(method)] = copy_of(method).fit(VALUES[:END]).predict(H)
        return made[repr(method)]

    return predicted


@pytest.mark.parametrize("form", ["series", "column", "periods", "numbers"])
def test_each_form_is_learnt_from(method, form, by_numbers):
    """The same numbers, with the dates that follow, or numbers of steps where there are none."""
    found = method.fit(first(FORMS[form], END)).predict(H)
    plain = by_numbers(method)
    np.testing.assert_array_equal(found.point, plain.point)
    assert list(plain.index) == [END, END + 1, END + 2]
    assert found.index.equals(plain.index if form == "numbers" else DATES[END : END + H])
    assert found.method == method.name
    assert (found.name, found.unit) == ("" if form == "numbers" else "load", "MW" if form == "series" else "")


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_forecast_from(fitted, form):
    given = FORMS[form]
    np.testing.assert_array_equal(fitted.forecast(given, ORIGINS, H), fitted.forecast(VALUES, ORIGINS, H))
    found, plain = fitted.predict(H, series=given), fitted.predict(H, series=VALUES)
    np.testing.assert_array_equal(found.point, plain.point)
    dated = not isinstance(given, np.ndarray | list) and form != "column of numbers"
    assert list(found.index) == (list(pd.date_range(DATES[-1], periods=H + 1)[1:]) if dated else [T, T + 1, T + 2])


@pytest.mark.parametrize("freq", ["h", "W-TUE", "MS", "QS", "YS", "B"])
def test_dates_go_on_by_their_step(freq):
    index = pd.date_range("2000-01-03", periods=40, freq=freq)
    for given in (pd.Series(VALUES[:30], index[:30]), Series("y", VALUES[:30], index[:30])):
        assert Drift().fit(given).predict(10).index.equals(index[30:])


def test_numbers_begin_where_the_dates_of_the_fit_do(method):
    method.fit(FORMS["column"][:END])
    found = method.predict(H, series=VALUES)
    assert found.index.equals(pd.date_range(DATES[-1], periods=H + 1)[1:])
    np.testing.assert_array_equal(found.point, method.predict(H, series=FORMS["column"]).point)


def test_a_series_that_begins_elsewhere_finds_its_place_or_is_refused(method):
    whole = Series("y", VALUES[:END], DATES[:END])
    expected = method.fit(whole).predict(H)
    later = whole.part(30)
    if not method.finds_its_place:
        with pytest.raises(ValueError, match=r"begins at 2024-01-31.*counts steps"):
            method.predict(H, series=later)
    elif repr(method) != "Drift()":  # whose line begins with the series
        found = method.predict(H, series=later)
        np.testing.assert_allclose(found.point, expected.point, rtol=1e-5)
        assert found.index.equals(expected.index)


def test_whole_numbers_are_numbers():
    whole = np.arange(20)
    for given in (whole, whole.tolist(), pd.Series(whole), Series("y", whole, DATES[:20])):  # type: ignore[arg-type]
        model = AutoRegression(1).fit(given)
        assert model.series.values.dtype == float
        np.testing.assert_allclose(model.predict(2).point, [20, 21])


def test_what_was_learnt_does_not_change_with_the_numbers_handed_over():
    mine = VALUES.copy()
    model = Persistence().fit(mine)
    mine[-1] = 0
    assert model.predict(1).point == VALUES[-1]


# ---- what is refused -------------------------------------------------------------------------------------------------

HOLE = np.where(STEPS == 7, np.nan, VALUES)
LATER = pd.DatetimeIndex([*DATES[:-1], DATES[-1] + pd.Timedelta(days=1)])
TWICE = DATES.delete(30).insert(30, DATES[31])
WRONG: dict[str, tuple[Any, type[Exception], str]] = {
    "reversed": (COLUMN[::-1], ValueError, r"out of order, the newest first.*sort_index\(\)"),
    "reversed series": (Series("y", VALUES, DATES[::-1]), ValueError, r"the newest first.*sort_index\(\)"),
    "irregular": (pd.Series(VALUES, LATER), ValueError, "not follow each other at equal steps.*asfreq"),
    "irregular series": (Series("y", VALUES, LATER), ValueError, "not follow each other at equal steps.*asfreq"),
    "twice": (pd.Series(VALUES, TWICE), ValueError, r"twice, such as 2024-02-01.*groupby\(level=0\)"),
    "dates as text": (pd.Series(VALUES, DATES.strftime("%Y-%m-%d")), ValueError, "pd.to_datetime"),
    "gap": (HOLE, ValueError, "NaN or infinite at 1 .*the first at step 7: fill or cut the gaps"),
    "gap in a column": (pd.Series(HOLE, DATES), ValueError, "the first at step 7: fill or cut the gaps"),
    "gap in a series": (Series("y", HOLE, DATES), ValueError, "the first at step 7: fill or cut the gaps"),
    "two axes": (VALUES.reshape(-1, 1), ValueError, r"one series, shape \(T,\), got \(120, 1\)"),
    "two axes, rows": (VALUES.reshape(1, -1), ValueError, r"one series, shape \(T,\), got \(1, 120\)"),
    "table": (pd.DataFrame({"a": VALUES, "b": VALUES}), ValueError, r"has 2 \('a', 'b'\): choose one"),
    "text": (["12.5", "n/a"] * 60, TypeError, "such as '12.5': convert them first .pandas: pd.to_numeric"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_no_method_learns_or_forecasts_from_these(fitted, wrong):
    given, kind, told = WRONG[wrong]
    method = copy_of(fitted)
    with pytest.raises(kind, match=told):
        method.fit(given)
    with pytest.raises(RuntimeError, match="call fit"):  # nothing was learnt
        method.predict(H)
    with pytest.raises(kind, match=told):
        fitted.forecast(given, ORIGINS, H)
    with pytest.raises(kind, match=told):
        fitted.predict(H, series=given)


def test_what_is_not_read_may_be_missing(fitted):
    unknown = np.where(STEPS < END + 7, VALUES, np.nan)
    expected = fitted.forecast(VALUES, ORIGINS[:2], H)
    np.testing.assert_array_equal(fitted.forecast(unknown, ORIGINS[:2], H), expected)
    np.testing.assert_array_equal(fitted.forecast(Series("y", unknown, DATES), ORIGINS[:2], H), expected)


@pytest.mark.parametrize(
    ("origins", "kind", "told"),
    [
        (np.array([110.0]), TypeError, "should be integers, got float64"),
        (["110"], TypeError, "should be integers"),
        ([], ValueError, "got none"),
        ([T + 1], ValueError, f"and {T}, got {T + 1} to {T + 1}"),
        (110, ValueError, r"several in a row, shape \(O,\), got \(\)"),
        ([[110]], ValueError, r"several in a row, shape \(O,\), got \(1, 1\)"),
    ],
)
def test_origins_count_steps(fitted, origins, kind, told):
    with pytest.raises(kind, match=told):
        fitted.forecast(VALUES, origins, H)


def test_origins_come_in_any_form_and_order(fitted):
    expected = fitted.forecast(VALUES, ORIGINS, H)
    np.testing.assert_array_equal(fitted.forecast(VALUES, ORIGINS.tolist(), H), expected)
    np.testing.assert_array_equal(fitted.forecast(VALUES, ORIGINS.astype(np.uint8), H), expected)
    np.testing.assert_allclose(fitted.forecast(VALUES, ORIGINS[::-1], H), expected[::-1], rtol=1e-6)


def test_too_early(fitted):
    with pytest.raises(ValueError, match=f"between {fitted.needed} and {T}, got {fitted.needed - 1} to {T}"):
        fitted.forecast(VALUES, [fitted.needed - 1, T], H)
    assert fitted.forecast(VALUES, [fitted.needed], H).shape == (1, H)
    if fitted.needed > 1:
        short = f"^{fitted.needed - 1} values are too few to forecast from: at least {fitted.needed} are needed"
        with pytest.raises(ValueError, match=short):
            fitted.predict(H, series=VALUES[: fitted.needed - 1])


@pytest.mark.parametrize("ask", [lambda m, h: m.predict(h), lambda m, h: m.forecast(VALUES, ORIGINS, h)])
def test_horizons(fitted, ask):
    for wrong, kind, told in (
        (0, ValueError, "horizon should be at least 1"),
        (-1, ValueError, "horizon should be at least 1"),
        (10**9, ValueError, "horizon should be at most 10000000"),
        (2.5, TypeError, "whole number of steps, got a float"),
        (VALUES, TypeError, r"got a ndarray; a series has to be named: predict\(series=...\)"),
    ):
        with pytest.raises(kind, match=told):
            ask(fitted, wrong)
    if fitted.horizon is None:
        with pytest.raises(ValueError, match="any number of steps: say how many, horizon="):
            ask(fitted, None)
        return
    with pytest.raises(ValueError, match=f"is built for a horizon of {H} steps, asked for {H + 1}"):
        ask(fitted, H + 1)
    assert np.shape(getattr(ask(fitted, None), "point", np.ones(H)))[-1] == H


def test_fewer_steps_are_the_first_of_many(fitted):
    np.testing.assert_array_equal(fitted.forecast(VALUES, ORIGINS, 2), fitted.forecast(VALUES, ORIGINS, H)[:, :2])
    np.testing.assert_array_equal(fitted.predict(1).point, fitted.predict(H).point[:1])


def test_quantiles(fitted):
    if not fitted.gives_quantiles:
        for ask in (lambda: fitted.forecast(VALUES, ORIGINS, H, (0.1, 0.9)), lambda: fitted.predict(H, (0.1, 0.9))):
            with pytest.raises(ValueError, match=r"Conformal"):
                ask()
        return
    rising = fitted.forecast(VALUES, ORIGINS, H, (0.1, 0.5, 0.9))
    assert rising.shape == (len(ORIGINS), H, 3)
    assert (np.diff(rising, axis=-1) >= 0).all()
    mixed = fitted.forecast(VALUES, ORIGINS, H, (0.9, 0.1, 0.5, 0.1))
    np.testing.assert_array_equal(mixed, rising[..., [2, 0, 1, 0]])
    fan = fitted.predict(H, [0.9, 0.1], series=VALUES)
    assert list(fan.quantiles) == [0.1, 0.9]
    np.testing.assert_allclose(fan.quantiles[0.9], rising[-1, :, 2], rtol=1e-6)


def test_levels_are_probabilities(fitted):
    for wrong, kind, told in (
        ((0.1, 1.0), ValueError, "strictly between 0 and 1"),
        (0.9, TypeError, "levels should be numbers between 0 and 1, got 0.9"),
        ("ab", TypeError, "levels should be numbers between 0 and 1, got 'ab'"),
    ):
        with pytest.raises(kind, match=told):
            fitted.forecast(VALUES, ORIGINS, H, wrong)
        with pytest.raises(kind, match=told):
            fitted.predict(H, wrong)


def test_nothing_before_fit(method):
    with pytest.raises(RuntimeError, match=f"this {type(method).__name__} has learnt nothing yet: call fit"):
        method.forecast(VALUES, ORIGINS, H)
    with pytest.raises(RuntimeError, match="call fit"):
        method.predict(H)


def test_no_origin_sees_what_comes_later(fitted):
    together = fitted.forecast(VALUES, ORIGINS, H)
    assert together.shape == (len(ORIGINS), H)
    for row, origin in enumerate(ORIGINS):
        changed = np.append(VALUES[:origin], np.full(T - origin, 1e3))
        np.testing.assert_allclose(fitted.forecast(changed, [origin], H)[0], together[row], rtol=1e-6)


# ---- a method of one's own -------------------------------------------------------------------------------------------


class Mean(Method):
    """That of the training part, whatever came since."""

    name = "mean"

    def learn(self, series):
        self.mean = series.values.mean()

    def points(self, series, origins, horizon):
        return np.full((len(origins), horizon), self.mean)


class Peek(Mean):
    """The last value of all that is handed over."""

    def points(self, series, origins, horizon):
        return np.full((len(origins), horizon), series.values[-1])


class Fan(Mean):
    """Quantiles around the mean, as wide as the seed says."""

    def __init__(self, seed=0):
        self.seed = seed

    def quantiles(self, series, origins, horizon, levels):
        return self.points(series, origins, horizon)[..., None] + self.seed * (np.array(levels) - 0.5)


def test_a_method_of_ones_own_needs_two_methods():
    mean = VALUES[:END].mean()
    model = Mean().fit(FORMS["series"].part(0, END))
    assert (model.gives_quantiles, model.depends_on_chance, model.baseline, repr(model)) == (
        False,
        False,
        False,
        "Mean()",
    )
    forecast = model.predict(2)
    assert (forecast.index[0], forecast.method) == (DATES[END], "mean")
    np.testing.assert_array_equal(forecast.point, [mean, mean])
    np.testing.assert_array_equal(model.forecast(VALUES, ORIGINS, 2), np.full((3, 2), mean))
    assert not hasattr(clone(model), "mean")
    found = backtest([Mean(), Drift()], FORMS["series"], H, test=20, progress=False).board()
    np.testing.assert_allclose(found.entries["mean"].forecasts[0], mean)
    low, high = Conformal(Mean(), 0.8, calibration=30).fit(VALUES[:END]).interval(VALUES, ORIGINS, H)
    assert (high > low).all()


def test_a_method_of_ones_own_that_says_nothing_cannot_be_made():
    class Half(Method):
        def learn(self, series):
            pass

    with pytest.raises(TypeError, match="points"):
        Half()  # type: ignore[abstract]


def test_a_method_is_handed_nothing_after_the_last_origin():
    model = Peek().fit(VALUES)
    np.testing.assert_array_equal(model.forecast(VALUES, [50, 60], 1), np.full((2, 1), VALUES[59]))


def test_quantiles_and_seeds_of_ones_own_are_found_by_themselves():
    model = Fan(seed=2).fit(VALUES)
    assert (model.gives_quantiles, model.depends_on_chance) == (True, True)
    assert model.with_seed(5).seed == 5
    np.testing.assert_allclose(model.forecast(VALUES, [50], 1, (0.9, 0.1))[0, 0] - VALUES.mean(), np.array([0.8, -0.8]))
    board = backtest([Fan()], FORMS["series"], H, test=20, seeds=(1, 4), levels=(0.25, 0.75), progress=False).board()
    widths = [np.ptp(quantiles, axis=-1)[0, 0] for quantiles in board.entries["mean"].quantiles]
    np.testing.assert_allclose(widths, [0.5, 2.0])


def test_paths_are_drawn_by_whatever_gives_quantiles(fitted):
    if not fitted.gives_quantiles:
        with pytest.raises(ValueError, match="Conformal"):
            fitted.sample_paths(20, H)
        return
    paths = fitted.sample_paths(200, H, series=VALUES)
    assert paths.shape == (200, H)
    middle = fitted.forecast(VALUES, [T], H, (0.25, 0.75))[0]
    assert 0.35 < ((paths >= middle[:, 0]) & (paths <= middle[:, 1])).mean() < 0.65
    np.testing.assert_array_equal(fitted.sample_paths(200, H, series=VALUES), paths)
