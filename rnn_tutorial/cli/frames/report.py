r"""One page of HTML with everything in it: the verdict, the frames, the errors by lead, the settings, the program."""

import base64
import html

from rnn_tutorial import devices
from rnn_tutorial.cli.doctor import versions
from rnn_tutorial.cli.report import STYLE, pairs

from .outcome import Outcome, said_time
from .pictures import curves, strips
from .verdict import NETWORK

MORE_STYLE = "pre { overflow-x: auto; background: #f3f4f6; padding: .75rem 1rem; font-size: .85rem; }"


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
{_picture(moving, "gif", f"Moving pictures side by side: {names}.")}
{_picture(strips(outcome.strips, seen), "png", f"Frames in rows, one row each: {names}.")}
<h2>Errors by lead</h2>
<p>Root of the mean squared error{f", in {escape(outcome.unit)}" if outcome.unit else ""}; lead 1 is the frame after \
the last that was seen.</p>
<div class="wide">{table}</div>
{_picture(curves(verdict), "png", "Line chart: the error of each forecast by lead, as in the table above.")}"""
    frames = "\n".join(_picture(one, "png", f"Forecast, lead {k + 1}", "ahead") for k, one in enumerate(ahead))
    when = outcome.times()
    dated = "" if when is None else f"<p>From {said_time(when[0])} to {said_time(when[-1])}.</p>"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}{MORE_STYLE}
img.ahead {{ height: 8rem; image-rendering: pixelated; margin: 0 .25rem .25rem 0; }}</style>
</head>
<body>
<p class="verdict{" won" if verdict is not None and verdict.won else ""}">{escape(outcome.sentence)}</p>
<h1>{escape(title)}</h1>
{dated}
<p>{frames}</p>
{"".join(f"<p>{escape(text)}</p>" for text in outcome.paragraphs())}
{judged}
<h2>Settings</h2>
{pairs(outcome.settings())}
<h2>The same in Python</h2>
<pre>{escape(outcome.program(), quote=False)}</pre>
<h2>Computed by</h2>
{pairs(versions() | {"machine": devices.machine()})}
</body>
</html>
"""


def _picture(content: bytes, kind: str, alt: str, style: str = "") -> str:
    data = base64.b64encode(content).decode("ascii")
    look = f' class="{style}"' if style else ""
    return f'<img{look} src="data:image/{kind};base64,{data}" alt="{html.escape(alt)}">'
