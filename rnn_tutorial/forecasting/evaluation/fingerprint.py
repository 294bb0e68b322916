r"""A digest of what a method is: its settings, its code, its arrays. The same in every run.

Of code that is not a library's, all counts that a result may depend on: class attributes, default values, what stands
in closures, and the functions, constants and modules that it names, wherever they are defined. The package's own code
counts as a whole. What a method reads while it works, a file, the network, a name that it puts together, is not seen;
the content of a file counts if the method keeps its ``Path``.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from rnn_tutorial.digests.origin import of_a_library
from rnn_tutorial.digests.values import Walk

PACKAGE = Path(__file__).parents[2]
ROOMS = ("data", "digests", "forecasting", "kernels", "layers", "training")


def fingerprint(*things: object) -> str:
    r"""Return a hexadecimal digest of settings, arrays, functions and objects made of them.

    Two methods have the same digest if a backtest of one may stand for that of the other. Nothing is pickled.

    Raises:
        TypeError: Something whose content cannot be written down, such as an open file.
    """
    walk = _Everything(start=package_code())
    walk.of(things)
    return walk.hexdigest()


@cache
def package_code() -> bytes:
    """Digest of the modules of this package that a forecast may depend on."""
    files = [*PACKAGE.glob("*.py"), *(file for room in ROOMS for file in (PACKAGE / room).rglob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).digest()


class _Everything(Walk):
    # All that an object holds, at this moment.

    def plain(self, thing: Any) -> None:
        """Take in a value, and of the path of a file what is in it."""
        super().plain(thing)
        if isinstance(thing, Path) and thing.is_file():
            with thing.open("rb") as file:
                self.say("file", hashlib.file_digest(file, "sha256").digest())

    def object(self, thing: Any, where: str) -> None:
        """Take in an object as pickle sees it: with slots and with what classes written in C keep to themselves."""
        kind = f"{type(thing).__module__} {type(thing).__qualname__}"
        if type(thing).__module__ == "_thread":
            self.say(kind)  # a lock has no content
            return
        try:
            parts = thing.__reduce_ex__(4)
        except Exception as error:  # each class refuses in its own way
            if of_a_library(type(thing).__module__) and not hasattr(thing, "__dict__") and " at 0x" not in repr(thing):
                self.say(kind, repr(thing))
                return
            raise _refusal(thing, str(error)) from error
        self.say(kind, parts if isinstance(parts, str) else "")
        if isinstance(parts, str):
            return
        plain = [list(part) if k >= 3 and part is not None else part for k, part in enumerate(parts[:5])]
        self.of(plain, where)

    def lacking(self, thing: Any, where: str, why: str) -> None:
        """Refuse it."""
        raise _refusal(thing, why)


def _refusal(thing: Any, why: str) -> TypeError:
    return TypeError(
        f"a {type(thing).__name__} has no content that can be written down ({why}): {thing!r}. Results can "
        "only be kept of methods that hold, and use, settings, arrays and objects made of them"
    )
