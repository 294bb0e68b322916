r"""How these folders' functions are compiled: once a machine, without the GIL, anew when any file here changes."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnn_tutorial.kernels.machine_code import kept


def jit(function: Callable[..., Any]) -> Any:
    """Compile with Numba and keep the machine code for the next start.

    Numba looks at a function's own file alone when it asks whether that is still current. Kernels call functions of
    other files, so here the stamp is made of all of them: an edited file never meets old machine code.
    """
    return kept(function, stamp(), nogil=True, error_model="numpy", fastmath={"contract"})


def stamp() -> str:
    """Return a digest of the sources of this folder and those in it."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
