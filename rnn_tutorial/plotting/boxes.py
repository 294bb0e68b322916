r"""A small kit for diagrams of networks: boxes, dots and arrows on a plain sheet, so that all chapters draw alike."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from .style import PALETTE

Point = tuple[float, float]
INK = "#1F2937"


def sheet(width: float, height: float, scale: float = 0.62) -> Axes:
    """Return axes without frame where one unit is the same length both ways; sizes in units."""
    _, ax = plt.subplots(figsize=(width * scale, height * scale))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return ax


def box(ax: Axes, centre: Point, text: str, *, color: str = "grey", width: float = 1.5, height: float = 0.9) -> None:
    """Draw a rounded box with a label; ``color`` is a name of the palette."""
    x, y = centre
    patch = FancyBboxPatch(
        (x - width / 2, y - height / 2),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.15",
        facecolor=PALETTE[color] + "26",
        edgecolor=PALETTE[color],
        linewidth=1.6,
    )
    ax.add_patch(patch)
    ax.text(x, y, text, ha="center", va="center", color=INK, fontsize=12)


def dot(ax: Axes, centre: Point, text: str, *, color: str = "grey", radius: float = 0.42) -> None:
    """Draw a circle with a label: a value, as opposed to an operation."""
    ax.add_patch(Circle(centre, radius, facecolor="white", edgecolor=PALETTE[color], linewidth=1.6))
    ax.text(*centre, text, ha="center", va="center", color=INK, fontsize=12)


def arrow(
    ax: Axes,
    start: Point,
    end: Point,
    label: str = "",
    *,
    color: str = "grey",
    bend: float = 0.0,
    shift: Point = (0, 0),
) -> None:
    """Draw an arrow from ``start`` to ``end``; ``bend`` curves it, ``shift`` moves the label off its middle."""
    patch = FancyArrowPatch(
        start,
        end,
        arrowstyle="-|>",
        mutation_scale=13,
        connectionstyle=f"arc3,rad={bend}",
        color=PALETTE[color],
        linewidth=1.8,
        shrinkA=0,
        shrinkB=0,
    )
    ax.add_patch(patch)
    if label:
        x, y = (start[0] + end[0]) / 2 + shift[0], (start[1] + end[1]) / 2 + shift[1]
        ax.text(x, y, label, ha="center", va="center", color=PALETTE[color], fontsize=12, fontweight="bold")
