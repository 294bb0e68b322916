"""What would fail after ten minutes fails here, in seconds, before the first notebook runs."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat

from tools import execution_cache, layout

FREE_GB = 1.0  # outputs, pages, data and what the kernels compile, with room

# A notebook's first steps: the package, the settings in the environment, one step of training.
_FIRST_STEPS = """
import torch
import rnn_tutorial as rt
rt.pick_device()
rt.budget()
layer = rt.LSTM(2, 3)
layer(torch.randn(4, 2, 2))[0].sum().backward()
"""


def obstacles(notebooks: Sequence[Path]) -> list[str]:
    """Return what would keep these notebooks from running, the cheapest look first; nothing if nothing is seen."""
    for look in (disk_space, lambda: unreadable(notebooks), first_steps):
        if found := look():
            return found
    return []


def disk_space(free_gb: float = FREE_GB) -> list[str]:
    """Look at the disk that the outputs go to."""
    free = shutil.disk_usage(layout.ROOT).free / 1e9
    if free < free_gb:
        return [f"{free:.1f} GB free on the disk of {layout.ROOT}; the notebooks and pages need about {free_gb:g} GB"]
    return []


def unreadable(notebooks: Sequence[Path]) -> list[str]:
    """Parse every code cell: a slip of the keyboard in the last one is found before the first one runs."""
    found = []
    for path in notebooks:
        codes = execution_cache.code_cells(nbformat.read(path, as_version=4))
        for number, cell in enumerate(codes, 1):
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                place = f"{path.name}, code cell {number} of {len(codes)}, line {error.lineno}"
                found.append(f"{place}: {error.msg}")
    return found


def first_steps(code: str = _FIRST_STEPS) -> list[str]:
    """Do in another process what every notebook does first."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=layout.BOOK, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    return [f"the package does not work here: {last}"]
