r"""Ctrl-C is nobody's result: whatever takes it as the wish to stop early is told otherwise."""

import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from rnn_tutorial.io import handler_of_interrupts

_SCIKIT_LEARN = "Training interrupted by user"
_ONLY_WHOLE = ContextVar("_ONLY_WHOLE", default=False)


@contextmanager
def gradients_as_before() -> Iterator[None]:
    """Put the gradient mode back: an interrupt while ``torch.no_grad`` is being left would leave it off for good."""
    torch = sys.modules.get("torch")  # not loaded for this: a baseline's fit needs none of it
    before = torch is None or torch.is_grad_enabled()
    try:
        yield
    finally:
        if (torch := sys.modules.get("torch")) is not None:
            torch.set_grad_enabled(before)


@contextmanager
def interrupts_raise() -> Iterator[None]:
    r"""Let Ctrl-C through all that would swallow it and return half-done work, and raise it in the end at the latest.

    Scikit-learn's networks catch it, warn, and return half-trained; ``fit(on_interrupt="return")`` does so by request,
    which does not count in here; other code may catch it as well, or turn it into an error of its own. A handler of the
    user's that does not raise is left its way.

    Raises:
        KeyboardInterrupt: What was done inside was interrupted.
    """
    inside = _ONLY_WHOLE.set(True)
    try:
        with gradients_as_before(), _noted() as interrupts:
            try:
                yield
            except Exception as error:
                if interrupts or (isinstance(error, UserWarning) and str(error).startswith(_SCIKIT_LEARN)):
                    raise KeyboardInterrupt(str(error)) from error
                raise
            if interrupts:
                raise KeyboardInterrupt("the interrupt was caught on the way, and what was interrupted is no result")
    finally:
        _ONLY_WHOLE.reset(inside)


def only_whole_results() -> bool:
    """Whether this is inside of ``interrupts_raise``."""
    return _ONLY_WHOLE.get()


@contextmanager
def _noted() -> Iterator[list[bool]]:
    # Handlers and filters of warnings belong to the whole process.
    interrupts: list[bool] = []
    before = handler_of_interrupts()
    if before is None:
        yield interrupts
        return

    def note(number: int, frame: Any) -> None:
        try:
            before(number, frame)
        except KeyboardInterrupt:
            interrupts.append(True)
            raise

    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=_SCIKIT_LEARN)
        signal.signal(signal.SIGINT, note)
        try:
            yield interrupts
        finally:
            if signal.getsignal(signal.SIGINT) is note:
                signal.signal(signal.SIGINT, before)
