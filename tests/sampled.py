"""How many random cases are tried: a quarter, or all by RNN_TUTORIAL_TESTS=full, which is what the weekly run does."""

import os

FULL = os.environ.get("RNN_TUTORIAL_TESTS") == "full"


def examples(full: int) -> int:
    """Return how many of ``full`` examples Hypothesis is to draw; drawn without chance, they are the first of them."""
    return full if FULL else full // 4
