"""What nbval's run does with notebooks that miss, raise, hang or swallow an interrupt: small ones, really executed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import execution_cache, layout

# The book's own conftest, with a cache and a root of the test's.
PLUGIN = """
from pathlib import Path
from tools import execution_cache, layout
execution_cache.ROOT = Path({folder!r})
layout.CACHE = execution_cache.CACHE = Path({folder!r}) / "cache"
from book.conftest import *
from book.conftest import _Progress
"""
EXPECT = "from rnn_tutorial import checks\nchecks.expect('a: number', {value}, below=1)"


class Book:
    """A folder with notebooks, and a way to run them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "plugin_of_the_test.py").write_text(PLUGIN.format(folder=str(folder)), encoding="utf-8")

    def add(self, name: str, *cells: str) -> None:
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=kernel)
        nbformat.write(notebook, self.folder / name)

    def run(self, *options: str, limit: float = 120) -> subprocess.CompletedProcess[str]:
        command = [
            *(sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "-q", "-p", "plugin_of_the_test"),
            *("-p", "no:cacheprovider", "--nbval-cell-timeout", str(limit), "--color=no", *options),
            *sorted(path.name for path in self.folder.glob("*.ipynb")),
        ]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(self.folder), str(layout.ROOT)]),
            "RNN_TUTORIAL_BUDGET": "laptop",
        }
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        done.stdout = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)  # tracebacks come in colour whatever one asks for
        return done

    def kept(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[bool | None]]:
        """Names of the notebooks whose outputs were kept, and what became of their expectations."""
        monkeypatch.setattr(execution_cache, "CACHE", self.folder / "cache")
        with execution_cache.opened() as cache:
            records = cache.list_cache_records()
        return {Path(r.uri).name: [e["held"] for e in r.data["expectations"]] for r in records}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


TRAINING = (
    "import os, signal, torch\nimport rnn_tutorial as rt\n"
    "calls = []\n"
    "def loss(a, b):\n"
    "    calls.append(1)\n"
    "    if len(calls) == 3:\n"
    "        os.kill(os.getpid(), signal.SIGINT)\n"
    "    return torch.nn.functional.mse_loss(a, b)\n"
    "data = torch.utils.data.TensorDataset(torch.zeros(8, 2), torch.zeros(8, 1))\n"
    "rt.fit(torch.nn.Linear(2, 1), data, loss=loss, epochs=9, batch_size=4, progress=False)"
)


@pytest.fixture(scope="module")
def for_a_reader(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, subprocess.CompletedProcess[str]]:
    """Four notebooks in one run, as ``make book`` has it."""
    book = Book(tmp_path_factory.mktemp("for_a_reader"))
    book.add("good.ipynb", "1 + 1")
    book.add("interrupted.ipynb", TRAINING, "print('after 9 epochs')")
    book.add("missed.ipynb", EXPECT.format(value=2), EXPECT.format(value=0))
    book.add("raises.ipynb", "1 + 1", "raise ValueError('no')")
    return book, book.run("--missed=shown")


def test_a_missed_expectation_is_red_and_kept(book, monkeypatch):
    book.add("a.ipynb", EXPECT.format(value=2), EXPECT.format(value=0))
    done = book.run()
    assert done.returncode == 1, done.stdout
    assert "a.ipynb, code cell 1 of 2: not as expected:\n  number: 2, expected below 1" in done.stdout
    assert "1 failed, 1 passed" in done.stdout
    assert book.kept(monkeypatch) == {"a.ipynb": [False, True]}


def test_a_cell_that_takes_the_limits_interrupt_for_a_users_is_red(book, monkeypatch):
    """The kernel is interrupted at the limit; code that catches this goes on as if it had finished."""
    swallow = "import time\ntry:\n    time.sleep(600)\nexcept KeyboardInterrupt:\n    print('stopped early')"
    book.add("a.ipynb", swallow, "print('after 10 epochs')")
    done = book.run("--missed=shown", limit=3)  # however slow the machine: the first cell never ends by itself
    assert done.returncode == 1, done.stdout
    assert "a.ipynb, code cell 1 of 2 took more than 3 s and was stopped" in done.stdout
    assert "RNN_TUTORIAL_CELL_LIMIT=6 make book" in done.stdout
    assert book.kept(monkeypatch) == {}


def test_what_raises_is_red_and_stops_no_other_notebook(for_a_reader, monkeypatch):
    """A missed expectation is no error there; what was kept is the two notebooks that ran to their ends."""
    book, done = for_a_reader
    assert done.returncode == 1
    assert "ValueError: no" in done.stdout
    assert re.findall(r"^FAILED (\S+)", done.stdout, re.M) == ["interrupted.ipynb::Cell", "raises.ipynb::Cell"]
    assert "2 failed, 5 passed" in done.stdout
    assert book.kept(monkeypatch) == {"good.ipynb": [], "missed.ipynb": [False, True]}


def test_an_interrupted_training_raises_in_a_notebook(for_a_reader):
    """``fit`` itself does not return what was interrupted: not even a cell that is run by hand goes on from it."""
    assert "TrainingInterrupted: The training was interrupted after 1 of 9 epochs" in for_a_reader[1].stdout
