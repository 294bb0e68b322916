r"""Is a method as good as can be, where it is known how good that is?

A method that wins on a board may still be unable to go on counting. Each series of the suite was made by a rule (see
``known_cases``), so its best possible forecast is known, and a method either comes near it or has to say that the
series is not for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rnn_tutorial.forecasting.method import Method

from .cases import KnownCase, known_cases

if TYPE_CHECKING:
    import pandas as pd

WITHIN = 1.05
"""How many times the smallest possible error is near enough."""
OF_PERSISTENCE = 0.05
"""Where no error need be made at all: the share of persistence's that is near enough."""
OF_SPREAD = 1e-3
"""There, too, and where persistence makes none either: the share of the standard deviation of the series."""


@dataclass(frozen=True)
class ConformanceResult:
    r"""A method on one series.

    Args:
        method: Its name.
        case: Name of the series.
        error: Of its forecasts; NaN where it says that the series is not for it.
        best: The smallest possible error.
        allowed: The largest that is near enough.
        reason: What it said, if it refused.

    Examples:
        >>> str(ConformanceResult("drift", "AR(1)", error=1.3, best=1.0, allowed=1.05))
        'fails, 1.30'
    """

    method: str
    case: str
    error: float
    best: float
    allowed: float
    reason: str = ""

    @property
    def applies(self) -> bool:
        """Whether the method took the series on."""
        return not self.reason

    @property
    def passed(self) -> bool:
        """Whether it did as well as can be, or said that it cannot."""
        return not self.applies or self.error <= self.allowed

    def __str__(self) -> str:
        if not self.applies:
            return "not for it"
        # without a smallest error to divide by, in units of what is allowed
        told = self.error / self.best if self.best else self.error / self.allowed
        unit = "" if self.best else " of allowed"
        return f"{'' if self.passed else 'fails, '}{told:.2f}{unit}"


def conformance(
    methods: Mapping[str, Callable[[KnownCase], Method]], suite: Sequence[KnownCase] | None = None
) -> list[ConformanceResult]:
    r"""Try methods on series whose best forecast is known.

    Each method is fitted once, on what comes before the first origin, and forecasts from all of them. Its error is the
    mean over all that could have come, where the spread of that is known (see ``KnownCase.error``). It passes a series
    with an error of at most 1.05 times the smallest possible one, or, where no error need be made, of 5 % of
    persistence's (and at least a thousandth of the standard deviation of the series). It may refuse a series by a
    ``ValueError``, and is not asked about columns or gaps if it says that it reads none (``reads_covariates``,
    ``gaps``).

    Args:
        methods: By name, a function that makes an unfitted method for a series: it may look at its seasons and horizon.
        suite: The series; by default those of ``known_cases``.

    Returns:
        A result for each method and series.

    Examples:
        >>> from rnn_tutorial.forecasting import Drift
        >>> found = conformance({"drift": lambda case: Drift()})
        >>> {one.case: one.passed for one in found}["ramp"], {one.case: one.passed for one in found}["season"]
        (True, False)
    """
    several = known_cases() if suite is None else suite
    return [_tried(name, make, case) for name, make in methods.items() for case in several]


def conformance_table(results: Sequence[ConformanceResult]) -> "pd.DataFrame":
    r"""Return the results as a table, a row for each series and a column for each method.

    What stands there is the error over the smallest possible one or, if that is 0, over the largest that is allowed.

    Examples:
        >>> from rnn_tutorial.forecasting import Drift
        >>> conformance_table(conformance({"drift": lambda case: Drift()})).loc["ramp", "drift"]
        '0.00 of allowed'
    """
    import pandas as pd

    rows: dict[str, dict[str, str]] = {}
    for one in results:
        rows.setdefault(one.case, {})[one.method] = str(one)
    return pd.DataFrame.from_dict(rows, orient="index")


def _tried(name: str, make: Callable[[KnownCase], Method], case: KnownCase) -> ConformanceResult:
    best = case.error(case.best)
    last = case.series.values[case.origins - 1][:, None] + np.zeros(case.best.shape)
    # a tiny share of the spread or the level: numbers of a computer are never quite equal
    values = case.series.values
    least = max(OF_SPREAD * float(np.nanstd(values)), 1e-6 * float(np.nanmax(np.abs(values))))
    allowed = max(WITHIN * best, least) if best else max(OF_PERSISTENCE * case.error(last), least)
    try:
        method = make(case)
        if case.needs == "covariates" and not method.reads_covariates:
            raise ValueError("it reads no columns")
        if case.needs == "gaps" and not method.gaps:
            raise ValueError("it reads no gaps")
        past = case.series.part(0, int(case.origins[0]))
        forecasts = method.fit(past).forecast(case.series, case.origins, case.horizon)
    except ValueError as error:
        return ConformanceResult(name, case.name, np.nan, best, allowed, str(error))
    return ConformanceResult(name, case.name, case.error(forecasts), best, allowed)
