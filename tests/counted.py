"""Counts the function calls of some work, for tests that stop it at one of them."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NamedTuple


class Counted(NamedTuple):
    """What came of some work: its calls, its result, whether it came to its end, and whether Ctrl-C was heard."""

    calls: int
    result: Any
    ended: bool
    interrupted: bool


class _Profile:
    """A profile function: counts what it is told of, and sends this process a signal at one of them, 0 for none."""

    def __init__(self, at: int, sent: int) -> None:
        self.at, self.sent, self.count = at, sent, 0

    def __call__(self, *_: Any) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), self.sent)


def counted(work: Callable[[], Any], at: int = 0, sent: int = signal.SIGINT) -> Counted:
    r"""Do some work and count its function calls.

    Args:
        work: A function without arguments.
        at: Number of the call, from 1 on, at which this process is sent a signal; 0 for none. The last call that is
            counted is the one that ends the counting, after the work.
        sent: The signal. ``SIGINT`` is caught where it comes out as a ``KeyboardInterrupt``.
    """
    profile, result, ended, interrupted = _Profile(at, sent), None, False, False
    try:
        sys.setprofile(profile)
        try:
            result = work()
            ended = True
        finally:
            sys.setprofile(None)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        sys.setprofile(None)  # an interrupt may have come in its place
    return Counted(profile.count, result, ended, interrupted)
