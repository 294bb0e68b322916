r"""The hybrid forecaster as a diagram: a statistical path, and a network that learns what it gets wrong."""

from matplotlib.axes import Axes

from .boxes import INK, arrow, box, dot, sheet


def hybrid_picture() -> Axes:
    """Draw series, smoothing, errors, network and the sum of both.

    Examples:
        >>> ax = hybrid_picture()
    """
    ax = sheet(13.2, 5.0, scale=0.55)
    dot(ax, (0.9, 3.7), r"$y$", color="grey", radius=0.5)
    box(ax, (4.0, 3.7), "Holt-Winters", color="red", width=2.9)
    box(ax, (7.3, 1.2), "errors\n$e,\\ f$", color="orange", width=1.8, height=1.3)
    box(ax, (9.9, 1.2), "GRU", color="blue", width=1.6)
    dot(ax, (9.9, 3.7), "+", color="grey", radius=0.38)
    dot(ax, (12.3, 3.7), r"$\tilde{y}$", color="green", radius=0.5)
    arrow(ax, (1.45, 3.7), (2.5, 3.7))
    arrow(ax, (5.5, 3.7), (9.48, 3.7), r"path $\hat y$", color="red", shift=(0, 0.4))
    arrow(ax, (4.0, 3.2), (6.35, 1.45), "its earlier paths", color="red", bend=0.25, shift=(1.6, 0.3))
    arrow(ax, (0.9, 3.15), (6.35, 0.95), color="grey", bend=0.32)
    arrow(ax, (8.25, 1.2), (9.05, 1.2), color="orange")
    arrow(ax, (9.9, 1.7), (9.9, 3.28), "correction", color="blue", shift=(1.15, 0))
    arrow(ax, (10.32, 3.7), (11.76, 3.7))
    ax.text(1.8, 1.5, "what came", ha="right", va="center", fontsize=12, color=INK)
    return ax
