r"""Chapter 1, the plain recurrent network: its memory, its place among the baselines, the verdicts on six claims."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from rnn_tutorial.experiments.verdicts import Effect, decide, ratio

from .common import listed, plural

__all__ = [
    "Kept",
    "Reach",
    "averaged",
    "blame",
    "long_sequences",
    "memory_needed",
    "reached",
    "standing",
    "start_carries",
    "suits_sequences",
    "trained_memory",
    "training_taught",
    "weakness",
    "weeks_compared",
    "with_cnn",
]

ABOUT_TEN = 20
"""Steps that still count as "about ten"."""


class Kept(NamedTuple):
    """What three networks keep for the backward pass, in one unit."""

    rnn: float
    cnn: float
    dense: float

    def less_than_rnn(self) -> list[str]:
        """Return the rivals that keep less than the recurrent network."""
        return [name for name, kept in (("CNNs", self.cnn), ("dense networks", self.dense)) if kept < self.rnn]


class Reach(NamedTuple):
    """The longest lag that every seed remembers, 0 for none: after the default starts, after others, and the most."""

    default: int
    other: int
    longest: int
    """The longest lag tried."""


# ---- memory before and after training --------------------------------------------------------------------------


def training_taught(change: Effect) -> str:
    """Say what training did to the half-life of a memory, by the ratio of after to before; a sentence."""
    decision = decide(change)
    if decision.word == "holds":
        return "Training lengthened the memory as well: the networks remember for longer than before"
    if decision.word == "does not hold":
        return "Training changed what the networks say, and they forget sooner than before"
    return f"Whether training changed the length of the memory is undecided ({decision.reason})"


def trained_memory(before: Sequence[float], after: Sequence[float]) -> str:
    """Say the same with numbers, in days; a clause."""
    word = decide(ratio(after, before)).word
    how = {"holds": "lengthened", "does not hold": "shortened", "undecided": "did not clearly change"}[word]
    seeds = f", means over {len(after)} seeds" if len(after) > 1 else ""
    return f"training {how} its memory: a half-life of {_days(before)} before, {_days(after)} after{seeds}"


def _days(half_lives: Sequence[float]) -> str:
    mean = sum(half_lives) / len(half_lives)
    return f"{mean:.1f} days" if math.isfinite(mean) else "no limit"


# ---- the scoreboard ---------------------------------------------------------------------------------------------


def averaged(error: float, spread: float, seeds: int) -> str:
    """State a network's error in kW over its seeds; a sentence without a full stop."""
    if seeds == 1:
        return f"With one seed the network's mean absolute error is {error:.1f} kW"
    return f"Over {seeds} seeds the network's mean absolute error is {error:.1f} kW, ± {spread:.1f} (half the range)"


def standing(gain: Effect, parameters: int) -> str:
    r"""Say how a network stands to the best baseline; a clause.

    Args:
        gain: The baseline's error less the network's, seed by seed.
        parameters: Numbers that the baseline has fitted.
    """
    method = f"a method with {plural(parameters, 'fitted number')}" if parameters else "a method with nothing to fit"
    decision = decide(gain)
    if decision.word == "undecided":
        return f"whether the network or {method} is better on these eight weeks is undecided ({decision.reason})"
    how = "better" if decision.word == "holds" else "worse"
    return f"on these eight weeks the network is {how} than {method}"


def weeks_compared(network: tuple[float, float], naive: tuple[float, float]) -> str:
    r"""Say whether validation and test weeks are equally hard; a sentence without a full stop.

    Args:
        network: Errors of the network on the validation weeks and on the test weeks, in kW.
        naive: The same of a method that learns nothing.
    """
    ours, theirs = (f"{one:.1f} kW there and {other:.1f} on the test weeks" for one, other in (network, naive))
    harder = [one > other for one, other in (network, naive)]
    if harder[0] != harder[1]:
        return (
            f"The network errs by {ours}, the same hour last week by {theirs}: they do not agree which weeks are harder"
        )
    how = "harder" if harder[0] else "easier"
    return (
        f"The validation weeks are {how} than the test weeks, and not for the network alone: it errs by {ours}, the "
        f"same hour last week by {theirs}"
    )


# ---- the article's claims ---------------------------------------------------------------------------------------


def suits_sequences(past: Effect, order: Effect, rival: Effect) -> str:
    r"""Judge that recurrent networks suit sequences because they take earlier information into account.

    Args:
        past: By how much the error grows with one day of past instead of two weeks.
        order: By how much it grows when the days come in another order, the same for all windows.
        rival: By how much larger a dense network's error is.
    """
    earlier, ordered, better = decide(past), decide(order), decide(rival)
    if earlier.word != "holds":
        return str(earlier)
    if ordered.word == better.word == "holds":
        return "holds"
    doubts = [
        {"does not hold": "another order serves as well or better", "undecided": "that order counts is undecided"},
        {"does not hold": "a dense network does better", "undecided": "that it beats a dense network is undecided"},
    ]
    found = [doubt[d.word] for d, doubt in zip((ordered, better), doubts, strict=True) if d.word != "holds"]
    return f"holds only for the use of earlier information: {listed(found)}"


def with_cnn(relu: Effect, linear: Effect) -> str:
    """Judge that a CNN helps, by how much larger the error is without one: one with a ReLU, and one without."""
    first, second = decide(relu), decide(linear)
    if first.word == second.word:
        return f"{first.word} here" + (f": {first.reason}" if first.reason else "")
    if "holds" in (first.word, second.word):
        return f"holds only for a CNN {'with' if first.word == 'holds' else 'without'} a ReLU"
    unsure, reason = ("with", first.reason) if first.word == "undecided" else ("without", second.reason)
    return f"undecided {unsure} a ReLU ({reason}); does not hold {'without' if unsure == 'with' else 'with'} one"


def blame(shared: tuple[float, float], fresh: tuple[float, float]) -> str:
    r"""Judge that gradients vanish or explode because weights are shared, by their factors a step.

    Args:
        shared: With small and with large weights, the same at every step.
        fresh: The same with fresh weights at every step.
    """
    if not _vanish_and_explode(shared):
        return "does not hold here: shared weights do not make gradients both vanish and explode"
    if _vanish_and_explode(fresh):
        return "holds only for the effect: its cause is the size of the weights, not their sharing"
    return "holds here: with fresh weights gradients do not both vanish and explode"


def _vanish_and_explode(factors: tuple[float, float]) -> bool:
    small, large = factors
    return small < 1 < large


def memory_needed(at_equal_size: Kept, at_equal_width: Kept) -> str:
    """Judge that a recurrent network keeps more in memory than a CNN and a dense network, compared in two ways."""
    size, width = at_equal_size.less_than_rnn(), at_equal_width.less_than_rnn()
    always = [name for name in size if name in width]
    if len(always) == 2:
        return "holds"
    if always:
        return f"holds only against {always[0]}"
    if size or width:
        way, found = ("parameters", size) if size else ("width", width)
        return f"holds only at equal {way}, against {listed(found)}"
    return "does not hold"


def reached(steps: int) -> str:
    """Return the longest lag that every seed remembers, in words."""
    return plural(steps, "step") if steps else "no lag tried"


def long_sequences(reach: Reach) -> str:
    """Judge that tanh and relu cannot handle very long sequences."""
    if reach.default == reach.longest:
        return "does not hold here: the default start already remembers every lag tried"
    if reach.other > reach.default:
        return "holds only for the default start"
    return "holds here: no other start reaches further"


def weakness(reach: Reach) -> str:
    """Say whose weakness a short memory is, the architecture's or its start's; a sentence without a full stop."""
    if reach.other > reach.default:
        return (
            "What the article calls a weakness of the architecture is in good part a weakness of its initialisation: "
            "the next chapters' gates are a cure, but not the only one"
        )
    if reach.default == reach.longest:
        return "On this task there is no weakness to explain: the default start already remembers every lag tried"
    return (
        "On this task no other start remembers longer than the default one, so the weakness may well be the "
        "architecture's, as the article says: the next chapters' gates are a cure to try"
    )


def start_carries(reach: Reach) -> str:
    """Say how far another start carries the same equations; a sentence without a full stop."""
    if reach.other > reach.default:
        return (
            "A better start carries the same equations further: with the better of tanh and relu every seed remembers "
            f"over {reached(reach.other)}, with the default start over {reached(reach.default)}"
        )
    return (
        "No other start carried the same equations further than the default one: with the better of tanh and relu "
        f"every seed remembers over {reached(reach.other)}, with the default start over {reached(reach.default)}"
    )
