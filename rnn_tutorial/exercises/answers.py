r"""Ask whether an answer is right, and get a sentence; the notebook goes on whatever comes out."""

import difflib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from .asking import CHECKS, NotYetError

TOOLS = ("__init__", "answers", "asking")
CHAPTERS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in TOOLS)
"""Modules with checks, one a page."""


@dataclass(frozen=True, repr=False)
class Verdict:
    r"""Whether an answer is right, and a sentence about it; with what the answer itself raised, if it did.

    Examples:
        >>> verdict = rt.exercises.check("convlstm-count", 3)
        >>> verdict.right, bool(verdict), verdict.error
        (False, False, TypeError("'int' object is not callable"))
    """

    right: bool
    said: str
    error: Exception | None = None

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return f"{'Right' if self.right else 'Not yet'}: {self.said}"


def check(label: str, answer: Any) -> Verdict:
    r"""Say whether an answer is right. A wrong one raises nothing: the verdict says what was found.

    Args:
        label: Of the exercise, as its page gives it, such as ``"convlstm-count"``.
        answer: What the exercise asks for: a number, a function, a network.

    Returns:
        A verdict that prints as a sentence and counts as true if the answer is right. Random numbers that the check
        draws are not missing from yours: PyTorch's generator is put back.

    Raises:
        ValueError: No exercise has that label.

    Examples:
        >>> rt.exercises.check("convlstm-border", lambda kernel, steps: (kernel // 2) * steps)
        Right: as many as the layer shows, for five kernels and times
        >>> rt.exercises.check("convlstm-border", lambda kernel, steps: kernel)
        Not yet: rows at step 1 with a kernel of 3 x 3: 3 is too large; ...
    """
    question = _question(label)
    if answer is None or answer is Ellipsis:
        return Verdict(False, "there is no answer")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        try:
            return Verdict(True, question(answer))
        except NotYetError as wrong:
            return Verdict(False, str(wrong))
        except Exception as error:
            return Verdict(False, f"the answer, as the check used it, raised {type(error).__name__}: {error}", error)


def solved(label: str, answer: Any) -> Verdict:
    r"""Check an answer that has to be right, as a solution's.

    Raises:
        AssertionError: It is not; the message says what :func:`check` says.

    Examples:
        >>> rt.exercises.solved("convlstm-border", lambda kernel, steps: (kernel // 2) * steps)
        Right: as many as the layer shows, for five kernels and times
    """
    verdict = check(label, answer)
    if not verdict:
        raise AssertionError(f"{label}: {verdict!r}") from verdict.error
    return verdict


def labels() -> list[str]:
    r"""Return the labels of all exercises that can be checked, chapter by chapter.

    Examples:
        >>> "convlstm-twin" in rt.exercises.labels()
        True
    """
    for chapter in CHAPTERS:
        import_module(f".{chapter}", __package__)
    return list(CHECKS)


def _question(label: str) -> Any:
    if label not in labels():
        near = difflib.get_close_matches(label, CHECKS, n=1, cutoff=0.0)
        raise ValueError(f"no exercise is called {label!r}; did you mean {near[0]!r}?")
    return CHECKS[label]
