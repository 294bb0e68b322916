r"""Ctrl-C is nobody's result: libraries that take it as the wish to stop early are told otherwise."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_SCIKIT_LEARN = "Training interrupted by user"


@contextmanager
def interrupts_raise() -> Iterator[None]:
    """Let Ctrl-C through scikit-learn's networks, which catch it, warn, and return half-trained.

    Raises:
        KeyboardInterrupt: The training inside was interrupted.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=_SCIKIT_LEARN)
        try:
            yield
        except UserWarning as warning:
            if str(warning).startswith(_SCIKIT_LEARN):
                raise KeyboardInterrupt(str(warning)) from warning
            raise
