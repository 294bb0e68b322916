r"""Demand that is mostly zero: how much is asked for when something is, and how often that happens.

Spare parts, say. The best forecast of a mean is then a rate, which no single day ever shows.
"""

from typing import ClassVar

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.checks import check_length
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array, Origins


class Intermittent(Method):
    """Base of methods for demand that is mostly zero: a rate at each origin, the same for every step ahead."""

    baseline: ClassVar[bool] = True

    def learn(self, series: Series) -> None:
        """Nothing to learn; the series has to be demand.

        Raises:
            ValueError: Values below zero, or nothing but zeros.
        """
        check_length(series, 2, self.name)
        if series.values.min() < 0 or not series.values.any():
            raise ValueError(f"{self.name} is for demand, which is zero or more and not always zero")

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Repeat the rate."""
        return np.repeat(self._rates(series.values)[origins, None], horizon, axis=1)

    def _rates(self, y: Array) -> Array:
        # The forecast after 0, 1, … T values.
        raise NotImplementedError


class Croston(Intermittent):
    r"""Size of a demand over the steps from one to the next, both smoothed where there is one (Croston, 1972).

    .. math::

        z \leftarrow z + \alpha (y_t - z), \qquad p \leftarrow p + \alpha (q_t - p) \quad\text{if } y_t > 0, \qquad
        \hat y = z / p

    with :math:`q_t` the steps since the last demand; both begin with the first demand. What is never asked for any more
    keeps its rate for ever, see ``TSB``.

    Args:
        alpha: Smoothing constant, 0 to 1.

    References:
        J. D. Croston (1972), "Forecasting and stock control for intermittent demands", *Operational Research Quarterly*
        23, 289-303.

    Examples:
        >>> Croston().fit(np.array([0.0, 2.0, 0.0, 2.0])).predict(horizon=2).point
        array([1., 1.])
    """

    name = "Croston"
    parameters = 2

    def __init__(self, alpha: float = 0.1) -> None:
        self.alpha = _share("alpha", alpha)

    def _rates(self, y: Array) -> Array:
        rates, size, gap, since = np.zeros(len(y) + 1), 0.0, 0.0, 1
        for t, demand in enumerate(y):
            if demand > 0:
                first = gap == 0
                size = demand if first else size + self.alpha * (demand - size)
                gap = since if first else gap + self.alpha * (since - gap)
                since = 0
            since += 1
            rates[t + 1] = size / gap if gap else 0.0
        return rates


class TSB(Intermittent):
    r"""Size of a demand times the probability of one, which falls while there is none (Teunter et al., 2011).

    .. math::

        z \leftarrow z + \alpha (y_t - z) \quad\text{if } y_t > 0, \qquad
        p \leftarrow p + \beta ([y_t > 0] - p), \qquad \hat y = z\,p

    from the first demand, and from whether the first value is one.

    Args:
        alpha: Smoothing constant of the size, 0 to 1.
        beta: Of the probability.

    References:
        R. H. Teunter, A. A. Syntetos, M. Z. Babai (2011), "Intermittent demand: linking forecasting to inventory
        obsolescence", *European Journal of Operational Research* 214, 606-615.

    Examples:
        >>> TSB(beta=0.5).fit(np.array([4.0, 4.0, 0.0, 0.0])).predict(horizon=1).point
        array([1.])
    """

    name = "TSB"
    parameters = 2

    def __init__(self, alpha: float = 0.1, beta: float = 0.1) -> None:
        self.alpha, self.beta = _share("alpha", alpha), _share("beta", beta)

    def _rates(self, y: Array) -> Array:
        rates, size, probability = np.zeros(len(y) + 1), 0.0, 0.0
        for t, demand in enumerate(y):
            if demand > 0:
                size = size + self.alpha * (demand - size) if size else demand
            happened = float(demand > 0)
            probability = probability + self.beta * (happened - probability) if t else happened
            rates[t + 1] = size * probability
        return rates


def _share(name: str, value: float) -> float:
    if not 0 < value <= 1:
        raise ValueError(f"{name} lies above 0 and is at most 1, got {value}")
    return value
