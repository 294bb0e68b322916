r"""What a short series is told beside, if its level stays where it is: that level, and every month of its year.

A network that is shown each window about its own mean does not see how far the window is from the level that the series
comes back to, and from three waves it cannot learn twelve months that differ at will: it copies the last year, noise
included. Thousands of windows make up for both; a few hundred do not.
"""

import numpy as np

from rnn_tutorial.forecasting.methods.unit_roots import RETURNS, WANDERS, dickey_fuller, kpss
from rnn_tutorial.forecasting.types import Array

from .scaling import WindowScale

HARMONICS = 6
"""Waves to a season: six sines and cosines tell the twelve months of a year apart."""
STEPS = 100
"""Gradient steps where there is no season."""


def is_settled(values: Array, season: int) -> bool:
    r"""Say whether the level of a series stays where it is.

    The test of Kwiatkowski, Phillips, Schmidt and Shin (1992) is unable to deny it at 5 %, or that of Dickey and Fuller
    (1979) denies at 1 % that the level wanders: the first takes slow returns, as those of an AR(1), for none. They see
    the values less the mean of their place in the season, beside which a small move of the level would not show.

    Args:
        values: (T,), NaN where missing.
        season: Steps in the longest season; 1 for none.

    Examples:
        >>> noise = np.random.default_rng(0).normal(size=200)
        >>> is_settled(noise, 1), is_settled(np.cumsum(noise), 1)
        (True, False)
    """
    level = values.astype(float)  # a copy
    there = ~np.isnan(level)
    for place in range(season):
        seen = there & (np.arange(len(level)) % season == place)
        level[seen] -= level[seen].mean() if seen.any() else 0.0
    return kpss(level[there]) <= WANDERS or dickey_fuller(level[there]) < RETURNS


def window_scale(settled: bool, seasons: tuple[int, ...]) -> WindowScale:
    """Return the units of the windows of a short series: its own, those of its last value or, with seasons, the usual.

    Examples:
        >>> window_scale(True, (12,)), window_scale(False, (12,)), window_scale(False, ())
        ('series', 'window', 'last')
    """
    if settled:
        return "series"
    return "window" if seasons else "last"
