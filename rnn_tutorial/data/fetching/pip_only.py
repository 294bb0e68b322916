r"""pip as a program that cannot start other programs: ``python -P pip_only.py download ...``.

To learn the metadata of a source archive, pip runs the archive's own build code in another process. Here the
interpreter that runs pip refuses to start one (audit hooks, PEP 578), so that pip stops when the archive has been
unpacked and before anything in it has run. pip also starts ``keyring`` where the reader has told it to ask that for
passwords: that one is let through.
"""

import runpy
import sys
from pathlib import PurePath
from typing import Any

REFUSED = "refused to start another program"
_LETS_THROUGH = {"keyring"}
_STARTS_A_PROGRAM = {"subprocess.Popen", "os.system", "os.startfile", "os.exec", "os.fork", "os.forkpty"}
_STARTS_A_PROGRAM |= {"os.posix_spawn", "os.spawn"}


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise where the interpreter is about to start a program."""
    if event not in _STARTS_A_PROGRAM:
        return
    if event == "subprocess.Popen" and PurePath(str(arguments[0] or arguments[1][0])).stem in _LETS_THROUGH:
        return
    raise PermissionError(f"{REFUSED}: {event} {arguments[:2]}")  # pip takes an OSError as "no such program"


if __name__ == "__main__":
    sys.addaudithook(refuse)
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
