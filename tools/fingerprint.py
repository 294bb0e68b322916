"""What an execution depended on besides the notebook's own cells.

Jupyter's execution cache knows a notebook by its code cells alone: change the package, and the book would be built
from what the old code printed. Outputs are therefore stored with this fingerprint and thrown away when it differs.
"""

import hashlib
import json
import os
import platform
import re
import tomllib
from functools import cache
from importlib import metadata

from tools.layout import BOOK, PACKAGE, ROOT

# Parts of the machinery that decide what an output looks like.
_MACHINERY = (BOOK / "conftest.py", ROOT / "tools" / "execution_cache.py", ROOT / "tools" / "fingerprint.py")
# Figures of benchmarks that a page shows.
_RESULTS = ROOT / "benchmarks" / "results"
# What the package needs not, but a page compares it with.
_PEERS = ("keras", "onnx", "onnxruntime")


def fingerprint() -> str:
    """Return a hash of sources and surroundings: equal hashes, equal outputs (up to timings)."""
    return _digest({"sources": sources(), "surroundings": surroundings()})


def sources() -> str:
    """Return a hash of the package's files, of stored results and of the machinery that runs the notebooks."""
    files = [p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    files += _RESULTS.glob("*.json")
    return _digest({p.relative_to(ROOT).as_posix(): _file_hash(p) for p in sorted([*files, *_MACHINERY])})


@cache
def surroundings() -> dict[str, str]:
    """Return versions, device and budget by name, as the pages report them."""
    from rnn_tutorial.devices import budget, pick_device  # torch: imported only when asked for

    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        **{name: metadata.version(name) for name in _dependencies()},
        **{name: _version_if_there(name) for name in _PEERS},
        "budget": budget(),
        "device": str(pick_device()),
        "data folder": os.environ.get("RNN_TUTORIAL_DATA", ""),
    }


def _dependencies() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in project["dependencies"]]
    return sorted([*names, "ipykernel"], key=str.lower)


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
