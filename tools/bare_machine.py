"""Say in plain words what a machine lacks for `make book`; started with the machine's own Python, old ones included."""

import sys

NEEDED = (3, 11)


def problem():
    # type: () -> str
    """Return what is missing and how to get it, or an empty string."""
    have = ".".join(map(str, sys.version_info[:3]))
    need = ".".join(map(str, NEEDED))
    if sys.version_info < NEEDED:
        return (
            "Python " + need + " or newer is needed; " + sys.executable + " is " + have + ".\n"
            "Name another one, for example: make book PYTHON=python" + need
        )
    for module in ("venv", "ensurepip"):
        try:
            __import__(module)
        except ImportError:
            return (
                "This Python (" + sys.executable + ") lacks the module `" + module + "`.\n"
                "On Debian and Ubuntu: sudo apt install python3-venv"
            )
    return ""


if __name__ == "__main__":
    if problem():
        sys.exit("error: " + problem())
