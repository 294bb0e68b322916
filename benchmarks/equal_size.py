"""Networks of chapters 3 and 4 on demand, of equal width and of equal size, over seeds. Some minutes of one core.

python -m benchmarks.equal_size                 what is missing in results/equal-size-cpu.json
python -m benchmarks.equal_size --network GRU   only that
python -m benchmarks.equal_size --out FILE.json kept elsewhere

It can be stopped at any time: runs that are finished are in the file.
"""

from functools import partial
from pathlib import Path
from typing import Any

import torch
import typer

from benchmarks.options import Networks, Out, Seeds
from benchmarks.record import complete
from rnn_tutorial.experiments import ch03_equal_size, demand, footprint

HERE = Path(__file__).parent / "results" / "equal-size-cpu.json"


def main(
    network: Networks = None,
    seeds: Seeds = 5,
    out: Out = HERE,
) -> None:
    """Train what is missing, seed by seed, and keep each error as soon as it is found."""
    torch.set_num_threads(1)
    task = demand.load_task()
    cases = [
        (kind, units, seed)
        for seed in range(seeds)
        for kind in network or ch03_equal_size.WIDTHS
        for units in ch03_equal_size.WIDTHS[kind]
    ]
    complete(out, ("network", "units", "seed"), cases, partial(_run, task))


def _run(task: Any, kind: str, units: int, seed: int) -> dict[str, Any]:
    runs = demand.train(lambda: ch03_equal_size.layer(kind, units), task, seeds=[seed], **ch03_equal_size.SCHEDULE)
    board = task.baselines()
    demand.add_to(board, kind, runs)
    return {
        "epochs": ch03_equal_size.SCHEDULE["epochs"],
        "layer_parameters": footprint.count_parameters(ch03_equal_size.layer(kind, units)),
        "parameters": runs.parameters,
        "MAE": float(board.errors(kind)[0]),
        "validation_MAE": float(runs.validation_mae[0]),
    }


if __name__ == "__main__":
    typer.run(main)
