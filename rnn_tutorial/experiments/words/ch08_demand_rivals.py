r"""Chapter 8, convolutions and attention in the LSTM's place: on demand, and on all tasks of the book together."""

from collections.abc import Mapping, Sequence

from rnn_tutorial.experiments.verdicts import Decision, Effect

from .common import by_decision, listed

__all__ = ["at_the_edge", "best_start", "fewer_errors", "suits_better"]


def fewer_errors(found: Mapping[str, Decision]) -> str:
    r"""Say who errs less, the LSTM or its rivals; clauses separated by semicolons.

    Args:
        found: By rival and series, such as ``"temporal CNN in Victoria"``, the decision that it errs less.
    """
    return by_decision(
        {f"the {name}": decision for name, decision in found.items()},
        {
            "holds": "fewer errors than the LSTM are made by {}",
            "does not hold": "more errors are made by {}",
            "undecided": "it is undecided of {}",
        },
    )


def at_the_edge(chosen: Sequence[float], rates: Sequence[float]) -> str:
    """Say how often the best learning rate is the smallest or the largest that was tried; a sentence."""
    edges = sum(rate in (min(rates), max(rates)) for rate in chosen)
    if not edges:
        return "Every chosen rate lies between two that are worse."
    return (
        f"In {edges} of {len(chosen)} cases the chosen rate is the smallest or the largest tried: a wider search may "
        "change the numbers."
    )


def suits_better(found: Mapping[str, Decision]) -> str:
    r"""Judge that convolutions and attention may, in some cases, suit sequences better than an LSTM.

    Args:
        found: By rival and task, such as ``"temporal CNN on recall"``, the decision that it does better than the LSTM.
    """
    by_word = {
        word: [name for name, decision in found.items() if decision.word == word]
        for word in ("holds", "does not hold", "undecided")
    }
    better, worse, of = by_word["holds"], by_word["does not hold"], len(found)
    if len(better) == of:
        return f"holds in all {of} comparisons"
    if better:
        return f"holds only of {len(better)} of {of} comparisons: the {listed(better)}"
    if len(worse) == of:
        return f"does not hold here: the LSTM does better in all {of} comparisons"
    also = f"the LSTM does better in {len(worse)} of {of} comparisons, and elsewhere " if worse else ""
    return f"undecided: {also}the intervals contain no effect"


def best_start(changes: Mapping[str, tuple[Effect, Decision]]) -> str:
    r"""Say what an orthogonal start does to the plain network's error; clauses separated by semicolons.

    Args:
        changes: By series, by how many per cent the error with an orthogonal start is larger than with PyTorch's, and
            the decision that it is smaller.
    """
    verbs = {"holds": "lowers the error in", "does not hold": "raises the error in", "undecided": "decides nothing in"}
    found = {
        f"{title} ({effect.mean:+.1f} %)".replace("-", "−"): decision for title, (effect, decision) in changes.items()
    }
    return by_decision(found, {word: f"{verb} {{}}" for word, verb in verbs.items()})
