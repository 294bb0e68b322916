r"""Options that every command has, and what --quiet does."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")]


def teller(quiet: bool) -> Callable[[str], None]:
    """Return what says on stderr how far a command is; nothing, if it is to be quiet."""

    def say(text: str) -> None:
        if not quiet:
            print(text, file=sys.stderr, flush=True)

    return say
