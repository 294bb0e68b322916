"""The evaluation of PROTOCOL.md: forecasts of every series, fold and method, and what they are worth.

nice -n 10 python -m benchmarks.evaluation               what is missing in results/evaluation-cpu.json
nice -n 10 python -m benchmarks.evaluation --minutes 5   at most so long, by the clock
python -m benchmarks.evaluation --held-out               the two series that are opened once, at the end

After looking, for a method that was changed because of what the rows showed, and never into the same file:
python -m benchmarks.evaluation --only best --out benchmarks/results/evaluation-best-after-cpu.json

It can be stopped at any time: what is finished is in the file.
"""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.options import Out

from . import fits, methods

HERE = Path(__file__).parents[1] / "results" / "evaluation-cpu.json"


def cases(held_out: bool) -> list[fits.Case]:
    """Return series, method, block and seed of every fit."""
    return fits.cases(methods.SEEDS, methods.FIRST, ("held out",) if held_out else ("short", "long"))


def main(
    held_out: Annotated[bool, typer.Option("--held-out", help="Only the series that were kept out.")] = False,
    minutes: fits.Minutes = float("inf"),
    out: Out = HERE,
    only: Annotated[str | None, typer.Option(help="One method, by the name that the rows give it.")] = None,
) -> None:
    """Fit what is missing and keep each result as soon as it is found."""
    fits.run(out, (case for case in cases(held_out) if only in (None, case[1])), methods.FIRST, minutes)


if __name__ == "__main__":
    typer.run(main)
