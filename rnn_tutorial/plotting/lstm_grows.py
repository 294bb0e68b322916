r"""The LSTM's cell as a picture that grows: the carousel alone, then one gate after the other."""

from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from .boxes import INK, Point, arrow, box, dot
from .style import PALETTE

MEMORY = 4.6  # height of the line that carries the memory
GATES = 1.6  # height of the gates
READ = -0.1  # height of the line from which the boxes read
FORGET, INPUT, ADD, CANDIDATE, OUTPUT = 2.2, 4.0, 5.1, 6.2, 8.6  # places from left to right
STAGES = (
    ("1. The carousel: add, and keep", "$c_t = c_{t-1} + g_t$"),
    ("2. + forget gate: keep how much?", "$c_t = f_t\\, c_{t-1} + g_t$"),
    ("3. + input gate: write how much?", "$c_t = f_t\\, c_{t-1} + i_t\\, g_t$"),
    ("4. + output gate: show how much?", "$h_t = o_t\\, \\tanh(c_t)$"),
)
"""Title and new equation of each stage."""


def lstm_grows() -> list[Axes]:
    r"""Draw the LSTM's cell four times: with nothing but its memory, then with one gate more each time.

    What is new at a stage is drawn in colour; what was there before is grey, but for the memory's line. All boxes read
    the input and the last output from one line below.

    Examples:
        >>> len(lstm_grows())
        4
    """
    _, axes = plt.subplots(2, 2, figsize=(9.6, 6.3), layout="constrained")
    for stage, ax in enumerate(axes.flat):
        ax.set(xlim=(0, 11.4), ylim=(-0.8, 6.6), aspect="equal")
        ax.axis("off")
        _cell(ax, stage)
    return list(axes.flat)


def _cell(ax: Axes, stage: int) -> None:
    title, equation = STAGES[stage]
    ax.text(0.1, 6.3, title, color=INK, fontsize=12, fontweight="bold", va="center")
    ax.text(0.1, 5.6, equation, color=INK, fontsize=12, va="center")

    def color(name: str, since: int) -> str:
        return name if stage == since else "grey"

    _inputs(ax, [CANDIDATE, FORGET, INPUT, OUTPUT][: stage + 1])
    # the memory: one straight line, on which something is added
    dot(ax, (0.6, MEMORY), "$c_{t-1}$", color="blue", radius=0.5)
    dot(ax, (10.7, MEMORY), "$c_t$", color="blue", radius=0.5)
    _along(ax, [1.1, *([FORGET] if stage >= 1 else []), ADD, 10.2])
    _operation(ax, (ADD, MEMORY), "+")
    # what is written: at first all of the candidate
    box(ax, (CANDIDATE, GATES), "candidate\ntanh", color=color("green", 0), width=2.2, height=1.0)
    if stage < 2:
        arrow(
            ax, (CANDIDATE, GATES + 0.5), (ADD + 0.15, MEMORY - 0.28), "$g_t$", color=color("green", 0), shift=(0.4, 0)
        )
    # what is kept
    if stage >= 1:
        box(ax, (FORGET, GATES), "forget\n$\\sigma$", color=color("orange", 1), height=1.0)
        arrow(ax, (FORGET, GATES + 0.5), (FORGET, MEMORY - 0.28), "$f_t$", color=color("orange", 1), shift=(0.4, 0))
        _operation(ax, (FORGET, MEMORY), "×")
    # how much of the candidate is written
    if stage >= 2:
        box(ax, (INPUT, GATES), "input\n$\\sigma$", color=color("orange", 2), height=1.0)
        _operation(ax, (ADD, 3.2), "×")
        arrow(ax, (INPUT + 0.2, GATES + 0.5), (ADD - 0.2, 3.0), "$i_t$", color=color("orange", 2), shift=(-0.4, 0.1))
        arrow(ax, (CANDIDATE - 0.2, GATES + 0.5), (ADD + 0.2, 3.0), "$g_t$", color="grey", shift=(0.45, 0.1))
        arrow(ax, (ADD, 3.48), (ADD, MEMORY - 0.28))
    # what is shown: at first the whole cell, squashed
    dot(ax, (10.7, 2.6), "$h_t$", radius=0.5)
    box(ax, (OUTPUT, 3.7), "tanh", width=1.2, height=0.6)
    arrow(ax, (OUTPUT, MEMORY), (OUTPUT, 4.0))
    if stage < 3:
        arrow(ax, (OUTPUT, 3.4), (10.25, 2.8))
        return
    arrow(ax, (OUTPUT, 3.4), (OUTPUT, 2.88))
    _operation(ax, (OUTPUT, 2.6), "×")
    arrow(ax, (OUTPUT + 0.28, 2.6), (10.2, 2.6))
    box(ax, (OUTPUT, 1.2), "output\n$\\sigma$", color="orange", height=1.0)
    arrow(ax, (OUTPUT, 1.7), (OUTPUT, 2.32), "$o_t$", color="orange", shift=(0.5, 0))


def _inputs(ax: Axes, places: list[float]) -> None:
    # x_t and h_{t-1}, one line below, and from it an arrow to every box; the output gate stands a little lower
    ax.text(1.3, READ, "$x_t,\\, h_{t-1}$", ha="right", va="center", color=INK, fontsize=12)
    ax.plot([1.4, max(places)], [READ, READ], color=PALETTE["grey"], linewidth=1.8)
    for place in places:
        arrow(ax, (place, READ), (place, 0.7 if place == OUTPUT else GATES - 0.5))


def _along(ax: Axes, places: list[float]) -> None:
    # the memory's line in pieces, each from one operation to the next; they are 0.28 thick
    for k, (start, end) in enumerate(pairwise(places)):
        gap = 0.28 if k else 0.0
        stop = 0.28 if end != places[-1] else 0.0
        arrow(ax, (start + gap, MEMORY), (end - stop, MEMORY), color="blue")


def _operation(ax: Axes, centre: Point, text: str) -> None:
    dot(ax, centre, "", radius=0.28)
    ax.text(*centre, text, ha="center", va="center_baseline", color=INK, fontsize=13)
