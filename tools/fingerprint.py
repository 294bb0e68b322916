"""What an execution depended on besides the notebook's own cells.

Jupyter's execution cache knows a notebook by its code cells alone: change the package, and the book would be built
from what the old code printed. Outputs are therefore stored with this fingerprint and thrown away when it differs.
"""

import hashlib
import json
import os
import platform
from functools import cache
from importlib import metadata

from tools import requirements
from tools.layout import BOOK, PACKAGE, ROOT

# Parts of the machinery that decide what an output looks like.
_MACHINERY = (BOOK / "conftest.py", ROOT / "tools" / "execution_cache.py", ROOT / "tools" / "fingerprint.py")
# Figures of benchmarks that a notebook shows; what only a Markdown page shows is read by each build.
_RESULTS = ROOT / "benchmarks" / "results"
_ON_OTHER_PAGES = ("faults.json",)
# Extras whose libraries compute or draw what a page shows.
_EXTRAS = ("forecast", "mnist", "cli", "fast", "grids", "onnx")
# Besides: what a page compares with, and what runs it.
_OTHERS = ("keras", "ipykernel")


def fingerprint() -> str:
    """Return a hash of sources and surroundings: equal hashes, equal outputs (up to timings)."""
    return _digest({"sources": sources(), "surroundings": surroundings()})


def sources() -> str:
    """Return a hash of the package's files, of stored results and of the machinery that runs the notebooks."""
    files = [p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    files += [p for p in _RESULTS.glob("*.*") if p.is_file() and p.name not in _ON_OTHER_PAGES]
    return _digest({p.relative_to(ROOT).as_posix(): _file_hash(p) for p in sorted([*files, *_MACHINERY])})


@cache
def surroundings() -> dict[str, str]:
    """Return versions, device and budget by name, as the pages report them."""
    from rnn_tutorial.devices import budget, pick_device  # torch: imported only when asked for

    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        **{name: _version_if_there(name) for name in libraries()},
        "budget": budget(),
        "device": str(pick_device()),
        "data folder": os.environ.get("RNN_TUTORIAL_DATA", ""),
    }


def libraries() -> list[str]:
    """Return the names on PyPI of everything that outputs depend on, whether installed or not."""
    found = {*requirements.core(), *requirements.extra(*_EXTRAS), *_OTHERS}
    return sorted(found - {"pip"})  # which brings files that are known by their hash, whatever its version


def _version_if_there(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _file_hash(path: os.PathLike[str]) -> str:
    with open(path, "rb") as file:  # noqa: PTH123 - file_digest wants the handle
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
