"""Pictures of windows, profiles and shapes show the numbers they are given."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

from rnn_tutorial import plotting


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_no_drawn_target_crosses_a_cut():
    ax = plotting.sliding_windows(input_length=4, horizon=2, parts=(12, 6, 5))
    cells = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_y() < 0]
    bounds = {"blue": (0, 12), "orange": (12, 18), "red": (18, 23)}
    for color, (start, stop) in bounds.items():
        steps = [c.get_x() for c in cells if same_color(c.get_facecolor(), plotting.PALETTE[color])]
        assert len(steps) == 6  # three windows of two targets
        assert min(steps) >= start
        assert max(steps) <= stop - 1


def test_profile_is_the_median_of_each_step():
    ax = plotting.profile(np.array([1.0, 10, 2, 20, 3, 30, 99]), season=2)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [2, 20])


def test_autocorrelation_of_a_wave():
    wave = np.sin(2 * np.pi * np.arange(2400) / 24)
    segments = plotting.autocorrelation(wave, 24).collections[0].get_segments()  # type: ignore[attr-defined]
    found = [segment[1, 1] for segment in segments]
    assert found[12] == pytest.approx(-1, abs=0.02)
    assert found[24] == pytest.approx(1, abs=0.02)


def test_shapes_show_one_step_each_and_name_the_shapes():
    window, image, video = plotting.sequence_shapes(np.zeros((14, 24)), np.eye(8), np.zeros((10, 1, 16, 16)), frames=3)
    assert [ax.get_title(loc="left") or ax.get_title() for ax in (window, image, video)] == [
        "window: (14, 24)",
        "image: (8, 8)",
        "video: (10, 1, 16, 16)",
    ]
    np.testing.assert_array_equal(np.asarray(image.images[0].get_array()), np.eye(8))
    assert len(video.images) == 3
    with pytest.raises(ValueError, match=r"video should have 4 axes, got shape \(10, 16, 16\)"):
        plotting.sequence_shapes(np.zeros((14, 24)), np.eye(8), np.zeros((10, 16, 16)))
