r"""Words of chapter 6, the CNN-LSTM: what its code loses, and how it stands to other forecasts."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from .common import listed, plural

__all__ = [
    "beside_simple",
    "best_simple",
    "blank_beside_last",
    "both_halves",
    "by_size",
    "code_to_blame",
    "information_lost",
    "larger_codes",
]


def by_size(errors: Mapping[str, float]) -> str:
    r"""List the errors of CNN-LSTMs by the size of their code, the narrowest first; a clause.

    Args:
        errors: By name, such as ``CNN-LSTM, Z = 16``.
    """
    sizes = {int(name.rpartition("= ")[2]): error for name, error in errors.items()}
    return listed([f"{sizes[size]:.1f} with Z = {size}" for size in sorted(sizes)])


def larger_codes(shares: Mapping[int, float]) -> str:
    r"""Say whether each larger code loses less; a clause without a full stop.

    Args:
        shares: Size of the code and what is lost in it, as a share of a blank frame's error. The page shows whole
            percents, and what looks equal there counts as equal.
    """
    if _falling(shares):
        return "each larger code loses less"
    return "here a larger code does not always lose less, but each was trained only once"


def best_simple(errors: Mapping[str, float]) -> str:
    r"""Name the forecast with the smallest error; several where they look equal in thousandths with two digits."""
    least = min(_shown(error) for error in errors.values())
    return " and ".join(name for name, error in errors.items() if _shown(error) == least)


def beside_simple(errors: Mapping[str, float], cnn: Sequence[float], flat: Sequence[float]) -> str:
    r"""Say how many networks are better than the best simple forecast; a clause without a full stop.

    Args:
        errors: Of the simple forecasts, by name.
        cnn: Errors of the CNN-LSTMs, one a seed.
        flat: Errors of the LSTMs on pixels, one a seed.
    """
    goal = min(errors.values())
    name = best_simple(errors)
    stand = "forecasts, {}, stand" if " and " in name else "forecast, {}, stands"
    better = [
        f"{sum(error < goal for error in found)} of {plural(len(found), one, more)}"
        for found, one, more in ((cnn, "CNN-LSTM", "CNN-LSTMs"), (flat, "LSTM on pixels", "LSTMs on pixels"))
    ]
    return f"The best simple {stand.format(name)} at {1000 * goal:.2f}; {' and '.join(better)} did better"


def code_to_blame(forecast: float, code: float) -> str:
    r"""Say whether want of numbers in the code explains the forecasts' error; a sentence without a full stop.

    Args:
        forecast: What the CNN-LSTM's forecasts lose, as a share of what a blank frame loses.
        code: What a code of the same size, trained to reconstruct, loses. What looks equal in whole percents counts as
            equal.
    """
    if not (math.isfinite(forecast) and math.isfinite(code)):
        return "One of the two is no number, so the question stays open"
    if round(100 * code) < round(100 * forecast):
        return "So want of numbers in the code does not explain all of it"
    return "That is no less, so want of numbers in the code could explain all of it"


def blank_beside_last(blank: float, last: float) -> str:
    r"""Say how a blank frame's error stands to the last frame's: what stands between the two numbers."""
    if _shown(blank) == _shown(last):
        return "as much as the last frame at"
    if blank < last:
        return "even less than the last frame at"
    return "not much more than the last frame at" if blank < 1.5 * last else "more than the last frame at"


def information_lost(shares: Mapping[int, float]) -> str:
    r"""Judge "some information may be lost on the way", by size of the code, as :func:`larger_codes`."""
    if not all(map(math.isfinite, shares.values())) or min(shares.values()) >= 1:
        return "undecided: after this training no code gives a better picture than a blank frame"
    if max(shares.values()) < 0.01:
        return "does not hold here: hardly anything is lost, even in the smallest code"
    if _falling(shares):
        return "holds: it is lost before the LSTM, and less of it with a larger code"
    return "holds: it is lost before the LSTM; that a larger code loses less has not shown here"


def both_halves(share: float) -> str:
    r"""Judge "the CNN acts as encoder and decoder", by the share of a blank frame's error they have without LSTM."""
    if share < 0.6:
        return "holds: the two halves work alone, as an auto-encoder"
    if share < 1:
        return "holds only in part: after this training the two halves lose more than half of what there is to lose"
    return "undecided: after this training the two halves draw nothing better than a blank frame"


def _falling(shares: Mapping[int, float]) -> bool:
    """Whether each larger code loses fewer whole percents than the one before."""
    if not all(map(math.isfinite, shares.values())):
        return False
    percents = [round(100 * shares[size]) for size in sorted(shares)]
    return all(more > less for more, less in pairwise(percents))


def _shown(error: float) -> float:
    """Return an error as the page shows it: in thousandths, with two digits after the point."""
    return float(f"{1000 * error:.2f}")
