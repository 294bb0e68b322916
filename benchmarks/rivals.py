"""Chapter 8's temporal CNN and Transformer beside the LSTM: three series, three learning rates, five seeds.

python -m benchmarks.rivals                    what is missing in results/rivals-cpu.json
python -m benchmarks.rivals --series Victoria  only this series; may be repeated
python -m benchmarks.rivals --out FILE.json    kept elsewhere

Each network is tuned alike: its learning rate is chosen among three on the weeks before the test weeks, by the mean of
two seeds, and only with that rate is it fitted for the test weeks. Some seventeen minutes of one core. It can be
stopped at any time: what is finished is in the file.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import torch
import typer

from benchmarks.options import Out
from benchmarks.record import complete, kept
from rnn_tutorial.experiments import ch08_demand_results, ch08_demand_rivals, ch08_kept, ch08_scoreboard

HERE = Path(__file__).parent / "results" / "rivals-cpu.json"
NAMES = ("series", "network", "rate", "seed", "part")


def main(
    series: Annotated[list[str] | None, typer.Option(help="Only these series.")] = None,
    seeds: Annotated[int, typer.Option(help="So many seeds on the test weeks, from 0.")] = 5,
    tries: Annotated[int, typer.Option(help="So many seeds on the weeks before, from 0.")] = 2,
    out: Out = HERE,
) -> None:
    """Fit what is missing, and keep each fit as soon as it is done."""
    torch.set_num_threads(1)
    for title in series or reversed(ch08_kept.SERIES):  # the dearest last
        problem = ch08_kept.problem(title)
        for name in ch08_demand_rivals.NETWORKS:
            width = ch08_demand_rivals.equal_width(problem, name)
            run = partial(_run, problem, width)
            complete(out, NAMES, _before(title, name, tries), run)
            rate = ch08_demand_results.chosen(pd.DataFrame(kept(out)), title, name)
            complete(out, NAMES, ((title, name, rate, seed, "test") for seed in range(seeds)), run)


def _before(title: str, name: str, tries: int) -> Iterator[tuple[Any, ...]]:
    for rate in ch08_demand_rivals.RATES:
        for seed in range(tries):
            yield title, name, rate, seed, "before"


def _run(
    test: ch08_scoreboard.Problem, width: int, title: str, name: str, rate: float, seed: int, part: str
) -> dict[str, Any]:
    problem = test if part == "test" else test.validation()
    model = ch08_scoreboard.network(problem, ch08_demand_rivals.maker(name, problem, width), lr=rate)
    board = ch08_scoreboard.run(problem, {name: model}, [seed]).board()
    return {
        "MAE": round(float(board.errors(name)[0]), 4),
        "parameters": board.entries[name].parameters,
        "width": width,
    }


if __name__ == "__main__":
    typer.run(main)
