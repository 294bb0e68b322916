r"""Objects: plain values as they are written, arrays and tensors by their bytes, collections by what they hold."""

import hashlib
import sys
import types
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt

from .code import Code

_PLAIN = (bool, int, float, complex, str, bytes, PurePath, np.generic, np.dtype, np.ufunc, range, slice)
_COLLECTIONS = (list, tuple, set, frozenset, dict, types.MappingProxyType)
_PIECE = 1 << 24
"""Numbers that are looked at in one go: what has to be copied for it stays small."""


def is_plain(thing: Any) -> bool:
    """Whether all of a value shows in how it is written."""
    if thing is None or isinstance(thing, _PLAIN):
        return True
    torch = sys.modules.get("torch")  # without it there is nothing of its kind
    return torch is not None and isinstance(thing, torch.dtype | torch.device)


class Walk(Code):
    r"""A digest that grows while it walks through objects.

    Whoever derives from it says what an object of no known kind holds, and what becomes of one without content.

    Args:
        known: Objects that go by a name instead of their content, by ``id``.
        start: Bytes to begin with.
    """

    remembered: tuple[type, ...] = (types.FunctionType, type)
    """What is walked through once and then named by its number. Of all else it does not matter who shares it."""

    def __init__(self, known: Mapping[int, str] | None = None, start: bytes = b"") -> None:
        super().__init__()
        self.known = known or {}
        self._hash = hashlib.sha256(start)
        self._met: dict[int, tuple[int, Any]] = {}  # the object as well: its id stays its own

    @abstractmethod
    def object(self, thing: Any, where: str) -> None:
        """Take in an object of no known kind."""

    @abstractmethod
    def lacking(self, thing: Any, where: str, why: str) -> None:
        """Deal with what has no content that can be read."""

    def hexdigest(self) -> str:
        """Return the digest of all that was taken in."""
        return self._hash.hexdigest()

    def say(self, kind: str, text: str | bytes = "") -> None:
        """Add a text to the digest; where it ends is part of it."""
        content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        piece = kind.encode() + b" " + content
        self._hash.update(len(piece).to_bytes(8, "little") + piece)

    def of(self, thing: Any, where: str = "") -> None:
        """Take in anything; ``where`` is what to call it."""
        if is_plain(thing):
            self.plain(thing)
        elif id(thing) in self.known:
            self.say("known", self.known[id(thing)])
        elif isinstance(thing, types.ModuleType):
            self.module(thing, (), where)
        elif id(thing) in self._met:
            self.say("met", str(self._met[id(thing)][0]))
        elif id(thing) in self.above:  # an object that holds itself: how far up
            self.say("cycle", str(self.above[::-1].index(id(thing))))
        else:
            if isinstance(thing, self.remembered):
                self._met[id(thing)] = len(self._met), thing
            self.above.append(id(thing))
            self._one(thing, where)
            self.above.pop()

    def plain(self, thing: Any) -> None:
        """Take in a value that shows in how it is written."""
        self.say(type(thing).__name__, repr(thing))

    def collection(self, thing: Any, where: str, look: Callable[[Any, str], None]) -> None:
        """Take in what a collection holds, each with ``look``; the order of sets and dictionaries does not count."""
        self.say(type(thing).__name__, str(len(thing)))
        if isinstance(thing, Mapping):
            for key in sorted(thing, key=repr):
                look(key, where)
                look(thing[key], f"{where}.{key}")
        else:
            for item in sorted(thing, key=repr) if isinstance(thing, set | frozenset) else thing:
                look(item, where)

    def _one(self, thing: Any, where: str) -> None:
        torch = sys.modules.get("torch")
        if isinstance(thing, np.ndarray):
            self._array(thing, where)
        elif torch is not None and isinstance(thing, torch.Tensor):
            self._tensor(thing, where)
        elif type(thing) in _COLLECTIONS:
            self.collection(thing, where, self.of)
        elif isinstance(thing, partial):
            self._several("partial", where, thing.func, thing.args, thing.keywords)
        elif isinstance(thing, types.MethodType):
            self._several("bound", where, thing.__func__, thing.__self__)
        elif isinstance(thing, types.FunctionType | type):
            self.code(thing, where)
        elif is_wrapped(thing):
            self._several("wrapped", where, thing.__wrapped__)
        elif isinstance(thing, types.BuiltinFunctionType):
            self.say("built in", f"{thing.__module__} {thing.__qualname__}")
            self.read(None if isinstance(thing.__self__, types.ModuleType) else thing.__self__, where)
        else:
            self.object(thing, where)

    def _several(self, kind: str, where: str, *parts: Any) -> None:
        self.say(kind)
        for part in parts:
            self.of(part, where)

    def _array(self, thing: npt.NDArray[Any], where: str) -> None:
        self.say(type(thing).__name__, f"{thing.dtype} {thing.shape}")
        if isinstance(thing, np.ma.MaskedArray):
            self._bytes(np.ma.getmaskarray(thing))
        if thing.dtype.hasobject:
            self.of(thing.tolist(), where)
        else:
            self._bytes(np.asarray(thing))

    def _tensor(self, thing: Any, where: str) -> None:
        torch = sys.modules["torch"]
        self.say("tensor", f"{thing.dtype} {tuple(thing.shape)}")
        if thing.layout is not torch.strided or thing.is_quantized or thing.is_meta:
            self.lacking(thing, where, f"{thing.layout} tensor")
            return
        rows = thing.detach().resolve_conj().resolve_neg()
        rows = rows if rows.ndim else rows[None]
        for piece in rows.split(max(1, _PIECE // max(1, rows[:1].numel()))):
            self._bytes(piece.contiguous().cpu().reshape(-1).view(torch.uint8).numpy())

    def _bytes(self, array: npt.NDArray[Any]) -> None:
        if array.flags.c_contiguous:
            self._hash.update(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
            return
        rows = max(1, _PIECE // max(1, array[:1].size))
        for start in range(0, len(array), rows):
            self._hash.update(np.ascontiguousarray(array[start : start + rows]).tobytes())


def is_wrapped(thing: Any) -> bool:
    """Whether a function stands inside of another's results, as ``functools.cache`` puts it."""
    return callable(thing) and hasattr(thing, "__wrapped__")
