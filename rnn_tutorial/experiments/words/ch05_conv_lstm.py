r"""Words of chapter 5, the ConvLSTM: its rivals on moving digits, and what it knows of places it has never seen."""

import math

__all__ = ["beside_simple", "space", "without_memory", "without_place"]

NO_NUMBER = "which is no number to compare"


def beside_simple(conv: float, simple: float) -> str:
    r"""Say what the ConvLSTM makes of the best error without learning; a clause without a full stop.

    Args:
        conv: The ConvLSTM's error a frame.
        simple: The smallest error of the forecasts that need no learning. The page shows one digit after the point, and
            what looks equal there counts as equal.
    """
    sign = _sign(conv, simple)
    if sign is None:
        return f"The ConvLSTM has {conv:.1f}, {NO_NUMBER}"
    if sign < 0:
        return f"The ConvLSTM brings it down to {conv:.1f}"
    if sign > 0:
        return f"The ConvLSTM does not get there: it stays at {conv:.1f}"
    return f"The ConvLSTM has the same, {conv:.1f}"


def without_memory(blind: float, conv: float) -> str:
    r"""Say how convolutions without memory (``blind``) stand to the ConvLSTM: what follows their error and a comma."""
    sign = _sign(blind, conv)
    if sign is None:
        return NO_NUMBER
    if sign > 0:
        return (
            "more than the ConvLSTM: they see where the digit is, but not where it goes, and a blur around the place "
            "is the best that they can answer"
        )
    return f"{_no_more(sign)} the ConvLSTM: what a memory can add, where the digit goes, has not shown here"


def without_place(flat: float, conv: float) -> str:
    r"""Say how the flat LSTM stands to the ConvLSTM: what follows its error and a comma."""
    sign = _sign(flat, conv)
    if sign is None:
        return NO_NUMBER
    if sign > 0:
        return "more than the ConvLSTM: it must learn every place anew, and there are few videos to learn from"
    return f"{_no_more(sign)} the ConvLSTM, although it must learn every place anew"


def space(conv: tuple[float, float], flat: tuple[float, float], empty: float) -> str:
    r"""Judge "it processes spatial information, an LSTM does not", after training on one half of the frame.

    Args:
        conv: The ConvLSTM's errors on the half that it was trained on, and on the other.
        flat: The same of the LSTM that reads rows of pixels.
        empty: The error of an empty frame: who is not below it on its own half has learnt nothing to carry over.
    """
    numbers = (*conv, *flat)
    if not all(map(math.isfinite, numbers)) or not max(conv[0], flat[0]) < empty:
        return "undecided: not both have learnt to do better than an empty frame where they were trained"
    if conv[1] < 1.3 * conv[0]:
        if flat[1] > 1.5 * flat[0]:
            return "holds: what the ConvLSTM has learnt on the left serves on the right; the LSTM must learn it anew"
        return "holds only in its first half: the LSTM, too, carries over what it has learnt on the left"
    if conv[1] * flat[0] < flat[1] * conv[0]:
        return "holds only in degree: on the right the ConvLSTM is clearly worse as well, but by less than the LSTM"
    return "does not hold here: on the right the ConvLSTM is clearly worse, by no less than the LSTM"


def _no_more(sign: int) -> str:
    return "less than" if sign < 0 else "as much as"


def _sign(one: float, other: float) -> int | None:
    """Compare two errors as the page shows them, with one digit after the point: -1, 0, 1; None where one is NaN."""
    if math.isnan(one) or math.isnan(other):
        return None
    first, second = float(f"{one:.1f}"), float(f"{other:.1f}")
    return (first > second) - (first < second)
