"""How much is tried on each push, of what RNN_TUTORIAL_TESTS=full tries, as the weekly run does.

Of random cases a quarter; of layers that a test compiles or exports, which takes seconds each, two.
"""

import os
from collections.abc import Iterable

FULL = os.environ.get("RNN_TUTORIAL_TESTS") == "full"


def examples(full: int) -> int:
    """Return how many of ``full`` examples Hypothesis is to draw; drawn without chance, they are the first of them."""
    return full if FULL else full // 4


def dear(names: Iterable[str]) -> list[str]:
    """Return the names of layers that a test takes seconds for: the first and the last, or all of them."""
    first, *between, last = names
    return [first, *between, last] if FULL else [first, last]
