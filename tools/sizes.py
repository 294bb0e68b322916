"""How many packages an extra installs, and how large they are here: ``python -m tools.sizes``; README quotes it.

Counted from the metadata of the environment it runs in, so that nothing has to be installed for it. PyTorch's wheels
differ from system to system, and with them all of these numbers.
"""

from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import requirements


def closure(names: list[str]) -> set[str]:
    """Return the names of everything that these packages need in turn, themselves included.

    Raises:
        PackageNotFoundError: One of them is not installed here.
    """
    found: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(name), "") for name in names]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in found:
            continue
        found.add((name, extra))
        for line in metadata.requires(name) or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(needed.name), wanted) for wanted in (*needed.extras, "")]
    return {name for name, _ in found}


def megabytes(name: str) -> float:
    """Return the size of a package's installed files, MB."""
    paths = [Path(str(file.locate())) for file in metadata.files(name) or []]
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def main() -> None:
    """Print a line for the core and one for each extra: packages and MB, and what of it comes on top of the core."""
    core = closure(list(requirements.core()))
    weight = sum(map(megabytes, core))
    print(f"{'':12} {'packages':>8} {'MB':>8}")
    print(f"{'core':12} {len(core):8} {weight:8.0f}")
    for extra in requirements.project()["optional-dependencies"]:
        more = closure(list(requirements.extra(extra))) - core
        print(f"{'+ ' + extra:12} {len(more):8} {sum(map(megabytes, more)):8.0f}")


if __name__ == "__main__":
    main()
