r"""Where code comes from, for digests: a library's goes by its name, other code by what is in it."""

import sys
from pathlib import Path
from typing import Any


def of_a_library(module: str | None) -> bool:
    """Whether a module is Python's, this package's or installed, and so goes by its name."""
    top = (module or "builtins").partition(".")[0]
    if top == "__main__":  # of a worker it is joblib's, and the class was sent to it
        return False
    if top in sys.stdlib_module_names or top == __name__.partition(".")[0]:
        return True
    found = sys.modules.get(top)
    places = [getattr(found, "__file__", None), *getattr(found, "__path__", ())]
    return any(is_installed(Path(place)) for place in places if place)


def is_installed(place: Path) -> bool:
    """Whether a file or folder lies where pip and Debian put libraries."""
    return not {"site-packages", "dist-packages"}.isdisjoint(place.parts)


def constant(value: Any) -> str:
    """Write down a constant of compiled code that is no code itself; the order of a set differs from run to run."""
    return repr(sorted(value, key=repr) if isinstance(value, frozenset) else value)
