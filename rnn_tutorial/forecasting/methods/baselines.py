r"""The simplest forecasters, and the first to beat: they learn next to nothing and forecast from any origin."""

from typing import ClassVar

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array, Origins


class Naive(Method):
    """Base of methods that learn nothing: what they repeat is read at each origin."""

    baseline: ClassVar[bool] = True
    finds_its_place = True

    def learn(self, series: Series) -> None:
        """Nothing to learn."""


class Persistence(Naive):
    r"""Tomorrow is like now: :math:`\hat y_{o+k} = y_{o-1}`.

    Examples:
        >>> values = np.array([1.0, 2.0, 3.0, 2.0, 3.0, 4.0])
        >>> Persistence().fit(values).forecast(values, np.array([6]), horizon=3)
        array([[4., 4., 4.]])
    """

    name = "persistence"

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Repeat the last value known."""
        values = series.values
        return np.repeat(values[origins - 1, None], horizon, axis=1)


class SeasonalNaive(Naive):
    r"""The next season is like the last: :math:`\hat y_{o+k} = y_{o+k-m\lceil (k+1)/m \rceil}` for a season of m steps.

    Args:
        season: m, e.g. 24 for a day of hours.
        name: In tables.

    Examples:
        >>> values = np.array([1.0, 2.0, 3.0, 2.0, 3.0, 4.0])
        >>> SeasonalNaive(3).fit(values).forecast(values, np.array([6]), horizon=3)
        array([[2., 3., 4.]])
    """

    def __init__(self, season: int, name: str | None = None) -> None:
        if season < 1:
            raise ValueError(f"a season has at least 1 step, got {season}")
        self.season = season
        self.given_name, self.name = name, name or f"seasonal naive ({season})"

    @property
    def needed(self) -> int:
        """Steps that are looked back."""
        return self.season

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Repeat the last season known, as often as the horizon asks."""
        values = series.values
        return values[origins[:, None] - self.season + np.arange(horizon) % self.season]


class LevelShift(Naive):
    r"""The next week is like the last, moved to the present level.

    .. math::

        \hat y_{o+k} = y_{o+k-w\lceil (k+1)/w \rceil} + \bar y_{o-m \dots o-1} - \bar y_{o-w-m \dots o-w-1}

    The mean of the last day, the m steps before the origin, less that of the same day a week, w steps, before.

    Args:
        day: m, steps over which the level is taken, e.g. 24 hours.
        week: w, steps in the season that is repeated, e.g. 168.

    Raises:
        ValueError: A day shorter than one step or longer than a week.

    Examples:
        >>> values = np.array([1.0, 2.0, 3.0, 2.0, 3.0, 4.0])
        >>> LevelShift(day=1, week=3).fit(values).forecast(values, np.array([6]), horizon=3)
        array([[3., 4., 5.]])
    """

    def __init__(self, day: int, week: int) -> None:
        if not 1 <= day <= week:
            raise ValueError(f"the day should have between 1 and week={week} steps, got {day}")
        self.day, self.week = day, week
        self.name = f"seasonal naive ({week}) + level shift"

    @property
    def needed(self) -> int:
        """Steps that are looked back."""
        return self.week + self.day

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Repeat the last week and add the difference between two daily means."""
        values = series.values
        last_day = values[origins[:, None] + np.arange(-self.day, 0)].mean(axis=1)
        week_before = values[origins[:, None] - self.week + np.arange(-self.day, 0)].mean(axis=1)
        same_step = values[origins[:, None] - self.week + np.arange(horizon) % self.week]
        return same_step + (last_day - week_before)[:, None]


class Drift(Naive):
    r"""The series goes on as it went on average: :math:`\hat y_{o+k} = y_{o-1} + (k+1)\,\frac{y_{o-1} - y_0}{o-1}`.

    Args:
        over: Take the slope over so many last steps only; by default over all that is known.

    Raises:
        ValueError: A slope over less than one step.

    Examples:
        >>> values = np.array([1.0, 2.0, 3.0])
        >>> Drift().fit(values).forecast(values, np.array([3]), horizon=2)
        array([[4., 5.]])
    """

    def __init__(self, over: int | None = None) -> None:
        if over is not None and over < 1:
            raise ValueError(f"a slope needs at least 1 step, got over={over}")
        self.over = over
        self.name = "drift" if over is None else f"drift over {over} steps"

    @property
    def needed(self) -> int:
        """Steps that are looked back."""
        return 2 if self.over is None else self.over + 1

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Extend the line from the first value (or the one ``over`` steps back) to the last."""
        values = series.values
        last = origins - 1
        first = np.zeros_like(last) if self.over is None else last - self.over
        slope = (values[last] - values[first]) / (last - first)
        return values[last, None] + slope[:, None] * np.arange(1, horizon + 1)
