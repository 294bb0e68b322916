r"""Several copies of one method that differ by chance alone, and the mean of what they forecast."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.parameters import kept
from rnn_tutorial.forecasting.types import Array, Origins


class Ensemble(Method):
    r"""The mean of the forecasts of copies of one method, each with a seed of its own.

    Networks that differ by their first weights and the order of their windows err differently, and part of that
    cancels: the mean's absolute error is at most the mean of theirs.

    Args:
        method: One that depends on chance; copies are fitted, it stays as it is.
        seeds: Of the copies.

    Attributes:
        members: The fitted copies.

    Raises:
        ValueError: No seeds, one twice, or a method in which nothing depends on chance.

    Examples:
        >>> network = rt.Forecaster("gru", horizon=11, hidden_size=8, epochs=1)
        >>> model = Ensemble(network, seeds=range(3)).fit(rt.load_series("sunspots"))
        >>> model.name, len(model.predict())
        ('GRU, mean of 3', 11)
    """

    members: list[Method]

    def __init__(self, method: Method, seeds: Sequence[int]) -> None:
        if len(seeds) == 0 or len(set(seeds)) < len(seeds):
            raise ValueError(f"seeds should be distinct numbers, at least one, got {tuple(seeds)}")
        if not method.depends_on_chance:
            raise ValueError(f"nothing in {method.name!r} depends on chance: all copies would be the same")
        self.method, self.seeds = method, kept(seeds, tuple(seeds))
        self.name = f"{method.name}, mean of {len(seeds)}"
        self.horizon, self.reads_covariates, self.gaps = method.horizon, method.reads_covariates, method.gaps
        self.finds_its_place = method.finds_its_place

    @property
    def gives_quantiles(self) -> bool:
        """Whether the method does."""
        return self.method.gives_quantiles

    def levels_within(self, horizon: int) -> tuple[float, float]:
        """Return those of the method."""
        return self.method.levels_within(horizon)

    @property
    def depends_on_chance(self) -> bool:
        """That is what it is for."""
        return True

    def with_seed(self, seed: int) -> Self:
        """Return an unfitted copy of as many seeds, n s to n s + n - 1 for seed s: no two s share any."""
        count = len(self.seeds)
        return type(self)(self.method.with_seed(seed), range(count * seed, count * (seed + 1)))

    @property
    def needed(self) -> int:
        """What the copies need, those that are fitted already among them."""
        return max(one.needed for one in (self.method, *getattr(self, "members", ())))

    def learn(self, series: Series) -> None:
        """Fit a copy with each seed."""
        self.members = [self.method.with_seed(seed).fit(series) for seed in self.seeds]
        self.parameters = sum(member.parameters for member in self.members)

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Take the mean of the copies' forecasts."""
        mean: Array = np.mean([member.forecast(series, origins, horizon) for member in self.members], axis=0)
        return mean

    def quantiles(self, series: Series, origins: Origins, horizon: int, levels: Sequence[float]) -> Array:
        """Take the mean of each quantile of the copies."""
        mean: Array = np.mean([member.forecast(series, origins, horizon, levels) for member in self.members], axis=0)
        return mean
