"""What a kept result depends on: a change of anything that a method names is seen, and nothing else is."""

import functools
import random
import re
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import count
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.linear_model import Ridge
from torch import nn

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Forecaster, backtest
from rnn_tutorial.forecasting.evaluation.fingerprint import fingerprint

HELPERS = """
FACTOR = 2.0
TABLE = {"a": [1, 2]}
def smooth(x, width=3): return inner(x) * width
def inner(x): return x + 1
class Kernel:
    size = 5
    def apply(self, x): return x * self.size
"""
METHOD = """
import functools
import helpers_of_test
from helpers_of_test import smooth, Kernel
from rnn_tutorial.forecasting import Persistence
ALPHA = 0.5
LEVELS = [1, 2, 3]
OPTIONS = {"k": (1, 2)}
@functools.cache
def cached(x): return x * 3
def chosen(kind): return {"a": 1}[kind]
class Base(Persistence):
    depth = None
    widths = [1, 2]
    scale = staticmethod(lambda x: x * 2)
class Own(Base):
    __slots__ = ("slot",)
    name = "own"
    kinds = {"a": 1.0}
    helper = Kernel
    lag: int = 4
    @property
    def twice(self): return 2 * self.lag
    def points(self, series, origins, horizon):
        import lazily_imported_of_test as lazy
        def inside(x): return x * ALPHA + len(LEVELS)
        found = super().points(series, origins, horizon)
        return found + 0 * (inside(smooth(1)) + cached(2) + chosen("a") + helpers_of_test.FACTOR + OPTIONS["k"][0])
"""
CHANGES = {
    "a constant": (METHOD, "ALPHA = 0.5", "ALPHA = 0.6"),
    "a list": (METHOD, "LEVELS = [1, 2, 3]", "LEVELS = [1, 2, 4]"),
    "a dictionary": (METHOD, '"k": (1, 2)', '"k": (1, 3)'),
    "a cached function": (METHOD, "return x * 3", "return x * 4"),
    "a function": (METHOD, '{"a": 1}[kind]', '{"a": 2}[kind]'),
    "None in a base": (METHOD, "depth = None", "depth = 1"),
    "a list in a base": (METHOD, "widths = [1, 2]", "widths = [1, 3]"),
    "a static function": (METHOD, "lambda x: x * 2", "lambda x: x * 3"),
    "a dictionary in the class": (METHOD, 'kinds = {"a": 1.0}', 'kinds = {"a": 1.5}'),
    "a class in the class": (METHOD, "helper = Kernel", "helper = Base"),
    "a number in the class": (METHOD, "lag: int = 4", "lag: int = 5"),
    "a property": (METHOD, "return 2 * self.lag", "return 3 * self.lag"),
    "a function inside": (METHOD, "return x * ALPHA", "return x + ALPHA"),
    "another base": (METHOD, "class Own(Base)", "class Own(Persistence)"),
    "a module's constant": (HELPERS, "FACTOR = 2.0", "FACTOR = 2.5"),
    "a module's table": (HELPERS, "[1, 2]", "[1, 3]"),
    "a default value": (HELPERS, "width=3", "width=4"),
    "a function of a function": (HELPERS, "return x + 1", "return x + 2"),
    "an imported class's attribute": (HELPERS, "size = 5", "size = 6"),
    "an imported class's function": (HELPERS, "x * self.size", "x + self.size"),
    "a module imported inside": ("LAZY = 1\n", "LAZY = 1", "LAZY = 2"),
}


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    files = {"helpers_of_test": HELPERS, "method_of_test": METHOD, "lazily_imported_of_test": "LAZY = 1\n"}

    def load(old: str = "", new: str = "", which: str = METHOD) -> ModuleType:
        import importlib

        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text.replace(old, new) if text == which else text)
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return importlib.import_module("method_of_test")

    yield load
    for name in files:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_of_code_is_seen(modules: Callable[..., ModuleType], change: str):
    which, old, new = CHANGES[change]
    assert old in which
    before, again, after = (fingerprint(modules(*how).Own()) for how in ((), (), (old, new, which)))
    assert before == again
    assert before != after


def test_what_is_set_while_the_program_runs_is_seen(modules: Callable[..., ModuleType]):
    module: Any = modules()
    found = [fingerprint(module.Own())]
    module.ALPHA = 0.7
    found.append(fingerprint(module.Own()))
    module.helpers_of_test.FACTOR = 9.0
    found.append(fingerprint(module.Own()))
    module.Base.widths.append(3)
    found.append(fingerprint(module.Own()))
    for slot in (1, 2):
        own = module.Own()
        own.slot = slot
        found.append(fingerprint(own))
    assert len(set(found)) == len(found)


def test_no_stale_result_is_served(modules: Callable[..., ModuleType], tmp_path: Path):
    series = Series.of(np.arange(40.0) % 7)

    def run(*change: str) -> int:
        backtest([modules(*change).Own()], series, 2, progress=False, folder=tmp_path / "kept")
        return len(list((tmp_path / "kept").glob("*.npz")))

    assert [run(), run(), run("return x + 1", "return x + 2", HELPERS)] == [1, 1, 2]


class Colour(Enum):
    RED = 1
    BLUE = 2


class Slots:
    __slots__ = ("a", "b")

    def __init__(self, a: Any) -> None:
        self.a = a


def generator(seed: int, drawn: int = 0) -> np.random.Generator:
    made = np.random.default_rng(seed)
    made.random(drawn)
    return made


def drawing(seed: int) -> random.Random:
    return random.Random(seed)


def linear(bias: float) -> nn.Module:
    layer = nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight.fill_(1)
        layer.bias.fill_(bias)
    return layer


def frame(value: int) -> pd.DataFrame:
    return pd.DataFrame({"a": [1, value]}, pd.date_range("2024-01-01", periods=2))


PAIRS: list[tuple[Callable[[], Any], Callable[[], Any]]] = [
    (lambda: Colour.RED, lambda: Colour.BLUE),
    (lambda: Slots(1), lambda: Slots(2)),
    (lambda: generator(0), lambda: generator(1)),
    (lambda: generator(0), lambda: generator(0, 1)),
    (lambda: generator(0).normal, lambda: generator(1).normal),
    (lambda: drawing(0), lambda: drawing(1)),
    (lambda: np.random.RandomState(0), lambda: np.random.RandomState(1)),
    (lambda: torch.tensor([2**24, 1]), lambda: torch.tensor([2**24 + 1, 1])),
    (lambda: torch.tensor(1.0, dtype=torch.double), lambda: torch.tensor(1 + 1e-12, dtype=torch.double)),
    (lambda: torch.tensor(1.0), lambda: torch.tensor([1.0])),
    (lambda: torch.tensor(1.0, dtype=torch.bfloat16), lambda: torch.tensor(2.0, dtype=torch.bfloat16)),
    (lambda: np.ma.masked_equal([1, 2], 2), lambda: np.ma.masked_equal([1, 2], 1)),
    (lambda: np.array([None, "a"]), lambda: np.array([None, "b"])),
    (lambda: linear(0), lambda: linear(1)),
    (lambda: frame(1), lambda: frame(2)),
    (lambda: Ridge(1.0), lambda: Ridge(2.0)),
    (lambda: deque([1]), lambda: deque([2])),
    (lambda: OrderedDict(a=1), lambda: OrderedDict(a=2)),
    (lambda: range(3), lambda: range(4)),
    (lambda: date(2024, 1, 1), lambda: date(2024, 1, 2)),
    (lambda: Decimal("1.0"), lambda: Decimal("1.1")),
    (lambda: Fraction(1, 3), lambda: Fraction(2, 3)),
    (lambda: re.compile("a"), lambda: re.compile("b")),
    (lambda: functools.partial(max, 1), lambda: functools.partial(max, 2)),
    (lambda: SimpleNamespace(a=1), lambda: SimpleNamespace(a=2)),
    (lambda: {1, 2}, lambda: {1, 3}),
    (lambda: {"a": 1}, lambda: {"a": 2}),
    (lambda: Forecaster("gru", 2, hidden_size=4), lambda: Forecaster("gru", 2, hidden_size=5)),
    (lambda: torch.float32, lambda: torch.float64),
    (lambda: np.tanh, lambda: np.sin),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_contents_are_told_apart_and_found_again(one: Callable[[], Any], other: Callable[[], Any]):
    assert fingerprint(one()) == fingerprint(one())
    assert fingerprint(one()) != fingerprint(other())


def test_the_content_of_a_file_counts_where_its_path_is_kept(tmp_path: Path):
    found = [fingerprint(tmp_path / "weights")]
    for text in ("a", "b"):
        (tmp_path / "weights").write_text(text)
        found.append(fingerprint(tmp_path / "weights"))
    assert len(set(found)) == 3


def test_what_holds_itself_and_what_has_no_content(tmp_path: Path):
    ring: list[Any] = [1]
    ring.append(ring)
    assert fingerprint(ring) == fingerprint(ring)
    assert fingerprint(threading.Lock()) == fingerprint(threading.Lock())
    with (tmp_path / "file").open("w") as file, pytest.raises(TypeError, match="TextIOWrapper has no content"):
        fingerprint(file)
    with pytest.raises(TypeError, match="generator has no content"):
        fingerprint(number for number in count())
