"""The evaluation of PROTOCOL-2.md: series that no choice of ours has seen, few tests, and other libraries beside ours.

nice -n 10 python -m benchmarks.evaluation.second               what is missing in results/evaluation-2-cpu.json
nice -n 10 python -m benchmarks.evaluation.second --minutes 5   at most so long, by the clock

The other libraries have an environment of their own: ``python -m benchmarks.peers.evaluation``. It can be stopped at
any time: what is finished is in the file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.options import Methods, Out

from . import fits, methods

HERE = Path(__file__).parents[1] / "results" / "evaluation-2-cpu.json"
GROUPS = ("new long", "new short")
Groups = Annotated[list[str] | None, typer.Option(help="Only these groups of series.")]


def asked_for(cases: Sequence[fits.Case], method: Sequence[str] | None) -> list[fits.Case]:
    """Return the fits of the methods that were asked for, of all if none was."""
    return [case for case in cases if method is None or case[1] in method]


def main(minutes: fits.Minutes = float("inf"), method: Methods = None, group: Groups = None, out: Out = HERE) -> None:
    """Fit our methods and the simple ones."""
    cases = fits.cases(methods.SEEDS, methods.SECOND, group or GROUPS)
    fits.run(out, asked_for(cases, method), methods.SECOND, minutes)


if __name__ == "__main__":
    typer.run(main)
