"""Chapter 2's study of memory: networks of equal size on two tasks at growing lags, three learning rates, five seeds.

python -m benchmarks.memory                                   what is missing in results/memory-cpu.json
python -m benchmarks.memory --task recall --lag 30            only that
python -m benchmarks.memory --network "RNN, default start"    only this network; may be repeated, as the others
python -m benchmarks.memory --out FILE.json                   kept elsewhere

Some eighty minutes of one core. It can be stopped at any time: cells that are finished are in the file. Where no seed
of a network solved a task at some lag, by no learning rate, longer lags are not tried.
"""

import time
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.options import Networks, Out, Seeds, Tasks
from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import ch02_long_lags as long_lags
from rnn_tutorial.experiments.footprint import count_parameters

HERE = Path(__file__).parent / "results" / "memory-cpu.json"
LAGS = {"recall": (10, 30, 100, 300, 400), "adding": (10, 30, 100, 300)}


def main(
    task: Tasks = None,
    lag: Annotated[list[int] | None, typer.Option(help="Only these lags.")] = None,
    network: Networks = None,
    seeds: Seeds = 5,
    out: Out = HERE,
) -> None:
    """Train what is missing, lag by lag, and keep each cell of the table as soon as it is finished."""
    torch.set_num_threads(1)
    rows = kept(out)
    for name in task or LAGS:
        for steps in lag or LAGS[name]:
            for kind in network or long_lags.NETWORKS:
                mine = [row for row in rows if (row["task"], row["network"]) == (name, kind)]
                if any(row["lag"] == steps for row in mine) or any(row["lag"] < steps and _failed(row) for row in mine):
                    continue
                rows.append(_cell(name, steps, kind, seeds))
                write(out, rows)


def _failed(row: dict[str, Any]) -> bool:
    return all(found is None for solved in row["solved"].values() for found in solved)


def _cell(name: str, steps: int, kind: str, seeds: int) -> dict[str, Any]:
    task = long_lags.TASKS[name]
    solved: dict[str, list[int | None]] = {}
    errors: dict[str, list[float]] = {}
    cpu = time.process_time()
    for rate in map(str, long_lags.RATES):
        solved[rate], errors[rate] = [], []
        for seed in range(seeds):
            torch.manual_seed(seed)
            model = long_lags.make(kind, task.features, steps)
            learnt = long_lags.learn(model, task, steps, float(rate), seed)
            solved[rate].append(learnt.solved)
            errors[rate].append(round(learnt.error, 4))
    cpu = time.process_time() - cpu
    print(f"{name:7} {steps:4} {kind:22} {long_lags.cell(solved)}, {cpu:.0f} s", flush=True)
    return {
        "task": name,
        "lag": steps,
        "network": kind,
        "parameters": count_parameters(model),
        "updates": long_lags.UPDATES,
        "solved": solved,
        "error": errors,
        "cpu_s": round(cpu, 1),
        **made_here(),
    }


if __name__ == "__main__":
    typer.run(main)
