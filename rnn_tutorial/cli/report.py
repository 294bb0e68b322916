r"""One page of HTML with everything in it: the verdict, the picture, the backtest, the settings."""

import html
from dataclasses import replace

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.wrappers.combination import Combination
from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.plotting.style import PALETTE, use_book_style

from .html_page import document, pairs, png
from .html_page import picture as picture_of
from .outcome import Outcome, scores


def page(outcome: Outcome, picture: bytes) -> str:
    """Write the report around the picture, a PNG: HTML that needs no other file."""
    verdict, escape = outcome.verdict, html.escape
    backtest = ""
    if verdict is not None:
        name = f"{escape(verdict.name, quote=False)}</th>"
        table = scores(verdict).to_html(border=0).replace(f"<th>{name}", f'<th class="judged">{name}')
        backtest = f'<h2>Backtest</h2>\n<div class="wide">{table}</div>'
    body = f"""{picture_of(picture, "png", outcome.description)}
{"".join(f"<p>{escape(text)}</p>" for text in outcome.paragraphs())}
{backtest}
<h2>Settings</h2>
{pairs(outcome.settings())}"""
    return document(outcome.title, outcome.sentence, verdict is not None and verdict.beaten, body)


def draw(outcome: Outcome) -> bytes:
    """Draw the last of the known values, the forecast with its interval, and the last season repeated; a PNG."""
    series, repeated = outcome.series, outcome.repeated
    past = pd.Series(series.values, series.shown(series.index))[-outcome.shown :]
    with mpl.rc_context():
        use_book_style()
        figure = Figure(figsize=(9.0, 4.0), dpi=150, layout="constrained")
        ax = figure.subplots()
        ax.plot(
            repeated.index, repeated.point, "--", color=PALETTE["grey"], linewidth=1.2, label=plain(repeated.method)
        )
        replace(outcome.forecast, method=label(outcome.method)).plot(past, ax=ax)
        return png(figure)


def label(method: Method) -> str:
    """Name a method for a legend, where the names of many have no room."""
    return f"mean of {len(method.methods)} methods" if isinstance(method, Combination) else method.name
