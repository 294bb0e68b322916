"""Wrong answers to the exercises of chapter 0."""

from typing import Any

import numpy as np


def prepare(mean_of: str, std_of: str = "train", test_by: str = "") -> Any:
    """Scale with the numbers of a part, and the test part perhaps with those of another."""

    def scale(values: Any, split: Any) -> Any:
        parts = {"train": values[split.train], "test": values[split.test], "all": values}
        parts["before the test"] = values[: split.test.start]
        mean, std = parts[mean_of].mean(), parts[std_of].std()
        own = parts[test_by or mean_of]
        own_std = parts[test_by or std_of].std()
        return (parts["train"] - mean) / std, (parts["test"] - own.mean()) / own_std

    return scale


def in_place(forecast: Any, values: Any, origin: int) -> bool:
    before = forecast(values, origin)
    values[origin:] = 1.0
    return not np.allclose(before, forecast(values, origin))


def changed(change: Any) -> Any:
    """Compare with the forecast from a changed series."""

    def sees_future(forecast: Any, values: Any, origin: int) -> bool:
        other = values.copy()
        change(other, origin)
        return not np.allclose(forecast(values, origin), forecast(other, origin))

    return sees_future


def one_hour(values: Any, origin: int) -> None:
    values[origin] = 1.0


def as_far_as_the_horizon(values: Any, origin: int) -> None:
    values[origin : origin + 24] = 1.0


def another_level(values: Any, origin: int) -> None:
    values[origin:] += 100.0


def the_past(values: Any, origin: int) -> None:
    values[:origin] = 1.0


def squares(y: Any, a: Any, b: Any) -> tuple[float, float]:
    return ((a - y) ** 2).mean(), ((b - y) ** 2).mean()


def by_size(y: Any, a: Any, b: Any) -> float:
    of_a, of_b = squares(y, a, b)
    return of_b / (of_a + of_b)


def by_covariance(y: Any, a: Any, b: Any) -> float:
    c = np.cov((a - y).ravel(), (b - y).ravel())
    return float((c[1, 1] - c[0, 1]) / (c[0, 0] + c[1, 1] - 2 * c[0, 1]))


def swapped(y: Any, a: Any, b: Any) -> float:
    return float(((y - a) * (b - a)).mean() / ((a - b) ** 2).mean())


def days(x: Any, first: bool) -> Any:
    extra = len(x) % 24
    return x[extra:] if first else x[: len(x) - extra]


WRONG: dict[str, list[Any]] = {
    "sequences-fooled": [
        prepare("all", "all"),
        prepare("train", "all"),
        prepare("train", test_by="test"),
        prepare("before the test", "before the test"),
        lambda values, split: (values[split.train], values[split.test]),
    ],
    "sequences-count": [
        lambda S, T, N, s: (S - N - T) // s,
        lambda S, T, N, s: (S - T) // s + 1,
        lambda S, T, N, s: (S - N - T + 1) // s,
        lambda S, T, N, s: S - N - T + 1,
        lambda S, T, N, s: (S - N - T) / s + 1,
    ],
    "sequences-combine": [
        lambda y, a, b: 0.5,
        by_size,  # as if errors were not correlated
        by_covariance,  # as if no forecast were biased
        swapped,
    ],
    "sequences-lookahead": [
        lambda forecast, values, o: np.allclose(forecast(values, o), values[o : o + 24]),  # too good
        changed(one_hour),
        changed(as_far_as_the_horizon),
        changed(another_level),
        changed(the_past),
        in_place,
    ],
    "sequences-days": [
        lambda x: days(x, first=True).reshape(x.shape[1], -1, 24),  # mixes the examples
        lambda x: days(x, first=False).transpose(0, 1).reshape(x.shape[1], -1, 24),  # loses the newest hours
        lambda x: days(x, first=True).reshape(-1, 24, x.shape[1]).transpose(1, 2),
        lambda x: days(x, first=True).flip(0).transpose(0, 1).reshape(x.shape[1], -1, 24),
    ],
    "sequences-copy": [
        lambda s, r: s * (1 - r**2) ** 0.5,  # of a regression on the value
        lambda s, r: s * (1 - r) ** 0.5,
        lambda s, r: 2 * s**2 * (1 - r),  # its square
        lambda s, r: s * 2**0.5,
    ],
}
