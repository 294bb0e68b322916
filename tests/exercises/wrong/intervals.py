"""Wrong answers to the exercises of the page on intervals."""

from typing import Any

import numpy as np


def shortest(values: Any, level: float) -> Any:
    ordered = np.sort(values)
    held = int(level * len(ordered))
    start = int(np.argmin(ordered[held:] - ordered[:-held]))
    return ordered[start], ordered[start + held]


def around_the_mean(values: Any, level: float) -> Any:
    half = np.quantile(np.abs(values - values.mean()), level)
    return values.mean() - half, values.mean() + half


WRONG: dict[str, list[Any]] = {
    "intervals-ends": [
        shortest,
        around_the_mean,
        lambda values, level: np.quantile(values, [1 - level, level]),
        lambda values, level: (values.min(), values.max()),
        lambda values, level: np.quantile(values, [1 - (1 - level) / 2, (1 - level) / 2]),
        lambda values, level: (np.median(values), np.median(values)),
    ],
}
