r"""How a test is put into words: who beat whom, and whether that was chance."""

import math

from rnn_tutorial.forecasting.wrappers.best import SIGNIFICANT


def verb(saved: float, p: float) -> str:
    """Say what a method did to its rival; ``saved`` is the share of the rival's error, NaN for p is not tested."""
    if saved <= 0:
        return "did not beat"
    if p < SIGNIFICANT:
        return "beat"
    return "had a smaller error than" if math.isnan(p) else "did not clearly beat"


def chance(p: float, untested: str) -> str:
    """Say whether a difference is more than chance, or why that could not be tested; the end of a sentence."""
    if math.isnan(p):
        return f"; whether that is chance could not be tested ({untested})"
    said = "p < 0.001" if p < 0.001 else f"p = {p:.2g}"
    than = "and the difference is more than" if p < SIGNIFICANT else "but the difference may be"
    return f", {than} chance (Diebold-Mariano test, {said})"
