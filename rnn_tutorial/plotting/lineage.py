r"""The networks of the book as a family: who descends from whom, and what is new in each."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from .boxes import INK, arrow, box, sheet


@dataclass(frozen=True)
class Network:
    """A network of the book: its name, its parent's, who described it, what it adds, and its place in the picture."""

    name: str
    parent: str
    origin: str
    adds: str
    column: int
    row: int


NETWORKS = (
    Network("RNN", "", "Elman, 1990", "a state that is handed on", 0, 1),
    Network("LSTM", "RNN", "Hochreiter &\nSchmidhuber, 1997", "a cell that is added to, gates", 1, 1),
    Network("GRU", "LSTM", "Cho et al., 2014", "one state, two gates", 2, 2),
    Network("FC-LSTM", "LSTM", "Gers & Schmidhuber, 2000", "gates that see the cell", 2, 1),
    Network("ConvLSTM", "FC-LSTM", "Shi et al., 2015", "a memory made of pictures", 3, 1),
    Network("CNN-LSTM", "LSTM", "Donahue et al., 2015", "pictures as codes", 2, 0),
)
WIDE, TALL = 5.2, 2.3  # units from one column, one row to the next


def lineage() -> Axes:
    r"""Draw the six networks, each with an arrow from its parent, its origin and what it adds.

    Examples:
        >>> axes = lineage()
        >>> [text.get_text() for text in axes.texts][:2]
        ['RNN', 'Elman, 1990\na state that is handed on']
    """
    ax = sheet(4 * WIDE, 3 * TALL, scale=0.44)
    places = {one.name: (WIDE * (one.column + 0.5), TALL * (one.row + 0.62)) for one in NETWORKS}
    for one in NETWORKS:
        x, y = places[one.name]
        box(ax, (x, y), one.name, color="blue" if one.parent else "orange", width=2.6)
        ax.text(
            x, y - 0.6, f"{one.origin}\n{one.adds}", ha="center", va="top", color=INK, fontsize=8.5, linespacing=1.4
        )
    for one in NETWORKS:
        if one.parent:
            (a, b), (x, y) = places[one.parent], places[one.name]
            arrow(ax, (a + 1.35, b), (x - 1.35, y))
    return ax
