r"""The picture of a history: losses over the epochs, metrics beside them."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.plotting.style import PALETTE

LOSSES = (("train_loss", "train", "blue"), ("valid_loss", "validation", "orange"))
METRIC_COLOURS = ("green", "purple", "red", "sky", "grey")


def draw(rows: Sequence[dict[str, float]], metrics: Sequence[str], best: int, ax: Axes | None = None) -> Axes:
    r"""Draw losses over the epochs and, if there are any, the metrics.

    Args:
        rows: One an epoch, as in ``History``.
        metrics: Names of their columns.
        best: The epoch of the lowest validation loss.
        ax: Where to draw; by default a new figure.
    """
    shared = ax is not None
    panel: Axes | None = None
    if ax is None:
        count = 2 if metrics else 1
        _, axes = plt.subplots(1, count, figsize=(4.2 * count, 3.0), layout="constrained", squeeze=False)
        ax, panel = axes[0][0], (axes[0][1] if metrics else None)
    elif metrics:
        panel = ax.twinx()
    assert ax is not None
    epochs = [row["epoch"] for row in rows]
    marker = "o" if len(epochs) <= 20 else ""
    for name, label, colour in LOSSES:
        if name in rows[0]:
            losses = [row[name] for row in rows]
            ax.plot(epochs, losses, marker=marker, markersize=3.5, color=PALETTE[colour], label=label)
    if "valid_loss" in rows[0]:
        ax.axvline(best, color=PALETTE["grey"], linestyle=":", linewidth=1.2, label=f"lowest: epoch {best}")
    ax.set(xlabel="epoch", ylabel="loss")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    handles = ax.get_legend_handles_labels()
    if panel is not None:
        for k, name in enumerate(metrics):
            panel.plot(
                epochs,
                [row[name] for row in rows],
                marker=marker,
                markersize=3.5,
                color=PALETTE[METRIC_COLOURS[k % len(METRIC_COLOURS)]],
                linestyle="--" if shared else "-",
                label=plain(name),
            )
        single = len(metrics) == 1
        panel.set_ylabel(plain(f"validation {metrics[0]}") if single else "validation metrics")
        if shared:  # one legend for both scales, and one grid
            panel.grid(visible=False)
            panel.spines["right"].set_visible(True)
            handles = tuple(a + b for a, b in zip(handles, panel.get_legend_handles_labels(), strict=True))
        else:
            panel.set_xlabel("epoch")
            panel.xaxis.set_major_locator(MaxNLocator(integer=True))
            if not single:
                panel.legend()
    ax.legend(*handles)
    return ax
