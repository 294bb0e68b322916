r"""The GRU's cell as a picture that grows: the plain unit, then the update gate, then the reset gate."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from .boxes import INK, Point, arrow, box, dot
from .style import PALETTE

MEMORY = 5.0  # height of the line that carries the state
PRODUCT = 3.9  # height of the product with the old state
CANDIDATE_AT = (5.5, 2.7)
GATES = 1.3  # height of the gates
INPUT, STATE = -0.9, -0.3  # heights of the two lines from which the boxes read
RESET, UPDATE = 2.4, 8.0  # places from left to right
MEAN = (7.8, 4.1)  # place and width of the box that mixes old and new
HALF = 0.28  # radius of an operation
STAGES = (
    ("1. The plain unit: rewrite all", r"$h_t = n_t = \tanh(W_{in} x_t + b_{in} + W_{hn} h_{t-1} + b_{hn})$"),
    ("2. + update gate: keep how much?", r"$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t$"),
    ("3. + reset gate: read how much?", r"$n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))$"),
)
"""Title and new equation of each stage."""


def gru_grows(stage: int | None = None) -> list[Axes]:
    r"""Draw the GRU's cell three times: a plain recurrent unit, then with the update gate, then with the reset gate.

    What is new at a stage is drawn in colour; what was there before is grey, but for the state's line, which is blue.
    A filled dot is a place where a line branches; lines that cross without one do not meet.

    Args:
        stage: Draw this stage alone, 1, 2 or 3; ``None``: all of them.

    Raises:
        ValueError: There is no such stage.

    Examples:
        >>> len(gru_grows())
        3
        >>> len(gru_grows(stage=2))
        1
    """
    if stage is not None:
        if not 1 <= stage <= len(STAGES):
            raise ValueError(f"stage={stage}; there are the stages 1 to {len(STAGES)}")
        _, ax = plt.subplots(figsize=(5.4, 4.3), layout="constrained")
        _cell(ax, stage - 1)
        return [ax]
    _, axes = plt.subplot_mosaic(
        [["first", "first", "second", "second"], [".", "third", "third", "."]],
        figsize=(9.6, 7.4), layout="constrained",
    )  # fmt: skip
    stages = [axes[name] for name in ("first", "second", "third")]
    for k, ax in enumerate(stages):
        _cell(ax, k)
    return stages


def _cell(ax: Axes, stage: int) -> None:
    ax.set(xlim=(0, 11.4), ylim=(-1.3, 7.5), aspect="equal")
    ax.axis("off")
    title, equation = STAGES[stage]
    ax.text(0.1, 7.1, title, color=INK, fontsize=12, fontweight="bold", va="center")
    ax.text(0.1, 6.3, equation, color=INK, fontsize=11.5, va="center")

    def color(name: str, since: int) -> str:
        return name if stage == since else "grey"

    x, y = CANDIDATE_AT
    gates = [[], [UPDATE], [RESET, UPDATE]][stage]
    _inputs(ax, gates)
    dot(ax, (0.6, MEMORY), "$h_{t-1}$", color="blue", radius=0.55)
    dot(ax, (10.8, MEMORY), "$h_t$", color="blue", radius=0.55)
    # what the candidate reads of the old state: its product, at first all of it
    box(ax, (RESET, PRODUCT), r"$W_{hn} h_{t-1} + b_{hn}$", width=3.3, height=0.7)
    _line(ax, [(1.15, MEMORY), (RESET, MEMORY)], "blue")
    arrow(ax, (RESET, MEMORY), (RESET, PRODUCT + 0.35), color="blue")
    box(ax, CANDIDATE_AT, "candidate\ntanh", color=color("green", 0), width=2.2, height=1.1)
    if stage < 2:
        _line(ax, [(RESET, PRODUCT - 0.35), (RESET, y)])
        arrow(ax, (RESET, y), (x - 1.1, y))
    else:
        arrow(ax, (RESET, PRODUCT - 0.35), (RESET, y + HALF))
        _times(ax, (RESET, y))
        arrow(ax, (RESET + HALF, y), (x - 1.1, y))
        box(ax, (RESET, GATES), "reset\n$\\sigma$", color="orange", height=1.1)
        arrow(ax, (RESET, GATES + 0.55), (RESET, y - HALF), "$r_t$", color="orange", shift=(-0.45, 0))
    if stage == 0:
        # nothing else reaches the new state
        _line(ax, [(x + 1.1, y), (10.8, y)], "green")
        arrow(ax, (10.8, y), (10.8, MEMORY - 0.55), "$n_t$", color="green", shift=(-0.5, 0))
        return
    # the state's line, on which old and new are mixed
    place, width = MEAN
    ax.plot(RESET, MEMORY, "o", color=PALETTE["blue"], markersize=6)
    arrow(ax, (RESET, MEMORY), (place - width / 2, MEMORY), color="blue")
    box(ax, (place, MEMORY), r"$z_t\, h_{t-1} + (1 - z_t)\, n_t$", color=color("orange", 1), width=width, height=0.9)
    arrow(ax, (place + width / 2, MEMORY), (10.25, MEMORY), color="blue")
    arrow(ax, (x + 0.7, y + 0.55), (place - 1.2, MEMORY - 0.45), "$n_t$", color="grey", shift=(0.5, -0.1))
    box(ax, (UPDATE, GATES), "update\n$\\sigma$", color=color("orange", 1), height=1.1)
    arrow(ax, (UPDATE, GATES + 0.55), (UPDATE, MEMORY - 0.45), "$z_t$", color=color("orange", 1), shift=(0.45, 0))


def _inputs(ax: Axes, gates: list[float]) -> None:
    # x_t, which every box reads, and h_{t-1}, which the gates read: a line each, and arrows from it to the boxes
    x, y = CANDIDATE_AT
    ax.text(0.9, INPUT, "$x_t$", ha="right", va="center", color=INK, fontsize=12)
    places = sorted([x, *(gate - 0.3 for gate in gates)])
    _line(ax, [(1.0, INPUT), (places[-1], INPUT)])
    ax.plot(places[:-1], [INPUT] * len(places[:-1]), "o", color=PALETTE["grey"], markersize=5)
    for place in places:
        arrow(ax, (place, INPUT), (place, y - 0.55 if place == x else GATES - 0.55))
    if not gates:
        return
    ax.text(0.9, STATE, "$h_{t-1}$", ha="right", va="center", color=INK, fontsize=12)
    places = [gate + 0.3 for gate in gates]
    _line(ax, [(1.0, STATE), (places[-1], STATE)])
    ax.plot(places[:-1], [STATE] * len(places[:-1]), "o", color=PALETTE["grey"], markersize=5)
    for place in places:
        arrow(ax, (place, STATE), (place, GATES - 0.55))


def _line(ax: Axes, points: list[Point], color: str = "grey") -> None:
    xs, ys = zip(*points, strict=True)
    ax.plot(xs, ys, color=PALETTE[color], linewidth=1.8, solid_capstyle="butt", solid_joinstyle="round")


def _times(ax: Axes, centre: Point) -> None:
    dot(ax, centre, "", radius=HALF)
    ax.text(*centre, "×", ha="center", va="center_baseline", color=INK, fontsize=13)
