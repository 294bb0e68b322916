r"""Machine code from one start to the next: kept where it can be, compiled anew where not, never read when damaged.

Numba's own cache ends a program that has no folder to write to, whose disk is full, or that finds a damaged file. This
one has a checksum in each file, and what goes wrong with the keeping costs time alone.
"""

import contextlib
import hashlib
import pickle
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile

from rnn_tutorial.io import write_atomically


def kept(function: Callable[..., Any], stamp: str = "", **options: Any) -> Any:
    r"""Compile a function with Numba at its first call, and keep the machine code for the next start.

    Args:
        function: To compile.
        stamp: Of the sources that the machine code depends on, beside the function's own file.
        options: Of ``numba.njit``.
    """
    compiled = numba.njit(**options)(function)
    try:
        compiled._cache = _Cache(function, stamp)
    except (RuntimeError, OSError) as error:  # Numba has found no folder, or cannot read the source
        _say_once(str(error))
    return compiled


class _Cache(FunctionCache):
    """Numba's cache of one function; a miss is the worst that can happen."""

    def __init__(self, function: Callable[..., Any], stamp: str) -> None:
        super().__init__(function)
        source = self._impl.locator.get_source_stamp()
        # Names of their own: Numba's cache could not read what this one writes.
        self._cache_file = _Files(self._cache_path, f"{self._impl.filename_base}.checked", stamp or source)
        # The version is compared before what was kept is read, which may name modules that have moved since.
        self._cache_file._version = f"{numba.__version__} {stamp or source}"

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # whatever reading or linking it provokes: compile it
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception as error:
            _say_once(f"{type(error).__name__}: {error}")
            self.disable()


class _Files(IndexDataCacheFile):
    """The files of one function: a checksum, over the file's name as well, then what Numba would have written."""

    def _load_index(self) -> Any:
        found = self._read(self._index_path)
        if found is None:
            return {}
        version, content = pickle.loads(found)
        return pickle.loads(content) if version == self._version else {}

    def _save_index(self, overloads: Any) -> None:
        self._write(self._index_path, pickle.dumps((self._version, self._dump(overloads))))

    def _load_data(self, name: str) -> Any:
        found = self._read(self._data_path(name))
        return None if found is None else pickle.loads(found)

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), self._dump(data))

    def _read(self, path: str) -> bytes | None:
        with contextlib.suppress(OSError):
            whole = Path(path).read_bytes()
            if whole[:32] == _checksum(path, whole[32:]):
                return whole[32:]
        return None

    def _write(self, path: str, content: bytes) -> None:
        write_atomically(path, _checksum(path, content) + content)


def _checksum(path: str, content: bytes) -> bytes:
    return hashlib.sha256(Path(path).name.encode() + content).digest()


_said: list[str] = []


def _say_once(reason: str) -> None:
    if not _said:
        _said.append(reason)
        warnings.warn(
            f"the machine code of the fast kernels cannot be kept, so every process compiles it anew, for a minute or "
            f"two in all: set the environment variable NUMBA_CACHE_DIR to a folder that can be written to ({reason})",
            RuntimeWarning,
            stacklevel=2,
        )
