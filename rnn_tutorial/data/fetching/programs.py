r"""pip as another program: with the reader's settings, no code from the current directory, and an end in sight.

Python puts the current directory first on the path of ``python -m pip``, so that a ``pip.py`` or ``random.py`` which
happens to lie there would be run in pip's stead. ``-P`` leaves it out, and so do we where ``PYTHONPATH`` names it.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rnn_tutorial.data.errors import DownloadError

PATIENCE = 1200.0
"""Seconds for one download, however slowly it trickles."""


def run_pip(
    arguments: Sequence[str], *, guarded: bool = False, temporary: Path | None = None, timeout: float | None = None
) -> "subprocess.CompletedProcess[str]":
    r"""Run pip and wait for it.

    Args:
        arguments: Of pip.
        guarded: Whether it may start no program itself, see ``pip_only``.
        temporary: Folder for its temporary files; by default where it likes.
        timeout: Seconds; ``PATIENCE`` if not given.

    Returns:
        Its exit code and what it printed.

    Raises:
        DownloadError: It took longer.
    """
    pip = [str(Path(__file__).with_name("pip_only.py"))] if guarded else ["-m", "pip"]
    places = {} if temporary is None else dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    limit = PATIENCE if timeout is None else timeout
    try:
        return subprocess.run(
            [sys.executable, "-P", *pip, *arguments],
            capture_output=True, text=True, errors="replace", check=False, env=surroundings() | places, timeout=limit,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise DownloadError(
            f"pip did not finish within {limit:g} s and was stopped: the package index answers too slowly. Try again, "
            "or another index (pip config list)."
        ) from error


def surroundings() -> dict[str, str]:
    """Return the environment without the current directory on Python's path, where an empty name means it too."""
    kept = dict(os.environ)
    here = Path.cwd()
    folders = kept.pop("PYTHONPATH", "").split(os.pathsep)
    others = [folder for folder in folders if folder and Path(folder).absolute() != here]
    return kept | ({"PYTHONPATH": os.pathsep.join(others)} if others else {})
