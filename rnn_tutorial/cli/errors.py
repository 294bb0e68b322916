r"""One paragraph on standard error instead of a traceback, for errors and for Ctrl-C."""

import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import typer

EXPECTED = (ValueError, TypeError, IndexError, RuntimeError, OSError)
"""What the package raises about input; anything else is a defect of ours and says so."""


@contextmanager
def plain_errors(debug: bool) -> Iterator[None]:
    r"""Turn exceptions into a message and an exit code.

    Args:
        debug: Let them through instead, with their traceback.

    Raises:
        typer.Exit: With code 1 for an error, 130 for Ctrl-C.
    """
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        fail("Interrupted: nothing was written.", code=130)
    except MemoryError as error:
        if debug:
            raise
        fail(f"Error: there is not enough memory for this ({_text(error)}): cut the file to what is needed.")
    except EXPECTED as error:
        if debug:
            raise
        fail(f"Error: {_text(error)}")
    except Exception as error:
        if debug:
            raise
        what = f"Unexpected {type(error).__name__}: {_text(error)}"
        fail(f"{what}\nThis is a defect of the program; --debug shows where.")


def fail(message: str, code: int = 1) -> None:
    """Print a message on standard error and end the program."""
    paragraphs = [textwrap.fill(line, 100, break_long_words=False, break_on_hyphens=False) for line in
                  message.splitlines()]  # fmt: skip
    print("\n".join(paragraphs), file=sys.stderr)
    raise typer.Exit(code)


def _text(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}."
    return str(error) or type(error).__name__
