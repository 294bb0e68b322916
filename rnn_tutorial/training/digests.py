r"""What a run is made of, as short texts: data by their bytes, functions by their code, objects by what they hold.

Two texts are equal if one run may go on where the other stopped. Nothing is pickled, and no address in memory counts:
the next process finds the same texts. What has no content that can be read here, such as an open file, is named.
"""

import hashlib
import types
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from pathlib import PurePath
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rnn_tutorial.origin import constant, of_a_library

PLAIN = (bool, int, float, complex, str, bytes, PurePath, np.generic, np.dtype, torch.dtype, torch.device, range, slice)
ONE_PIECE = (type, partial, types.FunctionType, types.MethodType, Tensor)
PIECE = 1 << 24
"""Numbers that are looked at in one go: what has to be copied for it stays small."""


def digest_of_weights(weights: Mapping[str, Tensor]) -> str:
    """Digest names, shapes, types and bytes of a state dict."""
    content = Content({})
    content.add(dict(weights), "weights")
    return content.text()


def described(
    thing: Any, name: str, known: Mapping[int, str], *, weights: bool = True
) -> tuple[dict[str, str], list[str]]:
    r"""Tell what an object is made of, attribute by attribute, so that a difference can be named.

    Args:
        thing: A dataset, a loss, a function.
        name: What to call it.
        known: Objects that go by a name instead of their content, by ``id``: the model that is trained.
        weights: Whether a module's weights count.

    Returns:
        Texts by name: plain values as they are, everything else as a digest; and the names of what has no content.
    """
    if isinstance(thing, PLAIN) or thing is None or id(thing) in known:
        return {}, []
    texts: dict[str, str] = {}
    unchecked: list[str] = []
    one_piece = isinstance(thing, ONE_PIECE) or not hasattr(thing, "__dict__")
    parts = {"": thing} if one_piece else dict(attributes(thing))
    for key, value in parts.items():
        where = f"{name}.{key}" if key else name
        if value is None or isinstance(value, PLAIN):
            texts[where] = repr(value)
            continue
        content = Content(known)
        content.add(value, where)
        texts[where] = content.text()
        unchecked += content.unchecked
    if not one_piece:
        content = Content(known)
        content.add_class(type(thing))
        texts[f"code of {name}"] = content.text()
        if weights and isinstance(thing, nn.Module) and thing.state_dict():
            texts[f"weights of {name}"] = digest_of_weights(thing.state_dict())
    return texts, unchecked


def attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    """Give what an object holds itself: no module's weights and hooks, nothing that it keeps to save work."""
    names = [*getattr(thing, "__dict__", {})]
    for ancestor in type(thing).__mro__:
        slots = ancestor.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else slots
    for name in sorted({*names} - {"__dict__", "__weakref__"}):
        if isinstance(getattr(type(thing), name, None), cached_property):
            continue
        if isinstance(thing, nn.Module) and (name.startswith("_") or name == "training"):
            continue
        if isinstance(thing, torch.utils.data.Sampler) and name == "epoch":  # moves on while it is used
            continue
        if hasattr(thing, name):
            yield name, getattr(thing, name)


class Content:
    r"""A digest that grows, and the names of what it could not take in.

    Args:
        known: Objects that go by a name, by ``id``.
    """

    def __init__(self, known: Mapping[int, str]) -> None:
        self.known, self.unchecked = known, list[str]()
        self._hash = hashlib.sha256()
        self._seen: dict[int, tuple[int, Any]] = {}  # the object as well: its id stays its own

    def text(self) -> str:
        """Return the digest, as a message shows it."""
        return f"content {self._hash.hexdigest()[:16]}"

    def add(self, thing: Any, where: str, read: bool = False) -> None:
        """Take in an object; ``read``: by a function, which may keep notes in what it reads."""
        if thing is None or isinstance(thing, PLAIN):
            return self._say(type(thing).__name__, repr(thing))
        if id(thing) in self.known:
            return self._say("known", self.known[id(thing)])
        if id(thing) in self._seen:
            return self._say("again", str(self._seen[id(thing)][0]))
        self._seen[id(thing)] = len(self._seen), thing
        if isinstance(thing, Tensor):
            self._tensor(thing, where)
        elif isinstance(thing, np.ndarray) and not thing.dtype.hasobject:
            self._say("array", f"{thing.dtype} {thing.shape}")
            self._bytes(thing)
        elif isinstance(thing, torch.Generator):
            self._say("generator", str(thing.initial_seed()))
        elif isinstance(thing, partial):
            self.add([thing.func, thing.args, thing.keywords], where)
        elif isinstance(thing, types.MethodType):
            self.add([thing.__func__, thing.__self__], where)
        elif isinstance(thing, types.FunctionType):
            self._function(thing, where)
        elif isinstance(thing, type):
            self.add_class(thing)
        elif isinstance(thing, types.BuiltinFunctionType | types.ModuleType | np.ufunc):
            self._say("name", f"{getattr(thing, '__module__', '')} {thing.__name__}")
        elif read and not isinstance(thing, tuple | frozenset):
            self.unchecked.append(f"{where} ({type(thing).__name__})")
        elif isinstance(thing, Mapping | list | tuple | set | frozenset | np.ndarray):
            self._several(thing, where, read)
        else:
            self._object(thing, where)

    def add_class(self, thing: type) -> None:
        """Take in the name of a class and the code of its methods, where it is the user's own."""
        self._say("class", f"{thing.__module__} {thing.__qualname__}")
        for ancestor in thing.__mro__:
            for name, member in sorted(vars(ancestor).items()) if not of_a_library(ancestor.__module__) else ():
                function = getattr(member, "fget", None) or getattr(member, "__func__", member)
                if isinstance(function, types.FunctionType):
                    self._say("method", name)
                    self._code(function.__code__)

    def _say(self, kind: str, text: str) -> None:
        piece = f"{kind} {text}".encode()
        self._hash.update(len(piece).to_bytes(8, "little") + piece)

    def _bytes(self, array: np.ndarray[Any, Any]) -> None:
        if array.flags.c_contiguous:
            self._hash.update(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
            return
        rows = max(1, PIECE // max(1, array[:1].size))
        for start in range(0, len(array), rows):
            self._hash.update(np.ascontiguousarray(array[start : start + rows]).tobytes())

    def _tensor(self, tensor: Tensor, where: str) -> None:
        self._say("tensor", f"{tensor.dtype} {tuple(tensor.shape)}")
        if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_meta:
            self.unchecked.append(f"{where} ({tensor.layout} tensor)")
            return
        rows = tensor.detach() if tensor.ndim else tensor.detach()[None]
        for piece in rows.split(max(1, PIECE // max(1, rows[:1].numel()))):
            self._bytes(piece.contiguous().cpu().reshape(-1).view(torch.uint8).numpy())

    def _several(self, thing: Any, where: str, read: bool) -> None:
        self._say(type(thing).__name__, str(len(thing)))
        if isinstance(thing, Mapping):
            for key in sorted(thing, key=repr):
                self.add(key, where, read)
                self.add(thing[key], f"{where}.{key}", read)
        elif isinstance(thing, set | frozenset):
            for item in sorted(thing, key=repr):
                self.add(item, where, read)
        else:
            for item in thing:
                self.add(item, where, read)

    def _function(self, thing: types.FunctionType, where: str) -> None:
        self._say("function", f"{thing.__module__} {thing.__qualname__}")
        if of_a_library(str(thing.__module__)):
            return self._closure(thing, where) if thing.__closure__ else None
        self._code(thing.__code__)
        self.add(thing.__defaults__, where, read=True)
        self._closure(thing, where)
        for name in sorted({*thing.__code__.co_names} & {*thing.__globals__}):
            self._say("global", name)
            self.add(thing.__globals__[name], f"{where}, {name}", read=True)

    def _closure(self, thing: types.FunctionType, where: str) -> None:
        for name, cell in zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True):
            self._say("variable", name)
            try:
                self.add(cell.cell_contents, f"{where}, {name}", read=True)
            except ValueError:  # empty: the function is not yet defined that it will hold
                self._say("variable", "empty")

    def _code(self, code: types.CodeType) -> None:
        self._say("code", f"{code.co_code.hex()} {code.co_names}")
        for part in code.co_consts:
            if isinstance(part, types.CodeType):
                self._code(part)
            else:
                self._say("constant", constant(part))

    def _object(self, thing: Any, where: str) -> None:
        self.add_class(type(thing))
        if callable(getattr(thing, "to_numpy", None)):  # a table or column of pandas
            for part in (thing, getattr(thing, "columns", None), getattr(thing, "index", None)):
                self.add(part if part is None else part.to_numpy(), where)
            return
        if isinstance(thing, nn.Module):
            self.add(thing.state_dict(), where)
            self.add(dict(thing.named_children()), where)
        parts = dict(attributes(thing))
        if not parts and not any(
            isinstance(m, types.FunctionType) for a in type(thing).__mro__ for m in vars(a).values()
        ):
            self.unchecked.append(f"{where} ({type(thing).__name__})")
        for name, value in parts.items():
            self._say("attribute", name)
            self.add(value, f"{where}.{name}")
