r"""What is said of a series that has too few values for intervals, or for a backtest."""

import math
from dataclasses import dataclass

from .request import Request


@dataclass(frozen=True)
class TooShort:
    r"""Numbers of steps, and the sentences that they make.

    Args:
        steps: T, of the series.
        learn: That a method is left to learn from.
        least: Besides, without which there are no intervals.
        request: Horizon, level, quantiles, paths.
    """

    steps: int
    learn: int
    least: int
    request: Request

    @property
    def errors(self) -> int:
        """How many errors of the last step ahead there are in what is not needed to learn from."""
        return max(0, self.steps - self.learn - self.request.horizon + 1)

    def refuse_wishes(self) -> None:
        r"""Refuse what was asked for by name: intervals that nobody asked for may be missing.

        Raises:
            ValueError: A level, quantiles or paths were.
        """
        wishes = " and ".join(self.request.wishes)
        if not wishes:
            return
        fixes = ["Shorten the horizon, add data"] if self.request.horizon > 1 else ["Add data"]
        if level := self._lower_level():
            fixes.append(f"take {level}")
        raise ValueError(
            f"The series has {self.steps} values, but at least {self.learn + self.least} are needed for {wishes}: "
            f"{self.learn} to learn from, and {self.least} whose errors tell how far off a forecast may be. "
            f"{', '.join(fixes)} or leave out {wishes}."
        )

    def no_intervals(self) -> str:
        """Why there is a backtest and no interval."""
        horizon, errors = self.request.horizon, self.errors
        ways = ("a shorter horizon" if horizon > 1 else "", self._lower_level())
        return (
            f"There are no intervals: {self.learn} of the {self.steps} values are needed to learn from, and the other "
            f"{self.steps - self.learn} give {errors} error{'s' * (errors > 1)} of {horizon} step{'s' * (horizon > 1)} "
            f"ahead, too few for {self.request.widest:.0%} intervals. These take {self.learn + self.least} values"
            f"{', or '.join(['', *filter(None, ways)])}."
        )

    def no_backtest(self, name: str) -> str:
        r"""Why there is neither.

        Args:
            name: Of the method.
        """
        horizon = self.request.horizon
        return (
            f"Whether {name} beats the simplest forecasts cannot be said, and intervals cannot be given: the series "
            f"has {self.steps} values, and a backtest takes {self.learn + horizon}, {self.learn} to learn from and "
            f"{horizon} to be judged by. Intervals take {self.learn + self.least}"
            f"{'; with a shorter horizon both take fewer' if horizon > 1 else ''}."
        )

    def _lower_level(self) -> str:
        # A level that so many errors reach. Paths need more of them whatever the level.
        level = attainable_level(self.errors)
        if not level or self.request.paths:
            return ""
        ends = (round(0.5 + side * level / 2, 3) for side in (-1, 1))
        quantiles = f" and quantiles from {' to '.join(f'{end:g}' for end in ends)}" if self.request.quantiles else ""
        return f"--level {level:g}{quantiles}"


def attainable_level(errors: int) -> float:
    """The highest level, in hundredths, of intervals from n errors, which reach no further than n / (n + 1)."""
    return math.floor(100 * errors / (errors + 1) + 1e-9) / 100
