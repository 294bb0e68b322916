"""Video strips show the frames they were given, and the reach of kernels adds up."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.text import Annotation

from rnn_tutorial import plotting


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_strips_show_every_frame_and_align_shorter_videos_right():
    truth, forecast = torch.rand(6, 1, 4, 5), torch.rand(2, 4, 5)
    axes = np.array(plotting.film_strips({"truth": truth, "forecast": forecast}, seen=4).axes).reshape(2, 6)
    for t in range(6):
        np.testing.assert_allclose(np.asarray(axes[0, t].images[0].get_array()), truth[t, 0])
    assert [len(ax.images) for ax in axes[1]] == [0, 0, 0, 0, 1, 1]
    np.testing.assert_allclose(np.asarray(axes[1, 4].images[0].get_array()), forecast[0])
    assert [ax.get_title() for ax in axes[0]] == list("123456")


def test_strips_refuse_what_is_no_video():
    with pytest.raises(ValueError, match="no videos given"):
        plotting.film_strips({})
    with pytest.raises(ValueError, match=r"truth: a video should be \(time, rows, columns\), got \(4, 5\)"):
        plotting.film_strips({"truth": torch.rand(4, 5)})


def test_reach_of_kernels():
    assert plotting.kernel_reach([(3, 3)], 4) == [1, 2, 3, 4]
    assert plotting.kernel_reach([(5, 1)], 3) == [2, 2, 2]
    assert plotting.kernel_reach([(3, 3), (3, 3)], 3) == [2, 3, 4]


def test_errors_by_lead_are_drawn_as_given_with_names_apart():
    errors = {"one": [1.0, 2.0, 3.0], "other": [1.5, 2.5, 3.0]}
    ax = plotting.error_by_lead(errors, dashed=["other"])
    drawn = {tuple(np.asarray(line.get_ydata())): line.get_linestyle() for line in ax.lines}
    assert drawn == {(1.0, 2.0, 3.0): "-", (1.5, 2.5, 3.0): "--"}
    assert [text.get_text() for text in ax.texts] == ["one", "other"]
    heights = [text.xyann[1] for text in ax.texts if isinstance(text, Annotation)]
    assert heights[1] - heights[0] > 0.1
    with pytest.raises(ValueError, match="no errors"):
        plotting.error_by_lead({})


def test_the_encoder_forecaster_has_a_cell_a_frame_and_layer():
    ax = plotting.encoder_forecaster_picture(seen=2, ahead=3)
    assert [text.get_text() for text in ax.texts].count("ConvLSTM") == 2 * (2 + 3)
    with pytest.raises(ValueError, match="at least one frame on each side"):
        plotting.encoder_forecaster_picture(seen=0)
