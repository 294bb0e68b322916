"""Numbers that hide something: masks, missing values, sizes whose squares are no numbers; and swapped arguments."""

from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from rnn_tutorial.data import Covariates, Series, WindowDataset, read_series
from rnn_tutorial.forecasting import Drift, Persistence, RidgeOnLags, SeasonalNaive

DAYS = pd.date_range("2024-01-01", periods=6)
MASKED = [
    np.ma.masked_equal([1.0, 2, -9, 4, 5, 6], -9),
    np.ma.masked_equal([1, 2, -9, 4, 5, 6], -9),
    pd.Series([1, 2, None, 4, 5, 6], dtype="Int64"),
    pd.Series([1, 2, None, 4, 5, 6], DAYS, dtype="Float64"),
    pd.array([1, 2, None, 4, 5, 6], dtype="Int32"),
]


@pytest.mark.parametrize("given", MASKED, ids=lambda one: f"{type(one).__name__} {one.dtype}")
def test_what_is_masked_is_a_gap(given: Any):
    with pytest.raises(ValueError, match=r"NaN or infinite at 1 step.*the first at step 2"):
        Series.of(given)
    values = Series.of(given, gaps=True).values
    np.testing.assert_array_equal(values, [1, 2, np.nan, 4, 5, 6])
    assert type(values) is np.ndarray
    with pytest.raises(ValueError, match="first at step 2"):
        Persistence().fit(given)


def test_a_mask_in_every_other_door():
    masked: Any = np.ma.masked_equal([1.0, 2, -9, 4, 5, 6], -9)
    np.testing.assert_array_equal(Series("a", masked, DAYS).values, [1, 2, np.nan, 4, 5, 6])
    beside = Covariates(past=masked[:, None], known=masked[:, None])
    assert np.isnan(beside.past[2, 0])
    assert np.isnan(beside.known[2, 0])
    with pytest.raises(ValueError, match="first at step 2"):
        WindowDataset(masked, 2, 1)
    assert Series.of(np.ma.masked_equal([1.0, 2.0], 7)).values.tolist() == [1.0, 2.0]


SIZES = [(1e200, "squares are infinite"), (1e300, "infinite"), (1e-200, "are 0"), (5e-324, "are 0")]
SHAPE = 2 + np.sin(np.arange(60.0))


@pytest.mark.parametrize("method", [Persistence(), Drift(), SeasonalNaive(6), RidgeOnLags(6, 2)])
@pytest.mark.parametrize(("size", "words"), SIZES)
def test_sizes_whose_squares_are_no_numbers_are_refused_with_the_cure(method: Any, size: float, words: str):
    with pytest.raises(ValueError, match=rf"{words}: take another unit, series / \d"):
        method.fit(SHAPE * size)
    method.fit(SHAPE)
    with pytest.raises(ValueError, match=words):
        method.forecast(SHAPE * size, [50], 2)


@pytest.mark.parametrize("size", [1e149, 1e-149, -1e149])
def test_sizes_up_to_there_are_forecast(size: float):
    point = RidgeOnLags(6, 2).fit(SHAPE * size).predict(2).point
    np.testing.assert_allclose(point / size, RidgeOnLags(6, 2).fit(SHAPE).predict(2).point, rtol=1e-6)


def test_zeros_and_one_large_column_beside():
    assert Persistence().fit(np.zeros(20)).predict(2).point.tolist() == [0, 0]
    beside = Covariates(known=np.full((62, 1), 1e200), known_names=("dose",))
    with pytest.raises(ValueError, match="known covariate 'dose' reach 1e\\+200"):
        RidgeOnLags(6, 2, use_covariates=True).fit(Series.of(SHAPE, covariates=beside))


MAKE: Any = Series  # whatever it is handed


@pytest.mark.parametrize(
    ("made", "error", "words"),
    [
        (lambda: MAKE(np.arange(6.0), "a", DAYS), TypeError, r"Series\(name, values, index\).*got ndarray, str"),
        (lambda: MAKE("a", DAYS, np.arange(6.0)), TypeError, "got str, DatetimeIndex, ndarray"),
        (lambda: MAKE("a", np.arange(6.0), list(DAYS)), TypeError, "got str, ndarray, list"),
        (lambda: MAKE("a", np.ones((6, 2)), DAYS), ValueError, r"got \(6, 2\)"),
        (lambda: MAKE("a", ["x"] * 6, DAYS), TypeError, "a series holds numbers"),
        (lambda: MAKE("a", None, DAYS), TypeError, "a series holds numbers"),
        (lambda: Series.of(torch.ones(2, 3)), ValueError, r"got \(2, 3\)"),
        (lambda: Series.of("abc"), TypeError, "a series holds numbers"),
        (lambda: Series.of({1: 2}), TypeError, "a series holds numbers"),
    ],
)
def test_swapped_arguments_of_a_series(made: Any, error: type[Exception], words: str):
    with pytest.raises(error, match=words):
        made()


FILE = "t,y,a\n2024-01-01,1,1\n2024-01-02,2,1\n2024-01-03,4,1\n"


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((pd.DataFrame({"t": [1]}), "t", "y"), {}, TypeError, "not a DataFrame; a pandas column becomes a series"),
        ((None, "t", "y"), {}, TypeError, "not a NoneType"),
        ((b"t,y", "t", "y"), {}, TypeError, "not a bytes"),
        ((StringIO(FILE), "t", ["y"]), {}, TypeError, "one column, not a list"),
        ((StringIO(FILE), "t", "y"), {"past": "a"}, TypeError, r"past should be a list of columns: past=\['a'\]"),
        ((StringIO(FILE), "t", "y"), {"known": "a"}, TypeError, r"known=\['a'\]"),
        ((StringIO(FILE), "y", "t"), {}, ValueError, "'1' in column 'y' is a number and may be"),
    ],
)
def test_swapped_arguments_of_a_file(arguments: Any, options: Any, error: type[Exception], words: str):
    with pytest.raises(error, match=words):
        read_series(*arguments, **options)
