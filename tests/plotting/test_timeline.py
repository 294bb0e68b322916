"""The picture of a layer's time shows a loop that takes longer than a kernel, and as many steps in both."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import Rectangle

from rnn_tutorial import plotting
from rnn_tutorial.plotting.style import PALETTE


@pytest.mark.parametrize("steps", [1, 4])
def test_same_steps_in_loop_and_kernel(steps):
    ax = plotting.timelines(steps)
    color = mpl.colors.to_rgba(PALETTE["orange"])  # the product with the state: once a step
    products = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_facecolor() == color]
    by_lane: dict[float, list[float]] = {}
    for product in products:
        by_lane.setdefault(round(product.get_y(), 3), []).append(product.get_x())
    lanes = sorted((lane for lane in by_lane.values() if len(lane) == steps), key=max)
    assert len(lanes) >= 3  # two threads of the kernel, and the loop; the legend is a lane of its own
    assert max(lanes[-1]) > max(lanes[0])
    plt.close("all")
