r"""What was kept of the long runs of chapter 7: accuracies over seeds, and two networks on the same test images."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from rnn_tutorial.experiments import verdicts

__all__ = ["Duel", "accuracies", "board", "complete", "duel", "duels", "mcnemar", "minutes", "of"]

IMAGES = 10_000  # of the test set


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


def minutes(runs: pd.DataFrame) -> float:
    """Return the median of the processor's minutes that a run took; not a number where none is known."""
    return float(runs["cpu_s"].median() / 60)


def complete(rows: pd.DataFrame, recipe: str, names: Sequence[str]) -> list[str]:
    """Return those of ``names`` of which as many seeds are kept as a verdict wants."""
    seeds = rows[rows["recipe"] == recipe].groupby("network").size()
    return [name for name in names if seeds.get(name, 0) >= verdicts.SEEDS]


def board(rows: pd.DataFrame, recipe: str, names: Sequence[str]) -> pd.DataFrame:
    """Return a line a network: parameters, mean and standard deviation over seeds, each seed, and what a run cost."""
    lines = {}
    for name in names:
        runs = of(rows, name, recipe)
        right = accuracies(runs)
        lines[name] = {
            "parameters": f"{int(runs['parameters'].iloc[0]):,}",
            "mean (%)": f"{right.mean():.2f}",
            "± (points)": f"{right.std(ddof=1):.2f}",
            "seed by seed": ", ".join(f"{one:.2f}" for one in right),
            "minutes of a core": f"{minutes(runs):.1f}",
        }
    return pd.DataFrame(lines).T


# ---- two networks on the same images ----------------------------------------------------------------------------


class Duel(NamedTuple):
    """The second network's gain over seeds in points, and McNemar's test seed by seed."""

    gain: verdicts.Effect
    tests: list[tuple[int, int, float]]

    @property
    def apart(self) -> int:
        """In how many seeds the test tells the two networks apart, p < 0.05."""
        return sum(p < 0.05 for _, _, p in self.tests)


def duel(rows: pd.DataFrame, first: tuple[str, str], second: tuple[str, str]) -> Duel:
    """Compare two networks, each with its recipe, on the seeds that both have.

    Raises:
        ValueError: They have no seed in common.

    """
    one, other = (of(rows, *pair).set_index("seed") for pair in (first, second))
    seeds = one.index.intersection(other.index)
    one, other = one.loc[seeds], other.loc[seeds]
    gain = verdicts.difference(accuracies(other), accuracies(one))
    return Duel(gain, [mcnemar(*pair) for pair in zip(one["misread"], other["misread"], strict=True)])


def duels(found: dict[tuple[str, str], Duel]) -> pd.DataFrame:
    """Return a line a pair: what McNemar's test says of seed 0 and of all seeds, and the second's gain over seeds."""
    lines = []
    for (first, second), one in found.items():
        only_first, only_second, p = one.tests[0]
        lines.append(
            {
                "first": first,
                "second": second,
                "only first misreads": only_first,
                "only second misreads": only_second,
                "p": "< 0.001" if p < 0.001 else f"{p:.3f}",
                "seeds with p < 0.05": f"{one.apart} of {len(one.tests)}",
                "second's gain (points)": one.gain.text(2),
            }
        )
    return pd.DataFrame(lines).set_index(["first", "second"])


def mcnemar(one: Sequence[int], other: Sequence[int]) -> tuple[int, int, float]:
    r"""Compare two networks on the same images by McNemar's exact test (McNemar, 1947).

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
