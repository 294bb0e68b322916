r"""Words of the page on intervals: whether they hold at every hour, and what a whole day may bring."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scipy.stats import binomtest

from .ch08_scoreboard import p_value
from .common import listed, plural

__all__ = [
    "Asked",
    "aims",
    "best_scored",
    "by_hour",
    "elsewhere",
    "failing",
    "followed",
    "gains",
    "narrower",
    "parts_held",
    "share",
    "sharper",
]


class Asked(NamedTuple):
    """What was measured of intervals, over seeds: coverage in all, in the extreme quarters of the day, pinball loss."""

    coverage: float
    lowest: float
    highest: float
    pinball: float


def failing(lows: Sequence[float], highs: Sequence[float], promise: float) -> int:
    """Count the hours whose coverage differs from the promise by more than its own 95 % interval."""
    return sum(not low <= promise <= high for low, high in zip(lows, highs, strict=True))


def by_hour(pooled: int, placed: int, hours: int) -> str:
    r"""Say what widths by the time of day bring; a sentence.

    Args:
        pooled: Hours that fail where widths go by the step ahead alone.
        placed: Hours that fail where they go by the time of day as well.
        hours: All of them.
    """
    if not pooled:
        return (
            "With widths by the step ahead the 95 % interval of the coverage contains what was promised at all "
            f"{hours} hours, so there is nothing to mend."
        )
    one = (
        "With widths by the step ahead the 95 % interval of the coverage does not contain what was promised at "
        f"{pooled} of the {hours} hours (by chance alone it would be about {hours / 20:.0f})"
    )
    if placed < pooled:
        return f"{one}; with widths by step and time of day at {placed or 'none'}."
    return f"{one}; with widths by step and time of day at {placed}, so they mend nothing here."


def aims(found: Mapping[str, Asked], overall: tuple[float, float], quarter: tuple[float, float], sharp: float) -> str:
    r"""Say which aims were met by which pairs of series and method; sentences.

    Args:
        found: By pair.
        overall: Ends between which the coverage should lie.
        quarter: Those for each quarter of the day.
        sharp: The largest pinball loss.
    """
    parts = {
        f"coverage of {overall[0]:.2f} to {overall[1]:.2f} over all hours": [
            name for name, one in found.items() if overall[0] <= one.coverage <= overall[1]
        ],
        f"{quarter[0]:.2f} to {quarter[1]:.2f} in each quarter of the day": [
            name for name, one in found.items() if quarter[0] <= one.lowest and one.highest <= quarter[1]
        ],
        f"a pinball loss of {sharp:.3f} at most": [name for name, one in found.items() if one.pinball <= sharp],
    }
    return " ".join(_aim(what, met, list(found)) for what, met in parts.items())


def _aim(what: str, met: Sequence[str], names: Sequence[str]) -> str:
    missed = [name for name in names if name not in met]
    start = f"The aim of {what} is"
    if not missed:
        return f"{start} met by all {len(names)}."
    if not met:
        return f"{start} met by none of the {len(names)}."
    return f"{start} met by {listed(met)}; it is missed by {listed(missed)}."


def elsewhere(series: int, overall: Sequence[int], quarters: Sequence[int], lowest: Sequence[float]) -> str:
    r"""Say on how many series three ways of choosing widths kept the aims; sentences.

    Args:
        series: Of so many.
        overall: Series whose coverage in all is within the aim: widths by step, by step and time of day, and the same
            with levels that follow what was covered.
        quarters: Series all of whose quarters of the day are, likewise.
        lowest: Coverage of the worst quarter of any series, likewise.
    """
    return (
        f"Of {series} series, the coverage in all is within the aim on {overall[0]} with widths by step, on "
        f"{overall[1]} with widths by step and time of day, and on {overall[2]} where levels follow what was covered "
        f"as well; every quarter of the day is on {quarters[0]}, {quarters[1]} and {quarters[2]}. The worst quarter of "
        f"any series holds {lowest[0]:.2f}, {lowest[1]:.2f} and {lowest[2]:.2f}."
    )


def sharper(what: str, ratio: float, smaller: int, series: int, p: float) -> str:
    r"""Say whether a change makes the interval score smaller over series; a sentence.

    Args:
        what: The change, in the middle of a sentence.
        ratio: Geometric mean of the score with it over that without.
        smaller: Series on which the score with it is the smaller.
        series: Of so many.
        p: Of a signed-rank test over series.
    """
    percent = 100 * abs(ratio - 1)
    where = f"smaller on {smaller} of {series}"
    chance = f"signed-rank test of the logarithms, p {p_value(p)}"
    if p >= 0.05:
        return f"Whether the interval score gains {what} is undecided: it is {where} ({chance})."
    better = "smaller" if ratio < 1 else "larger"
    return f"The interval score is {better} {what}, by {percent:.0f} % in the geometric mean, and {where} ({chance})."


def followed(coverage: float, before: float, width: float, width_before: float) -> str:
    r"""Say what levels that follow what was covered do to intervals; a sentence.

    Args:
        coverage: With them.
        before: Without.
        width: With them.
        width_before: Without.
    """
    return (
        f"Where the level follows what was covered, intervals are {narrower(width, width_before)} here and hold "
        f"{coverage:.3f} of the values in place of {before:.3f}."
    )


def best_scored(interval_scores: Mapping[str, float], crps: Mapping[str, float]) -> str:
    """Say which intervals have the smallest interval score, and which the smallest CRPS; a sentence."""
    by_ends, by_all = (min(scores, key=lambda name: scores[name]) for scores in (interval_scores, crps))
    if by_ends == by_all:
        return f'Both scores are smallest for "{by_ends}".'
    return f'The interval score is smallest for "{by_ends}", the CRPS for "{by_all}".'


def gains(what: str, ratio: float, p: float) -> str:
    r"""Say whether a change makes the interval score smaller; a sentence.

    Args:
        what: The change, the start of a sentence.
        ratio: Score with it over score without.
        p: Of a Diebold-Mariano test.
    """
    percent = 100 * (ratio - 1)
    chance = f"p {p_value(p)}"
    if not p < 0.05:
        return f"{what}: {percent:+.0f} % of the interval score, which may be chance ({chance})."
    return f"{what}: {percent:+.0f} % of the interval score, more than chance ({chance})."


def narrower(ours: float, theirs: float) -> str:
    """Say how wide one interval is beside another; the end of "is"."""
    percent = 100 * (ours / theirs - 1)
    if abs(percent) < 0.5:
        return "as wide"
    return f"{abs(percent):.0f} % {'narrower' if percent < 0 else 'wider'}"


def share(held: float, days: int) -> str:
    """Write a share of days as a count."""
    return f"{round(held * days)} of {plural(days, 'day')}"


def parts_held(paths: float, steps: float, promise: float, days: int) -> str:
    r"""Compare two kinds of interval around the mean of a day; a sentence.

    Args:
        paths: Share of days on which those of paths held.
        steps: The same of those from the quantiles of the steps.
        promise: What both are called.
        days: How many.
    """
    both = f"those of paths held on {share(paths, days)}, those of the steps' quantiles on {share(steps, days)}"
    if all(binomtest(round(held * days), days, promise).pvalue >= 0.05 for held in (paths, steps)):
        return f"Of intervals around the mean of past days, {both}: both agree with {100 * promise:.0f} %."
    if abs(paths - promise) < abs(steps - promise):
        return f"Of intervals around the mean of past days, {both}: the paths are nearer to {100 * promise:.0f} %."
    if abs(paths - promise) > abs(steps - promise):
        return (
            f"Of intervals around the mean of past days, {both}: here the paths are further from {100 * promise:.0f} %."
        )
    return f"Of intervals around the mean of past days, {both}."
