"""Chapter 2's gates: LSTMs without one of them, two tasks, several starts, equal size, three rates, five seeds.

python -m benchmarks.gates                            what is missing in results/gates-cpu.json
python -m benchmarks.gates --task latest              only that; may be repeated
python -m benchmarks.gates --change coupled           only this change; may be repeated
python -m benchmarks.gates --start default            only from this start; may be repeated
python -m benchmarks.gates --out FILE.json            kept elsewhere

Some twelve minutes of one core. It can be stopped at any time: what is finished is in the file.
"""

import time
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import ch02_long_lags as long_lags
from rnn_tutorial.experiments import gates, together
from rnn_tutorial.experiments.footprint import count_parameters

HERE = Path(__file__).parent / "results" / "gates-cpu.json"
LAGS = {"latest": 30, "adding": 30}
UPDATES = 1_000


def main(
    task: Annotated[list[str] | None, typer.Option(help="Only these tasks.")] = None,
    change: Annotated[list[str] | None, typer.Option(help="Only these changes.")] = None,
    start: Annotated[list[str] | None, typer.Option(help="Only these starts.")] = None,
    seeds: Annotated[int, typer.Option(help="So many seeds, from 0.")] = 5,
    out: Annotated[Path, typer.Option(help="Where the rows are kept.")] = HERE,
) -> None:
    """Train what is missing, all seeds and learning rates of a network together; keep each as soon as it is done."""
    torch.set_num_threads(1)
    rows = kept(out)
    known = {(row["task"], row["change"], row["start"]) for row in rows}
    wanted: Any = product(task or LAGS, change or gates.CHANGES, start or gates.STARTS)
    for name, kind, begin in [one for one in wanted if one not in known]:
        if begin == "forget by lag" and kind != "none":
            continue  # the control of one comparison: an input gate that starts half open against none
        rows.append(_run(name, kind, begin, seeds))
        write(out, rows)


def _run(name: str, change: gates.Change, start: gates.Start, seeds: int) -> dict[str, Any]:
    task, lag = long_lags.TASKS[name], LAGS[name]
    runs = [together.Run(rate, seed) for rate in long_lags.RATES for seed in range(seeds)]
    models = []
    for run in runs:
        torch.manual_seed(run.seed)
        models.append(gates.make(change, task.features, lag, start=start))
    cpu = time.process_time()
    looks = together.learn(models, runs, task, lag, updates=UPDATES)
    cpu = time.process_time() - cpu
    errors = {
        str(rate): [[round(error, 5) for error in look] for look in part.tolist()]
        for rate, part in zip(long_lags.RATES, looks.split(seeds, dim=1), strict=True)
    }
    means = gates.over_training(gates.best(errors)).round(4).tolist()
    print(f"{name:7} {change:15} {start:7} {means}, {cpu:.0f} s", flush=True)
    return {
        "task": name,
        "lag": lag,
        "change": change,
        "start": start,
        "units": models[0].layer.hidden_size,
        "parameters": count_parameters(models[0]),
        "updates": UPDATES,
        "guess": task.guess,
        "errors": errors,
        "cpu_s": round(cpu, 1),
        **made_here(),
    }


if __name__ == "__main__":
    typer.run(main)
