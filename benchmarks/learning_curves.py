"""Chapter 8's learning curves: errors on Victoria's and Portugal's test weeks by the weeks learnt from, over seeds.

python -m benchmarks.learning_curves                    what is missing in results/learning-curves-cpu.json
python -m benchmarks.learning_curves --series Victoria  only that
python -m benchmarks.learning_curves --out FILE.json    kept elsewhere

Some seventeen minutes of one core. It can be stopped at any time: fits that are finished are in the file.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.record import kept, made_here, write
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
    out: Annotated[Path, typer.Option(help="Where the rows are kept.")] = HERE,
) -> None:
    """Fit what is missing, seed by seed, and keep each error as soon as it is found."""
    torch.set_num_threads(1)
    rows = kept(out)
    known = {(row["series"], row["weeks"], row["method"], row["seed"]) for row in rows}
    problems = {name: PROBLEMS[name]() for name in series or PROBLEMS}
    for seed in range(seeds):
        for title, problem in problems.items():
            updates = learning_curve.updates_of(problem)
            for size in sizes(problem, weeks or WEEKS):
                smaller = problem.last(size * problem.week)
                for name, method in learning_curve.methods(smaller, size, updates).items():
                    wanted = seed == 0 or method.depends_on_chance
                    if wanted and (title, size, name, seed) not in known:
                        rows.append({"series": title, "weeks": size} | _fit(smaller, name, method, seed))
                        write(out, rows)
                        print("  ".join(map(str, rows[-1].values())), flush=True)


def _fit(problem: scoreboard.Problem, name: str, method: Method, seed: int) -> dict[str, Any]:
    cpu = time.process_time()
    board = scoreboard.run(problem, {name: method}, [seed]).board()
    return {
        "method": name,
        "seed": seed,
        "MAE": float(board.errors(name)[0]),
        "cpu_s": round(time.process_time() - cpu, 1),
        **made_here(),
    }


if __name__ == "__main__":
    typer.run(main)
