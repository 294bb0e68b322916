r"""The page of the second evaluation: which pairs are decided, what other libraries reach, and where ours lose."""

from collections.abc import Collection, Mapping, Sequence

from . import ch08_kept
from .common import listed, plural
from .evaluation import DIGITS, SAME, Skill, larger_on, written

__all__ = [
    "decided",
    "enough",
    "firm",
    "firsts",
    "found_again",
    "leaders",
    "mended",
    "optional",
    "price",
    "tally",
    "worse_than",
]

NAIVE, NAIVE_CALLED = "seasonal naive", "the seasonal naive forecast"
SIMILAR = 1.5
"""Times that differ by less than this factor are called similar."""


def enough(series: int, tests: int, smallest: float) -> str:
    """Say how small p can become over so many series; a sentence."""
    how = "below 0.001" if smallest < 0.001 else f"to {smallest:.3f}"
    return f"With {series} series and {plural(tests, 'test')}, p (Holm) can fall {how}."


def found_again(kept: Sequence[float], here: Sequence[float]) -> str:
    """Say whether this build finds the errors that were kept, if there are any yet; a sentence."""
    return ch08_kept.found_again(kept, here) if len(kept) else "Nothing is kept of these fits yet."


def decided(verdicts: Mapping[tuple[str, str], str]) -> str:
    r"""Say of each method against which rivals it is better, worse or undecided; a sentence for each.

    Args:
        verdicts: By method and rival; empty where the group is not complete.
    """
    if not verdicts:
        return "This group is not complete, so that nothing of it is shown."
    clauses = {"better": "better than {}", "worse": "worse than {}", "undecided": "undecided against {}"}
    sentences = []
    for method in dict.fromkeys(one for one, _ in verdicts):
        said = []
        for word, clause in clauses.items():
            rivals = [_rival(other) for (one, other), verdict in verdicts.items() if (one, verdict) == (method, word)]
            if rivals:
                said.append(clause.format(listed(rivals)))
        sentences.append(f"{_method(method)} is {'; '.join(said)}.")
    return " ".join(sentences)


def tally(verdicts: Mapping[tuple[str, str], str]) -> str:
    """Count a group's verdicts; a clause."""
    if not verdicts:
        return "the group is not complete, and nothing of it is shown"
    naive = [verdict for (_, rival), verdict in verdicts.items() if rival == NAIVE]
    others = [verdict for (_, rival), verdict in verdicts.items() if rival != NAIVE]
    sides = ((others, "against other libraries"), (naive, f"against {NAIVE_CALLED}"))
    return ", and ".join(_counted(said, where) for said, where in sides if said)


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


def firm(changed: Mapping[tuple[str, str], int], series: int, together: Collection[tuple[str, str]]) -> str:
    r"""Say whether verdicts hang on single series, or on which tests are corrected together; sentences.

    Args:
        changed: By method and rival, on how many series the verdict hangs: left out alone, it would be another.
        series: Of so many.
        together: Pairs that would be undecided if the tests of both groups were corrected together.
    """
    some = {pair: count for pair, count in changed.items() if count}
    pairs = [f"{one} against {_rival(other)} ({count})" for (one, other), count in some.items()]
    if pairs:
        first = (
            f"Verdicts that would be another without one of the {series} series, and by how many single series: "
            f"{listed(pairs)}."
        )
    else:
        first = f"Every verdict stays the same whichever of the {series} series is left out."
    if not together:
        return f"{first} With the tests of both groups corrected together, all stay the same, too."
    lost = listed([f"{one} against {_rival(other)}" for one, other in together])
    return f"{first} With the tests of both groups corrected together, undecided would be: {lost}."


def mended(
    before: Mapping[tuple[str, str], tuple[float, str]], after: Mapping[tuple[str, str], tuple[float, str]]
) -> str:
    r"""Say what other rows do to tests; a sentence for each whose p is another.

    Args:
        before: By method and rival, p (Holm) and the verdict.
        after: The same with the rows of now.
    """
    sentences = []
    for (one, other), (p, verdict) in after.items():
        was, was_said = before[one, other]
        if abs(was - p) > SAME * max(was, p):
            how = f"still {verdict}" if was_said == verdict else f"{verdict} instead of {was_said}"
            sentences.append(f"{one} against {_rival(other)} is {how} (p {p:.3f}, was {was:.3f}).")
    return " ".join(sentences) or "No test changes."


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


def _counted(said: Sequence[str], where: str) -> str:
    ours, theirs, open_ = (said.count(word) for word in ("better", "worse", "undecided"))
    return (
        f"of {plural(len(said), 'test')} {where} {_are(ours)} decided for our method, {theirs or 'none'} against it "
        f"and {open_ or 'none'} undecided"
    )


def _are(count: int) -> str:
    return f"{count} are" if count > 1 else f"{count or 'none'} is"


def _method(name: str) -> str:
    return f"The {name}" if name in ("GRU", "hybrid") else name


def _rival(name: str) -> str:
    return NAIVE_CALLED if name == NAIVE else name


def _seconds(value: float) -> str:
    if value < 0.05:
        return "less than 0.1 s"
    return f"{value:.2f} s" if value < 1 else f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
