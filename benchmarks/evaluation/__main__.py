"""The evaluation of PROTOCOL.md: forecasts of every series, fold and method, and what they are worth.

nice -n 10 python -m benchmarks.evaluation               what is missing in results/evaluation-cpu.json
nice -n 10 python -m benchmarks.evaluation --minutes 5   at most so long, by the clock
python -m benchmarks.evaluation --held-out               the two series that are opened once, at the end

After looking, for a method that was changed because of what the rows showed, and never into the same file:
python -m benchmarks.evaluation --only best --out benchmarks/results/evaluation-best-after-cpu.json

It can be stopped at any time: what is finished is in the file.
"""

import time
import warnings
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.options import Out
from benchmarks.record import complete

from . import fits, methods, series

HERE = Path(__file__).parents[1] / "results" / "evaluation-cpu.json"
SEEDS = 3
FEWER = {"best": 1}
"""Seeds of methods that fit several networks."""
WITH_CHANCE = ("GRU", "hybrid", "best")


def cases(held_out: bool) -> list[tuple[str, str, int, int]]:
    """Return series, method, block and seed of every fit, one seed of everything first."""
    groups = ("held out",) if held_out else ("short", "long")
    found = []
    for seed in range(SEEDS):
        for group in groups:
            for name in series.names(group):
                entry = series.load(name)
                for method in methods.methods_for(entry):
                    seeds = FEWER.get(method, SEEDS) if method in WITH_CHANCE else 1
                    found += [(name, method, block, seed) for block in fits.blocks_of(entry) if seed < seeds]
    return found


def measure(name: str, method: str, block: int, seed: int) -> dict[str, Any]:
    """Fit a method of the first evaluation and score the folds of a block."""
    return fits.measure(methods.methods_for(series.load(name)), name, method, block, seed)


def main(
    held_out: Annotated[bool, typer.Option("--held-out", help="Only the series that were kept out.")] = False,
    minutes: Annotated[float, typer.Option(help="Begin no fit after so many.")] = float("inf"),
    out: Out = HERE,
    only: Annotated[str | None, typer.Option(help="One method, by the name that the rows give it.")] = None,
) -> None:
    """Fit what is missing and keep each result as soon as it is found."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    until = time.monotonic() + 60 * minutes
    complete(
        out,
        ("series", "method", "block", "seed"),
        (case for case in cases(held_out) if only in (None, case[1]) and time.monotonic() < until),
        measure,
    )


if __name__ == "__main__":
    typer.run(main)
