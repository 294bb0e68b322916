r"""What a page expects of a result that depends on training, chance or time, and what is known of its spread.

Exact facts (parity, shapes, limits) are asserted. An outcome of training is *expected*: another processor, another
seed or another thread count gives another number, and a page that stops being built for it helps nobody. A missed
expectation is shown, in a box that nobody overlooks, and counted at the end of the build; the project's own tests turn
red. How far each value strays is measured by ``python -m tools.margins`` and kept in ``margins.json``.
"""

import html
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, SupportsFloat

from .devices import budget

__all__ = ["MIME", "Expectation", "Spread", "expect", "known_spreads"]

MIME = "application/vnd.rnn-tutorial.expectation+json"
"""Type of the output that machines read: one dictionary an expectation, see :meth:`Expectation.record`."""

ROUNDING = 2.0**-23
"""Of a 32-bit number, relative to its size: what networks compute in."""

_MARGINS = Path(__file__).with_name("margins.json")


def expect(name: str, value: SupportsFloat, *, above: float | None = None, below: float | None = None) -> None:
    r"""Expect a number to lie above a threshold, below one, or between two; show what came of it.

    It never raises for a missed expectation. In a notebook the result is an output of the cell, elsewhere a printed
    line. With the smoke budget, which proves nothing, nothing is judged.

    Args:
        name: ``"NOTEBOOK: what the number is"``, unique in the book, with the notebook's name without its suffix.
        value: The number, a ratio wherever one can be formed: ratios mean the same on every machine.
        above: What the number should exceed; ``None`` for no limit below.
        below: What the number should stay under; ``None`` for no limit above.

    Raises:
        ValueError: No threshold, or thresholds between which there is nothing.
        TypeError: A value or threshold that is no number.

    Examples:
        >>> expect("mine: the network's error over the naive one's", 0.8, below=1)
        ✓ the network's error over the naive one's: 0.8, expected below 1...
    """
    numbers = {"value": value, "above": above, "below": below}
    for what, number in numbers.items():
        if (number is not None or what == "value") and (
            isinstance(number, bool) or not isinstance(number, SupportsFloat)
        ):
            raise TypeError(f"{name}: {what} should be a number, got {number!r}")
    low, high = (None if limit is None else float(limit) for limit in (above, below))
    if low is None and high is None:
        raise ValueError(f"{name}: give a threshold, above=…, below=… or both")
    if low is not None and high is not None and not low < high:
        raise ValueError(f"{name}: nothing lies above {low:g} and below {high:g}")
    if any(limit is not None and not math.isfinite(limit) for limit in (low, high)):
        raise ValueError(f"{name}: thresholds should be finite, got above={above}, below={below}")
    _show(Expectation(name, float(value), low, high, budget()))


def inside(value: float, above: float | None, below: float | None) -> float:
    """Return how far a value lies inside its nearest threshold, of which there is one at least; negative if outside."""
    distances = [value - above] if above is not None else []
    distances += [below - value] if below is not None else []
    return min(distances)


@dataclass(frozen=True)
class Spread:
    """How a value came out over seeds, threads and instruction sets, with the laptop budget."""

    mean: float
    sd: float
    lowest: float
    highest: float
    runs: int

    def margin(self, above: float | None, below: float | None) -> float:
        """Return how many standard deviations the mean lies inside its nearest threshold; negative if outside.

        Infinitely many where the runs differ by rounding at most: the value is the same in every run.
        """
        nearest = inside(self.mean, above, below)
        if self.sd <= ROUNDING * max(abs(self.lowest), abs(self.highest), abs(nearest)):
            return math.copysign(math.inf, nearest) if nearest else 0.0
        return nearest / self.sd


@dataclass(frozen=True)
class Expectation:
    """A number, what was expected of it, and whether it came so."""

    name: str
    value: float
    above: float | None
    below: float | None
    budget: str

    @property
    def held(self) -> bool | None:
        """Whether the value is where it was expected; ``None`` where nothing is judged. A NaN is nowhere."""
        if self.budget == "smoke":
            return None
        return inside(self.value, self.above, self.below) > 0

    @property
    def spread(self) -> Spread | None:
        """What is known of the value; nothing for a budget that was not measured."""
        return known_spreads().get(self.name) if self.budget == "laptop" else None

    def record(self) -> dict[str, Any]:
        """Return everything, for machines."""
        spread = self.spread
        margin = spread.margin(self.above, self.below) if spread else math.nan
        return _jsonable({**asdict(self), "held": self.held, "margin": margin, "sentence": self.sentence()})

    def sentence(self) -> str:
        """Return what was measured, what was expected, and what is known, in one line without a mark in front."""
        what = self.name.partition(": ")[2] or self.name
        if self.held is None:
            return f"{what}: {self.value:.4g}, not judged with the smoke budget (expected {self.threshold()})"
        return f"{what}: {self.value:.4g}, expected {self.threshold()}{self._elsewhere()}"

    def threshold(self) -> str:
        """Return the condition in words."""
        if self.above is None:
            return f"below {self.below:.4g}"
        if self.below is None:
            return f"above {self.above:.4g}"
        return f"between {self.above:.4g} and {self.below:.4g}"

    def _elsewhere(self) -> str:
        spread = self.spread
        if spread is None:
            return " (how it comes out elsewhere is not known)"
        margin = spread.margin(self.above, self.below)
        inside = f"; margin {margin:.1f} standard deviations" if math.isfinite(margin) else ""
        if f"{spread.lowest:.4g}" == f"{spread.highest:.4g}":
            return f" (elsewhere {spread.lowest:.4g} in all {spread.runs} runs{inside})"
        return f" (elsewhere {spread.lowest:.4g} to {spread.highest:.4g} in {spread.runs} runs{inside})"

    def __str__(self) -> str:
        """Return one line: a mark and the sentence."""
        mark = {True: "✓", False: "✗ not as expected on this machine:", None: "–"}[self.held]
        return f"{mark} {self.sentence()}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if self.held is False:
            text = f"<strong>Not as expected on this machine.</strong> {html.escape(self.sentence())}"
            shown = f'<div class="rt-expected rt-missed" role="note">{text}</div>'
        else:
            shown = f'<div class="rt-expected">{html.escape(str(self))}</div>'
        return {"text/plain": str(self), "text/html": shown, MIME: self.record()}


def _jsonable(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Write what JSON has no number for as text."""
    return {k: str(v) if isinstance(v, float) and not math.isfinite(v) else v for k, v in numbers.items()}


@cache
def known_spreads() -> dict[str, Spread]:
    """Return the measured spread of every expectation, by name; empty where the file of margins is missing."""
    if not _MARGINS.is_file():
        return {}
    found = json.loads(_MARGINS.read_text(encoding="utf-8"))["expectations"]
    keys = ("mean", "sd", "lowest", "highest", "runs")
    return {name: Spread(*(entry[key] for key in keys)) for name, entry in found.items()}


def _show(expectation: Expectation) -> None:
    try:
        from IPython import display, get_ipython
    except ImportError:
        print(expectation)
        return
    if getattr(get_ipython(), "kernel", None) is None:
        print(expectation)
    else:
        display.display(expectation)
