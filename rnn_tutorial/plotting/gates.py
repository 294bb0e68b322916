r"""How libraries stack the gates of a recurrent layer: a row of boxes for each of them."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from .boxes import INK, box, sheet
from .plain import plain

COLORS = ("blue", "orange", "green", "red")


def gate_stacks(networks: Mapping[str, Mapping[str, str]]) -> Axes:
    r"""Draw the orders of gates of several networks side by side; a gate has one colour in all of a network's rows.

    Args:
        networks: By name of the network, and there by name of the library, the gates in order, a letter each.

    Raises:
        ValueError: Two orders of a network name different gates.

    Examples:
        >>> ax = gate_stacks({"GRU": {"PyTorch": "rzn", "Keras": "zrn"}})
    """
    names = list(dict.fromkeys(name for orders in networks.values() for name in orders))
    widths = {title: max(map(len, orders.values())) for title, orders in networks.items()}
    margin, gap = 2.0, 1.0
    ax = sheet(margin + sum(widths.values()) + gap * (len(widths) - 1), len(names) + 0.8)
    left = margin
    for title, orders in networks.items():
        ax.text(left, len(names) + 0.3, plain(title), color=INK, fontsize=12, fontweight="bold", va="center")
        first = next(iter(orders.values()))
        for row, name in enumerate(names):
            order = orders.get(name, "")
            if order and sorted(order) != sorted(first):
                raise ValueError(f"{title}: {name} stacks {order!r}, others {first!r}")
            for place, gate in enumerate(order):
                y = len(names) - row - 0.5
                box(ax, (left + place + 0.5, y), plain(gate), color=COLORS[first.index(gate)], width=0.9, height=0.8)
        left += widths[title] + gap
    for row, name in enumerate(names):
        ax.text(margin - 0.2, len(names) - row - 0.5, plain(name), color=INK, fontsize=11, ha="right", va="center")
    return ax
