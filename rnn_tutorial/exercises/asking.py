r"""What the checks of all chapters are written with."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

CHECKS: dict[str, Callable[[Any], str]] = {}
"""By label: takes an answer, returns a sentence about a right one, and raises :class:`NotYetError` at a wrong one."""

Check = Callable[[Any], str]


class NotYetError(Exception):
    """The answer is not right; the message says what was found, and gives a hint where it can."""


def exercise(label: str) -> Callable[[Check], Check]:
    """Register the check of an exercise.

    Raises:
        ValueError: The label is taken.
    """

    def register(check: Check) -> Check:
        if label in CHECKS:
            raise ValueError(f"two exercises are called {label!r}")
        CHECKS[label] = check
        return check

    return register


def require(condition: bool, otherwise: str) -> None:
    """Raise :class:`NotYetError` with a message, unless a condition holds."""
    if not condition:
        raise NotYetError(otherwise)


@contextmanager
def asserted(ask: str = "") -> Iterator[None]:
    """Take what ``rnn_tutorial.checks`` assert for what is wrong with the answer, and add a question to it."""
    try:
        yield
    except AssertionError as found:
        raise NotYetError(f"{found}{ask}") from None


def number(answer: Any, of: str) -> float:
    """Return an answer as a number; `of` says what it should be the number of."""
    _there(answer, of)
    try:
        # Tensors, with or without a gradient, and arrays of any rank have `item`, if they hold one number.
        value = float(answer.item() if hasattr(answer, "item") else answer)
    except (TypeError, ValueError, RuntimeError):
        raise NotYetError(f"{of} should be a number, and is {_shown(answer)}") from None
    require(math.isfinite(value), f"{of} is {value}")
    return value


def near(answer: Any, truth: float, of: str, tolerance: float = 1e-6, hint: str = "") -> float:
    """Return a number that is within a share `tolerance` of the truth; else say on which side of it the answer lies."""
    value = number(answer, of)
    side = "small" if value < truth else "large"
    said = f"{of}: {value:.6g} is too {side}" + (f"; {hint}" if hint else "")
    require(abs(value - truth) <= tolerance * max(abs(truth), 1e-12), said)
    return value


def tensor(answer: Any, shape: tuple[int, ...], of: str) -> Tensor:
    """Return an answer that is a tensor, or what can be made one, of a shape."""
    _there(answer, of)
    try:
        value = torch.as_tensor(answer)
    except (TypeError, ValueError, RuntimeError):
        raise NotYetError(f"{of} should be a tensor {shape}, and is {_shown(answer)}") from None
    require(tuple(value.shape) == shape, f"{of} should be {shape}, and is {tuple(value.shape)}")
    return value


def same(answer: Any, truth: Tensor, of: str, tolerance: float = 1e-6, hint: str = "") -> None:
    """Ask for a tensor equal to another, up to a share `tolerance` of its largest number."""
    value = tensor(answer, tuple(truth.shape), of).to(truth)
    difference = (value - truth).abs().max().item() if truth.numel() else 0.0
    said = f"{of} is off by up to {difference:.3g}" + (f"; {hint}" if hint else "")
    require(difference <= tolerance * max(truth.abs().max().item(), 1e-12), said)


def _there(answer: Any, of: str) -> None:
    require(answer is not None and answer is not Ellipsis, f"there is no answer for {of}")


def _shown(answer: Any) -> str:
    text = repr(answer)
    return text if len(text) <= 60 else f"{text[:57]}..."
