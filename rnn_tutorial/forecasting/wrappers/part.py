r"""How much of a series methods are chosen by, and what is taken where that would leave too little to learn from."""

from collections.abc import Mapping

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.methods.automatic import LONGEST, AutoETS
from rnn_tutorial.forecasting.methods.baselines import SeasonalNaive
from rnn_tutorial.forecasting.parameters import copy_of
from rnn_tutorial.forecasting.seasons import TIMES, learnable_seasons

SEASONS = 2
"""Without so many of the longest season, and a horizon, a season can neither be told from noise nor be forecast."""


def steps_to_choose_by(series: Series, horizon: int, longest: int = 1) -> int:
    r"""Return how many steps at the end methods are chosen by, h at least, or 0 if too few would be left before them.

    Of T steps a fifth, at least 2 h, at most 30 h or four of the longest season, and never more than a half. Before
    them there stay two of the longest season, of m steps, and a horizon: T - 2m - h steps at most are to choose by.

    Args:
        series: T steps.
        horizon: h.
        longest: m; 1 for none.

    Examples:
        >>> years = {n: Series.of(np.arange(12.0 * n)) for n in (3, 4, 5, 20)}
        >>> {n: steps_to_choose_by(months, 12, 12) for n, months in years.items()}
        {3: 0, 4: 12, 5: 24, 20: 48}
    """
    room = len(series) - SEASONS * longest - horizon
    part = min(usual_part(series, horizon), room)
    return part if part >= horizon else 0


def usual_part(series: Series, horizon: int) -> int:
    """Return how many steps methods are chosen by where it does not matter what is left: never less than h."""
    steps, h = len(series), horizon
    season = max(learnable_seasons(series, h), default=1)
    usual = max(2 * h, min(steps // 5, max(30 * h, 4 * season)))
    return max(h, min(usual, steps // 2))


def longest_season(methods: Mapping[str, Method], series: Series) -> int:
    """Return the longest season that the series knows of itself or a method repeats, if it is there three times."""
    repeated = [one.season for one in methods.values() if isinstance(one, SeasonalNaive)]
    known = [season for season in repeated if TIMES * season <= len(series)]
    return max([*known, *learnable_seasons(series)], default=1)


def taken_without_a_part(methods: Mapping[str, Method], series: Series, longest: int) -> Method | None:
    r"""Return the method that is taken where nothing can be kept back to choose by, fitted; None if there is none.

    That is automatic exponential smoothing, whose form AICc chooses on the whole series, or else the longest season
    repeated.

    Args:
        methods: Unfitted, by name.
        series: To be forecast.
        longest: Steps in its longest season.
    """
    smoothing = (one for one in methods.values() if isinstance(one, AutoETS) and longest <= LONGEST)
    naive = (one for one in methods.values() if isinstance(one, SeasonalNaive) and one.season == longest)
    for one in (*smoothing, *naive):
        try:
            fitted: Method = copy_of(one).fit(series)
        except (ValueError, RuntimeError):
            continue
        return fitted
    return None
