r"""What was kept of the long runs of chapter 7: accuracies over seeds, and two networks on the same test images."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

__all__ = ["Difference", "accuracies", "board", "difference", "mcnemar", "of"]

IMAGES = 10_000  # of the test set


class Difference(NamedTuple):
    """A mean difference in points of per cent, with its 95 % interval over seeds."""

    mean: float
    low: float
    high: float


def of(rows: pd.DataFrame, network: str, recipe: str) -> pd.DataFrame:
    """Return the runs of one network by one recipe, by seed.

    Raises:
        ValueError: There are none.

    """
    found = rows[(rows["network"] == network) & (rows["recipe"] == recipe)].sort_values("seed")
    if found.empty:
        raise ValueError(f"no run of {network} by the {recipe} recipe was kept; `python -m benchmarks.mnist` makes it")
    return found


def accuracies(runs: pd.DataFrame) -> np.ndarray:
    """Return the accuracy of each run in per cent."""
    return 100 - 100 * runs["misread"].map(len).to_numpy() / IMAGES


def board(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a line for each network and recipe: mean, smallest and largest accuracy, what it cost."""
    lines = {}
    for network, recipe in rows[["network", "recipe"]].drop_duplicates().itertuples(index=False):
        runs = of(rows, network, recipe)
        right = accuracies(runs)
        lines[network, recipe] = {
            "mean (%)": f"{right.mean():.2f}",
            "seed by seed": ", ".join(f"{one:.2f}" for one in right),
            "epochs": int(runs["epochs"].iloc[0]),
            "parameters": f"{int(runs['parameters'].iloc[0]):,}",
            "minutes of a core": f"{runs['cpu_s'].median() / 60:.1f}",
        }
    return pd.DataFrame(lines).T.rename_axis(["network", "recipe"])


def difference(one: Sequence[float] | np.ndarray, other: Sequence[float] | np.ndarray) -> Difference:
    """Return how much better ``one`` is on the mean, with Welch's interval: the seeds of both are independent."""
    test = stats.ttest_ind(one, other, equal_var=False)
    bounds = test.confidence_interval(0.95)
    return Difference(float(np.mean(one) - np.mean(other)), float(bounds.low), float(bounds.high))


def mcnemar(one: Sequence[int], other: Sequence[int]) -> tuple[int, int, float]:
    r"""Compare two networks on the same images by McNemar's exact test.

    Args:
        one: Places of the images that the first misreads.
        other: Those that the second misreads.

    Returns:
        How many only ``one`` misreads, how many only ``other`` does, and the probability of so uneven a share if both
        were as good.
    """
    first, second = set(one), set(other)
    only_one, only_other = len(first - second), len(second - first)
    if only_one + only_other == 0:
        return 0, 0, 1.0
    return only_one, only_other, float(stats.binomtest(only_one, only_one + only_other).pvalue)
