r"""The page of the Pacific: how the ConvLSTM stands beside simpler forecasts, and whether a better start helps.

Effects are by how many per cent one error is larger than another, seed by seed.
"""

from collections.abc import Sequence

from rnn_tutorial.experiments.verdicts import Effect, decide

__all__ = ["answer", "beside_patterns", "every_lead", "story"]


def every_lead(seeds: Sequence[Sequence[float]], rival: Sequence[float]) -> str:
    """Compare each seed of the ConvLSTM with the regression at each lead, (seeds, leads) and (leads,); a clause."""
    wins = [ours < theirs for row in seeds for ours, theirs in zip(row, rival, strict=True)]
    if all(wins):
        return "at every lead every seed of the ConvLSTM is ahead of the regression"
    if not any(wins):
        return "at no lead is any seed of the ConvLSTM ahead of the regression"
    return "which of the two is ahead depends on the lead or on the seed"


def story(network: float, persistence: float, regression: float) -> str:
    """Say what the regression's line does to the ConvLSTM's result; a sentence."""
    if not network < persistence:
        return "That is no success, whatever stands beside it."
    if network > regression:
        return "Without the regression this would have been a success story."
    return "It is a success beside the regression, too."


def answer(start: Effect, regression: Effect) -> str:
    """Say whether the better start helps the ConvLSTM, and whether this network adds to its start; a sentence."""
    helped = {
        "does not hold": "The better start helps the ConvLSTM",
        "holds": "The better start makes the ConvLSTM worse",
        "undecided": "Whether the better start helps the ConvLSTM is not decided",
    }[decide(start).word]
    added = {
        "does not hold": "what the network adds to its start lowers the error",
        "holds": "what the network adds to its start raises the error: the start alone is the better forecast",
        "undecided": "whether the network adds anything to its start is not decided",
    }[decide(regression).word]
    return f"{helped}, and {added}."


def beside_patterns(effect: Effect) -> str:
    """Say how the better network stands beside the linear regression on patterns; a sentence."""
    return {
        "does not hold": "It is ahead of the regression on patterns as well: it has found more than that can say.",
        "holds": "The regression on patterns, which is linear, is ahead of it: what cells can tell each other here, "
        "a linear map says better.",
        "undecided": "Between it and the regression on patterns, which is linear, nothing is decided.",
    }[decide(effect).word]
