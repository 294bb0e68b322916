r"""Functions, classes and modules: a library's by their name, others by their code with all that they name.

Class attributes, default values, what stands in closures, and functions, constants and modules that are named count,
wherever they are defined. Of a library's function only the closure counts, which may hold a function of the user's.
"""

import dis
import importlib.util
import types
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from .origin import constant, is_installed, of_a_library


class Code(ABC):
    """Walks through code and says what it finds."""

    def __init__(self) -> None:
        self.above: list[int] = []
        """``id`` of all that the walk is inside of."""

    @abstractmethod
    def say(self, kind: str, text: str | bytes = "") -> None:
        """Add a text to the digest."""

    @abstractmethod
    def of(self, thing: Any, where: str) -> None:
        """Take in anything."""

    def read(self, thing: Any, where: str) -> None:
        """Take in what code reads and did not get from its caller."""
        self.of(thing, where)

    def source(self, file: Path) -> None:
        """Take in a file of code that a function names as a whole, which may use any part of it."""
        self.say("source", file.read_bytes())

    def code(self, thing: Any, where: str) -> None:
        """Take in a function or a class."""
        self.say(type(thing).__name__, f"{thing.__module__} {thing.__qualname__}")
        mine = not of_a_library(thing.__module__)
        if isinstance(thing, types.FunctionType):
            if mine:
                self._operations(thing.__code__)
                self._given(thing, where)
            self._closure(thing, where)
            if mine:
                self._named(thing, where)
        elif mine:
            self._class(thing, where)

    def module(self, thing: types.ModuleType, attributes: tuple[str, ...], where: str) -> None:
        """Take in a module, and of the user's own those attributes as they are now, whatever the file says."""
        self.say("module", thing.__name__)
        if of_a_library(thing.__name__) or id(thing) in self.above:
            return
        if file := getattr(thing, "__file__", None):
            self.source(Path(file))
        self.above.append(id(thing))
        for name in attributes:
            if (value := getattr(thing, name, None)) is not None:
                self.say("attribute", name)
                self._global(value, attributes, f"{where}, {thing.__name__}.{name}")
        self.above.pop()

    def _class(self, thing: type, where: str) -> None:
        for above in (type(thing), *thing.__bases__):
            self.of(above, where)
        for name, member in sorted(vars(thing).items()):
            if isinstance(member, staticmethod | classmethod):
                member = member.__func__
            elif isinstance(member, property):
                member = (member.fget, member.fset, member.fdel)
            elif isinstance(member, cached_property):
                member = member.func
            hidden = (name.startswith("__") and name.endswith("__")) or name.startswith("_abc_")
            if hidden and not isinstance(member, types.FunctionType):
                continue  # what Python keeps of a class
            if isinstance(member, types.MemberDescriptorType | types.GetSetDescriptorType):
                continue  # a slot, whose content is the object's
            self.say("member", name)
            self.read(member, f"{where}, {thing.__name__}.{name}")

    def _operations(self, code: types.CodeType) -> None:
        self.say("operations", code.co_code)
        self.say("names", repr((code.co_names, code.co_varnames, code.co_freevars)))
        for part in code.co_consts:
            if isinstance(part, types.CodeType):
                self._operations(part)
            else:
                self.say("constant", constant(part))

    def _given(self, thing: types.FunctionType, where: str) -> None:
        self.read(thing.__defaults__, where)
        for name, value in sorted({**(thing.__kwdefaults__ or {}), **vars(thing)}.items()):
            self.say("default", name)
            self.read(value, f"{where}, {name}")

    def _closure(self, thing: types.FunctionType, where: str) -> None:
        for name, cell in zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True):
            self.say("variable", name)
            try:
                self.read(cell.cell_contents, f"{where}, {name}")
            except ValueError:  # empty: what it will hold is not yet defined
                self.say("empty")

    def _named(self, thing: types.FunctionType, where: str) -> None:
        names, imported, attributes = _names(thing.__code__)
        for name in sorted(names & thing.__globals__.keys()):
            self.say("global", name)
            self._global(thing.__globals__[name], tuple(sorted(attributes)), f"{where}, {name}")
        for name in sorted(imported):
            self._imported(name.partition(".")[0])

    def _global(self, value: Any, attributes: tuple[str, ...], where: str) -> None:
        if isinstance(value, types.ModuleType):
            self.module(value, attributes, where)
        else:
            self.read(value, where)

    def _imported(self, top: str) -> None:
        # A module that a function imports by itself; of a package all of it.
        if not top or of_a_library(top):
            return
        self.say("imported", top)
        try:
            spec = importlib.util.find_spec(top)
        except (ImportError, ValueError):  # not there, or made by hand
            spec = None
        origin = Path(spec.origin) if spec is not None and spec.origin is not None else None
        if origin is None or not origin.is_file() or is_installed(origin):
            return
        for file in sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]:
            self.source(file)


@lru_cache(1024)
def _names(code: types.CodeType) -> tuple[set[str], set[str], set[str]]:
    # Global names, modules imported inside, and all names, attributes among them.
    names: set[str] = set()
    imported: set[str] = set()
    attributes = set(code.co_names)
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            names.add(step.argval)
        elif step.opname == "IMPORT_NAME":
            imported.add(step.argval)
    for inner in _inner(code):
        for mine, more in zip((names, imported, attributes), _names(inner), strict=True):
            mine |= more
    return names, imported, attributes


def _inner(code: types.CodeType) -> Iterator[types.CodeType]:
    return (part for part in code.co_consts if isinstance(part, types.CodeType))
