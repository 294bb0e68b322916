r"""Checks of single arguments that many places share."""

import operator
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

Name = TypeVar("Name", bound=str)


def whole(name: str, value: Any, least: int = 1) -> int:
    """Return a whole number of at least so much as an ``int``, NumPy's too, or say what came instead."""
    try:
        number = None if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{name} should be a whole number, got {value!r}")
    if number < least:
        raise ValueError(f"{name} should be at least {least}, got {number}")
    return number


def one_of(name: str, value: Any, choices: Sequence[Name]) -> Name:
    """Return one of the choices, or say what came instead."""
    if value not in choices:
        raise ValueError(f"{name}={value!r}; expected one of {', '.join(map(repr, choices))}")
    return choices[choices.index(value)]
