r"""How these folders' functions are compiled: once a machine, without the GIL, anew when any file here changes."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba


def jit(function: Callable[..., Any]) -> Any:
    """Compile with Numba and keep the machine code for the next start.

    Numba looks at a function's own file alone when it asks whether that is still current. Kernels call functions of
    other files, so here the stamp is made of all of them: an edited file never meets old machine code.
    """
    compiled = numba.njit(nogil=True, error_model="numpy", fastmath={"contract"}, cache=True)(function)
    kept = compiled._cache._cache_file
    kept._source_stamp = stamp()
    # The version is compared before what was kept is read, which may name modules that have moved since.
    kept._version = f"{kept._version} {kept._source_stamp}"
    return compiled


def stamp() -> str:
    """Return a digest of the sources of this folder and those in it."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
