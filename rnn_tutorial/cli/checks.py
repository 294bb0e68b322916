r"""Checks of options that commands have in common; each message names the option and what came."""

from collections.abc import Mapping, Sequence
from pathlib import Path


def check_least(request: object, least: Mapping[str, int]) -> None:
    """Refuse numbers of a request below the least of their name; one that is not given is None."""
    for name, bound in least.items():
        if (value := getattr(request, name)) is not None and value < bound:
            raise ValueError(f"--{name.replace('_', '-')} should be {bound} or more, not {value}.")


def check_bounds(lower: float | None, upper: float | None) -> None:
    """Refuse bounds that leave no room."""
    if lower is not None and upper is not None and not lower < upper:
        raise ValueError(f"--lower {lower:g} should lie below --upper {upper:g}.")


def check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """Refuse a word that is none of those to choose from."""
    if value not in choices:
        raise ValueError(f"--{name} is {' or '.join(choices)}, not {value!r}.")


def check_as_saved(path: Path, given: Sequence[str]) -> None:
    """Refuse options that belong to a new network beside ``--load``, and a file that is not there."""
    if given:
        listed = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise ValueError(f"--load takes a network as it was saved: leave out {listed}.")
    if not path.is_file():
        raise FileNotFoundError(f"There is no saved model {path}.")
