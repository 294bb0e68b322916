r"""Words of chapter 7, MNIST by rows: what is said of a network when it reads well, badly, or without a mistake."""

import math
from collections.abc import Mapping, Sequence
from statistics import mean, stdev

from .common import plural

__all__ = [
    "dataset",
    "far_rows",
    "first_digit",
    "forget_gate",
    "handing_over",
    "images_in_common",
    "known_after",
    "last_wrong",
    "linear_reading",
    "lines",
    "misread",
    "most_frequent_mistake",
    "over_seeds",
    "own_readout",
    "printed",
    "second_digit",
    "settings",
    "stop",
    "surest_mistakes",
    "upside_down",
]

IMAGES = 60_000  # to train on, all


def stop(line: int | None, error: str | None) -> str:
    """Say where a program stopped, and with which error; the first sentence of a message is enough."""
    if error is None:
        return "at its end"
    return f"at line {line}: {error.split('. ')[0]}"


def printed(output: Sequence[str]) -> str:
    """Return what a program printed, on one line."""
    return " / ".join(output) or "nothing"


def lines(first: int, last: int) -> str:
    """Return ``7`` or ``7–9``."""
    return f"{first}" if first == last else f"{first}–{last}"


def dataset(is_mnist: bool) -> str:
    """Name the images."""
    return "MNIST" if is_mnist else "the stand-in digits, NOT MNIST"


def settings(epochs: int, images: int) -> str:
    """Say for how long, and on what, the page's own network was trained; begins with "for"."""
    part = "" if images == IMAGES else f" on {images:,} of the {IMAGES:,} training images"
    return f"for {plural(epochs, 'epoch')}{part}"


def over_seeds(accuracies: Sequence[float]) -> str:
    """Return mean and standard deviation over the seeds, if there are any to compare; shares in, per cent out."""
    seeds = plural(len(accuracies), "seed")
    if len(accuracies) == 1:
        return f"{seeds}: how far another would stray, this build does not show"
    return f"{seeds}: {100 * mean(accuracies):.2f} ± {100 * stdev(accuracies):.2f} %"


def images_in_common(only_first: int, only_second: int, p: float) -> str:
    """Say what McNemar's test makes of the images that only one of two networks misreads."""
    alone = f"{plural(only_first, 'image')} {'is' if only_first == 1 else 'are'} misread by the first network alone"
    alone = f"{alone} and {only_second:,} by the second alone"
    if p < 0.05:
        chance = "less than one in a thousand" if p < 0.001 else f"{p:.3f}"
        return f"{alone}: the chance of so uneven a share, were both as good, is {chance}."
    return f"{alone}: so uneven a share would come about by chance with probability {p:.2f}, and nothing is decided."


def misread(errors: int) -> str:
    """Count the misread images; a clause."""
    return "1 image is misread" if errors == 1 else f"{errors:,} images are misread"


def known_after(half: int | None, most: int | None) -> str:
    """Say after which row half of all digits, and nine tenths, are told for the first time; ``None`` after no row."""
    if half is None:
        return "After no row as many as half of all digits are known."
    if most is None:
        return f"Half of all digits are known for the first time after row {half}, nine tenths after no row."
    if half == most:
        return f"Half of all digits, and nine tenths as well, are known for the first time after row {half}."
    return f"Half of all digits are known for the first time after row {half}, nine tenths after row {most}."


def own_readout(own: float, fresh: float) -> str:
    """Compare the network's own readout after row 14 with one that was taught to read there; accuracies in per cent."""
    says = f"The network's own readout tells {own:.0f} % of the digits after row 14"
    if own < fresh - 10:
        return f"{says}: not because less is known, but because it was trained on the state after the last row only."
    fewer = "hardly fewer" if own < fresh else "no fewer"
    return f"{says}, {fewer}: it works after half of the rows as well, though it was trained on the last state only."


def linear_reading(pixels: float, state: float) -> str:
    """Say whether the last state is easier to read for a linear map than the pixels; accuracies in per cent."""
    if state > pixels:
        return "What the network has learnt is to describe a digit so that a linear map can tell it apart."
    return "So what this network has learnt does not make digits easier to tell apart for a linear map."


def first_digit(found: bool) -> str:
    """Introduce the digit whose belief settles last among those that are read correctly, if there are any."""
    if found:
        return "On the first, the belief is right in the end; on no other image does it settle later."
    return "No image is read correctly by both the network and the readout of row 28, so the first is any image."


def second_digit(mistakes: int) -> str:
    """Introduce the most confident mistake, or what stands in for it."""
    if mistakes == 0:
        return "The network made no mistake; the second is the answer of which it was least sure."
    if mistakes == 1:
        return "The second is the only mistake."
    return "The second is the most confident mistake."


def last_wrong(row: int) -> str:
    """Say after which row a belief was wrong for the last time; 0 for never."""
    return f"last wrong after row {row}" if row else "never wrong"


def far_rows(first: float, last: float) -> str:
    """Compare the sensitivity to the first four rows and to the last one, both in per cent of the largest row's."""
    noticed = first >= 10
    share = f"{first:.0f} %" if noticed else f"{first:.1f} %"
    if noticed and first >= last:
        mark = "would be noticed, and remembered to the end"
        lesson = "So it is not nearness that counts here; the gradient did not vanish on its way."
    elif noticed:
        mark = "would be noticed, and remembered to the end"
        lesson = "So nearness counts, but the gradient did not vanish on its way."
    elif first >= last:
        mark = "would hardly be noticed"
        lesson = "So neither end of the image counts for much here."
    else:
        mark = "would hardly be noticed"
        lesson = "So it is nearness that counts here; the gradient fades on its way."
    return (
        f"Their mean sensitivity is {share} of the largest row's: a mark up there {mark}. "
        f"The last row, the one nearest to the answer, has {last:.0f} %. {lesson}"
    )


def forget_gate(early: float, late: float) -> str:
    """Compare the mean forget gate at row 8 and at the last row."""
    says = f"the forget gate lets through {early:.2f} of the cell on average at row 8, and {late:.2f} at the end"
    if round(late, 2) > round(early, 2):
        return f"{says}, when there is more to lose than to gain."
    if round(late, 2) < round(early, 2):
        return f"{says}, so that the last rows push out some of what was there."
    return f"{says}, which is the same."


def most_frequent_mistake(pairs: Sequence[tuple[int, int]], count: int) -> str:
    """Name the pair of digits (is, read as) that was confused most often, or several of them; ``count`` times each."""
    if count == 0:
        return "No digit is misread."
    times = {1: "once", 2: "twice"}.get(count, f"{count} times")
    named = [f"{_a(true)} read as {_a(read)}" for true, read in pairs]
    if len(named) == 1:
        return f"The most frequent mistake is {named[0]}, {times}."
    if len(named) <= 3:
        return f"The most frequent mistakes are {', '.join(named[:-1])} and {named[-1]}, {times} each."
    return f"The most frequent mistakes are {len(named)} pairs of digits, confused {times} each."


def surest_mistakes(mistakes: int, shown: int) -> str:
    """Introduce a gallery of the most confident mistakes; a clause without a full stop."""
    if mistakes == 0:
        return "There is no mistake to show; here is the answer of which the network was least sure"
    if mistakes == 1:
        return "Here is the only mistake"
    if mistakes == shown:
        return f"Here are all {mistakes} mistakes, the surest first"
    return f"Here are the {shown} mistakes of which the network was surest"


def handing_over(everything: float, rest: float) -> str:
    """Say what becomes of the error rate, in per cent, without the least certain images."""
    without = "Without the least certain 3 % the error rate"
    if round(rest, 2) < round(everything, 2):
        return f"{without} falls from {everything:.2f} to {rest:.2f} %."
    if round(rest, 2) > round(everything, 2):
        return f"{without} rises from {everything:.2f} to {rest:.2f} %: this network's doubt is of no use."
    return f"{without} stays at {rest:.2f} %."


def upside_down(upright: float, flipped: float, by_digit: Mapping[int, float]) -> str:
    """Say what turning the images upside down costs, and which digits; everything in per cent."""
    change = f"from {upright:.0f} to {flipped:.0f} %"
    if flipped < 0.8 * upright:
        says = f"The accuracy collapses, {change}."
    elif flipped < upright:
        says = f"The accuracy falls {change}, less than one would think."
    else:
        says = f"The accuracy does not fall: {upright:.0f} % as they are, {flipped:.0f} % upside down."
    known = {digit: share for digit, share in by_digit.items() if not math.isnan(share)}
    ranked = sorted(known, key=lambda digit: -known[digit])
    best, worst = (", ".join(f"{d} ({known[d]:.0f} %)" for d in some) for some in (ranked[:3], ranked[:-4:-1]))
    return f"{says} Read best upside down: {best}; worst: {worst}."


def _a(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"
