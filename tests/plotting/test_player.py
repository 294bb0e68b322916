"""A player shows each figure on its place of the sheet, and says which; maps show what they were given."""

import io
import re
from html import unescape
from itertools import pairwise

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from rnn_tutorial import plotting

COLOURS = ["#ff0000", "#00ff00", "#0000ff"]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def plain(colour, size=(2, 1)):
    return plt.figure(figsize=size, facecolor=colour)


def test_each_figure_has_its_place_on_the_sheet():
    shown = plotting.player((plain(c) for c in COLOURS), ["a", "b", "c"], "Colours.", columns=2, dpi=20)
    assert shown.size == (40, 20)
    assert not plt.get_fignums()
    sheet = np.asarray(Image.open(io.BytesIO(shown._repr_png_())).convert("RGB"))
    assert sheet.shape == (40, 80, 3)
    middles = [sheet[10, 20], sheet[10, 60], sheet[30, 20], sheet[30, 60]]
    np.testing.assert_array_equal(middles, [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]])


def test_the_page_has_a_slider_over_all_labels():
    labels = ['"January" & more', "February", "March"]
    page = plotting.player((plain(c) for c in COLOURS), labels, 'What "it" shows', dpi=20)._repr_html_()
    assert 'max="2"' in page
    assert 'alt="What &quot;it&quot; shows"' in page
    found = re.search(r'data-labels="([^"]*)"', page)
    assert found is not None
    assert unescape(found[1]) == '["\\"January\\" & more", "February", "March"]'
    assert "@media print" in page
    assert not re.search(r'(src|href)="(?!data:)', page)


def test_refusals_of_the_player():
    with pytest.raises(ValueError, match="a label for each figure, got 1 for 0"):
        plotting.player([], ["a"], "")
    with pytest.raises(ValueError, match="a label for each figure, got 1 for 2"):
        plotting.player([plain("red"), plain("blue")], ["a"], "", dpi=20)
    with pytest.raises(ValueError, match="one size"):
        plotting.player([plain("red"), plain("blue", (1, 1))], ["a", "b"], "", dpi=20)
    with pytest.raises(ValueError, match="columns"):
        plotting.player([plain("red")], ["a"], "", columns=0)


def test_maps_show_their_fields_with_one_scale():
    fields = {"truth": np.arange(6.0).reshape(2, 3), "forecast": np.zeros((2, 3))}
    figure = plotting.field_maps(fields, limit=4.0, title="May", label="K", extent=(120, 280, -30, 30))
    *maps, bar = figure.axes
    for ax, (name, values) in zip(maps, fields.items(), strict=True):
        assert ax.get_title(loc="left") == name
        np.testing.assert_array_equal(np.asarray(ax.images[0].get_array()), values)
        assert ax.images[0].get_clim() == (-4.0, 4.0)
    assert bar.get_ylabel() == "K"
    heights = [ax.get_position().y0 for ax in maps]
    assert all(above > below for above, below in pairwise(heights))


def test_refusals_of_maps():
    with pytest.raises(ValueError, match="one shape"):
        plotting.field_maps({}, limit=1)
    with pytest.raises(ValueError, match="one shape"):
        plotting.field_maps({"a": np.zeros((2, 3)), "b": np.zeros((3, 2))}, limit=1)
    with pytest.raises(ValueError, match="positive"):
        plotting.field_maps({"a": np.zeros((2, 3))}, limit=0)
