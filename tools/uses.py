"""Which names of the package the notebooks' code uses, by their imports: nobody keeps a list."""

import ast
import functools
import types
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import nbformat

from tools import execution_cache, layout

PACKAGE = layout.PACKAGE.name


@functools.cache
def uses() -> dict[int, list[str]]:
    """Return the pages that use a thing of the package, in reading order, by its :func:`key`."""
    found: dict[int, list[str]] = {}
    for path in layout.notebooks():
        cells = execution_cache.code_cells(nbformat.read(path, as_version=4))
        for thing in dict.fromkeys(map(key, used([cell.source for cell in cells]))):
            found.setdefault(thing, []).append(path.stem)
    return found


def key(thing: Any) -> int:
    """Return what is the same for a thing wherever it is imported from; a class method is made anew at each access."""
    return id(getattr(thing, "__func__", thing))


def used(sources: Iterable[str]) -> Iterator[Any]:
    """Yield every function, class and method of the package that the code of a notebook's cells names."""
    bound: dict[str, Any] = {}
    for source in sources:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            bound |= _imported(node)
        for node in ast.walk(tree):
            thing = _value(node, bound)
            if isinstance(thing, type | types.FunctionType | types.MethodType):
                yield thing


def _imported(node: ast.AST) -> dict[str, Any]:
    """What an import statement binds, as far as it is of the package."""
    if isinstance(node, ast.Import):
        names = [alias for alias in node.names if alias.name.split(".")[0] == PACKAGE]
        return {a.asname or PACKAGE: import_module(a.name if a.asname else PACKAGE) for a in names}
    if isinstance(node, ast.ImportFrom) and not node.level and str(node.module).split(".")[0] == PACKAGE:
        module = import_module(str(node.module))
        return {a.asname or a.name: _member(module, a.name) for a in node.names}
    return {}


def _member(module: types.ModuleType, name: str) -> Any:
    return getattr(module, name) if hasattr(module, name) else import_module(f"{module.__name__}.{name}")


def _value(node: ast.AST, bound: dict[str, Any]) -> Any:
    """What a name, or a chain of names and dots, stands for; None for whatever was not imported from the package."""
    if isinstance(node, ast.Name):
        return bound.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _value(node.value, bound)
        return getattr(owner, node.attr, None) if isinstance(owner, types.ModuleType | type) else None
    return None
