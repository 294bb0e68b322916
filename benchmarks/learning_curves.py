"""Chapter 8's learning curves: errors on Victoria's and Portugal's test weeks by the weeks learnt from, over seeds.

python -m benchmarks.learning_curves                    what is missing in results/learning-curves-cpu.json
python -m benchmarks.learning_curves --series Victoria  only that
python -m benchmarks.learning_curves --out FILE.json    kept elsewhere

Some seventeen minutes of one core. It can be stopped at any time: fits that are finished are in the file.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.options import Out
from benchmarks.record import complete
from rnn_tutorial.experiments import ch08_learning_curve as learning_curve
from rnn_tutorial.experiments import ch08_scoreboard as scoreboard
from rnn_tutorial.forecasting.method import Method

HERE = Path(__file__).parent / "results" / "learning-curves-cpu.json"
PROBLEMS = {"Victoria": scoreboard.victoria, "Portugal": scoreboard.hourly_demand}
WEEKS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96)
"""Sizes beside the last, which is all there is before the test weeks."""


def sizes(problem: scoreboard.Problem, weeks: Sequence[int] = WEEKS) -> list[int]:
    """Return the numbers of weeks to learn from, as far as there are so many, and the last."""
    everything = problem.end // problem.week
    return [size for size in weeks if size < everything] + [everything]


def main(
    series: Annotated[list[str] | None, typer.Option(help="Only these series.")] = None,
    weeks: Annotated[list[int] | None, typer.Option(help="Only these sizes, and all weeks.")] = None,
    seeds: Annotated[int, typer.Option(help="So many seeds of the network, from 0.")] = 5,
    out: Out = HERE,
) -> None:
    """Fit what is missing, seed by seed, and keep each error as soon as it is found."""
    torch.set_num_threads(1)
    cases = [
        (title, size, name, seed)
        for seed in range(seeds)
        for title in series or PROBLEMS
        for size in sizes(PROBLEMS[title](), weeks or WEEKS)
        for name, method in _at(title, size)[1].items()
        if seed == 0 or method.depends_on_chance
    ]
    complete(out, ("series", "weeks", "method", "seed"), cases, _fit)


@cache
def _at(title: str, size: int) -> tuple[scoreboard.Problem, dict[str, Method]]:
    problem = PROBLEMS[title]()
    smaller = problem.last(size * problem.week)
    return smaller, learning_curve.methods(smaller, size, learning_curve.updates_of(problem))


def _fit(title: str, size: int, name: str, seed: int) -> dict[str, Any]:
    smaller, methods = _at(title, size)
    return {"MAE": float(scoreboard.run(smaller, {name: methods[name]}, [seed]).board().errors(name)[0])}


if __name__ == "__main__":
    typer.run(main)
