r"""Chapter 8, runs that were kept: what more weeks bring, how sure that is, and whether this build finds the same."""

from collections.abc import Mapping, Sequence

from .common import listed, plural

__all__ = ["all_weeks", "epochs_chosen", "found_again", "over_seeds", "settles"]


def over_seeds(mean: float, low: float, high: float, seeds: int) -> str:
    """Say how an error changes, by its relative change and the ends of the interval over seeds; a predicate."""
    of = f"95 % interval over {plural(seeds, 'seed')}"
    if high < 0:
        return f"falls by {-100 * mean:.0f} % ({of}: {-100 * high:.0f} to {-100 * low:.0f} %)"
    if low > 0:
        return f"rises by {100 * mean:.0f} % ({of}: {100 * low:.0f} to {100 * high:.0f} %)"
    return f"has no sure change ({of}: from {_signed(low)} to {_signed(high)} %)"


def _signed(change: float) -> str:
    return f"{100 * change:+.1f}".replace("-", "−")


def settles(errors: Mapping[int, float], within: float = 0.02) -> str:
    """Say from how many weeks on an error is as good as it gets, up to a share of it; a predicate."""
    best = min(errors, key=lambda weeks: errors[weeks])
    last, share = max(errors), f"{100 * within:.0f} %"
    worse = [weeks for weeks, error in errors.items() if error > (1 + within) * errors[best]]
    if last in worse:
        return (
            f"does best with {best} weeks; with all {last} its error is "
            f"{100 * (errors[last] / errors[best] - 1):.0f} % larger"
        )
    first = min(weeks for weeks in errors if weeks > max(worse, default=0))
    if first == last:
        return f"is not within {share} of its best before all {last} weeks"
    return f"stays within {share} of its best from {first} weeks on"


def all_weeks(name: str, last_ones: Mapping[int, float], everything: Mapping[int, float]) -> str:
    """Compare errors with an estimate on all weeks with those on the last sixteen, at each size; a sentence."""
    changes = [everything[weeks] / last_ones[weeks] - 1 for weeks in everything]
    better, worse = [-c for c in changes if c < 0], [c for c in changes if c >= 0]
    sizes = f"{len(better)} of {len(changes)} sizes"
    start = f"Estimated on all weeks in place of the last sixteen, {name} does better at {sizes}"
    gains = [f"by {100 * max(better):.1f} % at most"] if better else []
    losses = [f"elsewhere worse by up to {100 * max(worse):.1f} %" if better else _worse(max(worse))] if worse else []
    return f"{', '.join([start, *gains, *losses])}."


def _worse(most: float) -> str:
    return f"and worse by up to {100 * most:.1f} %"


def found_again(kept: Sequence[float], here: Sequence[float], digits: int = 6) -> str:
    """Say whether this build finds the errors that were kept; a sentence."""
    differences = [abs(ours / theirs - 1) for ours, theirs in zip(here, kept, strict=True)]
    same, of = sum(difference < 10.0**-digits for difference in differences), len(differences)
    start = f"Of the {plural(of, 'error')} found again in this build"
    if same == of:
        return f"{start} every one agrees with the kept one to {digits} digits."
    return (
        f"{start} {same} {'agrees' if same == 1 else 'agree'} with the kept ones to {digits} digits; "
        f"the largest difference is {100 * max(differences):.1f} %."
    )


def epochs_chosen(tried: Sequence[int], chosen: Mapping[str, int]) -> str:
    """Say which numbers of epochs validation prefers; a clause."""
    picks = [f"{epochs} for the {name}" for name, epochs in chosen.items()]
    most = ", the most that were tried" if max(tried) in chosen.values() else ""
    return f"of {listed([str(epochs) for epochs in sorted(tried)])} epochs validation prefers {listed(picks)}{most}"
