r"""A digest of what a method is: its settings, its class's code, its arrays. The same in every run."""

import hashlib
import types
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

import numpy as np

LIBRARIES = ("abc", "builtins", "enum", "numpy", "sklearn", "statsmodels", "torch", "typing")
"""Packages whose classes and functions go by their name; of others the code counts as well."""


def fingerprint(*things: object) -> str:
    r"""Return a hexadecimal digest of settings, arrays, functions and objects made of them.

    Two methods have the same digest if a backtest of one may stand for that of the other. Nothing is pickled.

    Raises:
        TypeError: Something that neither has a plain content nor attributes.
    """
    digest = hashlib.sha256()
    for piece in _pieces(things, ()):
        digest.update(len(piece).to_bytes(8, "little"))
        digest.update(piece)
    return digest.hexdigest()


def _pieces(thing: Any, above: tuple[int, ...]) -> Iterator[bytes]:
    if thing is None or isinstance(thing, bool | int | float | complex | str | bytes | PurePath | np.generic):
        yield f"{type(thing).__name__} {thing!r}".encode()
        return
    if id(thing) in above:  # an object that holds itself: how far up
        yield f"cycle {above[::-1].index(id(thing))}".encode()
        return
    above = (*above, id(thing))
    if hasattr(thing, "detach") and hasattr(thing, "numpy"):  # a tensor, without importing torch
        yield f"tensor {thing.dtype}".encode()
        thing = thing.detach().cpu().float().numpy()
    if isinstance(thing, np.ndarray):
        yield f"array {thing.dtype} {thing.shape}".encode()
        if thing.dtype.hasobject:
            yield from _pieces(thing.tolist(), above)
        else:
            yield np.ascontiguousarray(thing).tobytes()
    elif isinstance(thing, list | tuple | set | frozenset | Mapping):
        yield from _collection(thing, above)
    elif isinstance(thing, partial):
        yield from _pieces(["partial", thing.func, thing.args, thing.keywords], above)
    elif isinstance(thing, types.MethodType):
        yield from _pieces(["method", thing.__func__, thing.__self__], above)
    elif isinstance(thing, types.FunctionType):
        yield from _function(thing, above)
    elif isinstance(thing, type):
        yield from _class(thing, above)
    elif isinstance(thing, types.BuiltinFunctionType | types.ModuleType | np.dtype | np.ufunc):
        yield repr(thing).split(" at 0x")[0].encode()
    elif hasattr(thing, "__dict__"):
        yield from _pieces(["object", type(thing), vars(thing)], above)
    elif str(type(thing).__module__).split(".")[0] in LIBRARIES and " at 0x" not in repr(thing):
        yield repr(thing).encode()  # torch.device and its like
    else:
        raise TypeError(f"a {type(thing).__name__} has no content that can be written down: {thing!r}")


def _collection(thing: Any, above: tuple[int, ...]) -> Iterator[bytes]:
    yield f"{type(thing).__name__} {len(thing)}".encode()
    if isinstance(thing, Mapping):
        for key in sorted(thing, key=repr):
            yield from _pieces(key, above)
            yield from _pieces(thing[key], above)
    elif isinstance(thing, set | frozenset):
        yield from sorted(b"".join(_pieces(item, above)) for item in thing)
    else:
        for item in thing:
            yield from _pieces(item, above)


def _function(thing: types.FunctionType, above: tuple[int, ...]) -> Iterator[bytes]:
    yield f"function {thing.__module__} {thing.__qualname__}".encode()
    if thing.__module__ and thing.__module__.split(".")[0] in LIBRARIES:
        return
    yield from _code(thing.__code__)
    cells = [cell.cell_contents for cell in thing.__closure__ or () if not isinstance(cell.cell_contents, type)]
    yield from _pieces([thing.__defaults__, thing.__kwdefaults__, cells], above)


def _class(thing: type, above: tuple[int, ...]) -> Iterator[bytes]:
    yield f"class {thing.__module__} {thing.__qualname__}".encode()
    for ancestor in thing.__mro__:
        if ancestor.__module__.split(".")[0] in LIBRARIES:
            continue
        for name, member in sorted(vars(ancestor).items()):
            function = getattr(member, "fget", None) or getattr(member, "__func__", member)
            if isinstance(function, types.FunctionType):
                yield name.encode()
                yield from _code(function.__code__)
            elif isinstance(member, bool | int | float | str | tuple) and not name.startswith("__"):
                yield name.encode()
                yield from _pieces(member, above)


def _code(code: types.CodeType) -> Iterator[bytes]:
    yield code.co_code
    yield repr(code.co_names).encode()
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _code(constant)
        else:
            yield repr(sorted(constant, key=repr) if isinstance(constant, frozenset) else constant).encode()
