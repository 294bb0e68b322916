r"""Chapter 1, the plain recurrent network: its memory, its place among the baselines, the verdicts on six claims."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from .common import halves, plural

__all__ = [
    "Reach",
    "averaged",
    "blame",
    "halves",
    "long_sequences",
    "memory_needed",
    "order_counts",
    "past_helps",
    "reached",
    "standing",
    "start_carries",
    "ten_steps",
    "trained_memory",
    "training_taught",
    "weakness",
    "with_cnn",
]

ABOUT_TEN = 20
"""Steps that still count as "about ten"."""


class Reach(NamedTuple):
    """The longest lag that every seed remembers, 0 for none: after the default starts, after others, and the most."""

    default: int
    other: int
    longest: int
    """The longest lag tried."""


# ---- memory before and after training --------------------------------------------------------------------------


def training_taught(before: float, after: float) -> str:
    """Say what training did to the half-life of a memory; sentences. Within a twentieth, nothing."""
    if after > 1.05 * before:
        return "Training changed not only what the network says: this network also remembers for longer than before"
    if after < before / 1.05:
        return "Training changed what the network says, and this network forgets sooner than before"
    return "Training changed what the network says, and left the length of this network's memory as it was"


def trained_memory(before: float, after: float) -> str:
    """Say the same with numbers, in days; a clause."""
    how = "lengthened" if after > 1.05 * before else "shortened" if after < before / 1.05 else "hardly changed"
    return f"training {how} its memory: a half-life of {_days(before)} before, {_days(after)} after"


def _days(half_life: float) -> str:
    return f"{half_life:.1f} days" if math.isfinite(half_life) else "no limit"


# ---- the scoreboard ---------------------------------------------------------------------------------------------


def averaged(error: float, spread: float, seeds: int) -> str:
    """State a network's error in kW over its seeds; a sentence without a full stop."""
    if seeds == 1:
        return f"With one seed the network's mean absolute error is {error:.1f} kW"
    return f"Over {seeds} seeds the network's mean absolute error is {error:.1f} kW, ± {spread:.1f} (half the range)"


def standing(gap: float, spread: float, parameters: int) -> str:
    r"""Say how a network stands to the best baseline, measured by what the seed alone changes; a clause.

    Args:
        gap: The baseline's error less the network's.
        spread: Half the range of the network's over seeds; NaN for one seed.
        parameters: Numbers that the baseline has fitted.
    """
    method = f"a method with {plural(parameters, 'fitted number')}" if parameters else "a method with nothing to fit"
    if math.isnan(spread):
        return f"one seed alone cannot place the network beside {method}"
    how = "level with" if abs(gap) <= spread else "better than" if gap > 0 else "worse than"
    return f"measured by what the seed alone changes, the network is {how} {method} on these eight weeks"


# ---- the article's claims ---------------------------------------------------------------------------------------


def past_helps(
    one_day: Sequence[float], longer: Sequence[float], ordered: Sequence[float], mixed: Sequence[float]
) -> str:
    r"""Judge that earlier information helps, by errors seed by seed: who wins, wins with every seed.

    Args:
        one_day: With one day of past.
        longer: With the best longer past.
        ordered: With two weeks.
        mixed: With two weeks in random order.
    """
    length, order = _winner(longer, one_day), _winner(ordered, mixed)
    if length > 0 and order > 0:
        return "holds"
    if order > 0:
        harm = "does harm" if length < 0 else "changes no more than the seeds do"
        return f"holds only for the order: a longer past {harm}"
    if length > 0:
        return "holds only for the length: in random order the past is worth as much"
    if length == order == 0:
        return "undecided: all within the seeds"
    return "does not hold"


def _winner(ours: Sequence[float], theirs: Sequence[float]) -> int:
    # 1: every error of ours is smaller than every one of theirs; -1: the other way round; 0: they overlap
    return int(max(ours) < min(theirs)) - int(max(theirs) < min(ours))


def order_counts(one_day: float, ordered: float, mixed: float) -> str:
    r"""Say what two weeks in random order are worth, by mean errors in kW; a sentence without a full stop.

    Args:
        one_day: With one day of past.
        ordered: With two weeks.
        mixed: With two weeks in random order.
    """
    shuffled = f"in random order, two weeks ({mixed:.1f} kW) predict"
    if mixed > max(one_day, ordered):
        return f"Order matters: {shuffled} worse than yesterday alone ({one_day:.1f} kW)"
    if mixed > ordered:
        rest = f"worse than in order ({ordered:.1f} kW), yet no worse than yesterday alone ({one_day:.1f} kW)"
        return f"Order matters, but not alone: {shuffled} {rest}"
    return f"Order does not matter here: {shuffled} no worse than in order ({ordered:.1f} kW)"


def with_cnn(gain: float, spread: float) -> str:
    """Judge that a CNN helps, by its gain and the standard deviation over seeds, 0 for one, both in per cent."""
    if spread == 0:
        return "undecided here: one seed alone says nothing"
    if gain > 2 * spread:
        return "holds here"
    if gain < -2 * spread:
        return "does not hold here"
    return "undecided here: within the seeds"


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


def memory_needed(rnn: float, cnn: float, dense: float) -> str:
    """Judge that a recurrent network keeps more in memory than a CNN and a dense network of its size."""
    if rnn > max(cnn, dense):
        return "holds"
    if rnn > dense:
        return "holds only against dense networks"
    if rnn > cnn:
        return "holds only against CNNs"
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


def ten_steps(reach: Reach) -> str:
    """Judge that the plain network fails beyond about ten steps."""
    if reach.default > ABOUT_TEN:
        return "does not hold: too pessimistic"
    if reach.longest <= ABOUT_TEN:
        return "undecided: nothing much longer was tried"
    if reach.other > ABOUT_TEN:
        return "holds only for the default start"
    return "holds"


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
            "A better start carries the same equations further: every seed remembers over "
            f"{reached(reach.other)}, with the default start over {reached(reach.default)}"
        )
    return (
        "No other start carried the same equations further than the default one: every seed remembers over "
        f"{reached(reach.other)}, with the default start over {reached(reach.default)}"
    )
