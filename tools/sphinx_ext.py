"""The book's own Sphinx extension: no stale outputs, measured times, and no more of MathJax than the pages need.

It works for a plain ``jupyter-book build`` as well: whoever starts the build, outputs made by other code are gone.
"""

import math
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from tools import execution_cache, layout
from tools.fingerprint import fingerprint, surroundings
from tools.tables import table

logger = logging.getLogger(__name__)

# tex-chtml.js loads the fonts at once and an extension when a formula uses one of its commands.
_MATHJAX_NEEDED = ("tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions")

SHOWING_OTHERS = ("index", "claims", "status", "03_gru", "04_fc_lstm")  # the last two quote the times of chapter 9


def prune_outputs(app: Sphinx) -> None:
    """Throw away cached outputs that today's package, versions, device or budget did not make."""
    if stale := execution_cache.prune(fingerprint()):
        logger.info("outputs made by other code or surroundings removed: %s", ", ".join(stale))


def reread_notebooks(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Have Sphinx read again the notebooks if their fingerprint is not that of the last build.

    Pages that show what other pages' notebooks found are always read: nothing in their own text says when to.
    """
    showing_others = [doc for doc in SHOWING_OTHERS if doc in env.found_docs]
    current = fingerprint()
    if getattr(env, "rnn_tutorial_fingerprint", None) == current:
        return showing_others
    env.rnn_tutorial_fingerprint = current
    notebooks = [doc for doc in env.found_docs if Path(env.doc2path(doc)).suffix == ".ipynb"]
    return [*notebooks, *showing_others]


def measured_time(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Inliner,
    options: dict[str, Any] | None = None,
    content: Sequence[str] = (),
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Say how long a notebook took, ``{measured-time}`01_rnn```, or where, ``{measured-on}`01_rnn```."""
    path = layout.BOOK / f"{text}.ipynb"
    if not path.is_file():
        message = inliner.reporter.error(f"{name}: there is no notebook book/{text}.ipynb", line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    run = execution_cache.find(path, fingerprint())
    if run is None:
        answer = "not measured in this build"
    elif name == "measured-time":
        answer = spell_seconds(run.seconds)
    else:
        answer = f"the {run.surroundings['budget']} budget on {run.machine}"
    return [nodes.Text(answer)], []


def executions() -> list[execution_cache.Execution]:
    """Return what is known of the notebooks that this build shows, in reading order."""
    return [run for run in execution_cache.executions(fingerprint()).values() if run is not None]


class MeasuredTimes(SphinxDirective):
    """A table of every notebook's execution, followed by the versions that were in use."""

    def run(self) -> list[nodes.Node]:
        """Build the table from the execution cache."""
        rows = [
            (run.notebook, str(run.cells), spell_seconds(run.seconds), run.surroundings["budget"], run.machine)
            for run in executions()
        ]
        versions = [(name, value) for name, value in surroundings().items() if value]
        return [
            table(("Notebook", "Code cells", "Time in cells", "Budget", "Machine"), rows),
            nodes.paragraph(text="Versions and settings of the execution:"),
            table(("Name", "Value"), versions),
        ]


class Expectations(SphinxDirective):
    """How many expectations held in this build, and a table of all with what is known of their spread."""

    def run(self) -> list[nodes.Node]:
        """Build sentence and table from the execution cache and the measured margins."""
        runs = executions()
        return [nodes.paragraph(text=summary_of_expectations(runs)), table(*rows_of_expectations(runs))]


def summary_of_expectations(runs: Sequence[execution_cache.Execution]) -> str:
    """Count in a sentence."""
    total = sum(len(run.expectations) for run in runs)
    judged = [record for run in runs for record in run.expectations if record["held"] is not None]
    missed = sum(len(run.missed) for run in runs)
    if not judged:
        return f"The smoke budget judges nothing: {total} expectations were passed over."
    if not missed:
        return f"All {len(judged)} expectations held on this machine."
    return f"Of {len(judged)} expectations {missed} did not hold on this machine; a box on the page says so."


def rows_of_expectations(runs: Sequence[execution_cache.Execution]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return headings and rows: what, here, expected, elsewhere, margin."""
    from rnn_tutorial.expectations import Expectation

    rows: list[tuple[str, ...]] = []
    for run in runs:
        for record in run.expectations:
            one = Expectation(*(_number(record[k]) for k in ("name", "value", "above", "below", "budget")))
            spread = one.spread
            elsewhere, margin = "not known", ""
            if spread is not None:
                elsewhere = f"{spread.lowest:.4g} to {spread.highest:.4g} ({spread.runs} runs)"
                sds = spread.margin(one.above, one.below)
                margin = "no spread" if math.isinf(sds) else f"{sds:.1f}"
            here = f"{one.value:.4g}" + (" (missed)" if one.held is False else "")
            rows.append((one.name, here, one.threshold(), elsewhere, margin))
    return ("Notebook: number", "Here", "Expected", "Elsewhere", "Margin, standard deviations"), rows


def _number(value: Any) -> Any:
    return float(value) if value in ("nan", "inf", "-inf") else value


def box_missed(app: Sphinx, doctree: nodes.document) -> None:
    """Put a box under the title of a page some of whose expectations did not hold: no reader should overlook it."""
    path = layout.BOOK / f"{app.env.docname}.ipynb"
    if not path.is_file():
        return
    run = execution_cache.find(path, fingerprint())
    title = next(iter(doctree.findall(nodes.title)), None)
    if run is None or not run.missed or title is None:
        return
    box = nodes.warning(classes=["rt-missed-box"])
    box += nodes.paragraph(
        text="Not everything came out as expected on the machine that built this page. Sentences and figures "
        "below that rest on these numbers may not be what other machines show:"
    )
    box += nodes.bullet_list(
        "", *(nodes.list_item("", nodes.paragraph(text=record["sentence"])) for record in run.missed)
    )
    title.parent.insert(title.parent.index(title) + 1, box)


def spell_seconds(seconds: float) -> str:
    """Write a duration as people say it: ``42 s``, ``3 min 7 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s" if seconds >= 1 else "under 1 s"


def trim_mathjax(app: Sphinx, error: Exception | None) -> None:
    """Delete the parts of MathJax (24 MB) that no page loads."""
    folder = Path(app.outdir) / "_static" / "mathjax"
    if error is not None or not folder.is_dir():
        return
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        if not file.relative_to(folder).as_posix().startswith(_MATHJAX_NEEDED):
            file.unlink()
    for sub in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(sub.iterdir()):
            shutil.rmtree(sub)


def drop_thebe(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Leave out Thebe, which Jupyter Book always adds: unused, it names an outside address and logs an error."""
    context["script_files"] = [
        script
        for script in context.get("script_files", ())
        if "thebe" not in f"{script}{getattr(script, 'attributes', {}).get('body', '')}".lower()
    ]


def resolve_short_name(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, contnode: nodes.Element
) -> nodes.Element | None:
    """Let pages write ``rnn_tutorial.LSTM``, as readers do, for what the reference lists by its folder."""
    package, _, name = node.get("reftarget", "").partition(".")
    if node.get("refdomain") != "py" or package != layout.PACKAGE.name or not name or "." in name:
        return None
    objects = env.domaindata["py"]["objects"]
    found = [full for full in objects if re.fullmatch(rf"{package}\.\w+\.{re.escape(name)}", full)]
    if len(found) != 1:
        return None
    entry = objects[found[0]]
    return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, contnode, found[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    for part in ("claims", "faults", "figures", "numbering", "api", "codelinks", "codewrap", "reader.pages"):
        app.setup_extension(f"tools.{part}")
    app.connect("builder-inited", prune_outputs)
    app.connect("env-get-outdated", reread_notebooks)
    app.connect("doctree-read", box_missed)
    app.connect("missing-reference", resolve_short_name)
    app.connect("html-page-context", drop_thebe, priority=900)  # after all extensions have added theirs
    app.connect("build-finished", trim_mathjax, priority=900)  # after the extension that copies it
    app.add_role("measured-time", measured_time)
    app.add_role("measured-on", measured_time)
    app.add_directive("measured-times", MeasuredTimes)
    app.add_directive("expectations", Expectations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
