"""Whether a notebook of the reader's edition says and runs what its source does, whatever its numbers."""

import re
from typing import Any

from tools.reader.values import ANY

PRINTED = re.compile(r"\n\n```text\n.*?\n```", re.DOTALL)


def differences(expected: Any, found: Any) -> list[str]:
    """Return what differs between an edition with ``ANY`` for its numbers and one that is filled in.

    Code has to be the same, text as well but for the numbers; outputs are of a machine and are not compared.
    """
    if len(expected.cells) != len(found.cells):
        return [f"{len(expected.cells)} cells expected, {len(found.cells)} found"]
    return [
        f"cell {number}: {there.source[:80]!r}"
        for number, (here, there) in enumerate(zip(expected.cells, found.cells, strict=True))
        if here.cell_type != there.cell_type or here.metadata != there.metadata or not _alike(here.source, there.source)
    ]


def _alike(pattern: str, text: str) -> bool:
    if pattern.startswith("<details>"):  # what code in a folded solution has printed is of a machine as well
        pattern, text = (PRINTED.sub("", one) for one in (pattern, text))
    return re.fullmatch(".{0,400}?".join(map(re.escape, pattern.split(ANY))), text, re.DOTALL) is not None
