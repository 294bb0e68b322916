r"""Checks of the exercises of chapter 0, sequences."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import rnn_tutorial as rt
from rnn_tutorial.data import Split

from .asking import exercise, near, number, require, tensor

Values = NDArray[np.float64]
Forecast = Callable[[Values, int], Values]


@exercise("sequences-fooled")
def fooled(prepare: Any) -> str:
    r"""A function of values and split: training and test part, scaled with the numbers of the training part."""
    hours, split = np.arange(600), Split(slice(0, 400), slice(400, 500), slice(500, 600))
    for slope in (0.0, 0.05):  # a level that comes back, and one that only rises
        values: Values = 20 + 3 * np.sin(hours / 4) + slope * hours + np.random.default_rng(0).normal(size=600)
        train, test = _parts(prepare, values, split)
        for part, steps in (("test", split.test), ("validation", split.valid)):
            changed = values.copy()
            changed[steps] *= 10
            same = np.array_equal(train, _parts(prepare, changed, split)[0])
            require(same, f"the training part changes when the {part} part does, which is its future")
        mean, std = values[split.train].mean(), values[split.train].std()
        said = f"the training part has mean {train.mean():.3g} and standard deviation {train.std():.4g}, not 0 and 1"
        # both conventions for a standard deviation pass, by T and by T - 1
        require(abs(train.mean()) < 1e-4 and abs(train.std() - 1) < 3e-3, said)
        unit = std / train.std()
        for name, scaled, steps in (("training", train, split.train), ("test", test, split.test)):
            kept = np.allclose(scaled * unit + mean, values[steps], rtol=0, atol=1e-3)
            require(kept, f"the {name} part is not scaled with mean and standard deviation of the training part")
    return "training data do not know what comes later, and the test part is measured with their mean and deviation"


def _parts(prepare: Any, values: Values, split: Split) -> tuple[Values, Values]:
    train, test = (np.asarray(part, dtype=np.float64) for part in prepare(values.copy(), split))
    sizes = (train.shape, test.shape)
    require(sizes == ((400,), (100,)), f"training and test parts of 400 and 100 values have shapes {sizes}")
    return train, test


@exercise("sequences-count")
def count(windows: Any) -> str:
    r"""A function of values in the series, input length, horizon and stride."""
    for steps, length, horizon, stride in ((1000, 48, 24, 7), (100, 24, 12, 1), (36, 24, 12, 5), (50, 10, 5, 5)):
        truth = len(rt.WindowDataset(np.arange(float(steps)), length, horizon, stride=stride))
        of = f"windows with T = {length}, N = {horizon}, S = {steps} and stride {stride}"
        near(windows(steps, length, horizon, stride), truth, of, hint="which origin is the first, and which the last?")
    return "as many as the dataset has, for four series"


@exercise("sequences-combine")
def combine(best_weight: Any) -> str:
    r"""A function of truth and two forecasts: the weight of the first for the smallest mean squared error."""
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(40, 24))
    # three rows with variance 1 exactly, uncorrelated and with a mean of 0: the first column of Q is constant
    drawn = np.column_stack([np.ones(truth.size), rng.normal(size=(truth.size, 3))])
    common, own, other = (np.linalg.qr(drawn)[0].T[1:] * truth.size**0.5).reshape(3, *truth.shape)
    for kind, shared, size, bias in (
        ("equally good", 0.0, 1.0, 0.0),
        ("the first better than the second", 0.0, 2.0, 0.0),
        ("wrong at the same hours, the second more so", 3.0, 0.3, 0.0),
        ("the second always too high", 1.0, 1.0, 2.0),
    ):
        first = truth + (shared > 0) * common + own
        second = truth + shared * common + size * other + bias
        found = best_weight(truth.copy(), first.copy(), second.copy())
        weight = number(found, f"the weight for two forecasts, {kind},")
        # least squares: truth - second = w (first - second)
        apart = first - second
        best = float(((truth - second) * apart).mean() / (apart**2).mean())
        squares = [float(((w * first + (1 - w) * second - truth) ** 2).mean()) for w in (weight, best)]
        hint = f"the mean square is {squares[0]:.4g}, and can be {squares[1]:.4g}"
        near(weight, best, f"the weight for two forecasts, {kind}", 1e-3, hint)
    return "no other weight makes the squares smaller, for four pairs of forecasts"


@exercise("sequences-lookahead")
def lookahead(sees_future: Any) -> str:
    r"""A function of a forecaster, values and an origin: does it use any value from the origin on?"""
    rng = np.random.default_rng(0)
    day = np.tile(10 + np.sin(np.arange(24) / 4), 20)  # "yesterday" is never wrong here
    for values in (day, 10 + rng.normal(size=480)):
        for origin in (100, 241, 390):
            for name, (honest, forecast) in _forecasters().items():
                handed = values.copy()
                said = sees_future(forecast, handed, origin)
                require(np.array_equal(handed, values), "the series is another after the question: change a copy")
                found = np.asarray(said).item()  # it may be a truth of NumPy or of PyTorch
                kind = "not there yet" if found is None else f"a {type(found).__name__}"
                require(isinstance(found, int), f"the answer should be True or False, and is {kind}")
                require(honest or bool(found), f"a forecaster that says {name} sees the future, and is not caught")
                require(not honest or not found, f"a forecaster that says {name} is called a cheat, and is honest")
    return "three honest forecasters may pass, and five that see the future are caught"


def _forecasters() -> dict[str, tuple[bool, Forecast]]:
    """By what a forecaster says: whether it is honest, and its function of values and origin."""

    def but_the_last(values: Values, origin: int) -> Values:
        forecast = values[origin - 24 : origin].copy()
        forecast[-1] = values[origin + 23]
        return forecast

    def always(value: Any) -> Values:
        return np.full(24, value)

    return {
        "the last value known": (True, lambda values, o: always(values[o - 1])),
        "the same hour yesterday": (True, lambda values, o: values[o - 24 : o].copy()),
        "the mean of all that is known": (True, lambda values, o: always(values[:o].mean())),
        "the mean of yesterday and truth": (False, lambda values, o: (values[o - 24 : o] + values[o : o + 24]) / 2),
        "yesterday, and at the last hour the truth": (False, but_the_last),
        "the mean of the whole series": (False, lambda values, o: always(values.mean())),
        "the value of three days ahead": (False, lambda values, o: always(values[o + 72])),
        "the last value and the next true change": (
            False,
            lambda values, o: always(values[o - 1] + values[o + 1] - values[o]),
        ),
    }


@exercise("sequences-days")
def days(to_days: Any) -> str:
    r"""A function of hours (T, B, 1), time first: days (B, T // 24, 24), of which the last one ends with the hours."""
    for steps, batch in ((48, 3), (72, 1), (100, 4), (340, 2)):
        numbers = torch.arange(steps)[:, None] + 1000 * torch.arange(batch)  # hour, and a thousand an example
        of = f"days of {steps} hours and {batch} examples"
        found = tensor(to_days(numbers[:, :, None].float()), (batch, steps // 24, 24), of).long()
        truth = numbers.T[:, steps % 24 :].reshape(found.shape)
        if not torch.equal(found, truth):
            b, d, k = (found != truth).nonzero()[0].tolist()
            example, hour = divmod(int(found[b, d, k]), 1000)
            wrong = f"hour {k} of day {d} of example {b} is hour {hour} of example {example}"
            require(False, f"{of}: counted from 0, {wrong}, and should be hour {int(truth[b, d, k]) % 1000} of its own")
    return "every example keeps its own hours, in their order, and the last day ends with the last hour"


@exercise("sequences-copy")
def copy(rmse: Any) -> str:
    r"""A function of a series' standard deviation and its autocorrelation at a lag: the error of a copy from there."""
    rng = np.random.default_rng(0)
    for lag, noise in ((24, 0.1), (12, 0.3), (5, 2.0), (1, 0.0)):
        # on a circle nothing is lost at the ends
        y = 4 * (np.sin(2 * np.pi * np.arange(240) / 24) + noise * rng.normal(size=240))
        before = np.roll(y, lag)
        std, r = float(y.std()), float(np.corrcoef(y, before)[0, 1])
        truth = float(np.sqrt(((y - before) ** 2).mean()))
        near(
            rmse(std, r),
            truth,
            f"the error for s = {std:.3f} and r = {r:.3f}",
            hint="what is the variance of a difference?",
        )
    return "as large as measured, for four series and lags"
