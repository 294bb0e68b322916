r"""The page of the second evaluation: what other libraries reach, where ours lose, and at what price."""

from collections.abc import Collection, Mapping, Sequence

from . import ch08_kept
from .common import plural
from .evaluation import DIGITS, Skill, larger_on, written
from .evaluation_pairs import NAIVE

__all__ = [
    "firsts",
    "found_again",
    "leaders",
    "optional",
    "price",
    "worse_than",
]

SIMILAR = 1.5
"""Times that differ by less than this factor are called similar."""


def found_again(kept: Sequence[float], here: Sequence[float]) -> str:
    """Say whether this build finds the errors that were kept, if there are any yet; a sentence."""
    return ch08_kept.found_again(kept, here) if len(kept) else "Nothing is kept of these fits yet."


def leaders(
    skills: Mapping[str, Skill],
    libraries: Collection[str],
    verdicts: Mapping[tuple[str, str], str],
    baseline: str = NAIVE,
) -> str:
    r"""Say which of our methods and which of other libraries' has the highest skill; a sentence.

    Args:
        skills: By method.
        libraries: Which of them are other libraries'.
        verdicts: By method and rival, of the pairs that were tested.
        baseline: Belongs to neither.
    """
    first = max((name for name in skills if name not in {*libraries, baseline}), key=lambda name: skills[name][0])
    rival = max((name for name in skills if name in libraries), key=lambda name: skills[name][0])
    ahead, behind = skills[first], skills[rival]
    if round(ahead[0], DIGITS) == round(behind[0], DIGITS):
        how = "the same skill, as far as it is written here"
    else:
        how = "more" if ahead[0] > behind[0] else "less"
    return (
        f"Of our methods {first} has the highest skill, {written(ahead)}, and of other libraries' {rival}, "
        f"{written(behind)}: ours has {how}. The test of these two: {verdicts.get((first, rival), 'none was made')}."
    )


def worse_than(method: str, rival: str, ratios: Mapping[str, float], more: float, named: int = 4) -> str:
    r"""Say on which series a method's error is larger than its rival's by more than a share; two sentences.

    Args:
        method: Whose aim it is to have no such series.
        rival: The other one.
        ratios: By series, its error over the rival's.
        more: The share.
        named: So many series are named at most.
    """
    count, where = larger_on(ratios, 1 + more, named)
    share, of = f"{100 * more:.0f} %", plural(len(ratios), "series", "series")
    if not count:
        return (
            f"On none of {of} is the error of {method} larger than that of {rival} by more than {share}: "
            "that was the aim."
        )
    start = f"On {count} of {of} the error of {method} is larger than that of {rival} by more than {share}"
    return f"{start}{where}. The aim was none, and is missed."


def firsts(
    best: Mapping[str, str], methods: Collection[str], libraries: Collection[str], simple: Collection[str]
) -> str:
    r"""Count the series on which another library's method, or one of ours, has the smallest error; two sentences.

    Args:
        best: By series, the method with the smallest error.
        methods: All of them.
        libraries: Methods of other libraries.
        simple: Those that learn nothing.
    """
    theirs, naive = (sum(name in some for name in best.values()) for some in (libraries, simple))
    ours, of = len(best) - theirs - naive, plural(len(best), "series", "series")
    many, few = len({*methods} - {*libraries} - {*simple}), len({*methods} & {*libraries})
    return (
        f"One of this package that learns has the smallest error of all methods on {ours or 'none'} of {of}, one that "
        f"learns nothing on {naive or 'none'}, one of another library on {theirs or 'none'}. Of the first kind there "
        f"are {many} here and of the last {few}, so this is no contest."
    )


def price(seconds: Mapping[str, float], method: str, rival: str) -> str:
    r"""Compare what two methods cost; a sentence, empty where one of them was not measured.

    Args:
        seconds: Of the processor a fit, by method.
        method: Ours.
        rival: The other one.
    """
    if method not in seconds or rival not in seconds:
        return ""
    ours, theirs = (max(seconds[name], 0.05) for name in (method, rival))  # rows keep tenths of a second
    told = f"({_seconds(seconds[method])} and {_seconds(seconds[rival])} in the mean)"
    if max(ours / theirs, theirs / ours) < SIMILAR:
        return f"A fit of {method} and one of {rival} cost about as much of the processor's time {told}."
    slow, quick, times = (method, rival, ours / theirs) if ours > theirs else (rival, method, theirs / ours)
    ordered = told if slow == method else f"({_seconds(seconds[rival])} and {_seconds(seconds[method])} in the mean)"
    factor = f"{times:.1f}" if times < 10 else f"{times:.0f}"
    return f"A fit of {slow} costs {factor} times as much of the processor's time as one of {quick} {ordered}."


def optional(method: str, shown: bool, fits: int) -> str:
    r"""Say whether a method that was not waited for is there; a sentence.

    Args:
        method: Its name.
        shown: Whether all of its fits are there.
        fits: How many are.
    """
    if shown:
        return f"{method}, which no group waits for, is complete, and therefore shown."
    if fits:
        return f"{method}, which no group waits for, is not complete, and therefore left out."
    return f"{method}, which no group waits for, was not run."


def _seconds(value: float) -> str:
    if value < 0.05:
        return "less than 0.1 s"
    return f"{value:.2f} s" if value < 1 else f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
