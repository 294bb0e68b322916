"""Scoreboards side by side: places, colours, and what lies beyond the axis; the hybrid's diagram names its parts."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnn_tutorial import plotting
from rnn_tutorial.plotting.style import PALETTE

SCORES = {
    "first": {"naive": np.array([10.0]), "GRU": np.array([4.0, 8.0]), "both": np.array([5.0])},
    "second": {"GRU": np.array([50.0]), "naive": np.array([20.0])},
}


def test_best_on_top_in_units_of_the_yardstick():
    figure = plotting.standings(SCORES, {"first": 10.0, "second": 20.0}, networks=["GRU"], hybrids=["both"])
    first, second = figure.axes[:2]
    assert [label.get_text() for label in first.get_yticklabels()] == ["naive", "GRU", "both"]
    dots = [line for line in first.lines if line.get_marker() == "o"]  # from the lowest row up
    assert [float(np.ravel(dot.get_xdata())[0]) for dot in dots] == pytest.approx([1.0, 0.6, 0.5])
    assert [dot.get_color() for dot in dots] == [PALETTE["grey"], PALETTE["blue"], PALETTE["green"]]
    ranges = [line.get_xdata() for line in first.lines if line.get_linewidth() == 4]
    assert any(np.allclose(line, [0.4, 0.8]) for line in ranges)
    assert any(text.get_text().startswith("2.5") for text in second.texts)  # beyond the axis: said, not drawn
    plt.close("all")


def test_hybrid_picture_names_its_parts():
    ax = plotting.hybrid_picture()
    words = {text.get_text() for text in ax.texts}
    assert {"Holt-Winters", "GRU", "correction", "+"} <= words
    plt.close("all")
