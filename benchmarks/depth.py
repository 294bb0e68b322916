"""One, two and three layers on demand, at equal size, five learning rates, five seeds. Some minutes of one core.

python -m benchmarks.depth                  what is missing in results/depth-cpu.json
python -m benchmarks.depth --layers 2       only that depth; may be repeated
python -m benchmarks.depth --out FILE.json  kept elsewhere

It can be stopped at any time: runs that are finished are in the file.
"""

from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.options import Out, Seeds
from benchmarks.record import complete
from rnn_tutorial.experiments import ch03_equal_size, demand, depth

HERE = Path(__file__).parent / "results" / "depth-cpu.json"


def main(
    layers: Annotated[list[int] | None, typer.Option(help="Only these depths.")] = None,
    seeds: Seeds = 5,
    out: Out = HERE,
) -> None:
    """Train what is missing, seed by seed, and keep each error as soon as it is found."""
    torch.set_num_threads(1)
    task = demand.load_task()
    cases = product(layers or depth.LAYERS, depth.RATES, range(seeds))
    complete(out, ("layers", "rate", "seed"), cases, partial(_run, task))


def _run(task: Any, layers: int, rate: float, seed: int) -> dict[str, Any]:
    schedule = ch03_equal_size.SCHEDULE
    runs = demand.train(lambda: depth.stack(layers), task, seeds=[seed], lr=rate, **schedule)
    board = task.baselines()
    demand.add_to(board, "GRU", runs)
    return {
        "units": depth.width(layers),
        "parameters": runs.parameters,
        "MAE": float(board.errors("GRU")[0]),
        "validation_MAE": float(runs.validation_mae[0]),
    }


if __name__ == "__main__":
    typer.run(main)
