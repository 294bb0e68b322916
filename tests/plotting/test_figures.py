"""The drawings draw, label what they show, and refuse what they cannot show."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from rnn_tutorial import plotting


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_style_is_set_and_survives_outside_notebooks():
    with mpl.rc_context():
        plotting.use_book_style()
        assert mpl.rcParams["axes.spines.top"] is False


def test_unrolled_names_both_maps_once_a_step():
    texts = [t.get_text() for t in plotting.unrolled().texts]
    assert texts.count(r"$W_{ih}$") == 4
    assert texts.count(r"$W_{hh}$") == 5
    assert "$h_3$" in texts


def test_state_map_sorts_units_by_movement():
    states = torch.stack([torch.tensor([1.0, 0.2]), torch.tensor([-1.0, 0.2]), torch.tensor([1.0, 0.2])])
    drawn = np.asarray(plotting.state_map(states).images[0].get_array())
    np.testing.assert_allclose(drawn[0], 0.2)  # the unit that never moves is on top
    with pytest.raises(ValueError, match=r"should be \(time, units\)"):
        plotting.state_map(torch.zeros(2, 3, 4))


def test_half_life():
    assert plotting.half_life([0.5**k for k in range(10)]) == pytest.approx(1.0)
    assert plotting.half_life([0.9**k for k in range(50)]) == pytest.approx(np.log(2) / -np.log(0.9))
    assert plotting.half_life([1.0, 1.1, 1.2]) == float("inf")
    with pytest.raises(ValueError, match="two positive values"):
        plotting.half_life([1.0, 0.0])


def test_lag_curves_label_each_network():
    ax = plotting.lag_curves({"tanh": [1.0, 0.5], "relu": torch.tensor([1.0, 0.2])})
    legend = ax.get_legend()
    assert legend is not None
    assert [t.get_text() for t in legend.get_texts()] == ["tanh", "relu"]


def test_code_diff_marks_and_escapes():
    diff = plotting.code_diff("a = 1\nif a < 2:\n    b = 2", "a = 1\nif a < 3:\n    b = 2", title="one line")
    assert str(diff).splitlines() == ["  a = 1", "- if a < 2:", "+ if a < 3:", "      b = 2"]
    page = diff._repr_html_()
    assert '<span class="rt-diff-del" style="display:block">− if a &lt; 2:</span>' in page
    assert "one line" in page


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        ("holds", "holds"),
        ("holds: a convention", "holds"),
        ("holds, and onlookers agree", "holds"),
        ("holds only for pictures", "holds only"),
        ("does not hold here", "does not hold"),
        ("undecided: within the seeds", "undecided"),
    ],
)
def test_verdicts_are_of_four_kinds(verdict, kind):
    assert plotting.kind_of_verdict(verdict) == kind


@pytest.mark.parametrize("verdict", ["holdsonly", "it holds", "Holds", "not shown"])
def test_other_verdicts_are_refused(verdict):
    with pytest.raises(ValueError, match="a verdict should begin with"):
        plotting.kind_of_verdict(verdict)


def test_text_tables_escape_and_refuse_half_rows():
    table = plotting.claims_table([("a < b", "1 of 3", "holds")])
    assert "<td>a &lt; b</td>" in table._repr_html_()
    assert "<th>Verdict</th>" in table._repr_html_()
    assert str(table).splitlines() == ["The article says a < b", "We measured      1 of 3", "Verdict          holds"]
    with pytest.raises(ValueError, match="3 texts"):
        plotting.claims_table([("claim", "numbers", "")])
    with pytest.raises(ValueError, match="begin with one of holds, holds only, does not hold, undecided; got 'hardly'"):
        plotting.claims_table([("claim", "numbers", "hardly")])
    with pytest.raises(ValueError, match=r"2 texts, line, matter; got \('50',\)"):
        plotting.text_table(["line", "matter"], [("50",)])
    entries = plotting.text_table(["", "here"], [("order", "i, f")], row_headings=True)._repr_html_()
    assert "<tr><th>order</th><td>i, f</td></tr>" in entries
    assert 'class="dataframe rt-text rt-entries"' in entries


def test_gate_stacks_name_and_colour_gates():
    ax = plotting.gate_stacks({"LSTM": {"here": "ifgo", "ONNX": "iofg"}, "GRU": {"here": "rzn"}})
    texts = [t.get_text() for t in ax.texts]
    assert {"LSTM", "GRU", "here", "ONNX"} <= set(texts)
    letters = [t for t in texts if len(t) == 1]
    assert "".join(letters) == "ifgo" + "iofg" + "rzn"
    edges = [patch.get_edgecolor() for patch in ax.patches]
    assert edges[1] == edges[6]  # f, second above and third below
    assert len(set(edges[:4])) == 4
    with pytest.raises(ValueError, match="GRU: Keras stacks 'zrh', others 'rzn'"):
        plotting.gate_stacks({"GRU": {"here": "rzn", "Keras": "zrh"}})
