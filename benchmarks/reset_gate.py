"""Chapter 3's gates: the GRU without one of them, on three tasks and on demand, at equal parameters, five seeds.

python -m benchmarks.reset_gate                         what is missing in results/reset-gate-cpu.json
python -m benchmarks.reset_gate --task demand           only that; may be repeated
python -m benchmarks.reset_gate --change "no reset gate"  only this network; may be repeated
python -m benchmarks.reset_gate --out FILE.json         kept elsewhere

Some minutes of one core. It can be stopped at any time: what is finished is in the file.
"""

from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.options import Out, Seeds, Tasks
from benchmarks.record import complete
from benchmarks.studies import errors_by_rate
from rnn_tutorial.experiments import ch03_equal_size as equal_size
from rnn_tutorial.experiments import ch03_reset_gate as reset_gate
from rnn_tutorial.experiments import demand
from rnn_tutorial.experiments.footprint import count_parameters
from rnn_tutorial.layers import GRU, ManyToOne

HERE = Path(__file__).parent / "results" / "reset-gate-cpu.json"
UPDATES = 1_000


def main(
    task: Tasks = None,
    change: Annotated[list[str] | None, typer.Option(help="Only these networks.")] = None,
    seeds: Seeds = 5,
    out: Out = HERE,
) -> None:
    """Train what is missing, and keep each network as soon as it is done."""
    torch.set_num_threads(1)
    cases = product(task or [*reset_gate.STUDIED, "demand"], change or reset_gate.CHANGES)
    complete(out, ("task", "change"), cases, partial(_run, seeds))


def _run(seeds: int, name: str, change: reset_gate.Change) -> dict[str, Any]:
    if name == "demand":
        return _on_demand(change, seeds)
    task, lag = reset_gate.STUDIED[name], reset_gate.LAG
    return errors_by_rate(partial(reset_gate.make, change, task.features, lag), task, lag, seeds, UPDATES)


def _on_demand(change: reset_gate.Change, seeds: int) -> dict[str, Any]:
    # The training of the comparison at equal width and equal size.
    goal = count_parameters(ManyToOne(GRU(demand.HOURS, equal_size.WIDTH, batch_first=True), demand.HOURS))
    width = reset_gate.matching_width(change, demand.HOURS, goal, demand.HOURS)
    task = demand.load_task()
    runs = demand.train(
        lambda: reset_gate.ChangedGRU(demand.HOURS, width, change, batch_first=True),
        task,
        seeds=range(seeds),
        **equal_size.SCHEDULE,
    )
    board = task.baselines()
    demand.add_to(board, change, runs)
    return {"units": width, "parameters": runs.parameters, "MAE": [float(error) for error in board.errors(change)]}


if __name__ == "__main__":
    typer.run(main)
