"""The picture of the growing cell: each stage has what the one before has, and one gate more."""

from itertools import pairwise

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch

from rnn_tutorial import plotting
from rnn_tutorial.plotting.style import PALETTE


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def boxes(ax):
    return {text.get_text() for text in ax.texts if "\n" in text.get_text()}


def test_each_stage_adds_one_gate():
    stages = plotting.lstm_grows()
    assert len(stages) == 4
    assert boxes(stages[0]) == {"candidate\ntanh"}
    added = [boxes(after) - boxes(before) for before, after in pairwise(stages)]
    assert added == [{"forget\n$\\sigma$"}, {"input\n$\\sigma$"}, {"output\n$\\sigma$"}]
    assert all(boxes(before) < boxes(after) for before, after in pairwise(stages))


def test_only_the_new_gate_is_in_colour():
    for stage in plotting.lstm_grows()[1:]:
        edges = [to_hex(patch.get_edgecolor()).upper() for patch in stage.patches if isinstance(patch, FancyBboxPatch)]
        assert edges.count(PALETTE["orange"].upper()) == 1
        assert set(edges) == {PALETTE["orange"].upper(), PALETTE["grey"].upper()}


def test_all_that_is_written_lies_within_the_axes():
    for ax in plotting.lstm_grows():
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        assert all(left <= x <= right and low <= y <= high for x, y in (text.get_position() for text in ax.texts))
