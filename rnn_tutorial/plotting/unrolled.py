r"""The picture that recurrent networks are known by: one cell with a loop, and the same cell unrolled in time."""

from matplotlib.axes import Axes

from .boxes import arrow, box, dot, sheet
from .style import PALETTE


def unrolled(cell: str = "RNN", state: str = "h") -> Axes:
    r"""Draw a recurrent cell twice: folded, with its loop, and unrolled over three of its steps.

    Arrows of one colour carry the same weights at every step: that is all that "recurrent" means.

    Args:
        cell: Name in the boxes.
        state: Letter of the state on the loop.

    Examples:
        >>> ax = unrolled("LSTM", state="h, c")
    """
    ax = sheet(17.2, 5.6)
    cell_y, x_y, y_y = 2.8, 0.6, 5.0

    ax.text(1.9, 5.45, "folded", ha="center", fontsize=11, fontweight="bold")
    dot(ax, (1.9, x_y), "$x_t$")
    box(ax, (1.9, cell_y), cell, color="blue")
    dot(ax, (1.9, y_y - 0.35), f"${state}_t$")
    arrow(ax, (1.9, x_y + 0.42), (1.9, cell_y - 0.45), r"$W_{ih}$", color="green", shift=(-0.6, 0))
    arrow(ax, (1.9, cell_y + 0.45), (1.9, y_y - 0.77), color="grey")
    arrow(ax, (2.65, cell_y + 0.2), (2.65, cell_y - 0.2), color="orange", bend=-2.6)
    ax.text(
        3.75, cell_y, r"$W_{hh}$", color=PALETTE["orange"], ha="center", va="center", fontsize=12, fontweight="bold"
    )

    ax.text(5.0, cell_y, "=", fontsize=22, ha="center", va="center")

    xs = (8.1, 11.3, 14.5)
    ax.text(11.3, 5.45, "unrolled in time: one set of weights, used again at every step", ha="center", fontsize=11,
            fontweight="bold")  # fmt: skip
    dot(ax, (6.0, cell_y), f"${state}_0$")
    for step, x in enumerate(xs, start=1):
        left = 6.42 if step == 1 else xs[step - 2] + 0.75
        dot(ax, (x, x_y), f"$x_{step}$")
        box(ax, (x, cell_y), cell, color="blue")
        dot(ax, (x, y_y - 0.35), f"${state}_{step}$")
        arrow(ax, (x, x_y + 0.42), (x, cell_y - 0.45), r"$W_{ih}$", color="green", shift=(-0.6, 0))
        arrow(ax, (x, cell_y + 0.45), (x, y_y - 0.77), color="grey")
        arrow(ax, (left, cell_y), (x - 0.75, cell_y), r"$W_{hh}$", color="orange", shift=(0, 0.36))
    arrow(ax, (xs[-1] + 0.75, cell_y), (xs[-1] + 2.1, cell_y), r"$W_{hh}$", color="orange", shift=(-0.1, 0.36))
    ax.text(xs[-1] + 2.4, cell_y, "…", ha="center", va="center", fontsize=16)
    return ax
