"""Chapter 3's gates: the GRU without one of them, on three tasks and on demand, at equal parameters, five seeds.

python -m benchmarks.reset_gate                         what is missing in results/reset-gate-cpu.json
python -m benchmarks.reset_gate --task demand           only that; may be repeated
python -m benchmarks.reset_gate --change "no reset gate"  only this network; may be repeated
python -m benchmarks.reset_gate --out FILE.json         kept elsewhere

Some minutes of one core. It can be stopped at any time: what is finished is in the file.
"""

import time
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import ch02_long_lags as long_lags
from rnn_tutorial.experiments import ch03_equal_size as equal_size
from rnn_tutorial.experiments import ch03_reset_gate as reset_gate
from rnn_tutorial.experiments import demand, together
from rnn_tutorial.experiments.footprint import count_parameters
from rnn_tutorial.layers import GRU, ManyToOne

HERE = Path(__file__).parent / "results" / "reset-gate-cpu.json"
UPDATES = 1_000


def main(
    task: Annotated[list[str] | None, typer.Option(help="Only these tasks.")] = None,
    change: Annotated[list[str] | None, typer.Option(help="Only these networks.")] = None,
    seeds: Annotated[int, typer.Option(help="So many seeds, from 0.")] = 5,
    out: Annotated[Path, typer.Option(help="Where the rows are kept.")] = HERE,
) -> None:
    """Train what is missing, and keep each network as soon as it is done."""
    torch.set_num_threads(1)
    rows = kept(out)
    known = {(row["task"], row["change"]) for row in rows}
    wanted: Any = [
        (name, kind) for name in task or [*reset_gate.STUDIED, "demand"] for kind in change or reset_gate.CHANGES
    ]
    for name, kind in [one for one in wanted if one not in known]:
        cpu = time.process_time()
        found = _on_demand(kind, seeds) if name == "demand" else _on_task(name, kind, seeds)
        seconds = round(time.process_time() - cpu, 1)
        rows.append({"task": name, "change": kind, **found, "cpu_s": seconds, **made_here()})
        write(out, rows)
        print(f"{name:16} {kind:15} {seconds:.0f} s", flush=True)


def _on_task(name: str, change: reset_gate.Change, seeds: int) -> dict[str, Any]:
    # All seeds and learning rates of a network are trained together.
    task, lag = reset_gate.STUDIED[name], reset_gate.LAG
    runs = [together.Run(rate, seed) for rate in long_lags.RATES for seed in range(seeds)]
    models = []
    for run in runs:
        torch.manual_seed(run.seed)
        models.append(reset_gate.make(change, task.features, lag))
    looks = together.learn(models, runs, task, lag, updates=UPDATES)
    errors = {
        str(rate): [[round(error, 5) for error in look] for look in part.tolist()]
        for rate, part in zip(long_lags.RATES, looks.split(seeds, dim=1), strict=True)
    }
    return {
        "units": models[0].layer.hidden_size,
        "parameters": count_parameters(models[0]),
        "updates": UPDATES,
        "guess": task.guess,
        "errors": errors,
    }


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
