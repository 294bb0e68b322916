"""The evaluation of PROTOCOL-2.md: series that no choice of ours has seen, few tests, and other libraries beside ours.

nice -n 10 python -m benchmarks.evaluation.second               what is missing in results/evaluation-2-cpu.json
nice -n 10 python -m benchmarks.evaluation.second --minutes 5   at most so long, by the clock

The other libraries have an environment of their own: ``python -m benchmarks.peers.evaluation``. It can be stopped at
any time: what is finished is in the file.
"""

import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import torch
import typer

from benchmarks.options import Methods, Out
from benchmarks.record import complete

from . import fits, methods, series

HERE = Path(__file__).parents[1] / "results" / "evaluation-2-cpu.json"
GROUPS = ("new short", "new long")
SEEDS = 3
Case = tuple[str, str, int, int]
Groups = Annotated[list[str] | None, typer.Option(help="Only these groups of series.")]


def cases(seeds: Mapping[str, int], made: Mapping[bool, fits.Makers], groups: Sequence[str] = GROUPS) -> list[Case]:
    r"""Return series, method, block and seed of every fit, one seed of everything first.

    Args:
        seeds: Of methods that depend on chance; all others have one.
        made: The methods of short (False) and long series (True).
        groups: Of series.
    """
    found: list[Case] = []
    for seed in range(max(1, *seeds.values())):
        for name in series.names(*groups):
            entry = series.load(name)
            for method in made[entry.long]:
                if seed < seeds.get(method, 1):
                    found += [(name, method, block, seed) for block in fits.blocks_of(entry)]
    return found


def run(out: Path, asked: Iterable[Case], made: Mapping[bool, fits.Makers]) -> None:
    """Fit what a file lacks and keep each result as soon as it is found."""

    def measure(name: str, method: str, block: int, seed: int) -> dict[str, object]:
        return fits.measure(made[series.load(name).long], name, method, block, seed)

    complete(out, ("series", "method", "block", "seed"), asked, measure)


def main(
    minutes: Annotated[float, typer.Option(help="Begin no fit after so many.")] = float("inf"),
    method: Methods = None,
    group: Groups = None,
    out: Out = HERE,
) -> None:
    """Fit our methods and the simple ones."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    until = time.monotonic() + 60 * minutes
    made = {False: methods.SECOND_SHORT, True: methods.SECOND_LONG}
    wanted = (
        case for case in cases(methods.SECOND_SEEDS, made, group or GROUPS) if method is None or case[1] in method
    )
    run(out, (case for case in wanted if time.monotonic() < until), made)


if __name__ == "__main__":
    typer.run(main)
