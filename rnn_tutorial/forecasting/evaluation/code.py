r"""Functions, classes and modules as pieces to digest: a library's by their name, others with all that they name."""

import dis
import importlib.util
import types
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from rnn_tutorial.origin import constant, of_a_library

Above = tuple[int, ...]


class Code(ABC):
    """Walks through code; functions and classes that were met are not walked through again."""

    def __init__(self) -> None:
        self._met: dict[int, tuple[int, object]] = {}

    @abstractmethod
    def of(self, thing: Any, above: Above = ()) -> Iterator[bytes]:
        """Yield the pieces of anything."""

    def code(self, thing: Any, above: Above) -> Iterator[bytes]:
        """Yield the pieces of a function, a class or a module."""
        if isinstance(thing, types.ModuleType):
            yield from self._module(thing, (), above)
            return
        yield f"{type(thing).__name__} {thing.__module__} {thing.__qualname__}".encode()
        if of_a_library(thing.__module__):
            return
        if id(thing) in self._met:
            yield f"met {self._met[id(thing)][0]}".encode()
            return
        self._met[id(thing)] = len(self._met), thing
        yield from self._class(thing, above) if isinstance(thing, type) else self._function(thing, above)

    def _class(self, thing: type, above: Above) -> Iterator[bytes]:
        yield from self.of([type(thing), *thing.__bases__], above)
        for name, member in sorted(vars(thing).items()):
            if isinstance(member, staticmethod | classmethod):
                member = member.__func__
            elif isinstance(member, property):
                member = [member.fget, member.fset, member.fdel]
            elif isinstance(member, cached_property):
                member = member.func
            hidden = (name.startswith("__") and name.endswith("__")) or name.startswith("_abc_")
            if hidden and not isinstance(member, types.FunctionType):
                continue  # what Python keeps of a class
            if isinstance(member, types.MemberDescriptorType | types.GetSetDescriptorType):
                continue  # a slot, whose content is the object's
            yield name.encode()
            yield from self.of(member, above)

    def _function(self, thing: types.FunctionType, above: Above) -> Iterator[bytes]:
        yield from _operations(thing.__code__)
        cells = []
        for cell in thing.__closure__ or ():
            try:
                cells.append(cell.cell_contents)
            except ValueError:  # nothing in it yet
                cells.append(None)
        yield from self.of([thing.__defaults__, thing.__kwdefaults__, cells, vars(thing)], above)
        names, imported, attributes = _names(thing.__code__)
        for name in sorted(names & thing.__globals__.keys()):
            value = thing.__globals__[name]
            yield name.encode()
            if isinstance(value, types.ModuleType):
                yield from self._module(value, tuple(sorted(attributes)), above)
            else:
                yield from self.of(value, above)
        for name in sorted(imported):
            yield from _files(name.partition(".")[0])

    def _module(self, thing: types.ModuleType, attributes: tuple[str, ...], above: Above) -> Iterator[bytes]:
        yield f"module {thing.__name__}".encode()
        if of_a_library(thing.__name__) or id(thing) in above:
            return
        if file := getattr(thing, "__file__", None):
            yield Path(file).read_bytes()
        for name in attributes:  # as they are now, whatever the file says
            if (value := getattr(thing, name, None)) is not None:
                yield name.encode()
                if isinstance(value, types.ModuleType):
                    yield from self._module(value, attributes, (*above, id(thing)))
                else:
                    yield from self.of(value, above)


def _operations(code: types.CodeType) -> Iterator[bytes]:
    yield code.co_code
    yield repr((code.co_names, code.co_varnames, code.co_freevars)).encode()
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from _operations(part)
        else:
            yield constant(part).encode()


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
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            for mine, more in zip((names, imported, attributes), _names(inner), strict=True):
                mine |= more
    return names, imported, attributes


def _files(top: str) -> Iterator[bytes]:
    # The source of a module that a function imports by itself; of a package all of it.
    if not top or of_a_library(top):
        return
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):  # not there, or made by hand
        spec = None
    origin = None if spec is None else spec.origin
    if origin is None or not Path(origin).is_file() or {"site-packages", "dist-packages"} & set(Path(origin).parts):
        yield top.encode()
        return
    folder = Path(origin).parent
    for file in sorted(folder.rglob("*.py")) if Path(origin).name == "__init__.py" else [Path(origin)]:
        yield file.read_bytes()
