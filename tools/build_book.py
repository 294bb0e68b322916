"""Build the HTML from executed notebooks, with warnings as errors, and look at what came out."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools import execution_cache, layout
from tools.fingerprint import fingerprint

MINIMUM_WORDS = 30  # fewer visible words than this, and a page counts as empty


def main() -> int:
    """Run the command line: exit status 0 only for a complete book without a warning."""
    parser = argparse.ArgumentParser(prog="python -m tools.build_book", description=__doc__)
    parser.add_argument("--builder", choices=("html", "linkcheck"), default="html", help="default: %(default)s")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        layout.check()
        runs = execution_cache.executions(fingerprint())
        problems = _not_executed(runs)
    except layout.LayoutError as error:
        problems = [str(error)]
    if not problems:
        _remove_old_build()
        problems = _jupyter_book(options.builder)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        return 1
    if options.builder != "html":
        return 0
    index = layout.HTML / "index.html"
    print(f"\nThe book is built ({len(layout.pages())} pages, {time.monotonic() - started:.0f} s). Open")
    print(f"    {index}\n    {index.as_uri()}")
    for line in on_missed([run for run in runs.values() if run is not None]):
        print(line)
    return 0


def on_missed(runs: list[execution_cache.Execution]) -> list[str]:
    """Say which expectations did not hold on this machine: the pages show it, and nobody should have to search."""
    missed = [(run, record) for run in runs for record in run.missed]
    if not missed:
        return []
    expected = sum(len(run.expectations) for run in runs)
    return [
        f"Of {expected} expectations {len(missed)} did not hold on this machine; a box at the top of the page says so:",
        *(f"    {run.notebook}: {record['sentence']}" for run, record in missed),
    ]


def _not_executed(runs: dict[Path, execution_cache.Execution | None]) -> list[str]:
    missing = [path.name for path, run in runs.items() if run is None]
    return [f"no outputs of the current code for {', '.join(missing)}: run `make book`"] if missing else []


def _remove_old_build() -> None:
    """An incremental build shows the warnings of changed pages only: a second run would pass where the first failed."""
    for leftover in (
        layout.HTML,
        *(layout.BUILD / name for name in (".doctrees", "jupyter_execute", "plot_directive")),
    ):
        shutil.rmtree(leftover, ignore_errors=True)


def _jupyter_book(builder: str) -> list[str]:
    # A book is a million nodes that live to its end: looking for garbage among them takes a fifth of the time.
    program = "import gc; gc.set_threshold(200_000, 20, 50); from jupyter_book.cli.main import main; main()"
    command = [
        *(sys.executable, "-c", program, "build", str(layout.BOOK)),
        *("--config", str(layout.ROOT / "_config.yml"), "--path-output", str(layout.ROOT)),
        *("-W", "--keep-going", "-n", "-q", "--builder", builder),
    ]
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    status = subprocess.run(command, cwd=layout.ROOT, env=environment, check=False).returncode
    if status:
        return [f"jupyter-book stopped with status {status}; its warnings above count as errors"]
    return _incomplete_pages() if builder == "html" else []


def _incomplete_pages() -> list[str]:
    """Name each page of the table of contents that is missing or empty: jupyter-book itself would not."""
    from bs4 import BeautifulSoup

    problems = []
    for source in layout.pages():
        page = layout.HTML / source.with_suffix(".html").name
        if not page.is_file():
            problems.append(f"{source.name} is in the table of contents but {page.name} was not built")
            continue
        article = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find("article")
        words = len(article.get_text(" ").split()) if article else 0
        if words < MINIMUM_WORDS:
            problems.append(f"{page.name} is empty ({words} words)")
    return problems


if __name__ == "__main__":
    sys.exit(main())
