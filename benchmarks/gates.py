"""Chapter 2's gates: LSTMs without one of them, two tasks, several starts, equal size, three rates, five seeds.

python -m benchmarks.gates                            what is missing in results/gates-cpu.json
python -m benchmarks.gates --task latest              only that; may be repeated
python -m benchmarks.gates --change coupled           only this change; may be repeated
python -m benchmarks.gates --start default            only from this start; may be repeated
python -m benchmarks.gates --out FILE.json            kept elsewhere

Some twelve minutes of one core. It can be stopped at any time: what is finished is in the file.
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
from rnn_tutorial.experiments import ch02_long_lags as long_lags
from rnn_tutorial.experiments import gates

HERE = Path(__file__).parent / "results" / "gates-cpu.json"
LAGS = {"latest": 30, "adding": 30}
UPDATES = 1_000


def main(
    task: Tasks = None,
    change: Annotated[list[str] | None, typer.Option(help="Only these changes.")] = None,
    start: Annotated[list[str] | None, typer.Option(help="Only these starts.")] = None,
    seeds: Seeds = 5,
    out: Out = HERE,
) -> None:
    """Train what is missing, all seeds and learning rates of a network together; keep each as soon as it is done."""
    torch.set_num_threads(1)
    cases = [
        (name, kind, begin)
        for name, kind, begin in product(task or LAGS, change or gates.CHANGES, start or gates.STARTS)
        # the last start is the control of one comparison: an input gate that starts half open against none
        if begin != "forget by lag" or kind == "none"
    ]
    complete(out, ("task", "change", "start"), cases, partial(_run, seeds))


def _run(seeds: int, name: str, change: gates.Change, start: gates.Start) -> dict[str, Any]:
    task, lag = long_lags.TASKS[name], LAGS[name]
    make = partial(gates.make, change, task.features, lag, start=start)
    return {"lag": lag} | errors_by_rate(make, task, lag, seeds, UPDATES)


if __name__ == "__main__":
    typer.run(main)
