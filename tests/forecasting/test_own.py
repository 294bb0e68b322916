"""A method that works in place: it is told so, and neither the user's series nor its rivals see another number."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import (
    Conformal,
    Drift,
    Ensemble,
    Hybrid,
    Method,
    Persistence,
    Scoreboard,
    SeasonalNaive,
    backtest,
)

T, H = 60, 3
Change = Callable[[Series], object]


def series() -> Series:
    values = 50 + np.cumsum(np.random.default_rng(0).normal(size=T))
    beside = Covariates(past=np.arange(T, dtype=float)[:, None], known=np.arange(T + H, dtype=float)[:, None])
    return Series("toy", values, pd.date_range("2024-01-01", periods=T, freq="h"), "kW", {"day": 6}, covariates=beside)


def content(of: Series) -> bytes:
    assert of.covariates is not None
    return (
        of.values.tobytes() + of.covariates.past.tobytes() + of.covariates.known.tobytes() + repr(of.seasons).encode()
    )


class InPlace(Method):
    """Persistence that changes what it was handed, in the fit or in the forecast."""

    name = "in place"

    def __init__(self, change: Change, where: str = "learn", seed: int = 0) -> None:
        self.change, self.where, self.seed = change, where, seed

    def learn(self, series: Series) -> None:
        if self.where == "learn":
            self.change(series)

    def points(self, series: Series, origins: Any, horizon: int) -> Any:
        if self.where == "points":
            self.change(series)
        return series.values[origins - 1, None] * np.ones(horizon)

    def quantiles(self, series: Series, origins: Any, horizon: int, levels: Any) -> Any:
        if self.where == "quantiles":
            self.change(series)
        return self.points(series, origins, horizon)[..., None] * np.ones(len(levels))


class OwnFit(InPlace):
    """The same with a fit and a forecast of its own, which no base class guards."""

    def fit(self, series: Any) -> "OwnFit":
        self.series = series
        if self.where == "learn":
            self.change(series)
        return self

    def forecast(self, series: Any, origins: Any, horizon: Any = None, levels: Any = ()) -> Any:
        if self.where == "origins":
            origins -= 1
        return self.points(series, origins, horizon)


class Line:
    """A regression that forecasts no error."""

    def fit(self, x: Any, y: Any) -> "Line":
        self.width = y.shape[1]
        return self

    def predict(self, x: Any) -> Any:
        return np.zeros((len(x), self.width))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        return {}


LINE = Line()


def subtract(given: Series) -> None:
    np.subtract(given.values, 7, out=given.values)


def assign(given: Series) -> None:
    given.values[-1] = 0


def sort(given: Series) -> None:
    given.values.sort()


def past_column(given: Series) -> None:
    assert given.covariates is not None
    given.covariates.past[:] = 0


def known_column(given: Series) -> None:
    assert given.covariates is not None
    given.covariates.known[-1] = 0


REFUSED: list[Change] = [subtract, assign, sort, past_column, known_column]
WORDS = "'in place' changes the series that it was handed.*series.values.copy"


@pytest.mark.parametrize("where", ["learn", "points", "quantiles"])
@pytest.mark.parametrize("change", REFUSED, ids=lambda change: change.__name__)
def test_numpy_in_place_is_refused_by_name(change: Change, where: str):
    given, method = series(), InPlace(change, where)
    before = content(given)
    with pytest.raises(ValueError, match=WORDS):
        method.fit(given).forecast(given, [T - 5], H, levels=(0.1, 0.9) if where == "quantiles" else ())
    assert content(given) == before


def as_tensor(given: Series) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says that the array is not to be written to, and writes
        torch.from_numpy(given.values).sub_(7)


def other_seasons(given: Series) -> None:
    given.seasons.clear()


@pytest.mark.parametrize("kind", [InPlace, OwnFit])
@pytest.mark.parametrize("change", [as_tensor, other_seasons], ids=lambda change: change.__name__)
def test_what_gets_through_changes_a_copy(change: Change, kind: type[InPlace]):
    given = series()
    before = content(given)
    found = backtest({"a": kind(change), "b": kind(change, "points"), "last": Persistence()}, given, H, progress=False)
    assert content(given) == before
    alone = backtest([Persistence()], given, H, progress=False).board().entries["persistence"].forecasts[0]
    for name in ("last", "a"):
        np.testing.assert_array_equal(found.board().entries[name].forecasts[0], alone)


def test_a_backtest_leaves_it_out_and_its_rivals_are_scored_on_what_was_given():
    given = series()
    before = content(given)
    methods = {"bad": OwnFit(subtract), "worse": InPlace(assign, "points"), "last": Persistence(), "line": Drift()}
    found = backtest(methods, given, H, progress=False, on_error="leave out")
    assert set(found.left_out) == {"bad", "worse"}
    assert "changes the series" in found.left_out["bad"]
    assert content(given) == before
    alone = backtest({"last": Persistence(), "line": Drift()}, series(), H, progress=False)
    pd.testing.assert_frame_equal(found.table(columns=["MAE"]), alone.table(columns=["MAE"]))


def test_origins_changed_in_place_are_those_of_one_method():
    methods = {"shift": OwnFit(subtract, "origins"), "last": Persistence()}
    found = backtest(methods, series(), H, progress=False)
    alone = backtest([Persistence()], series(), H, progress=False).board()
    np.testing.assert_array_equal(found.board().origins, alone.origins)
    np.testing.assert_array_equal(found.board().entries["last"].forecasts[0], alone.entries["persistence"].forecasts[0])


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda one: Ensemble(one, seeds=range(2)),
        lambda one: Conformal(one, level=0.5, calibration=20),
        lambda one: Hybrid(one, LINE, horizon=H, input_length=6, log=False),
    ],
)
def test_inside_of_others(wrapped: Callable[[Method], Method]):
    given = series()
    before = content(given)
    with pytest.raises(ValueError, match=WORDS):
        wrapped(InPlace(assign)).fit(given)
    plain = wrapped(Seeded()).fit(series()).predict(H).point
    np.testing.assert_array_equal(wrapped(InPlace(as_tensor)).fit(given).predict(H, series=given).point, plain)
    assert content(given) == before


class Seeded(InPlace):
    """The same method, that changes nothing."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(lambda _: None, seed=seed)


def test_a_fitted_method_does_not_change_with_the_users_arrays():
    given = series()
    fitted = SeasonalNaive(6).fit(given)
    board = Scoreboard(given.values, np.array([50, 53]), H, given.values[:50], 6)
    forecasts = np.ones((2, H))
    board.add("ones", forecasts)
    expected, error = fitted.predict(H).point.copy(), board.errors("ones").copy()
    given.values[:] = 0
    forecasts[:] = 0
    np.testing.assert_array_equal(fitted.predict(H).point, expected)
    np.testing.assert_array_equal(board.errors("ones"), error)


class Buffered(Persistence):
    """Returns one array again and again, filled anew."""

    name = "buffered"

    def __init__(self) -> None:
        super().__init__()
        self.out, self.calls = np.empty((1, H)), 0

    def points(self, series: Series, origins: Any, horizon: int) -> Any:
        self.calls += 1
        self.out[:] = self.calls
        return self.out


def test_an_array_that_a_method_fills_anew_is_no_result_of_its_own():
    with pytest.raises(ValueError, match="reads the future"):  # with one array for both, nothing would differ
        backtest([Buffered()], series(), H, test=H, progress=False)


class Fails(Persistence):
    """No number from some origins."""

    name = "fails"

    def __init__(self, first: int, value: float) -> None:
        super().__init__()
        self.first, self.value = first, value

    def points(self, series: Series, origins: Any, horizon: int) -> Any:
        return np.where(origins[:, None] >= self.first, self.value, super().points(series, origins, horizon))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("first", [0, 50])
def test_no_number_is_no_foresight(first: int, value: float):
    with pytest.raises(
        ValueError, match=f"'fails' gives NaN or infinite forecasts, the first from origin {max(first, 48)}"
    ):
        backtest([Fails(first, value)], series(), H, progress=False)
    left = backtest([Fails(first, value), Persistence()], series(), H, progress=False, on_error="leave out").left_out
    assert "NaN or infinite" in left["fails"]
