r"""Unequal lengths, depth, both directions and attention, in words: what each was worth, by the rule."""

from collections.abc import Mapping

from rnn_tutorial.experiments.verdicts import Decision, Effect, decide

from .common import by_decision, plural

__all__ = ["deeper", "filled", "lengths_matter", "looks_back"]


def lengths_matter(effect: Effect) -> str:
    """Say whether a network errs more that is not told the lengths, by its error minus the other's; a clause."""
    return _said(decide(effect), "knowing the lengths helps", "knowing the lengths does harm")


def deeper(effects: Mapping[int, Effect]) -> str:
    r"""Say what more layers do to the error of one of the same size; clauses separated by semicolons.

    Args:
        effects: By the number of layers, by how many per cent the error is larger than that of one.
    """
    return "; ".join(
        f"{plural(layers, 'layer')}: {effect.text(1, ' %')}, {_said(decide(effect), 'worse', 'better')}"
        for layers, effect in effects.items()
    )


def filled(effects: Mapping[str, Effect]) -> str:
    r"""Say beside which rivals both directions fill gaps better; a clause.

    Args:
        effects: By rival, by how many per cent the error of both directions is larger than the rival's.
    """
    said = by_decision(
        {rival: decide(effect) for rival, effect in effects.items()},
        {
            "does not hold": "a smaller error than {}",
            "holds": "a larger error than {}",
            "undecided": "no decided difference to {}",
        },
    )
    return f"both directions have {said}"


def looks_back(effect: Effect) -> str:
    """Say what attention does to the share of right answers, seed by seed; a sentence without a full stop."""
    decision = decide(effect)
    if decision.word == "undecided":
        return f"Between the two readouts nothing is decided: {decision.reason}"
    how = "more" if decision.word == "holds" else "fewer"
    return f"With the readout that looks back, {how} answers are right"


def _said(decision: Decision, holds: str, fails: str) -> str:
    if decision.word == "undecided":
        return f"nothing is decided ({decision.reason})"
    return holds if decision.word == "holds" else fails
