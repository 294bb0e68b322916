r"""The orders in which libraries stack gates, and the way from one to another."""

from typing import TypeVar

import numpy as np
from torch import Tensor

Array = TypeVar("Array", np.ndarray, Tensor)

# By number of gates, in our letters.
OURS = {1: "h", 3: "rzn", 4: "ifgo"}
KERAS = {1: "h", 3: "zrn", 4: "ifgo"}
ONNX = {1: "h", 3: "zrn", 4: "iofg"}
OUR_PEEPHOLES, ONNX_PEEPHOLES = "ifo", "iof"


def reorder_gates(rows: Array, source: str, target: str) -> Array:
    r"""Put blocks of rows that stand in one order of gates into another.

    Args:
        rows: (gates · H, …), a weight or a bias.
        source: The order in which they stand, a letter a gate, e.g. ``"ifog"``.
        target: The order wanted, e.g. ``"ifgo"``.

    Returns:
        A copy of the same shape.

    Raises:
        ValueError: The two orders name different gates, or the rows cannot be divided into so many.

    Examples:
        >>> reorder_gates(np.array([1, 1, 2, 2, 3, 3]), "rzn", "zrn")
        array([2, 2, 1, 1, 3, 3])

    """
    if sorted(source) != sorted(target) or len(set(source)) != len(source):
        raise ValueError(f"the orders {source!r} and {target!r} should name the same gates, each once")
    if rows.shape[0] % len(source):
        raise ValueError(f"{rows.shape[0]} rows cannot be divided into the {len(source)} gates {source!r}")
    blocks = rows.reshape(len(source), -1, *rows.shape[1:])
    return blocks[[source.index(gate) for gate in target]].reshape(rows.shape)
