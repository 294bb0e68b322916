r"""A digest of what a method is: its settings, its code, its arrays. The same in every run.

Of code that is not a library's, all counts that a result may depend on: class attributes, default values, what stands
in closures, and the functions, constants and modules that it names, wherever they are defined. The package's own code
counts as a whole. What a method reads while it works, a file, the network, a name that it puts together, is not seen;
the content of a file counts if the method keeps its ``Path``.
"""

import hashlib
import sys
import types
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from rnn_tutorial.origin import of_a_library

from .code import Code

PACKAGE = Path(__file__).parents[2]
_ROOMS = ("data", "forecasting", "kernels", "layers", "training")
_PLAIN = bool | int | float | complex | str | bytes | np.generic


def fingerprint(*things: object) -> str:
    r"""Return a hexadecimal digest of settings, arrays, functions and objects made of them.

    Two methods have the same digest if a backtest of one may stand for that of the other. Nothing is pickled.

    Raises:
        TypeError: Something whose content cannot be written down, such as an open file.
    """
    digest = hashlib.sha256(package_code())
    for piece in _Pieces().of(things):
        digest.update(len(piece).to_bytes(8, "little"))
        digest.update(piece)
    return digest.hexdigest()


@cache
def package_code() -> bytes:
    """Digest of the modules of this package that a forecast may depend on."""
    files = [*PACKAGE.glob("*.py"), *(file for room in _ROOMS for file in (PACKAGE / room).rglob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).digest()


class _Pieces(Code):
    # What to digest, piece by piece; Code knows functions, classes and modules.

    def of(self, thing: Any, above: tuple[int, ...] = ()) -> Iterator[bytes]:
        if thing is None or isinstance(thing, _PLAIN | PurePath):
            yield f"{type(thing).__name__} {thing!r}".encode("utf-8", "surrogatepass")
            if isinstance(thing, Path) and thing.is_file():
                with thing.open("rb") as file:
                    yield hashlib.file_digest(file, "sha256").digest()
            return
        if id(thing) in above:  # an object that holds itself: how far up
            yield f"cycle {above[::-1].index(id(thing))}".encode()
            return
        above = (*above, id(thing))
        if isinstance(thing, np.ndarray):
            yield from self._array(thing, above)
        elif (torch := sys.modules.get("torch")) is not None and isinstance(thing, torch.Tensor):
            yield f"tensor {thing.dtype} {tuple(thing.shape)}".encode()
            yield thing.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
        elif type(thing) in (list, tuple, set, frozenset, dict, types.MappingProxyType):
            yield from self._collection(thing, above)
        elif isinstance(thing, partial):
            yield from self.of(["partial", thing.func, thing.args, thing.keywords], above)
        elif isinstance(thing, types.MethodType):
            yield from self.of(["method", thing.__func__, thing.__self__], above)
        elif isinstance(thing, types.FunctionType | type | types.ModuleType):
            yield from self.code(thing, above)
        elif hasattr(thing, "__wrapped__") and callable(thing):  # functools.cache
            yield from self.of(["wrapped", thing.__wrapped__], above)
        elif isinstance(thing, types.BuiltinFunctionType):
            owner = None if isinstance(thing.__self__, types.ModuleType) else thing.__self__
            yield from self.of(["built in", thing.__module__, thing.__qualname__, owner], above)
        elif isinstance(thing, np.dtype | np.ufunc):
            yield repr(thing).encode()
        else:
            yield from self._object(thing, above)

    def _array(self, thing: Any, above: tuple[int, ...]) -> Iterator[bytes]:
        yield f"{type(thing).__name__} {thing.dtype} {thing.shape}".encode()
        if isinstance(thing, np.ma.MaskedArray):
            yield np.ma.getmaskarray(thing).tobytes()
        if thing.dtype.hasobject:
            yield from self.of(thing.tolist(), above)
        else:
            yield np.ascontiguousarray(thing).tobytes()

    def _collection(self, thing: Any, above: tuple[int, ...]) -> Iterator[bytes]:
        yield f"{type(thing).__name__} {len(thing)}".encode()
        if isinstance(thing, Mapping):
            for key in sorted(thing, key=repr):
                yield from self.of(key, above)
                yield from self.of(thing[key], above)
        elif isinstance(thing, set | frozenset):
            for item in sorted(thing, key=repr):
                yield from self.of(item, above)
        else:
            for item in thing:
                yield from self.of(item, above)

    def _object(self, thing: Any, above: tuple[int, ...]) -> Iterator[bytes]:
        # As pickle sees it: with slots and with what classes written in C keep to themselves.
        kind = f"{type(thing).__module__} {type(thing).__qualname__}"
        if type(thing).__module__ == "_thread":
            yield kind.encode()  # a lock has no content
            return
        try:
            parts = thing.__reduce_ex__(4)
        except Exception as error:  # each class refuses in its own way
            if of_a_library(type(thing).__module__) and not hasattr(thing, "__dict__") and " at 0x" not in repr(thing):
                yield f"{kind} {thing!r}".encode()
                return
            raise TypeError(
                f"a {type(thing).__name__} has no content that can be written down ({error}): {thing!r}. Results can "
                "only be kept of methods that hold, and use, settings, arrays and objects made of them"
            ) from error
        yield kind.encode()
        if isinstance(parts, str):
            yield parts.encode()
            return
        plain = [list(part) if k >= 3 and part is not None else part for k, part in enumerate(parts[:5])]
        yield from self.of(plain, above)
