r"""The page of the first evaluation: who wins over many series, where networks lose, and what could not be decided."""

from collections.abc import Mapping, Sequence

from .common import listed

__all__ = [
    "after_looking",
    "by_verdict",
    "can_decide",
    "complete",
    "digits",
    "everywhere",
    "firsts",
    "goal",
    "held_out",
    "larger_on",
    "leader",
    "loses_on",
    "readings",
    "refused",
    "span",
    "written",
]

DIGITS = 2
SAME = 1e-6
"""Share of an error by which it may differ and still be the same: another order of the same sums."""
Skill = tuple[float, float, float]
"""The estimate and the ends of its interval."""


def complete(shown: Sequence[str], missing: Sequence[str]) -> str:
    """Say which groups are complete; a sentence."""
    if not missing:
        return f"All groups are complete: {listed(shown)}."
    if not shown:
        return "No group is complete yet, so that nothing is shown."
    return f"Complete, and therefore shown: {listed(shown)}. Not complete, and not shown: {listed(missing)}."


def span(counts: Sequence[int]) -> str:
    """Write how many there are of something, from the fewest to the most."""
    return str(counts[0]) if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"


def by_verdict(verdicts: Mapping[str, str]) -> str:
    """Say which methods win against the seasonal naive forecast, lose to it, or are undecided; a sentence."""
    if not verdicts:
        return "This group is not complete, so that nothing of it is shown."
    named = {word: [name for name, said in verdicts.items() if said == word] for word in ("wins", "loses", "undecided")}
    if len(named["undecided"]) == len(verdicts):
        return f"Against the seasonal naive forecast all {len(verdicts)} methods are undecided."
    clauses = [
        f"{listed(names)} {word if len(names) == 1 else word.removesuffix('s')}"
        for word, names in named.items()
        if names and word != "undecided"
    ]
    rest = [f"undecided: {listed(named['undecided'])}"] if named["undecided"] else []
    return f"Against the seasonal naive forecast {'; '.join(clauses + rest)}."


def can_decide(series: int, methods: int, smallest: float, level: float = 0.05) -> str:
    """Say whether the rule can decide anything over so many series; a sentence or two."""
    if smallest >= level:
        return (
            f"With {series} series and {methods} methods, p (Holm) cannot fall below {smallest:.3f}, even for a method "
            "that is ahead on every series. So in this group the rule can decide nothing. The protocol did not foresee "
            "that; it is not changed afterwards."
        )
    return f"With {series} series and {methods} methods there are enough for the rule to decide."


def everywhere(ratios: Mapping[str, Sequence[float]]) -> str:
    """Say which methods have a smaller error than the seasonal naive forecast on every series; a sentence."""
    ahead = [method for method, each in ratios.items() if max(each) < 1]
    if not ahead:
        return "No method has a smaller error than the seasonal naive forecast on every series."
    return f"On every series {listed(ahead)} {'has' if len(ahead) == 1 else 'have'} a smaller error than it."


def leader(skills: Mapping[str, Skill], networks: Sequence[str], choice: str) -> str:
    r"""Say which method has the highest skill, and how the networks stand; two sentences.

    Args:
        skills: By method.
        networks: Which of them are networks.
        choice: The one that chooses among the others.
    """
    best = max((name for name in skills if name != choice), key=lambda name: skills[name][0])
    rivals = [name for name in skills if name != choice and (name in networks) != (best in networks)]
    other = max(rivals, key=lambda name: skills[name][0])
    kinds = ("a network", "a method without a network")
    kind, rest = kinds if best in networks else kinds[::-1]
    ours, theirs = written(skills[best]), written(skills[other])
    if round(skills[best][0], DIGITS) == round(skills[other][0], DIGITS):
        first = f"Two methods share the highest skill, {best}, {ours}, and {other}, {theirs}: {kind} and {rest}."
    else:
        first = f"The highest skill has {kind}: {best}, {ours}; {rest} has at most {theirs}, {other}."
    return f"{first} {choice}, which chooses a method before the test, has {written(skills[choice])}."


def loses_on(
    method: str, ratios: Mapping[str, float], named: int = 3, rival: str = "the seasonal naive forecast"
) -> str:
    """Say on which series a method's error is larger than a rival's; a sentence."""
    count, where = larger_on(ratios, 1, named)
    start, of = f"The error of {method} is larger than {rival}'s on", f"{len(ratios)} series"
    return f"{start} {count} of {of}{where}." if count else f"{start} none of the {of}."


def larger_on(ratios: Mapping[str, float], limit: float, named: int) -> tuple[int, str]:
    """Count the series on which a ratio of errors lies above a limit, and name those where it is largest."""
    worse = sorted((name for name in ratios if ratios[name] > limit), key=lambda name: -ratios[name])
    if not worse:
        return 0, ""
    told = listed([f"{name} ({ratios[name]:.2f} times)" for name in worse[:named]])
    return len(worse), f"{', most on' if len(worse) > named else ':'} {told}"


def firsts(best: Mapping[str, str], networks: Sequence[str]) -> str:
    r"""Count the series on which a network has the smallest error of all methods; a sentence.

    Args:
        best: By series, the method with the smallest error.
        networks: Which of the methods are networks.
    """
    count = sum(name in networks for name in best.values())
    if not count:
        return f"On none of the {len(best)} series does a network have the smallest error of all methods."
    return f"A network has the smallest error of all methods on {count} of the {len(best)} series."


def goal(method: str, skill: Skill, wanted: float, called: str = "that of the smaller comparison") -> str:
    """Compare a skill with one that was to be reached, by the name that this is given; a sentence."""
    mean, low, high = (round(value, DIGITS) for value in skill)  # as they are shown
    if low > wanted:
        how = "above it, with the whole interval"
    elif mean >= wanted:
        how = "reached, but the interval contains less"
    elif high >= wanted:
        how = "missed, but the interval contains it"
    else:
        how = "missed, with the whole interval below it"
    return f"The skill of {method} is {written(skill)}; {called}, {wanted:.2f}, is {how}."


def refused(counts: Mapping[str, int]) -> str:
    """Say which methods said of fits that these are not for them, by the number of series; a sentence."""
    some = {name: count for name, count in counts.items() if count}
    if not some:
        return "No method refused a fit."
    told = listed([f"{name} {count}" for name, count in some.items()])
    return (
        f"Series of which a method refused a fit: {told}; in the folds of such a fit it has the errors of the seasonal "
        "naive forecast."
    )


def readings(changed: Sequence[str]) -> str:
    """Say whether verdicts depend on how a series' mean log ratio is read; a sentence."""
    if not changed:
        return "By the other reading of the protocol every verdict is the same."
    return f"By the other reading of the protocol {listed(changed)} would have another verdict."


def held_out(leaders: Sequence[str], firsts: Mapping[str, Sequence[str]] | None) -> str:
    r"""Say whether who leads on the long series leads on those that were held out; sentences.

    Args:
        leaders: The methods with the highest skill on the long series; none if these are not complete.
        firsts: By series that was held out, the methods with the smallest error; None if they were not opened.
    """
    if not leaders or firsts is None:
        return "They have not been opened."
    places = "; ".join(f"on {name} {listed(methods)}" for name, methods in firsts.items())
    stayed = [name for name in leaders if all(name in methods for methods in firsts.values())]
    told = listed(stayed) if stayed else "None of those"
    verb = "is" if len(stayed) < 2 else "are"
    return (
        f"First on the long series, as far as two digits tell: {listed(leaders)}. First here: {places}. "
        f"{told} {verb} first on both of these as well."
    )


def after_looking(group: str, choice: str, skills: tuple[float, float], ratios: Sequence[Mapping[str, float]]) -> str:
    r"""Say what a method that was changed after looking is worth on the same series; a sentence.

    Args:
        group: Name of the series, as "short".
        choice: The method.
        skills: Before and after.
        ratios: Before and after, by series: its error over the seasonal naive forecast's.
    """
    before, after = ratios
    moved = {name: after[name] - before[name] for name in before if abs(after[name] / before[name] - 1) > SAME}
    first, second = (f"{value:z.{DIGITS}f}".replace("-", "−") for value in skills)
    if not moved:
        return f"On the {group} series the skill of {choice} is still {second}: none of its errors is another."
    smaller = [name for name in moved if moved[name] < 0]
    larger = [name for name in moved if moved[name] > 0]
    told = [f"{word} on {listed(names)}" for word, names in (("smaller", smaller), ("larger", larger)) if names]
    how = f"{second}, as before" if first == second else f"{second} instead of {first}"
    return (
        f"On the {group} series the skill of {choice} is {how}; its error is {' and '.join(told)}, and the same on "
        f"{len(before) - len(moved)} of {len(before)} series."
    )


def written(skill: Skill) -> str:
    """Write a skill with its interval."""
    mean, low, high = map(digits, skill)
    return f"{mean} ({low} to {high})"


def digits(value: float) -> str:
    r"""Write a number with two digits after the point, or with one more where it would round to a zero that it is not.

    Examples:
        >>> digits(0.123), digits(-0.0041), digits(0.0)
        ('0.12', '−0.004', '0.00')
    """
    more = 1 if value and abs(value) < 0.5 * 10**-DIGITS else 0
    return f"{value:z.{DIGITS + more}f}".replace("-", "−")
