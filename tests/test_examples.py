"""What the README and the docstrings show runs, and gives what they say; no public name is without an example."""

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
import torch

mpl.use("agg")
import matplotlib.pyplot as plt

import rnn_tutorial as rt
from tools.rooms import ROOMS, public

MODULES = sorted(
    info.name for info in pkgutil.walk_packages(rt.__path__, "rnn_tutorial.") if "experiments" not in info.name
)


# What an example could not show: the base of the layers, and what has to ask the network for a file.
WITHOUT = {"Recurrent", "cache_dir", "demand_task", "fetch"}
FINDER = doctest.DocTestFinder(exclude_empty=True)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name, monkeypatch):
    monkeypatch.setenv("RNN_TUTORIAL_BUDGET", "laptop")
    module = importlib.import_module(name)
    globs = {**vars(module), "torch": torch, "np": np, "rt": rt}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    with mpl.rc_context():
        for case in FINDER.find(module, name, globs=globs):
            runner.run(case)
            plt.close("all")
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_has_an_example(room):
    without = [
        name
        for name, thing in public(importlib.import_module(f"rnn_tutorial.{room}")).items()
        if name not in WITHOUT
        and not (inspect.isclass(thing) and issubclass(thing, BaseException))
        and not any(case.examples for case in FINDER.find(thing, name, globs={}))
    ]
    assert without == []


def test_no_example_is_skipped():
    """An example that is not run may say anything."""
    for room in ROOMS:
        for thing in public(importlib.import_module(f"rnn_tutorial.{room}")).values():
            assert "doctest: +SKIP" not in (inspect.getdoc(thing) or ""), thing


def test_readme_code_runs():
    text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.M | re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
