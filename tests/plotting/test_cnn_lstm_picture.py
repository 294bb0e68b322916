"""The picture of the CNN-LSTM shows three steps, and that only the LSTM connects them."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.transforms import Bbox

from rnn_tutorial import plotting


@pytest.fixture(autouse=True)
def _book_style():
    with mpl.rc_context():
        plotting.use_book_style()
        yield
    plt.close("all")


def test_three_steps_of_look_remember_draw():
    texts = [text.get_text() for text in plotting.cnn_lstm_picture().texts]
    for part in ("encode", "LSTM", "decode"):
        assert texts.count(part) == 3
    # The forecast is of the frame after the one that was read.
    for pair in (("frame $x_{t}$", r"forecast $\hat{x}_{t+1}$"), ("frame $x_{t+1}$", r"forecast $\hat{x}_{t+2}$")):
        assert set(pair) <= set(texts)


def test_only_the_memory_passes_anything_on():
    ax = plotting.cnn_lstm_picture()
    sideways = 0
    for patch in ax.patches:
        if isinstance(patch, FancyArrowPatch):
            (x0, y0), (x1, y1) = patch._posA_posB  # type: ignore[attr-defined]
            sideways += y0 == y1 and x0 < x1
    assert sideways == 4  # into the first step, twice between, out of the last


def test_texts_do_not_overlap_and_stay_in_their_boxes():
    ax = plotting.cnn_lstm_picture()
    ax.figure.canvas.draw()
    extents = [text.get_window_extent() for text in ax.texts]
    for k, one in enumerate(extents):
        assert not any(one.overlaps(other) for other in extents[k + 1 :])
    boxes = [patch.get_window_extent() for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    for extent in extents:
        for box in boxes:
            inside = Bbox.intersection(extent, box)
            assert inside is None or inside.width >= extent.width - 1, "a text sticks out of a box"
