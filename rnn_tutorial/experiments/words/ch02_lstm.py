r"""Chapter 2, the LSTM: how long it trained, what its gates learnt, how far it remembers. Chapter 3 uses most of it."""

from collections.abc import Mapping

from .common import beats, plural

__all__ = [
    "against_baselines",
    "gates_spread",
    "memories",
    "training",
]


def training(epochs: int, windows: int, full_epochs: int, full_windows: int) -> str:
    r"""Say how long a training was beside the one of chapter 1; a noun phrase.

    Args:
        epochs: Passes over the training windows.
        windows: Windows of a pass.
        full_epochs: Passes of chapter 1.
        full_windows: Windows of one of them.
    """
    length = f"{plural(epochs, 'epoch')} of {windows:,} windows"
    ours, theirs = epochs * windows, full_epochs * full_windows
    if ours == theirs:
        return f"a training as long as that of chapter 1 ({length})"
    how = "short" if ours < theirs else "long"
    return f"a {how} training ({length}, against {full_epochs} of {full_windows:,} in chapter 1)"


def gates_spread(before: float, after: float) -> str:
    """Say what training did to the range of the gates; a clause. Within a twentieth, nothing."""
    if after > 1.05 * before:
        return "training has spread them out"
    if after < 0.95 * before:
        return "training has drawn them together"
    return "training has left their spread as it was"


def against_baselines(name: str, error: float, baselines: Mapping[str, float]) -> str:
    """Say how a network does against the best baseline, by their errors in kW; a clause."""
    rival = min(baselines, key=lambda baseline: baselines[baseline])
    return f"the {name} {beats(error, baselines[rival])} the best baseline, {rival}, at {baselines[rival]:.1f} kW"


def memories(reaches: Mapping[str, int]) -> str:
    r"""List how many steps each network remembers, separated by semicolons.

    Args:
        reaches: The longest lag that every seed remembers, 0 for none.
    """
    return "; ".join(f"{name}: {steps or 'none'}" for name, steps in reaches.items())
