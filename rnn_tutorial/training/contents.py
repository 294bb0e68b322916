r"""What a run is made of, as short texts: data by their bytes, functions by their code, objects by what they hold.

Two texts are equal if one run may go on where the other stopped. Nothing is pickled, and no address in memory counts:
the next process finds the same texts. What has no content that can be read here, such as an open file, is named.
"""

import types
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rnn_tutorial.digests.values import Walk, is_plain, is_wrapped

ONE_PIECE = (type, partial, types.FunctionType, types.MethodType, Tensor)
# What code may read and not write to, or whose content is one of data.
STANDS_STILL = (*ONE_PIECE, types.BuiltinFunctionType, types.ModuleType, np.ndarray, torch.Generator)


def digest_of_weights(weights: Mapping[str, Tensor]) -> str:
    """Digest names, shapes, types and bytes of a state dict."""
    content = Content({})
    content.of(dict(weights), "weights")
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
    if is_plain(thing) or id(thing) in known:
        return {}, []
    texts: dict[str, str] = {}
    unchecked: list[str] = []
    one_piece = isinstance(thing, ONE_PIECE) or not hasattr(thing, "__dict__")
    parts = {"": thing} if one_piece else dict(attributes(thing))
    for key, value in parts.items():
        where = f"{name}.{key}" if key else name
        if is_plain(value):
            texts[where] = repr(value)
            continue
        content = Content(known)
        content.of(value, where)
        texts[where] = content.text()
        unchecked += content.unchecked
    if not one_piece:
        content = Content(known)
        content.of(type(thing), f"code of {name}")
        texts[f"code of {name}"] = content.text()
        unchecked += content.unchecked
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


class Content(Walk):
    r"""A digest of what a run is made of, which moves on while it runs: what cannot be compared for that is named.

    Code may keep notes in the lists, dictionaries and objects that it reads, so they do not count.
    """

    remembered = (object,)

    def __init__(self, known: Mapping[int, str]) -> None:
        super().__init__(known)
        self.unchecked: list[str] = []

    def text(self) -> str:
        """Return the digest, as a message shows it."""
        return f"content {self.hexdigest()[:16]}"

    def read(self, thing: Any, where: str) -> None:
        """Take in what code reads, unless it may write to it as well."""
        if type(thing) in (tuple, frozenset):
            self.collection(thing, where, self.read)
        elif is_plain(thing) or id(thing) in self.known or isinstance(thing, STANDS_STILL) or is_wrapped(thing):
            self.of(thing, where)
        else:
            self.lacking(thing, where, type(thing).__name__)

    def source(self, file: Path) -> None:
        """Leave it: what is named of a module counts, and a run may go on when the rest of its file has changed."""

    def lacking(self, thing: Any, where: str, why: str) -> None:
        """Name what cannot be compared."""
        self.unchecked.append(f"{where} ({why})")

    def object(self, thing: Any, where: str) -> None:
        """Take in the class and what the object holds; of a generator the seed, for it moves on."""
        if isinstance(thing, torch.Generator):
            self.say("generator", str(thing.initial_seed()))
            return
        self.of(type(thing), where)
        if callable(getattr(thing, "to_numpy", None)):  # a table or column of pandas
            for part in (thing, getattr(thing, "columns", None), getattr(thing, "index", None)):
                self.of(part if part is None else part.to_numpy(), where)
            return
        if isinstance(thing, nn.Module):
            self.of(thing.state_dict(), where)
            self.of(dict(thing.named_children()), where)
        holds = isinstance(thing, Mapping | list | tuple | set | frozenset)
        if holds:
            self.collection(thing, where, self.of)
        parts = dict(attributes(thing))
        if not parts and not holds and not _has_code(type(thing)):
            self.lacking(thing, where, type(thing).__name__)
        for name, value in parts.items():
            self.say("attribute", name)
            self.of(value, f"{where}.{name}")


def _has_code(kind: type) -> bool:
    return any(isinstance(member, types.FunctionType) for above in kind.__mro__ for member in vars(above).values())
