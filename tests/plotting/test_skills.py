"""Skill with intervals beside single series: order, colours, and what lies beyond the axes."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from rnn_tutorial import plotting
from rnn_tutorial.plotting.style import PALETTE

BOARD = pd.DataFrame(
    {"skill": [0.2, 0.4, -1.5], "skill from": [0.1, -0.1, -2.0], "skill to": [0.3, 0.6, -0.9]},
    index=["ridge", "GRU", "drift"],
)
RATIOS = pd.DataFrame({"ridge": [0.9, 1.1], "GRU": [0.5, 0.7], "drift": [9.0, 2.0]}, index=["demand", "traffic"])


def test_best_on_top_filled_where_it_is_decided_and_named_where_it_is_beyond():
    left, _ = plotting.skills(BOARD, RATIOS, {"GRU": "blue"}, decided=["ridge"]).axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["drift", "ridge", "GRU"]
    dots = [line for line in left.lines if line.get_marker() == "o"]
    assert [float(np.ravel(dot.get_xdata())[0]) for dot in dots] == [0.2, 0.4]
    assert [dot.get_color() for dot in dots] == [PALETTE["grey"], PALETTE["blue"]]
    assert [to_rgba(dot.get_markerfacecolor()) for dot in dots] == [to_rgba(PALETTE["grey"]), to_rgba("white")]
    assert any("−1.5" in text.get_text() for text in left.texts)
    plt.close("all")


def test_series_are_in_the_order_of_the_first_named_method():
    figure = plotting.skills(BOARD, RATIOS, {"GRU": "blue"})
    right = figure.axes[1]
    assert [label.get_text() for label in right.get_yticklabels()] == ["traffic", "demand"]
    lines = {line.get_label(): np.asarray(line.get_xdata(), float) for line in right.lines}
    assert lines["GRU"] == pytest.approx([0.7, 0.5])
    assert lines["other methods"] == pytest.approx([1.1, 0.9])
    assert max(max(x) for x in lines.values()) == 4.0  # beyond: at the border
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["GRU", "other methods"]
    plt.close("all")


def test_methods_apart_have_one_colour_and_a_word_in_the_legend():
    figure = plotting.skills(BOARD, RATIOS, {"GRU": "blue"}, apart=["ridge"], called="others")
    left, right = figure.axes
    dots = [line for line in left.lines if line.get_marker() == "o"]
    strokes = {line.get_label(): line.get_color() for line in right.lines if line.get_marker() == "|"}
    assert strokes == {"other methods": PALETTE["grey"], "others": dots[0].get_color()}
    assert dots[0].get_color() not in PALETTE.values()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["GRU", "others", "other methods"]
    plt.close("all")
