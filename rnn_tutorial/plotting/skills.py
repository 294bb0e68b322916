r"""How much better each method is than a baseline, with intervals, and beside it on which series."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from .plain import plain
from .style import PALETTE

if TYPE_CHECKING:
    import pandas as pd

LEAST = -1.0
"""Where the axis of skill ends: an error twice the baseline's."""
LIMITS = (0.25, 4.0)
"""Where the axis of ratios ends."""
MUTED = "#A36BAF"
"""Of the methods that stand apart: a purple that is no colour of ``PALETTE``."""


def skills(
    board: "pd.DataFrame",
    ratios: "pd.DataFrame",
    colours: Mapping[str, str],
    decided: Collection[str] = (),
    apart: Collection[str] = (),
    called: str = "other libraries",
) -> Figure:
    r"""Draw each method's skill with its interval, and beside it the error of every method on every series.

    Args:
        board: A row for each method but the baseline: ``skill``, ``skill from`` and ``skill to``.
        ratios: Errors over the baseline's, a row for each series, a column for each of these methods.
        colours: By method, a name of ``PALETTE``; all others are grey. The first one's ratios give the series' order.
        decided: Methods whose difference is more than chance: their dots are filled.
        apart: Methods that all have one colour of their own, as those of other libraries.
        called: What the legend calls these.

    Examples:
        >>> import pandas as pd
        >>> board = pd.DataFrame({"skill": [0.5], "skill from": [0.4], "skill to": [0.6]}, index=["GRU"])
        >>> ratios = pd.DataFrame({"GRU": [0.4, 0.6]}, index=["demand", "traffic"])
        >>> figure = skills(board, ratios, {"GRU": "blue"})
    """
    rows = max(len(board), len(ratios))
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 0.21 * rows + 1.5), width_ratios=(4, 5))
    shade = {str(name): PALETTE[colours.get(str(name), "grey")] for name in board.index} | dict.fromkeys(apart, MUTED)
    _intervals(left, board, shade, decided)
    _series(right, ratios, colours, {called: [str(name) for name in ratios if name in apart]})
    handles, labels = right.get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside lower center", ncols=len(labels), fontsize=8.5)
    return figure


def _intervals(ax: Axes, board: "pd.DataFrame", shade: Mapping[str, str], decided: Collection[str]) -> None:
    order = board.sort_values("skill")
    for row, (name, found) in enumerate(order.iterrows()):
        colour = shade[str(name)]
        skill, low, high = found["skill"], found["skill from"], found["skill to"]
        ax.plot([max(low, LEAST), max(high, LEAST)], [row, row], color=colour, linewidth=4, alpha=0.35)
        if skill < LEAST:
            ax.text(max(high, LEAST), row, f" ◂ {skill:.1f}".replace("-", "−"), va="center", fontsize=8, color=colour)
        else:
            ax.plot(skill, row, "o", color=colour, markersize=5.5, mfc=colour if name in decided else "white")
    ax.axvline(0, color="black", linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(order)), [plain(name) for name in order.index], fontsize=8.5)
    ax.set(title="All series", xlabel="skill (0: as the baseline)", xlim=(LEAST, 1), ylim=(-0.7, len(order) - 0.3))
    ax.grid(axis="y", visible=False)


def _series(ax: Axes, ratios: "pd.DataFrame", colours: Mapping[str, str], apart: Mapping[str, Collection[str]]) -> None:
    first = next(iter(colours))
    order = ratios.sort_values(first, ascending=False)
    named = {*colours, *(name for names in apart.values() for name in names)}
    rest = {"other methods": [str(name) for name in order.columns if name not in named]}
    rows = np.arange(len(order))
    for (label, names), colour in zip({**rest, **apart}.items(), (PALETTE["grey"], MUTED), strict=True):
        for k, name in enumerate(names):
            ax.plot(
                order[name].clip(*LIMITS), rows, "|", color=colour, alpha=0.7, markersize=6, markeredgewidth=1.5,
                label=label if k == 0 else "_",
            )  # fmt: skip
    for name in reversed(list(colours)):
        ax.plot(
            order[name].clip(*LIMITS), rows, "o", color=PALETTE[colours[name]], markersize=5, alpha=0.9,
            label=plain(name), zorder=4 if name == first else 3,
        )  # fmt: skip
    ax.axvline(1, color="black", linewidth=0.8, linestyle=":")
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(FixedLocator([0.25, 0.5, 1, 2, 4]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set_yticks(rows, [plain(name) for name in order.index], fontsize=8.5 if len(order) < 15 else 7.5)
    ax.set(title="Each series", xlabel="error over the baseline's", ylim=(-0.7, len(order) - 0.3))
    ax.set_xlim(LIMITS[0] / 1.06, LIMITS[1] * 1.06)
    ax.grid(axis="x", visible=False)
