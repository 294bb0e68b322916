r"""Chapter 4: whether peepholes help, and whether the networks have found a way to tell the time."""

from collections.abc import Mapping, Sequence
from math import isfinite

from .common import beats

__all__ = ["against_baselines", "best_baseline", "seed_by_seed", "tells_time"]


def seed_by_seed(with_them: Sequence[float], without: Sequence[float], unit: str) -> str:
    """Say who wins, seed by seed, after the mean errors; a clause without a full stop."""
    means = f"{_mean(with_them):.2f} {unit} with peepholes, {_mean(without):.2f} without"
    if not all(map(isfinite, (*with_them, *without))):
        return f"{means}; not every error is a number, no winner"
    if max(with_them) < min(without):
        return f"{means}; every seed is better with"
    if min(with_them) > max(without):
        return f"{means}; every seed is better without"
    return f"{means}; the seeds overlap, no winner"


def _mean(errors: Sequence[float]) -> float:
    return sum(errors) / len(errors)


def best_baseline(errors: Mapping[str, float]) -> str:
    """Return the name of the baseline with the smallest error."""
    return min(errors, key=lambda name: errors[name])


def against_baselines(ours: float, errors: Mapping[str, float]) -> str:
    """Say how the network with peepholes compares with the best of the baselines; a predicate without a full stop."""
    rival = best_baseline(errors)
    verb = beats(ours, errors[rival]) if isfinite(ours) else "has no error to compare with"
    return f"{verb} the best baseline, {rival}, at {errors[rival]:.1f} kW"


def tells_time(worst: Mapping[str, float]) -> str:
    """Say which networks have found a way to tell the time; a sentence without a full stop.

    Args:
        worst: Of two networks, by name, the largest error over the error of always answering the middle. Less than a
            half, with every seed, is telling the time.
    """
    errs = "less than half as much as the middle, with every seed"
    told = [name for name, ratio in worst.items() if ratio < 0.5]
    if len(told) == len(worst):
        return f"Both networks err {errs}, so both have found a way to tell the time"
    if not told:
        return f"Neither network errs {errs}: neither is sure to find a way to tell the time"
    (other,) = set(worst) - set(told)
    return f"The network {told[0]} errs {errs}, and has found a way to tell the time; the one {other} does not always"
