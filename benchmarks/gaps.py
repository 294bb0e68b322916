"""Missing days of demand, filled by one direction and by two, at equal size, five seeds. Some minutes of one core.

python -m benchmarks.gaps                  what is missing in results/gaps-cpu.json
python -m benchmarks.gaps --out FILE.json  kept elsewhere

It can be stopped at any time: runs that are finished are in the file.
"""

from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import torch
import typer

from benchmarks.options import Out, Seeds
from benchmarks.record import complete
from rnn_tutorial.experiments import demand, footprint, gaps

HERE = Path(__file__).parent / "results" / "gaps-cpu.json"


def main(
    seeds: Seeds = 5,
    out: Out = HERE,
) -> None:
    """Train what is missing, seed by seed, and keep each error as soon as it is found."""
    torch.set_num_threads(1)
    task = demand.load_task()
    complete(out, ("network", "seed"), product(gaps.NETWORKS, range(seeds)), partial(_run, task))


def _run(task: Any, name: Any, seed: int) -> dict[str, Any]:
    models = gaps.train(name, task, [seed], **gaps.SCHEDULE)
    return {
        "parameters": footprint.count_parameters(models[0]),
        "MAE": gaps.errors(models, task)[0],
        "validation_MAE": gaps.errors(models, task, "valid")[0],
    }


if __name__ == "__main__":
    typer.run(main)
