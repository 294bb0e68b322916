"""The pictures of the cells name what the equations name."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from rnn_tutorial import plotting


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def arrows(ax: Axes) -> int:
    return sum(isinstance(patch, FancyArrowPatch) for patch in ax.patches)


def test_lstm_cell_names_its_gates():
    ax = plotting.lstm_cell()
    assert {"$i_t$", "$f_t$", "$g_t$", "$o_t$", "$c_{t-1}$", "$c_t$", "$h_t$"} <= set(texts(ax))


def test_peephole_cell_is_the_lstm_and_three_arrows():
    lstm, peephole = plotting.lstm_cell(), plotting.peephole_cell()
    assert sorted(set(texts(peephole)) - set(texts(lstm))) == ["$w_{cf}$", "$w_{ci}$", "$w_{co}$"]
    assert arrows(peephole) == arrows(lstm) + 3


def test_gru_cell_keeps_with_z():
    ax = plotting.gru_cell()
    assert "$z_t$ · old + $(1-z_t)$ · new" in texts(ax)
    assert "$c_t$" not in texts(ax)
