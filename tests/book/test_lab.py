"""The reader's edition in JupyterLab, as `make lab` opens it: nothing raw before a run, no error after it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from tools import layout
from tools.browser import DESKTOP

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHAPTER = "05_conv_lstm"
RAW = re.compile(r"\{[a-z]+(:[a-z]+)?\}`|:::|literalinclude|solution-(start|end)|:label:|^\([\w-]+\)=", re.M)
# Every cell has run, or one has failed.
FINISHED = """
() => {
    const widget = window.jupyterapp.shell.currentWidget;
    const code = widget.content.model.toJSON().cells.filter(cell => cell.cell_type === "code");
    const failed = code.some(cell => cell.outputs.some(output => output.output_type === "error"));
    const idle = widget.sessionContext.kernelDisplayStatus === "idle";
    return idle && (failed || code.every(cell => cell.execution_count));
}
"""
START_S = 120
RUN_S = 1800


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a JupyterLab on a copy of the chapters: it saves what it runs."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(layout.ROOT / "notebooks", folder / "notebooks")
    places = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "RUNTIME", "DATA")}
    settings = {"RNN_TUTORIAL_BUDGET": "smoke", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(layout.ROOT)}
    environment = os.environ | places | settings
    environment.pop("MPLBACKEND", None)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
        *(f"--notebook-dir={folder}", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
    ]
    log = (folder / "server.log").open("w")
    with subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT) as server:
        try:
            yield _address(server, folder / "runtime")
        finally:
            server.terminate()
            server.wait(timeout=60)
            log.close()


def _address(server: "subprocess.Popen[bytes]", runtime: Path) -> str:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        for record in runtime.glob("jpserver-*.json"):
            address = str(json.loads(record.read_text())["url"]).rstrip("/")
            with urlopen(f"{address}/api") as answer:
                assert answer.status == 200
            return address
        time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start: {(runtime.parent / 'server.log').read_text()[-2000:]}")


@pytest.fixture
def opened(browser: "Browser", lab: str) -> Iterator["Page"]:
    """A chapter, opened and rendered."""
    with browser.new_context(viewport=DESKTOP) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{lab}/lab/tree/notebooks/{CHAPTER}.ipynb")
        page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.content?.model?.cells?.length > 10", timeout=1000 * START_S
        )
        page.wait_for_selector(".jp-MarkdownOutput h1", timeout=1000 * START_S)
        yield page


def _notebook(page: "Page") -> Any:
    return page.evaluate("window.jupyterapp.shell.currentWidget.content.model.toJSON()")


def test_a_chapter_reads_and_runs(opened: "Page") -> None:
    # JupyterLab renders what is in view: scroll through all cells and read each.
    seen = []
    count = len(_notebook(opened)["cells"])
    for index in range(count):
        opened.evaluate(
            "index => { const notebook = window.jupyterapp.shell.currentWidget.content;"
            " notebook.activeCellIndex = index; return notebook.scrollToItem(index, 'start'); }",
            index,
        )
        opened.wait_for_timeout(50)
        seen += opened.eval_on_selector_all(".jp-MarkdownOutput", "all => all.map(one => one.innerText)")
    text = "\n".join(dict.fromkeys(seen))
    assert len(text) > 5000
    assert not (raw := RAW.search(text)), text[raw.start() - 80 : raw.end() + 80] if raw else ""
    assert opened.eval_on_selector_all("details[open]", "all => all.length") == 0
    assert "Solution of exercise" in text

    opened.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    opened.wait_for_function(FINISHED, timeout=1000 * RUN_S, polling=1000)
    cells = [cell for cell in _notebook(opened)["cells"] if cell["cell_type"] == "code"]
    errors = [o["evalue"] for cell in cells for o in cell["outputs"] if o["output_type"] == "error"]
    assert errors == []
    assert any("image/png" in output.get("data", {}) for cell in cells for output in cell["outputs"])
