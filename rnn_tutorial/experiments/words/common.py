r"""Phrases that several chapters use."""

from collections.abc import Mapping, Sequence

from rnn_tutorial.experiments.verdicts import Decision, Effect, decide

__all__ = ["beats", "by_decision", "duel", "larger", "listed", "plural"]


def duel(one: str, other: str, errors_one: Sequence[float], errors_other: Sequence[float]) -> str:
    """Say who wins, seed by seed; a clause without a full stop."""
    if max(errors_one) < min(errors_other):
        return f"every {one} has a smaller test error than every {other}"
    if min(errors_one) > max(errors_other):
        return f"every {other} has a smaller test error than every {one}"
    return f"the seeds of {one} and {other} overlap: no winner"


def beats(ours: float, rival: float) -> str:
    """Return the verb between a network and a rival, by their errors."""
    if ours < rival:
        return "beats"
    if ours > rival:
        return "does not beat"
    return "equals"


def larger(effect: Effect) -> str:
    """Say by how many per cent something is larger or smaller, with the interval: its sign is in the words."""
    word = decide(effect).word
    if word == "undecided":
        return f"not decidedly different: {effect.text(unit=' %')}"
    how, low, high = ("larger", effect.low, effect.high) if word == "holds" else ("smaller", -effect.high, -effect.low)
    by = f"{abs(effect.mean):.1f} % (95 % interval {low:.1f} to {high:.1f} %, {plural(effect.seeds, 'seed')})"
    return f"{how} by {by}"


def by_decision(found: Mapping[str, Decision], clauses: Mapping[str, str]) -> str:
    r"""Say each decision once, with the names of all that it was made of; clauses separated by semicolons.

    Args:
        found: By name, the decision.
        clauses: By word of a decision, in the order in which they are said, a clause with ``{}`` for the names.

    Examples:
        >>> found = {"a": Decision("holds"), "b": Decision("undecided"), "c": Decision("holds")}
        >>> by_decision(found, {"holds": "better on {}", "undecided": "nothing is decided on {}"})
        'better on a and c; nothing is decided on b'
    """
    names = {word: [name for name, decision in found.items() if decision.word == word] for word in clauses}
    return "; ".join(clause.format(listed(names[word])) for word, clause in clauses.items() if names[word])


def plural(count: int, one: str, more: str | None = None) -> str:
    """Return ``1 seed``, ``2 seeds``; ``more`` where the plural has no s."""
    return f"{count} {one if count == 1 else more or one + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Return ``a``, ``a and b``, ``a, b and c``; ``last`` stands before the last."""
    *first, end = parts
    return f"{', '.join(first)} {last} {end}" if first else end
