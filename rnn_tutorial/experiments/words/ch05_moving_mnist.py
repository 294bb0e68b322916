r"""Words of chapter 5's run at the paper's size: where its error stands among published ones."""

from collections.abc import Mapping, Sequence

from .common import plural

__all__ = ["among_published", "read_times", "still_falls"]


def among_published(error: float, published: Mapping[str, float]) -> str:
    r"""Say between which published errors one lies; a clause without a full stop.

    Args:
        error: Ours.
        published: Those of others, by name.
    """
    better = {name: value for name, value in published.items() if value < error}
    worse = {name: value for name, value in published.items() if value >= error}
    if not better:
        return f"below all {len(published)} of the paper's"
    if not worse:
        return f"above all {len(published)} of the paper's"
    above, below = max(better, key=lambda name: better[name]), min(worse, key=lambda name: worse[name])
    return f"between the paper's {above} ({better[above]:,.0f}) and {below} ({worse[below]:,.0f})"


def read_times(epochs: int) -> str:
    """Say how often each video was read; a clause without a full stop."""
    return {1: "each read once", 2: "each read twice"}.get(epochs, f"each read {epochs} times")


def still_falls(losses: Sequence[float]) -> str:
    r"""Say what the last pass over the training videos was still worth; a sentence without a full stop.

    Args:
        losses: On the validation videos, after each pass.
    """
    if len(losses) < 2:
        return "After a single pass over the training videos nothing says how much more would help"
    gain, passes = 100 * (1 - losses[-1] / losses[-2]), plural(len(losses), "pass", "passes")
    if gain <= 0:
        return f"The last of the {passes} did not lower the loss on validation videos"
    return (
        f"The last of the {passes} lowered the loss on validation videos by {gain:.0f} %: "
        "the rate had come down by then, and a longer training would go further"
    )
