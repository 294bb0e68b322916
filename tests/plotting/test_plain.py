"""A user's words are text in every picture and table: no formula, no markup, none left out."""

import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from rnn_tutorial import plotting
from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Backtest, Persistence, Scoreboard, SeasonalNaive, backtest
from rnn_tutorial.forecasting.forecast import Forecast
from rnn_tutorial.plotting import digits
from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.training import History

NAMES = ["$", "$$", "a $x_1$ b", r"$\frac{1}{$", r"\$5 or $6", "cost_in_$^{2}$", r"100 % of \alpha", "_hidden", "#&~{}"]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@cache
def board(name: str) -> Backtest:
    values = 50 + np.cumsum(np.random.default_rng(0).normal(size=60))
    series = Series(name, values, pd.date_range("2024-01-01", periods=60, freq="h"), name)
    return backtest({name: Persistence(), "other": SeasonalNaive(3)}, series, horizon=2, progress=False)


def scores(name: str) -> Scoreboard:
    return board(name).board()


def two(name: str) -> Artist:
    values, index = np.arange(60.0), pd.date_range("2024-01-01", periods=60, freq="h")
    several = [Series(one, values**2, index, name) for one in ("a", "b")]
    return backtest({name: Persistence()}, several, horizon=2, progress=False).plot()


def history(name: str) -> History:
    rows = [{"epoch": k, "train_loss": 1.0, "valid_loss": 1.0, "lr": 0.1, "seconds": 1.0, name: 0.5} for k in (1, 2)]
    return History(rows)


SKILLS = pd.DataFrame({"skill": [0.5], "skill from": [0.4], "skill to": [0.6]}, index=["x"])
RATIOS = pd.DataFrame({"GRU": [0.5]}, index=["x"])
LIKE = torch.linspace(0, 1, 12).reshape(3, 4)
DRAWN: dict[str, Callable[[str], Any]] = {
    "forecast": lambda name: Forecast(range(3), np.arange(3.0), unit=name, name=name, method=name).plot([1.0, 2.0]),
    "scoreboard": lambda name: scores(name).plot(),
    "backtest": lambda name: board(name).plot(),
    "backtest of several": two,
    "standings": lambda name: plotting.standings({name: {name: np.array([1.0])}}, {name: 1.0}, {name}),
    "skills": lambda name: plotting.skills(SKILLS.rename({"x": name}), RATIOS.rename({"x": name}), {"GRU": "blue"}),
    "history": lambda name: history(name).plot(),
    "state map": lambda name: plotting.state_map(LIKE, title=name, step=name),
    "lag curves": lambda name: plotting.lag_curves({name: [1.0, 0.1]}, title=name, lag=name),
    "profile": lambda name: plotting.profile(np.arange(24.0), 6, label=name),
    "film strips": lambda name: plotting.film_strips({name: torch.zeros(2, 4, 4)}),
    "errors by lead": lambda name: plotting.error_by_lead({name: [1.0, 2.0]}),
    "gallery": lambda name: digits.gallery(torch.zeros(1, 4, 4), [name]),
    "gates": lambda name: plotting.gate_stacks({name: {name: "ab"}}),
}


def drawn(given: Any) -> list[str]:
    """Draw and return the words as they are read; matplotlib's parsers raise while drawing."""
    figure = given if isinstance(given, Figure) else given.figure
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure.canvas.draw()
    texts: Any = [text for text in figure.findobj(Text) if text.get_text()]
    shown = [text._preprocess_math(text.get_text()) for text in texts]
    return [" ".join(words.split()) for words, kind in shown if not kind]


@pytest.mark.parametrize("name", NAMES)
def test_every_sign(name: str):
    figure = Figure()
    figure.text(0, 0, plain(name))
    assert drawn(figure) == [name]


@pytest.mark.parametrize("name", [r"$\frac{1}{$", "_a $x_1$ b"])
@pytest.mark.parametrize("kind", DRAWN)
def test_names_are_drawn_as_they_are_written(kind: str, name: str):
    assert any(name in words for words in drawn(DRAWN[kind](name)))


def test_every_legend_has_every_name():
    for kind in ("forecast", "backtest", "lag curves"):
        figure = DRAWN[kind]("_hidden")
        figure = figure if isinstance(figure, Figure) else figure.figure
        legends: Any = figure.findobj(Legend)
        assert any("_hidden" in text.get_text() for legend in legends for text in legend.get_texts()), kind


def test_a_line_is_one_line():
    assert plain("two\nlines\r\n\tand\x00 more") == "two lines and more"
    assert plain(3) == "3"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a_b", r"a\_b"),
        ("5 % of $", r"5 \% of \$"),
        ("x^2", r"x\textasciicircum{}2"),
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("#~&", r"\#\textasciitilde{}\&"),
    ],
)
def test_with_tex_as_well(text: str, written: str):
    with mpl.rc_context({"text.usetex": True}):
        assert plain(text) == written


MARKUP = '<b onclick="x">$y$</b>'


@pytest.mark.parametrize(
    "shown", [scores(MARKUP), board(MARKUP), history(MARKUP)], ids=["scoreboard", "backtest", "history"]
)
def test_tables_in_notebooks_have_no_markup_and_no_formulas(shown: Any):
    html = shown._repr_html_()
    assert "&lt;b onclick" in html
    assert "<b " not in html
    assert 'class="dataframe tex2jax_ignore mathjax_ignore"' in html


def test_words_and_code_are_escaped():
    for shown in (plotting.text_table((MARKUP,), ((MARKUP,),)), plotting.code_diff(MARKUP, MARKUP + "1", MARKUP)):
        assert "<b " not in shown._repr_html_()


def test_files_are_drawn(tmp_path: Path):
    """SVG and PDF go other ways through matplotlib than the screen."""
    axes: Any = Forecast(range(3), np.arange(3.0), unit="$", name=r"$\frac{", method="_a$b$").plot()
    for ending in ("svg", "pdf"):
        axes.figure.savefig(tmp_path / f"picture.{ending}")
