r"""The page of the second evaluation: which pairs of methods are decided, and how firmly."""

from collections.abc import Collection, Mapping, Sequence

from .common import listed, plural
from .evaluation import SAME

__all__ = [
    "decided",
    "enough",
    "firm",
    "mended",
    "tally",
]

NAIVE, NAIVE_CALLED = "seasonal naive", "the seasonal naive forecast"


def enough(series: int, tests: int, smallest: float) -> str:
    """Say how small p can become over so many series; a sentence."""
    how = "below 0.001" if smallest < 0.001 else f"to {smallest:.3f}"
    return f"With {series} series and {plural(tests, 'test')}, p (Holm) can fall {how}."


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
