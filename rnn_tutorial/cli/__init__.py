r"""The program ``rnn-tutorial``: forecast a CSV file or frames, list and export the built-in series, see what is here.

Results go to standard output; progress and errors go to standard error. The exit code is 0 only if all went well: 1
for bad input, 2 for options that do not exist, 130 after Ctrl-C.
"""

import sys

from rnn_tutorial import extras


def main() -> None:
    """Run the program with the arguments of the process."""
    try:
        extras.require("cli", "the program rnn-tutorial")
    except extras.MissingExtraError as error:
        sys.exit(f"Error: {error}")
    from .app import app

    app(prog_name="rnn-tutorial")
