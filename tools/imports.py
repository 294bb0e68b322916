"""Draw which room of the package imports which, into CONTRIBUTING.md: ``python -m tools.imports``.

Arrows that follow from others are left out. A test compares the page with the package.
"""

import re
import sys

import grimp

from tools.layout import ROOT

PAGE = ROOT / "CONTRIBUTING.md"
BLOCK = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)


def rooms(package: str = "rnn_tutorial") -> dict[str, set[str]]:
    """Return what each module and folder right below the package imports of the others."""
    graph = grimp.build_graph(package)
    found: dict[str, set[str]] = {child: set() for child in graph.find_children(package)}
    for child, imported in found.items():
        for other in found:
            if other != child and graph.direct_import_exists(importer=child, imported=other, as_packages=True):
                imported.add(other)
    return {_short(child): {_short(other) for other in imported} for child, imported in found.items()}


def reduced(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Leave out what is reached through another.

    Raises:
        ValueError: Rooms import each other in a circle.
    """

    def reached(start: str, above: tuple[str, ...] = ()) -> set[str]:
        if start in above:
            raise ValueError(f"imports in a circle: {' → '.join([*above, start])}")
        return set().union(*({other} | reached(other, (*above, start)) for other in edges[start]))

    below = {room: reached(room) for room in edges}
    return {
        room: {other for other in imported if not any(other in below[third] for third in imported - {other})}
        for room, imported in edges.items()
    }


def drawing(edges: dict[str, set[str]]) -> str:
    """Return a diagram in Mermaid's language, which GitHub draws."""
    lines = [f"    {room} --> {other}\n" for room in sorted(edges) for other in sorted(edges[room])]
    return "flowchart TD\n" + "".join(lines)


def main() -> int:
    """Write the drawing."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(BLOCK.sub(lambda _: drawing(reduced(rooms())), page), encoding="utf-8")
    return 0


def _short(module: str) -> str:
    return module.rpartition(".")[2]


if __name__ == "__main__":
    sys.exit(main())
