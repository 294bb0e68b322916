r"""One line that shows how far the training is, in a terminal and in a page.

Plain text on purpose: the widget bar of ``tqdm.auto`` would make the built page load scripts from another host.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tqdm import tqdm  # type: ignore[import-untyped]

_WANTED = ContextVar("_WANTED", default=False)
FORMAT = "{desc} {percentage:3.0f}%|{bar:20}| {n_fmt}/{total_fmt} steps [{elapsed}<{remaining}{postfix}]"


@contextmanager
def every_training_shown(shown: bool = True) -> Iterator[None]:
    """Show each training of the block, also those that a method starts which passes no ``progress`` on."""
    before = _WANTED.set(shown)
    try:
        yield
    finally:
        _WANTED.reset(before)


def wanted(progress: bool) -> bool:
    """Whether a training is to be shown: it was asked for, or all are."""
    return progress or _WANTED.get()


class Progress:
    r"""A bar over all steps of all epochs.

    In a notebook it goes to the standard output and, when all is done, gives way to a single line with the result.
    In a terminal it goes to the standard error, where it stays.

    Args:
        total: Steps of the whole run.
        done: Steps done before, by the run that is resumed.
        shown: Whether to show anything.

    """

    def __init__(self, total: int, done: int, shown: bool) -> None:
        self.in_notebook = _in_notebook()
        self.shown = shown
        self._bar = tqdm(
            total=total,
            initial=done,
            disable=not shown,
            file=sys.stdout if self.in_notebook else sys.stderr,
            leave=not self.in_notebook,
            mininterval=0.5 if self.in_notebook else 0.1,
            bar_format=FORMAT,
            dynamic_ncols=not self.in_notebook,
        )

    def epoch(self, epoch: int, epochs: int) -> None:
        """Say which epoch begins."""
        self._bar.set_description_str(f"epoch {epoch}/{epochs}", refresh=False)

    def advance(self, steps: int, loss: float) -> None:
        """Move on by ``steps``, with the running mean of the loss."""
        self._bar.set_postfix_str(f"loss {loss:.4g}", refresh=False)
        self._bar.update(steps)

    def close(self, summary: str | None = None) -> None:
        """Take the bar away; in a notebook leave ``summary`` in its place."""
        self._bar.close()
        if summary and self.shown and self.in_notebook:
            print(summary)


def _in_notebook() -> bool:
    # Asked without importing IPython: if nobody has, this is no notebook.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
