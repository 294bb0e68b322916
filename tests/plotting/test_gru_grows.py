"""The picture of the growing GRU: a plain unit, and one gate more at each stage."""

from itertools import pairwise

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch

from rnn_tutorial import plotting
from rnn_tutorial.plotting.style import PALETTE

PRODUCT, MEAN = r"$W_{hn} h_{t-1} + b_{hn}$", r"$z_t\, h_{t-1} + (1 - z_t)\, n_t$"


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def labels(ax):
    return {text.get_text() for text in ax.texts}


def test_each_stage_adds_one_gate():
    stages = plotting.gru_grows()
    assert len(stages) == 3
    for ax in stages:
        assert {"candidate\ntanh", PRODUCT} <= labels(ax)
    boxes = [{text for text in labels(ax) if "\n" in text or text == MEAN} for ax in stages]
    added = [after - before for before, after in pairwise(boxes)]
    assert added == [{"update\n$\\sigma$", MEAN}, {"reset\n$\\sigma$"}]
    assert "×" in labels(stages[2])
    assert "×" not in labels(stages[1])


def test_only_what_is_new_is_in_colour():
    new = [("green", 1), ("orange", 2), ("orange", 1)]
    for stage, (color, count) in zip(plotting.gru_grows(), new, strict=True):
        edges = [to_hex(patch.get_edgecolor()).upper() for patch in stage.patches if isinstance(patch, FancyBboxPatch)]
        assert edges.count(PALETTE[color].upper()) == count
        assert set(edges) == {PALETTE[color].upper(), PALETTE["grey"].upper()}


def test_all_that_is_written_lies_within_the_axes():
    for ax in plotting.gru_grows():
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        assert all(left <= x <= right and low <= y <= high for x, y in (text.get_position() for text in ax.texts))


def test_a_stage_alone_is_the_same_picture():
    for k, ax in enumerate(plotting.gru_grows(), 1):
        (alone,) = plotting.gru_grows(stage=k)
        assert labels(alone) == labels(ax)
    with pytest.raises(ValueError, match="stage"):
        plotting.gru_grows(stage=4)
