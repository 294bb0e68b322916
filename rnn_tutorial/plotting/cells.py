r"""The cells of chapters 2 to 4 as pictures: what is computed from what, along the line that carries the memory."""

from matplotlib.axes import Axes

from .boxes import INK, Point, arrow, box, dot, sheet
from .style import PALETTE

MEMORY = 5.3  # height of the line that carries the memory
GATES = 1.9  # height of the gates
BUS = 0.55  # height of the line that feeds them


def lstm_cell() -> Axes:
    r"""Draw one step of the LSTM: the cell's line on top, the gates that guard it below.

    Examples:
        >>> ax = lstm_cell()
    """
    ax = sheet(12.2, 6.1)
    _lstm(ax)
    return ax


def peephole_cell() -> Axes:
    r"""Draw one step of the LSTM with peepholes: the same picture and three more arrows, from the cell to its gates.

    Examples:
        >>> ax = peephole_cell()
    """
    ax = sheet(12.2, 6.1)
    _lstm(ax)
    top = GATES + 0.5
    arrow(ax, (1.75, MEMORY), (2.45, top), "$w_{cf}$", color="red", shift=(-0.5, 0))
    arrow(ax, (1.75, MEMORY), (4.3, top), "$w_{ci}$", color="red", shift=(0.85, -0.25))
    arrow(ax, (7.55, MEMORY), (8.6, top), "$w_{co}$", color="red", shift=(-0.5, -0.1))
    return ax


def gru_cell() -> Axes:
    r"""Draw one step of the GRU: the new state is a mixture of the old one and the candidate.

    Examples:
        >>> ax = gru_cell()
    """
    ax = sheet(12.2, 6.1)
    reset, candidate, update = 2.9, 5.5, 8.6
    dot(ax, (0.6, MEMORY), "$h_{t-1}$", color="blue", radius=0.5)
    dot(ax, (11.6, MEMORY), "$h_t$", color="blue", radius=0.5)
    box(ax, (reset, GATES), "reset\n$\\sigma$", color="orange", height=1.0)
    box(ax, (candidate, 3.7), "candidate\ntanh", color="green", width=1.9, height=1.0)
    box(ax, (update, GATES), "update\n$\\sigma$", color="orange", height=1.0)
    box(ax, (update, MEMORY), "$z_t$ · old + $(1-z_t)$ · new", width=4.0, color="blue")
    # two lines below: the gates read both, the candidate reads the input alone
    _line(ax, (0.6, BUS), "$x_t$", height=0.45, branches=(reset - 0.35, candidate, update - 0.35))
    _line(ax, (0.6, 1.75), "$h_{t-1}$", height=0.95, branches=(reset + 0.35, update + 0.35))
    for gate in (reset, update):
        arrow(ax, (gate - 0.35, 0.45), (gate - 0.35, GATES - 0.5))
        arrow(ax, (gate + 0.35, 0.95), (gate + 0.35, GATES - 0.5))
    arrow(ax, (candidate, 0.45), (candidate, 3.2))
    # what the candidate sees of the past: mapped, then times r
    arrow(ax, (1.1, MEMORY), (6.6, MEMORY), "old", color="blue", shift=(2.0, 0.28))
    ax.plot(reset, MEMORY, "o", color=PALETTE["blue"], markersize=6)  # the line branches here
    arrow(ax, (reset, MEMORY), (reset, 4.9))
    box(ax, (reset, 4.6), r"$W_{hn} h_{t-1} + b_{hn}$", width=2.7, height=0.6)
    arrow(ax, (reset, 4.3), (reset, 3.98))
    _operation(ax, (reset, 3.7), "×")
    arrow(ax, (reset, GATES + 0.5), (reset, 3.42), "$r_t$", color="orange", shift=(-0.4, 0))
    arrow(ax, (reset + 0.28, 3.7), (candidate - 0.95, 3.7))
    # the mixture
    arrow(ax, (6.45, 4.0), (7.2, MEMORY - 0.45), "new $n_t$", color="green", shift=(0.85, -0.2))
    arrow(ax, (update, GATES + 0.5), (update, MEMORY - 0.45), "$z_t$", color="orange", shift=(0.4, -0.3))
    arrow(ax, (10.6, MEMORY), (11.1, MEMORY), color="blue")
    return ax


def _line(ax: Axes, centre: Point, text: str, *, height: float, branches: tuple[float, ...]) -> None:
    # A value and the line that carries it to several places. A filled dot marks where it branches, so not the last of
    # them, where it ends; lines that cross have none.
    dot(ax, centre, text, radius=0.5)
    bend = centre[0] + 0.85
    ax.plot(
        [centre[0] + 0.5, bend, bend, branches[-1]],
        [centre[1], centre[1], height, height],
        color=PALETTE["grey"], linewidth=1.8, solid_joinstyle="round",
    )  # fmt: skip
    ax.plot(branches[:-1], [height] * (len(branches) - 1), "o", color=PALETTE["grey"], markersize=5)


def _lstm(ax: Axes) -> None:
    forget, write, candidate, output, add = 2.9, 4.8, 6.85, 9.1, 5.8
    dot(ax, (0.6, MEMORY), "$c_{t-1}$", color="blue", radius=0.5)
    dot(ax, (11.6, MEMORY), "$c_t$", color="blue", radius=0.5)
    dot(ax, (11.6, 3.3), "$h_t$", radius=0.5)
    _inputs(ax, output)
    box(ax, (forget, GATES), "forget\n$\\sigma$", color="orange", height=1.0)
    box(ax, (write, GATES), "input\n$\\sigma$", color="orange", height=1.0)
    box(ax, (candidate, GATES), "candidate\ntanh", color="green", width=1.9, height=1.0)
    box(ax, (output, GATES), "output\n$\\sigma$", color="orange", height=1.0)
    for gate in (forget, write, candidate, output):
        arrow(ax, (gate, BUS), (gate, GATES - 0.5))
    # the memory: times f, plus i · g, and that is all
    arrow(ax, (1.1, MEMORY), (forget - 0.28, MEMORY), color="blue")
    _operation(ax, (forget, MEMORY), "×")
    arrow(ax, (forget + 0.28, MEMORY), (add - 0.28, MEMORY), color="blue")
    _operation(ax, (add, MEMORY), "+")
    arrow(ax, (add + 0.28, MEMORY), (11.1, MEMORY), color="blue")
    # what guards it
    arrow(ax, (forget, GATES + 0.5), (forget, MEMORY - 0.28), "$f_t$", color="orange", shift=(0.35, 0.85))
    _operation(ax, (add, 3.7), "×")
    arrow(ax, (write + 0.2, GATES + 0.5), (add - 0.2, 3.5), "$i_t$", color="orange", shift=(-0.3, 0.2))
    arrow(ax, (candidate - 0.2, GATES + 0.5), (add + 0.2, 3.5), "$g_t$", color="green", shift=(0.4, 0.15))
    arrow(ax, (add, 3.98), (add, MEMORY - 0.28))
    # what is shown of it
    box(ax, (output, 4.4), "tanh", width=1.2, height=0.6)
    arrow(ax, (output, MEMORY), (output, 4.7))
    arrow(ax, (output, 4.1), (output, 3.58))
    _operation(ax, (output, 3.3), "×")
    arrow(ax, (output, GATES + 0.5), (output, 3.02), "$o_t$", color="orange", shift=(0.4, -0.02))
    arrow(ax, (output + 0.28, 3.3), (11.1, 3.3))


def _inputs(ax: Axes, end: float) -> None:
    dot(ax, (0.6, 1.66), "$h_{t-1}$", radius=0.5)
    dot(ax, (0.6, BUS), "$x_t$", radius=0.5)
    color = PALETTE["grey"]
    ax.plot([1.1, end], [BUS, BUS], color=color, linewidth=1.8)
    ax.plot([1.1, 1.6, 1.6], [1.66, 1.66, BUS], color=color, linewidth=1.8)


def _operation(ax: Axes, centre: Point, text: str) -> None:
    dot(ax, centre, "", radius=0.28)
    ax.text(*centre, text, ha="center", va="center_baseline", color=INK, fontsize=13)
