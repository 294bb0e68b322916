r"""One page of HTML with everything in it: the verdict, the frames, the errors by lead, the settings, the program."""

import html

from rnn_tutorial.cli.html_page import document, pairs, picture

from .outcome import Outcome, said_time
from .pictures import curves, strips
from .verdict import NETWORK

STYLE = """pre { overflow-x: auto; background: #f3f4f6; padding: .75rem 1rem; font-size: .85rem; }
img.ahead { height: 8rem; image-rendering: pixelated; margin: 0 .25rem .25rem 0; }"""


def page(outcome: Outcome, moving: bytes | None, ahead: list[bytes]) -> str:
    r"""Write the report: HTML that needs no other file.

    Args:
        outcome: What was found out.
        moving: The GIF of truth and forecast side by side; None without a verdict.
        ahead: PNGs of the next frames.
    """
    verdict, escape = outcome.verdict, html.escape
    title = f"The next {outcome.request.horizon} frames of {outcome.request.source.name}"
    judged = ""
    if verdict is not None and moving is not None:
        table = verdict.table().to_html(border=0).replace(f"<th>{NETWORK}</th>", f'<th class="judged">{NETWORK}</th>')
        names = "; ".join(outcome.strips)
        seen = outcome.network.input_length
        judged = f"""<h2>Beside the truth</h2>
<p>The last frames of the judging, from left to right: {escape(names)}. The first {seen} frames were seen.</p>
{picture(moving, "gif", f"Moving pictures side by side: {names}.")}
{picture(strips(outcome.strips, seen), "png", f"Frames in rows, one row each: {names}.")}
<h2>Errors by lead</h2>
<p>Root of the mean squared error{f", in {escape(outcome.unit)}" if outcome.unit else ""}; lead 1 is the frame after \
the last that was seen.</p>
<div class="wide">{table}</div>
{picture(curves(verdict), "png", "Line chart: the error of each forecast by lead, as in the table above.")}"""
    frames = "\n".join(picture(one, "png", f"Forecast, lead {k + 1}", "ahead") for k, one in enumerate(ahead))
    when = outcome.times()
    dated = "" if when is None else f"<p>From {said_time(when[0])} to {said_time(when[-1])}.</p>"
    body = f"""{dated}
<p>{frames}</p>
{"".join(f"<p>{escape(text)}</p>" for text in outcome.paragraphs())}
{judged}
<h2>Settings</h2>
{pairs(outcome.settings())}
<h2>The same in Python</h2>
<pre>{escape(outcome.program(), quote=False)}</pre>"""
    return document(title, outcome.sentence, verdict is not None and verdict.won, body, STYLE)
