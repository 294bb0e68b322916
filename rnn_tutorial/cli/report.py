r"""One page of HTML with everything in it: the verdict, the picture, the backtest, the settings."""

import base64
import html
from collections.abc import Mapping

import numpy as np

from .judge import Verdict, saved

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
th:first-child, td:first-child { text-align: left; }
tr.judged { font-weight: 600; }
table.pairs td { text-align: left; }
footer { margin-top: 2rem; font-size: .85rem; color: #4b5563; }
"""


def page(
    title: str,
    sentence: str,
    paragraphs: list[str],
    picture: bytes,
    description: str,
    verdict: Verdict | None,
    settings: Mapping[str, object],
    versions: Mapping[str, object],
) -> str:
    r"""Write the report.

    Args:
        title: Heading.
        sentence: The verdict, first of all.
        paragraphs: What else to know.
        picture: PNG.
        description: Of the picture, for those who do not see it.
        verdict: For the table of the backtest; ``None`` if there was none.
        settings: Of this run.
        versions: Of what computed it.

    Returns:
        HTML that needs no other file.
    """
    image = base64.b64encode(picture).decode("ascii")
    won = " won" if verdict is not None and verdict.beaten else ""
    backtest = "" if verdict is None else f"<h2>Backtest</h2>\n<div class='wide'>{_backtest(verdict)}</div>"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<p class="verdict{won}">{html.escape(sentence)}</p>
<h1>{html.escape(title)}</h1>
<img src="data:image/png;base64,{image}" alt="{html.escape(description, quote=True)}">
{"".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)}
{backtest}
<h2>Settings</h2>
<div class='wide'>{_pairs(settings)}</div>
<h2>Computed by</h2>
<div class='wide'>{_pairs(versions)}</div>
</body>
</html>
"""


def rows(verdict: Verdict) -> list[dict[str, str]]:
    """The table of the backtest as text, best first."""
    found = []
    for name, row in verdict.board.table().iterrows():
        spread = "" if np.isnan(row["±"]) else f" ± {row['±']:.3g}"
        skill = saved(row["MAE"], verdict.error(verdict.rival))
        found.append(
            {
                "method": str(name),
                "MAE": f"{row['MAE']:.4g}{spread}",
                "RMSE": f"{row['RMSE']:.4g}",
                "MASE": "n/a" if np.isnan(row["MASE"]) else f"{row['MASE']:.3f}",
                "less than naive": f"{skill:+.1%}" if np.isfinite(skill) else "n/a",
                "parameters": f"{int(row['parameters']):,}",
                "seconds to fit": f"{row['seconds']:.1f}",
            }
        )
    return found


def as_text(verdict: Verdict) -> str:
    """The same table in columns, for a terminal."""
    table = rows(verdict)
    columns = list(table[0])
    widths = {column: max(len(column), *(len(row[column]) for row in table)) for column in columns}

    def line(cells: Mapping[str, str]) -> str:
        first, *others = columns
        return "  ".join([f"{cells[first]:{widths[first]}}", *(f"{cells[c]:>{widths[c]}}" for c in others)])

    return "\n".join([line({column: column for column in columns}), *(line(row) for row in table)])


def _backtest(verdict: Verdict) -> str:
    table = rows(verdict)
    head = "".join(f"<th scope='col'>{html.escape(column)}</th>" for column in table[0])
    body = "".join(
        ("<tr class='judged'>" if row["method"] == verdict.name else "<tr>")
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in row.values())
        + "</tr>\n"
        for row in table
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _pairs(pairs: Mapping[str, object]) -> str:
    body = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(str(value))}</td></tr>\n" for name, value in pairs.items()
    )
    return f"<table class='pairs'><tbody>{body}</tbody></table>"
