"""The reference lists every public name once, and knows which chapters use it."""

import re
from importlib import import_module

import pytest

import rnn_tutorial as rt
from tools import api, codelinks, layout
from tools.rooms import ROOMS, public
from tools.uses import key, used, uses

ENTRY = re.compile(r"^\.\. auto(?:class|exception|function):: (rnn_tutorial\.[\w.]+)$", flags=re.MULTILINE)


def entries() -> list[str]:
    return [name for page in layout.BOOK.glob("api_*.md") for name in ENTRY.findall(page.read_text(encoding="utf-8"))]


def test_every_public_name_has_one_entry():
    listed = entries()
    offered = {f"rnn_tutorial.{room}.{n}" for room in ROOMS for n in public(import_module(f"rnn_tutorial.{room}"))}
    assert len(listed) == len(set(listed))
    assert set(listed) == offered


def test_every_room_has_its_table():
    text = (layout.BOOK / "api.md").read_text(encoding="utf-8")
    rooms = sorted(page.stem for page in layout.BOOK.glob("api_*.md"))
    assert sorted(re.findall(r"^```\{api-names\} (\w+)$", text, flags=re.M)) == rooms
    assert sorted(re.findall(r"\{doc\}`(api_\w+)`", text)) == rooms


def test_layers_stand_in_the_article_s_order():
    layers = [name.rpartition(".")[2] for name in ENTRY.findall((layout.BOOK / "api_layers.md").read_text("utf-8"))]
    assert layers[:6] == ["RNN", "LSTM", "GRU", "PeepholeLSTM", "ConvLSTM", "CNNLSTM"]


# ---- which names a notebook uses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["import rnn_tutorial as rt", "rt.LSTM(2, 4)"], [rt.LSTM]),
        (["import rnn_tutorial", "rnn_tutorial.forecasting.mae([1], [2])"], [rt.forecasting.mae]),
        (["from rnn_tutorial import forecasting as f", "f.backtest"], [rt.backtest]),
        (["from rnn_tutorial.data import Standardizer\nStandardizer()"], [rt.data.Standardizer]),
        (["from rnn_tutorial import checks, plotting", "checks.expect('a', 1, above=0)"], [rt.checks.expect]),
        (["import torch", "torch.nn.LSTM(2, 4)"], []),
        (["LSTM = 1", "rt.LSTM"], []),
    ],
)
def test_names_are_found_by_their_imports(cells, expected):
    assert list(map(key, used(cells))) == list(map(key, expected))


def test_a_class_method_counts_for_itself_and_for_its_class():
    found = {key(thing) for thing in used(["import rnn_tutorial as rt", "rt.Forecaster.load(path)"])}
    assert found == {key(rt.Forecaster), key(rt.Forecaster.load)}


def test_chapters_are_in_reading_order():
    pages = [path.stem for path in layout.notebooks()]
    assert "02_lstm" in uses()[key(rt.LSTM)]
    for found in uses().values():
        assert found == sorted(set(found), key=pages.index)


# ---- how it is written ---------------------------------------------------------------------------------------


def test_names_are_written_as_readers_type_them():
    assert api.as_typed("rnn_tutorial.layers.LSTM") == "rt.LSTM"
    assert api.as_typed("rnn_tutorial.forecasting.mae") == "rt.forecasting.mae"


@pytest.mark.parametrize(
    ("pages", "sentence"),
    [
        (["01_rnn"], "chapter :doc:`1 </01_rnn>`"),
        (["00_a", "03_b"], "chapters :doc:`0 </00_a>` and :doc:`3 </03_b>`"),
        (
            ["00_a", "03_b", "10_c", "dialects"],
            "chapters :doc:`0 </00_a>`, :doc:`3 </03_b>` and :doc:`10 </10_c>` and in :doc:`/dialects`",
        ),
        (["dialects"], ":doc:`/dialects`"),
    ],
)
def test_chapters_are_listed(pages, sentence):
    assert api._sentence(pages) == sentence


def test_links_know_where_names_are_listed():
    places = codelinks.inventory_map()
    assert places["rnn_tutorial.layers.lstm.LSTM"] == "rnn_tutorial.layers.LSTM"
    assert places["rnn_tutorial.training.loop.fit"] == "rnn_tutorial.training.fit"
    assert (
        places["rnn_tutorial.forecasting.neural.forecaster.Forecaster.load"]
        == "rnn_tutorial.forecasting.Forecaster.load"
    )
