r"""Words of chapters 5 and 6's common board: who has the least error at which lead, and what a loss does."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from rnn_tutorial.experiments.verdicts import SEEDS, decide, difference

from .common import listed, plural

__all__ = [
    "beside",
    "beside_mean",
    "by_rule",
    "fed_best",
    "leaders",
    "losses",
    "nets_beside_simple",
    "seeds_say",
    "ssim_as_loss",
]

Best = Sequence[tuple[str, float]]


def leaders(best: Best) -> str:
    r"""Say who has the least error at which leads; a clause without a full stop.

    Args:
        best: Name and error of the best at each lead, from lead 1 on.
    """
    parts = []
    for name in dict.fromkeys(name for name, _ in best):
        where = [k for k, (other, _) in enumerate(best, start=1) if other == name]
        parts.append(f"{_in_a_sentence(name)} at {_all_or(where, len(best))}")
    return listed(parts)


def nets_beside_simple(networks: Best, simple: Best) -> str:
    r"""Say at which leads the best network is better than the best simple forecast; a sentence without a full stop."""
    better = [k for k, (one, other) in enumerate(zip(networks, simple, strict=True), start=1) if one[1] < other[1]]
    worse = [k for k in range(1, len(networks) + 1) if k not in better]
    if not worse:
        return "At every lead the best network is better than all that learns nothing, the blurred forecasts included"
    if not better:
        return "At no lead is a network better than the best forecast that learns nothing"
    names = list(dict.fromkeys(simple[k - 1][0] for k in worse))
    return (
        f"At {leads(worse)} no network is better than the best that learns nothing ({listed(names)}); "
        f"at {leads(better)} the best network is better than all of those"
    )


def beside(name: str, errors: Sequence[float], rival: str, others: Sequence[float]) -> str:
    r"""Say at which leads one mean error is smaller than another; a sentence without a full stop.

    Args:
        name: Of the one.
        errors: Its mean error at each lead; none if it has not been measured.
        rival: Of the other.
        others: Its errors.
    """
    name, rival = _in_a_sentence(name), _in_a_sentence(rival)
    if not errors or not others:
        return f"Whether the {name} has smaller errors than the {rival} has not been measured"
    better = [k for k, (one, other) in enumerate(zip(errors, others, strict=True), start=1) if one < other]
    if len(better) == len(errors):
        return f"The {name} has smaller errors than the {rival} at every lead"
    if not better:
        return f"The {name} has smaller errors than the {rival} at no lead"
    return f"The {name} has smaller errors than the {rival} at {leads(better)}, and not at the others"


def by_rule(name: str, errors: npt.NDArray[np.float64], rival: str, others: npt.NDArray[np.float64]) -> str:
    r"""Say at which leads one is better than the other by the rule of the page of claims; without a full stop.

    Args:
        name: Of the one.
        errors: Its errors, (seeds, leads).
        rival: Of the other.
        others: Its errors with the same seeds, (seeds, leads), or (1, leads) where no chance is in it.
    """
    name, rival = _in_a_sentence(name), _in_a_sentence(rival)
    if len(errors) < SEEDS or len(others) not in (1, len(errors)):
        return f"Between the {name} and the {rival} the rule decides nothing: it wants {SEEDS} seeds"
    paired = np.broadcast_to(others, errors.shape)
    words = [decide(difference(theirs, ours)).word for ours, theirs in zip(errors.T, paired.T, strict=True)]
    said = {
        "holds": f"the {name} is better than the {rival} at {{}}",
        "does not hold": "worse at {}",
        "undecided": "undecided at {}",
    }
    parts = [
        text.format(_all_or(where, len(words)))
        for word, text in said.items()
        if (where := [k for k, other in enumerate(words, start=1) if other == word])
    ]
    if words.count("holds") == 0:
        parts[0] = f"the {name} is, beside the {rival}, {parts[0]}"
    return f"By the rule, over {plural(len(errors), 'seed')}, {listed(parts)}"


def beside_mean(name: str, error: float, mean: float) -> str:
    r"""Say whether a network has learnt more than the mean of the frames; a sentence without a full stop.

    Args:
        name: Of the network.
        error: Its mean error over all leads.
        mean: That of the mean frame. What differs by less than a hundredth counts as equal.
    """
    name = _in_a_sentence(name)
    if not (math.isfinite(error) and math.isfinite(mean)):
        return f"Whether the {name} has learnt more than the mean of the training frames cannot be said"
    if error < 0.99 * mean:
        return f"The {name} has learnt more than the mean of the training frames"
    return f"After so short a training the {name} draws nothing better than the mean of the training frames"


def fed_best(errors: Mapping[str, Sequence[float]]) -> str:
    r"""Say what a network read that has the least mean error at the first lead, and what at the last; a sentence.

    Args:
        errors: By what was read in training, the mean error at each lead.
    """
    known = {what: list(values) for what, values in errors.items() if values}
    if len(known) < 2:
        return "There is one training alone, and nothing to compare"
    first, last = (min(known, key=lambda what: known[what][k]) for k in (0, -1))
    if first == last:
        return f"The training on {first} gives the least error at the first lead and at the last"
    return f"The training on {first} gives the least error at the first lead, that on {last} at the last"


def seeds_say(count: int) -> str:
    r"""Say what so few seeds can show; a sentence without a full stop."""
    if count < 2:
        return "With one seed a network there is no spread to hold the differences against: none of them is decided"
    if count < 5:
        return (
            f"With {plural(count, 'seed')} a network the rule of the page of claims, which wants five, decides "
            "nothing: read differences that are small beside the column ± as open"
        )
    return f"Each network has {plural(count, 'seed')}; the column ± is half their range"


def losses(ssim: Mapping[str, float], mse: Mapping[str, float]) -> str:
    r"""Say which loss gives the least squared error, which the largest SSIM; a clause without a full stop."""
    if len(mse) < 2:
        return "there is one loss alone, and nothing to compare"
    if not all(map(math.isfinite, (*ssim.values(), *mse.values()))):
        return "one of them is no number, and nothing can be compared"
    exact, alike = min(mse, key=lambda loss: mse[loss]), max(ssim, key=lambda loss: ssim[loss])
    if exact == alike:
        return f"{exact} gives both the least squared error and the largest SSIM"
    return f"{exact} gives the least squared error, {alike} the largest SSIM: which is better depends on the judge"


def ssim_as_loss(mse: Mapping[str, float], ssim: Mapping[str, float]) -> str:
    r"""Say what 1 - SSIM is worth as a loss, alone and beside BCE; sentences.

    Args:
        mse: The squared error × 1000 of the last lead, by loss.
        ssim: The structural similarity of the last lead, by loss.
    """
    alone, both = "1 − SSIM", "BCE + 0.1 (1 − SSIM)"
    if not {"BCE", alone, both} <= mse.keys():
        return "1 − SSIM has not been tried as a loss."
    trains = mse[alone] < 2 * mse["BCE"]
    first = f"Alone, at these learning rates, 1 − SSIM {'trains' if trains else 'does not train'} this network"
    turn = "raises" if ssim[both] > ssim["BCE"] else "lowers"
    return (
        f"{first}; a tenth of it beside BCE {turn} SSIM from {ssim['BCE']:.2f} to {ssim[both]:.2f}, with a squared "
        f"error of {mse[both]:.1f} instead of {mse['BCE']:.1f}."
    )


def leads(numbers: Sequence[int]) -> str:
    """Return ``lead 1``, ``leads 2 to 6`` or ``leads 1, 2 and 5``."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 1:
        return f"lead {first}"
    if len(numbers) > 2 and last - first == len(numbers) - 1:
        return f"leads {first} to {last}"
    return f"leads {listed([str(number) for number in numbers])}"


def _all_or(numbers: Sequence[int], count: int) -> str:
    """Return ``every lead`` where there is no other."""
    return "every lead" if len(numbers) == count else leads(numbers)


def _in_a_sentence(name: str) -> str:
    """Return ``ConvLSTM (no peepholes)`` for ``ConvLSTM, no peepholes``: a comma would need another one."""
    first, comma, rest = name.partition(", ")
    return f"{first} ({rest})" if comma else name
