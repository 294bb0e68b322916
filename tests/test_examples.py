"""What the README and the docstrings show runs, and gives what they say."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest
import torch

import rnn_tutorial as rt

MODULES = sorted(
    info.name for info in pkgutil.walk_packages(rt.__path__, "rnn_tutorial.") if "experiments" not in info.name
)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    module = importlib.import_module(name)
    globs = {**vars(module), "torch": torch, "np": np, "rt": rt}
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for case in finder.find(module, name, globs=globs):
        runner.run(case)
    assert runner.summarize(verbose=False).failed == 0


def test_some_examples_are_there():
    finder = doctest.DocTestFinder()
    for layer in (rt.RNN, rt.LSTM, rt.ManyToOne):
        assert any(case.examples for case in finder.find(layer, globs={})), layer


def test_readme_code_runs():
    text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.M | re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
