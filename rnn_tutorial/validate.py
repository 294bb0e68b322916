r"""Checks of single arguments that many places share."""

import operator
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

Name = TypeVar("Name", bound=str)


MOST_STEPS = 10_000_000
"""A horizon beyond would fill the memory before anything is said: a year has half as many times ten seconds."""


def whole(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """Return a whole number of at least (and at most) so much as an ``int``, NumPy's too, or say what came instead."""
    try:
        number = None if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{name} should be a whole number, got {value!r}")
    if number < least:
        raise ValueError(f"{name} should be at least {least}, got {number}")
    if most is not None and number > most:
        raise ValueError(f"{name} should be at most {most}, got {number}")
    return number


def one_of(name: str, value: Any, choices: Sequence[Name]) -> Name:
    """Return one of the choices, or say what came instead."""
    if value not in choices:
        raise ValueError(f"{name}={value!r}; expected one of {', '.join(map(repr, choices))}")
    return choices[choices.index(value)]
