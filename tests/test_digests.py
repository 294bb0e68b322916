"""Whether a run may go on and whether a result may stand for another is asked of the same differences."""

import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from rnn_tutorial.forecasting.evaluation.fingerprint import fingerprint
from rnn_tutorial.training import per_epoch
from rnn_tutorial.training.contents import described

BOUND_READ = """
import functools
def inner(x): return x + BOUND
@functools.cache
def cached(x): return x * BOUND
class Base:
    def scaled(self, x): return SCALED
class Own(Base):
    def __call__(self, x): return CALLED
def plain(x): return PLAIN
"""


def source(scaled: str = "x", called: str = "x", plain: str = "x", bound: float = 1.0) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "own_module_of_test", "BOUND": bound, "helpers": helpers(bound)}
    exec(BOUND_READ.replace("SCALED", scaled).replace("CALLED", called).replace("PLAIN", plain), names)
    return names


def helpers(factor: float) -> types.ModuleType:
    made = types.ModuleType("helpers_of_test")
    vars(made).update(FACTOR=factor, unnamed=factor)
    return made


def with_attribute(value: Any, base: bool = False) -> Any:
    class Own:
        limit = value

        def __call__(self) -> Any:
            return self.limit

    class Derived(Own):
        pass

    return Derived() if base else Own()


def with_keyword(value: float) -> Any:
    def loss(prediction: Any, target: Any, *, delta: float = value) -> Any:
        return delta

    return loss


def with_property(kind: Any, value: float) -> Any:
    class Own:
        @kind
        def part(self) -> Any:
            return value

    return Own()


DIFFERENT: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "a class attribute": (with_attribute, 1.0, 2.0),
    "a tuple in a class": (with_attribute, (1, "a"), (1, "b")),
    "an inherited attribute": (functools.partial(with_attribute, base=True), 1.0, 2.0),
    "a keyword's default": (with_keyword, 1.0, 2.0),
    "a property": (functools.partial(with_property, property), 1.0, 2.0),
    "a kept property": (functools.partial(with_property, functools.cached_property), 1.0, 2.0),
    "a static function": (functools.partial(with_property, staticmethod), 1.0, 2.0),
    "a class's function": (functools.partial(with_property, classmethod), 1.0, 2.0),
    "a constant of a method": (lambda bound: source(called="x + BOUND", bound=bound)["Own"](), 1.0, 2.0),
    "a constant of an inherited method": (lambda bound: source("x * BOUND", bound=bound)["Own"](), 1.0, 2.0),
    "a constant of a function's function": (lambda bound: source(plain="inner(x)", bound=bound)["plain"], 1.0, 2.0),
    "a constant of a kept function": (lambda bound: source(plain="cached(x)", bound=bound)["plain"], 1.0, 2.0),
    "a module's constant": (lambda bound: source(plain="helpers.FACTOR * x", bound=bound)["plain"], 1.0, 2.0),
    "inside a library's function": (lambda gamma: per_epoch(lambda optimizer, epochs: gamma), 1.0, 2.0),
    "a mask": (lambda at: types.SimpleNamespace(table=np.ma.masked_equal([1, 2, 1], at)), 1, 2),
    "the class of a list": (lambda name: types.SimpleNamespace(table=type(name, (list,), {})([1])), "One", "Other"),
}


def recipe(thing: Any) -> Any:
    return described(thing, "it", {})[0]


@pytest.mark.parametrize("digest", [recipe, fingerprint])
@pytest.mark.parametrize("what", DIFFERENT)
def test_a_difference_is_seen_by_both(digest, what):
    make, one, other = DIFFERENT[what]
    assert digest(make(one)) == digest(make(one))
    assert digest(make(one)) != digest(make(other))


ALIKE: dict[str, tuple[Any, Any]] = {
    "strides": (np.arange(6.0).reshape(2, 3).T, np.arange(6.0).reshape(2, 3).T.copy()),
    "strides of a tensor": (torch.arange(6.0).view(2, 3).T, torch.arange(6.0).view(2, 3).T.contiguous()),
    "a conjugate": (torch.tensor([1 + 2j]).conj(), torch.tensor([1 - 2j])),
    "a scalar": (torch.ones(2)[0], torch.tensor(1.0)),
    "a dictionary": ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    "a set": ({"a", "b", "c"}, {"c", "b", "a"}),
    "what is not named": (source(bound=1.0)["plain"], source(bound=2.0)["plain"]),
}


@pytest.mark.parametrize("digest", [recipe, fingerprint])
@pytest.mark.parametrize("what", ALIKE)
def test_what_makes_no_difference_is_seen_by_neither(digest, what):
    one, other = ALIKE[what]
    assert digest(types.SimpleNamespace(part=one)) == digest(types.SimpleNamespace(part=other))


@pytest.mark.parametrize("digest", [recipe, fingerprint])
def test_what_holds_itself_has_an_end(digest):
    ring: list[Any] = [1]
    ring.append({"ring": ring})
    holder = types.SimpleNamespace(ring=ring, table={})
    holder.table["holder"] = holder
    assert digest(holder) == digest(holder)


def test_notes_that_code_keeps_are_named_and_do_not_count():
    def noting(notes: Any) -> Any:
        return lambda x: notes.append(x)

    for make in (with_attribute, noting):
        (one, without), (other, _) = described(make([1]), "it", {}), described(make([1, 2]), "it", {})
        assert one == other
        assert len(without) == 1
        assert without[0].endswith(" (list)")
        assert fingerprint(make([1])) != fingerprint(make([1, 2]))


def test_a_run_goes_on_when_the_rest_of_a_file_is_edited_and_a_backtest_is_done_again(tmp_path):
    found: list[tuple[Any, str]] = []
    for text in ("FACTOR = 1", "FACTOR = 1  # the same"):
        names = source(plain="helpers.FACTOR * x")
        names["helpers"].__file__ = str(tmp_path / "helpers.py")
        (tmp_path / "helpers.py").write_text(text)
        found.append((recipe(names["plain"]), fingerprint(names["plain"])))
    assert found[0][0] == found[1][0]
    assert found[0][1] != found[1][1]


def test_a_tensor_without_bytes_of_its_own_is_named_or_refused():
    part = torch.eye(2).to_sparse()
    assert described(types.SimpleNamespace(part=part), "it", {})[1] == ["it.part (torch.sparse_coo tensor)"]
    with pytest.raises(TypeError, match=r"a Tensor has no content that can be written down \(torch\.sparse_coo tensor"):
        fingerprint(part)
