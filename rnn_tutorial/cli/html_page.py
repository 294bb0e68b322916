r"""A page of HTML that needs no other file: the verdict first, then a heading, then what a command has to say."""

import base64
import html
import io
from collections.abc import Mapping

from matplotlib.figure import Figure

from rnn_tutorial import devices

from .doctor import versions

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


def document(title: str, sentence: str, won: bool, body: str, style: str = "") -> str:
    r"""Write a whole page, with the libraries and the machine at its end.

    Args:
        title: And heading.
        sentence: The verdict.
        won: Whether the method did.
        body: HTML.
        style: CSS besides that of every page.
    """
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>{STYLE}{style}</style>
</head>
<body>
<p class="verdict{" won" if won else ""}">{html.escape(sentence)}</p>
<h1>{html.escape(title)}</h1>
{body}
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


def picture(content: bytes, kind: str, alt: str, style: str = "") -> str:
    """Write a picture, its bytes within the page; ``kind`` is "png" or "gif", ``style`` a class."""
    data = base64.b64encode(content).decode("ascii")
    look = f' class="{style}"' if style else ""
    return f'<img{look} src="data:image/{kind};base64,{data}" alt="{html.escape(alt)}">'


def png(figure: Figure) -> bytes:
    """Draw a figure as a PNG."""
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
