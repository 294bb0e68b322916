"""The unit tests in other surroundings: ``nox -s oldest``, ``nox -s newest-3.13``. ``nox --list`` names all.

Each session makes an environment of its own below ``.nox``, some 6 GB. What follows ``--`` goes to pytest:
``nox -s oldest -- tests/layers -x``.
"""

import tomllib
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv"
nox.options.sessions = ["oldest"]
ROOT = Path(__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FIRST_PYTHON = PROJECT["requires-python"].removeprefix(">=")
PYTHONS = [FIRST_PYTHON, "3.12", "3.13"]
UNIT = ["tests", *(f"--ignore=tests/book/test_{name}.py" for name in ("pages", "browser", "lab"))]
"""All tests but those of built pages: they need the book."""


def unit(session: nox.Session) -> None:
    """Run the tests, or those that were asked for, with all their random cases."""
    surroundings = {"RNN_TUTORIAL_TESTS": "full", "OMP_NUM_THREADS": "1"}
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", *(session.posargs or UNIT), env=surroundings)


@nox.session(python=FIRST_PYTHON)
def oldest(session: nox.Session) -> None:
    """Run the unit tests with the lowest version of each library that ``pyproject.toml`` allows."""
    listed = str(Path(session.create_tmp()) / "oldest.txt")
    extras = [word for name in ("test", "book", "fast") for word in ("--extra", name)]
    session.run(
        "uv", "pip", "compile", "--quiet", "--resolution", "lowest-direct", "--python-version", FIRST_PYTHON, *extras,
        "pyproject.toml", "--output-file", listed,
    )  # fmt: skip
    session.install("-r", listed)
    session.install("--no-deps", "-e", ".")
    unit(session)


@nox.session(python=PYTHONS)
def newest(session: nox.Session) -> None:
    """Run the unit tests with the newest versions, on each Python that is there."""
    session.install("--upgrade", "-e", ".[test,book,fast]")
    unit(session)


@nox.session(python=FIRST_PYTHON)
def faults(session: nox.Session) -> None:
    """Run the whole suite of faults, not a sample of it: an hour."""
    session.install("-e", ".[test,book,fast]")
    surroundings = {"RNN_TUTORIAL_FAULTS": "full", "OMP_NUM_THREADS": "1"}
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", "tests/faults", *session.posargs, env=surroundings)
