r"""Phrases that several chapters use."""

from collections.abc import Mapping, Sequence

from rnn_tutorial.experiments.verdicts import Decision, Effect, decide

__all__ = ["beats", "by_decision", "duel", "intervals", "larger", "listed", "plural"]


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


def intervals(effects: Mapping[str, Effect], decimals: int = 1, unit: str = "") -> str:
    r"""List effects with their 95 % intervals; what is the same for all of them is said once, at the end.

    Args:
        effects: By what it is an effect of; all of as many seeds.
        decimals: Of each number.
        unit: Of the effects; the intervals are in the same.

    Examples:
        >>> intervals({"backwards": Effect(2.0, 1.0, 3.0, 5), "a day": Effect(-0.1, -0.4, 0.2, 5)}, unit=" %")
        'backwards +2.0 % (+1.0 to +3.0); a day -0.1 % (-0.4 to +0.2); 95 % intervals, 5 seeds'
    """
    ranges = {
        name: f" ({effect.low:+.{decimals}f} to {effect.high:+.{decimals}f})" if effect.seeds > 1 else ""
        for name, effect in effects.items()
    }
    said = [f"{name} {effect.mean:+.{decimals}f}{unit}{ranges[name]}" for name, effect in effects.items()]
    seeds = min(effect.seeds for effect in effects.values())
    return "; ".join(said) + (f"; 95 % intervals, {seeds} seeds" if seeds > 1 else "; 1 seed")


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
