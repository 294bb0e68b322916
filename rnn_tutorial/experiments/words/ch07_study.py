r"""Words of chapter 7 on its stored runs: recipes, readers of rows and their rivals, and the order of the rows."""

import math
from collections.abc import Mapping, Sequence

from rnn_tutorial.experiments.verdicts import Effect, decide

from .common import by_decision, listed, plural

__all__ = [
    "apart",
    "beside",
    "cost",
    "first_of",
    "gain",
    "kept_longer",
    "order_of_rows",
    "pixel_by_pixel",
    "rates",
    "repaired",
    "the",
]

MUCH = 1.0
"""Points of accuracy an epoch above which a training is not at its end."""
TOO_LITTLE = 0.3
"""Points that 5,000 held-back images cannot tell from chance: two standard errors near 98 % are 0.4."""


def gain(first: str, second: str, effect: Effect) -> str:
    """Say which of two networks reads more digits, by the rule; ``effect`` is the second's gain in points."""
    word, reason = decide(effect)
    if word == "undecided":
        return f"Whether {second} or {first} reads more digits is undecided: {effect.text(2, ' points')}; {reason}."
    better, worse, sign = (second, first, 1) if word == "holds" else (first, second, -1)
    low, high = sorted((sign * effect.low, sign * effect.high))
    interval = f"95 % interval {low:.2f} to {high:.2f} over {plural(effect.seeds, 'seed')}"
    return f"{_capital(better)} reads more digits than {worse}: by {sign * effect.mean:.2f} points, {interval}."


def beside(first: str, gains: Mapping[str, Effect]) -> str:
    """Say which networks read more digits than the ``first``, and which fewer, by the rule; ``gains`` in points."""
    decisions = {the(name): decide(effect) for name, effect in gains.items()}
    clauses = {"holds": "more by {}", "does not hold": "fewer by {}", "undecided": "undecided for {}"}
    return f"Digits read, beside {first}: {by_decision(decisions, clauses)}."


def apart(distinct: int, seeds: int) -> str:
    """Say in how many seeds McNemar's test tells the two networks apart."""
    test = "McNemar's test tells the two networks apart"
    if distinct == seeds:
        return f"{test} in every one of {plural(seeds, 'seed')}."
    if distinct == 0:
        return f"{test} in none of {plural(seeds, 'seed')}."
    return f"{test} in {distinct} of {plural(seeds, 'seed')}."


def cost(ours: float, theirs: float) -> str:
    """Compare the processor's minutes of a recipe with those of the article's; a clause."""
    if not (math.isfinite(ours) and math.isfinite(theirs)):
        return "at a cost that was not measured"
    than = f"in {ours:.1f} minutes of a core instead of {theirs:.1f}"
    if ours <= theirs:
        return than
    return f"{than}, which is longer"


def rates(gains: Mapping[str, float]) -> str:
    """Say what the best other learning rate gains on held-back images, in points, for each network that was tried."""
    name = max(gains, key=lambda one: gains[one])
    if gains[name] <= 0:
        return f"For {listed([the(one) for one in gains])} the recipe's rate was the best."
    if gains[name] <= TOO_LITTLE:
        return f"No other rate gained more than {gains[name]:.2f} points, too little to change the recipe for."
    return f"Another rate gained {gains[name]:.2f} points for {the(name)}: with it, its accuracy below could be higher."


def first_of(means: Mapping[str, float], sees_columns: str = "CNN") -> str:
    """Rank networks by their mean accuracy, and say where the one stands that knows which columns are neighbours."""
    ranked = sorted(means, key=lambda name: -means[name])
    readers = [name for name in ranked if name != sees_columns]
    best = f"Of the networks that are not told which columns are neighbours, {the(readers[0])} reads most"
    says = f"{best} ({means[readers[0]]:.2f} %) and {the(readers[-1])} fewest ({means[readers[-1]]:.2f} %)."
    if sees_columns not in means:
        return says
    place = means[sees_columns]
    if ranked[0] == sees_columns:
        return f"{says} The {sees_columns}, which is told, reads {place:.2f} %, more than any of them."
    ahead = sum(means[name] > place for name in readers)
    return f"{says} The {sees_columns}, which is told, reads {place:.2f} %; {plural(ahead, 'network')} read more."


def order_of_rows(effect: Effect, name: str) -> str:
    """Say what a fixed other order of the rows costs a network; ``effect`` is the gain by the other order in points."""
    says = f"The other order changes the accuracy by {effect.text(2, ' points')}"
    word, reason = decide(effect)
    if word == "holds":
        return f"{says}: {the(name)} reads more when neighbouring rows are apart."
    if word == "does not hold":
        return f"{says}: {the(name)} is helped by it that neighbouring rows follow each other."
    return f"{says}. Whether the order matters is undecided: {reason}."


def kept_longer(fresh: float, own: float) -> str:
    """Compare two readouts of the last state, a fresh one and the network's own; accuracies in per cent."""
    says = f"The network's own readout of the same state gets {own:.1f} %"
    if abs(fresh - own) < 0.05:
        return f"{says}, as much."
    why = (
        "the fresh one was trained longer, on a state that stays as it is"
        if fresh > own
        else ("it learnt together with the state, from all training images")
    )
    return f"{says}: {why}."


def repaired(accuracies: Sequence[float]) -> str:
    """Say what the repaired program reads with all images and epochs, in per cent."""
    images = "% of the 10,000 test images"
    if len(accuracies) == 1:
        return f"it reads {accuracies[0]:.2f} {images}"
    return f"it reads {min(accuracies):.2f} to {max(accuracies):.2f} {images}, by {len(accuracies)} seeds"


def the(name: str) -> str:
    """Name a network of the table in a sentence."""
    return "the dense network" if name == "dense" else f"the {name}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def pixel_by_pixel(right: Mapping[str, Sequence[float]]) -> str:
    r"""Say how many images are read after the last epoch, and what it was still worth; sentences.

    Args:
        right: By network, the share of test images read correctly after each epoch, in per cent.
    """
    ends = [
        f"{the(name)} reads {values[-1]:.1f} % after {plural(len(values), 'epoch')}" for name, values in right.items()
    ]
    gains = {name: values[-1] - values[-2] for name, values in right.items() if len(values) > 1}
    said = f"{_capital(listed(ends))}."
    if not gains:
        return said
    last = [f"{the(name)} {gain:+.1f} points" for name, gain in gains.items()]
    said = f"{said} The last epoch brought {listed(last)}"
    return f"{said}: these runs are not at their end." if min(gains.values()) > MUCH else f"{said}."
