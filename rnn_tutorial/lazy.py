r"""Packages whose names are resolved on first use: what is missing is explained, what is misspelt is suggested."""

import difflib
import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import lazy_loader

from . import extras

GetAttr = Callable[[str], Any]
Dir = Callable[[], list[str]]


def attach(
    package: str, file: str, needs: Mapping[str, str] | None = None, modules: Mapping[str, str] | None = None
) -> tuple[GetAttr, Dir, list[str]]:
    r"""Return ``__getattr__``, ``__dir__`` and ``__all__`` of a package whose names stand in its ``__init__.pyi``.

    Args:
        package: ``__name__``.
        file: ``__file__``.
        needs: Names that need a whole extra, even where the module that defines them can be imported without.
        modules: Modules by the names they are imported by, where their files are called otherwise.
    """
    resolve, _, found = lazy_loader.attach_stub(package, file)
    file_of = modules or {}
    name_of = {file: name for name, file in file_of.items()}
    names = sorted(name_of.get(name, name) for name in found)
    unknown = suggesting(package, names)
    extra_of = needs or {}

    def __getattr__(name: str) -> Any:  # noqa: N807 - what Python calls it
        if name in file_of:
            return importlib.import_module(f"{package}.{file_of[name]}")
        if name not in names:
            return unknown(name)
        with extras.explained(f"{package}.{name}"):
            if name in extra_of:
                extras.require(extra_of[name], name)
            return resolve(name)

    return __getattr__, lambda: names, names


def suggesting(package: str, names: Iterable[str]) -> GetAttr:
    """Return a ``__getattr__`` for names that a package does not have: it raises, and says what may have been meant."""

    def __getattr__(name: str) -> Any:  # noqa: N807
        meant = None if name.startswith("_") else nearest(name, names)
        hint = f", did you mean {meant}?" if meant else ""
        # With the object as well, Python itself would add a guess of its own.
        raise AttributeError(f"{package} has no attribute {name!r}{hint}", name=name)

    return __getattr__


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name most like this one, whether letters are small or large; None if there is none like it."""
    by_lower: dict[str, list[str]] = {}
    for known in names:
        by_lower.setdefault(known.lower(), []).append(known)
    found = difflib.get_close_matches(name.lower(), by_lower, n=1)
    if not found:
        return None
    return max(by_lower[found[0]], key=lambda known: difflib.SequenceMatcher(None, name, known).ratio())
