r"""Words of the page of special cases: series whose best forecast is known, holidays, demand that is mostly zero."""

from collections.abc import Mapping, Sequence

from rnn_tutorial.experiments.verdicts import Effect, decide

from .common import larger, listed

__all__ = ["known_best", "known_missed", "known_ours", "least_absolute", "nearest", "network_nearer", "told"]


# ---- series whose best forecast is known -----------------------------------------------------------------------


def known_best(passed: Mapping[str, int], cases: int) -> str:
    """Say which methods come near the best forecast in most cases; a sentence."""
    most = max(passed.values())
    names = [name for name, count in passed.items() if count == most]
    if most == cases:
        return f"Near the best forecast in all {cases} with every seed: {listed(names)}."
    if most == 0:
        return "None is near the best forecast of any series with every seed."
    return f"None is near the best forecast in all {cases} with every seed; most often, in {most}: {listed(names)}."


def known_missed(missed: Sequence[str]) -> str:
    """Name the series that every method missed; a sentence."""
    if not missed:
        return "Each series has a method that comes near its best forecast with every seed."
    return f"No method comes near the best forecast with every seed of: {listed(missed)}."


def known_ours(ours: Mapping[str, int], peers: Mapping[str, int]) -> str:
    """Compare the best of our methods by passed cases with the best of the others; a sentence."""
    (our, own), (rival, other) = (max(part.items(), key=lambda one: one[1]) for part in (ours, peers))
    if own == other:
        return f"The best of ours, {our}, passes as many as {rival}, the best of the others."
    word = "more" if own > other else "fewer"
    return f"The best of ours, {our}, passes {word} than {rival}, the best of the others: {own} and {other}."


# ---- holidays ----------------------------------------------------------------------------------------------------


def told(special: Effect, other: Effect, plain: Effect) -> str:
    r"""Say what columns for holidays do to the errors of a network; sentences.

    Args:
        special: By how many per cent they make its error larger on special days, with Christmas apart.
        other: On all other days.
        plain: On special days, with one column for all holidays.
    """
    first = f"With Christmas and New Year apart the GRU's error on holidays, eves and bridge days is {larger(special)}"
    second = f"on other days it is {larger(other)}"
    third = f"With one column for all holidays the error on such days is {larger(plain)}."
    return f"{first}; {second}. {third}"


# ---- counts that are mostly zero ----------------------------------------------------------------------------------


def least_absolute(errors: Mapping[str, float], zero: str) -> str:
    """Say who has the smallest mean absolute error; a sentence."""
    best = min(errors, key=lambda name: errors[name])
    if best == zero:
        return f'The smallest mean absolute error is that of "{zero}": a forecast that never orders anything.'
    both = f"with {zero} at {errors[zero]:.2f} beside {errors[best]:.2f}"
    return f'The smallest mean absolute error is that of "{best}", {both}.'


def nearest(away: Mapping[str, float], zero: str) -> str:
    """Say who is nearest to the mean that demand was drawn from, and where the median is; a sentence."""
    order = sorted(away, key=lambda name: away[name])
    last = f', and "{zero}" is the furthest away' if order[-1] == zero else ""
    return f'Nearest to the mean that the demand was drawn from is "{order[0]}"{last}.'


def network_nearer(effects: Mapping[str, Effect]) -> str:
    r"""Say whose distance from the true mean the network's is smaller than, over pairs of the same series; a sentence.

    Args:
        effects: By rival, by how many per cent the network's distance is larger.
    """
    words = {name: decide(effect).word for name, effect in effects.items()}
    clauses = {
        "does not hold": "nearer to it than {}",
        "holds": "further from it than {}",
        "undecided": "not decidedly nearer or further than {}",
    }
    said = [
        clause.format(listed([name for name in words if words[name] == word]))
        for word, clause in clauses.items()
        if word in words.values()
    ]
    return f"By the rule of all claims the network is {'; '.join(said)}."
