r"""The picture of a recurrent layer's time: who waits for whom, in a loop and in a kernel."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

from .boxes import sheet
from .style import PALETTE


def timelines(steps: int = 4) -> Axes:
    r"""Draw the same layer twice against time: as a loop of small operations, and as a kernel on two threads.

    Args:
        steps: Time steps of the sequence.

    Examples:
        >>> ax = timelines(steps=6)
    """
    ax = sheet(16.0, 5.9)
    kinds = {"W x": "green", "W h": "orange", "gates": "blue"}

    def block(x: float, y: float, width: float, kind: str) -> None:
        ax.add_patch(Rectangle((x, y), width, 0.62, facecolor=PALETTE[kinds[kind]], edgecolor="white", linewidth=0.8))

    ax.text(0.1, 5.35, "as a loop", fontsize=11, fontweight="bold")
    x = 0.2
    for t in range(1, steps + 1):
        begin = x
        for kind, pieces in (("W x", 1), ("W h", 1), ("gates", 5)):
            for _ in range(pieces):
                width = 0.34 if kind != "gates" else 0.16
                block(x, 4.35, width, kind)
                x += width + 0.26  # the wait between two operations
        ax.annotate("", (x - 0.26, 4.16), (begin, 4.16), arrowprops={"arrowstyle": "|-|", "color": PALETTE["grey"],
                    "mutation_scale": 2.5, "linewidth": 0.9})  # fmt: skip
        ax.text((begin + x - 0.26) / 2, 3.74, f"step {t}", ha="center", fontsize=9, color=PALETTE["grey"])
    ax.text(0.1, 2.95, "as a kernel: each thread takes its rows of the batch through all steps", fontsize=11,
            fontweight="bold")  # fmt: skip
    end = 0.0
    for lane, rows in enumerate(("first half of the rows", "second half")):
        x, y = 0.2, 2.0 - 0.85 * lane
        for _ in range(steps):
            for kind, width in (("W x", 0.22), ("W h", 0.42), ("gates", 0.3)):
                block(x, y, width, kind)
                x += width
            x += 0.03
        ax.text(x + 0.25, y + 0.31, rows, va="center", fontsize=9, color=PALETTE["grey"])
        end = x
    for low, high in ((0.95, 2.75), (3.5, 5.1)):
        ax.plot([end, end], [low, high], color=PALETTE["grey"], linewidth=0.8, linestyle=":")
    for k, (kind, name) in enumerate({"W x": "$W_{ih}\\,x_t$", "W h": "$W_{hh}\\,h_{t-1}$", "gates": "gates"}.items()):
        left = 0.2 + 2.4 * k
        ax.add_patch(Rectangle((left, 0.12), 0.42, 0.42, facecolor=PALETTE[kinds[kind]], linewidth=0))
        ax.text(left + 0.6, 0.33, name, va="center", fontsize=10)
    ax.add_patch(
        FancyBboxPatch((7.7, 0.14), 0.38, 0.38, boxstyle="round,pad=0.02", facecolor="white",
                       edgecolor=PALETTE["grey"], linewidth=0.8)
    )  # fmt: skip
    ax.text(8.3, 0.33, "white between: waiting", va="center", fontsize=10)
    ax.annotate("", (15.8, 0.33), (13.6, 0.33), arrowprops={"arrowstyle": "->", "color": PALETTE["grey"]})
    ax.text(13.4, 0.33, "time", va="center", ha="right", fontsize=10, color=PALETTE["grey"])
    return ax
