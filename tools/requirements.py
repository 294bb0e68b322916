"""The requirements of pyproject.toml, with extras that refer to other extras written out."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

from tools.layout import ROOT


@cache
def project() -> dict[str, Any]:
    """Return the table ``[project]``."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def core() -> dict[str, str]:
    """Return what is always installed: ranges by name."""
    return dict(_written_out(project()["dependencies"]))


def extra(*names: str) -> dict[str, str]:
    """Return what these extras add to the core: ranges by name."""
    extras = project()["optional-dependencies"]
    return dict(_written_out([line for name in names for line in extras[name]]))


def split(requirement: str) -> tuple[str, str]:
    """Return name and range of ``name>=1,<2``.

    Raises:
        ValueError: It is written in another way.
    """
    match = re.fullmatch(r"([A-Za-z0-9._-]+) *([<>=!~][^;\[]*)?", requirement)
    if match is None:
        raise ValueError(
            f"cannot read the requirement {requirement!r}; expected a name and a range, such as numpy>=2.0"
        )
    return match[1].lower().replace("_", "-"), (match[2] or "").replace(" ", "")


def _written_out(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        own = re.fullmatch(rf"{re.escape(project()['name'])}\[([a-z,]+)\]", line)
        if own:
            yield from extra(*own[1].split(",")).items()
        else:
            yield split(line)
