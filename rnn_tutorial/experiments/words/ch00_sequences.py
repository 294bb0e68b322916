r"""Chapter 0, sequences: who leads the baselines, what the order of the past is worth, what a leaking scaler does."""

from collections.abc import Mapping

from .common import plural

__all__ = [
    "changed",
    "leaders",
    "level_leak",
    "order_matters",
    "own_mean",
    "place",
    "resemblance",
    "shuffled_each",
    "target_in_the_mean",
    "trend_leak",
]

ORDINALS = ("first", "second", "third", "fourth", "fifth")


def leaders(errors: Mapping[str, float]) -> str:
    """Say who has the smallest error, in kW; a clause."""
    least = min(errors.values())
    names = [name for name, error in errors.items() if error == least]
    return f"{' and '.join(names)} {'leads' if len(names) == 1 else 'lead'} with {least:.1f} kW"


def place(name: str, errors: Mapping[str, float]) -> str:
    """Return a name's place by its error, ``second of 5``, with a word for those who share one."""
    before = sum(error < errors[name] for error in errors.values())
    shared = sum(error == errors[name] for error in errors.values()) > 1
    return f"{'joint ' if shared else ''}{ORDINALS[before]} of {len(errors)}"


def changed(before: float, after: float) -> str:
    """Say how an error changes, in per cent of what it was: ``12 % smaller``, ``3 % larger`` or ``no different``."""
    change = round(100 * (after / before - 1))
    if change == 0:
        return "no different"
    return f"{abs(change)} % {'smaller' if change < 0 else 'larger'}"


def shuffled_each(ordered: float, shuffled: float) -> str:
    """Say what a shuffle of its own for each window did to the error; a predicate and what follows from it."""
    ratio = shuffled / ordered
    if ratio > 2:
        return f"multiplies the error by {ratio:.1f}: the order of the past carries most of the information"
    if ratio > 1.05:
        return f"raises the error by {100 * (ratio - 1):.0f} %: the order of the past carries some of the information"
    return "hardly raises the error: the order of the past carries next to no information here"


def order_matters(ordered: float, shuffled: float) -> str:
    """Judge that relations in the sequence matter, by the errors in order and shuffled: a twentieth is too little."""
    if shuffled > 1.05 * ordered:
        return "holds: the data have it; a dense model uses it without knowing it"
    return "does not hold here: in random order the past is worth as much"


def level_leak(honest: float, leak: float, noise: float) -> str:
    r"""Say what the whole series' mean did to the error on demand, in kW; sentences.

    Args:
        honest: Error with the training part's mean.
        leak: Error with the whole series' mean.
        noise: Half the range over seeds, of the honest one.
    """
    gap = leak - honest
    if abs(gap) <= max(noise, 0.05 * honest):
        return (
            f"the famous leak does not show. Scaling with the whole series moves the error by {abs(gap):.2f} kW, "
            f"and the seeds alone by ± {noise:.2f}: sixteen weeks hardly move the mean of three years. "
            "It is still wrong. It is just not what makes this number wrong"
        )
    how = "too good" if gap < 0 else "worse"
    return (
        f"the leak makes the error look {how}: {leak:.2f} kW with the whole series' mean instead of {honest:.2f}, "
        f"where the seeds alone make ± {noise:.2f}"
    )


def trend_leak(honest: float, leak: float) -> str:
    """Say what the whole series' mean did to the error on a trend, in ppm; sentences."""
    moved = f"the same line of code takes the error on CO₂ from {honest:.1f} to {leak:.1f} ppm"
    if leak >= honest:
        return f"{moved}, so that here the leak does not even pay"
    how = "much" if leak < 0.7 * honest else "some"
    return (
        f"{moved}. With honest scaling the network meets values larger than any it was trained on, where its tanh "
        f"units saturate; the future's mean hides {how} of that"
    )


def own_mean(own: float, leak: float, naive: float) -> str:
    """Place the error with each window's own mean, in ppm, beside the leak's and the naive one; a clause."""
    return f"{own:.2f} ppm, {_beside(own, leak)} with the leak and {_beside(own, naive)} with the naive forecast"


def _beside(one: float, other: float) -> str:
    how = "less than" if one < other else "more than" if one > other else "the same as"
    return f"{how} the {other:.2f}"


def target_in_the_mean(apparent: float, honest: float, best: float) -> str:
    r"""Say what the target in each window's mean made of the error on demand, in kW; a predicate.

    Args:
        apparent: Error with the mean over input and target.
        honest: Error with the mean over the input.
        best: Error of the best baseline.
    """
    if apparent >= honest:
        return f"goes from {honest:.1f} to {apparent:.1f} kW, so that here the leak does not even pay"
    beaten = (
        "better than anything on our board"
        if apparent < best
        else f"though not below the {best:.1f} that lead our board"
    )
    return f"seems to fall from {honest:.1f} to {apparent:.1f} kW, {beaten}"


def resemblance(name: str, lag: int) -> str:
    """Answer whether a lag of 0 is the mark of an honest forecast, by the best baseline's a day ahead; sentences."""
    if lag:
        return (
            f"No! Twenty-four hours ahead even {name} resembles the value of {plural(lag, 'hour')} before more than "
            "the truth. That is no fraud: tomorrow's best guess is a little like today"
        )
    return (
        f"Here {name} has one: twenty-four hours ahead it resembles nothing more than the truth. "
        "But an honest forecast need not: tomorrow's best guess may well be a little like today"
    )
