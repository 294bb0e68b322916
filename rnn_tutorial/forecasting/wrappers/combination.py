r"""The mean of what several different methods forecast."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.parameters import copy_of, kept
from rnn_tutorial.forecasting.types import Array, Origins


class Combination(Method):
    r"""The plain mean of the forecasts of several methods.

    Methods that are wrong in different ways correct each other, and weights that are estimated rarely do better than
    equal ones (Timmermann, 2006). Copies of one method with several seeds are combined by ``Ensemble``.

    Args:
        methods: Two or more, of distinct names; copies are fitted, they stay as they are.
        name: In tables.

    Attributes:
        members: The fitted copies.

    Raises:
        ValueError: Fewer than two methods, two of one name, or two that are built for different horizons.

    References:
        A. Timmermann (2006), "Forecast combinations", *Handbook of Economic Forecasting* 1, 135-196.

    Examples:
        >>> both = Combination([rt.forecasting.Persistence(), rt.forecasting.Drift()]).fit(np.array([1.0, 2.0, 3.0]))
        >>> both.predict(horizon=2).point
        array([3.5, 4. ])
    """

    members: list[Method]

    def __init__(self, methods: Sequence[Method], name: str | None = None) -> None:
        names = [one.name for one in methods]
        if len(methods) < 2 or len(set(names)) < len(names):
            raise ValueError(f"two or more methods of distinct names are needed, got {', '.join(names) or 'none'}")
        horizons = {one.horizon for one in methods if one.horizon is not None}
        if len(horizons) > 1:
            raise ValueError(f"the methods are built for different horizons: {sorted(horizons)}")
        self.methods = kept(methods, tuple(methods))
        self.given_name, self.name = name, name or f"mean of {', '.join(names[:-1])} and {names[-1]}"
        self.horizon = next(iter(horizons), None)
        self.reads_covariates = any(one.reads_covariates for one in methods)
        self.finds_its_place = all(one.finds_its_place for one in methods)

    @property
    def depends_on_chance(self) -> bool:
        """Whether one of them does."""
        return any(one.depends_on_chance for one in self.methods)

    @property
    def needed(self) -> int:
        """What the most demanding one needs."""
        return max(one.needed for one in getattr(self, "members", self.methods))

    def with_seed(self, seed: int) -> Self:
        """Return an unfitted copy of methods with another seed."""
        return type(self)([one.with_seed(seed) for one in self.methods], self.given_name)

    def learn(self, series: Series) -> None:
        """Fit a copy of each."""
        self.members = [copy_of(one).fit(series) for one in self.methods]
        self.parameters = sum(one.parameters for one in self.members)

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Take the mean of their forecasts."""
        mean: Array = np.mean([one.forecast(series, origins, horizon) for one in self.members], axis=0)
        return mean
