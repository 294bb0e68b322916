r"""One page of HTML with everything in it: the verdict, the picture, the backtest, the settings."""

import base64
import html
import io
from collections.abc import Mapping

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from rnn_tutorial import devices
from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.plotting.style import PALETTE, use_book_style

from .doctor import versions
from .outcome import Outcome, scores

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1f2937;
       background: #ffffff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.verdict { font-size: 1.1rem; border-left: 4px solid #6b7280; padding: .5rem 1rem; background: #f3f4f6; }
.verdict.won { border-color: #009e73; }
img { max-width: 100%; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid #e5e7eb; text-align: right; vertical-align: top; }
tbody th { font-weight: 400; } tbody th.judged { font-weight: 700; }
th:first-child, .pairs td { text-align: left; }
"""


def page(outcome: Outcome, picture: bytes) -> str:
    """Write the report around the picture, a PNG: HTML that needs no other file."""
    verdict, escape = outcome.verdict, html.escape
    backtest = ""
    if verdict is not None:
        name = f"{escape(verdict.name, quote=False)}</th>"
        table = scores(verdict).to_html(border=0).replace(f"<th>{name}", f'<th class="judged">{name}')
        backtest = f'<h2>Backtest</h2>\n<div class="wide">{table}</div>'
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(outcome.title)}</title>
<style>{STYLE}</style>
</head>
<body>
<p class="verdict{" won" if verdict is not None and verdict.beaten else ""}">{escape(outcome.sentence)}</p>
<h1>{escape(outcome.title)}</h1>
<img src="data:image/png;base64,{base64.b64encode(picture).decode("ascii")}" alt="{escape(outcome.description)}">
{"".join(f"<p>{escape(text)}</p>" for text in outcome.paragraphs())}
{backtest}
<h2>Settings</h2>
{pairs(outcome.settings())}
<h2>Computed by</h2>
{pairs(versions() | {"machine": devices.machine()})}
</body>
</html>
"""


def pairs(pairs: Mapping[str, object]) -> str:
    """Write names and values as a table of two columns."""
    cells = [(html.escape(name), html.escape(str(value))) for name, value in pairs.items()]
    rows = "\n".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in cells)
    return f'<div class="wide"><table class="pairs">\n{rows}\n</table></div>'


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
        outcome.forecast.plot(past, ax=ax)
        file = io.BytesIO()
        figure.savefig(file, format="png")
    return file.getvalue()
