"""Chapter 4's clocks: spikes generated and delays measured by one cell, with and without peepholes, over seeds.

python -m benchmarks.timing                  what is missing in results/timing-cpu.json
python -m benchmarks.timing --task measure   only that
python -m benchmarks.timing --out FILE.json  kept elsewhere

Some minutes of one core. It can be stopped at any time: tasks that are finished are in the file.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
import typer

from benchmarks.options import Out, Tasks
from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import ch04_clocks, ch04_timing

HERE = Path(__file__).parent / "results" / "timing-cpu.json"
GENERATORS, METERS = 40, 10
"""Seeds. Some learn to generate spikes and others do not: it takes many to see a difference."""


def main(
    task: Tasks = None,
    out: Out = HERE,
) -> None:
    """Train the networks of each missing task, all seeds and variants side by side, and keep their rows."""
    torch.set_num_threads(1)
    rows = kept(out)
    known = {row["task"] for row in rows}
    tasks: dict[str, Callable[[], tuple[ch04_timing.Clocks, list[float]]]] = {
        ch04_clocks.GENERATE.format(interval): partial(_generate, interval) for interval in ch04_clocks.INTERVALS
    }
    tasks[ch04_clocks.MEASURE] = _measure
    for name in [name for name in task or tasks if name not in known]:
        cpu = time.process_time()
        made, scores = tasks[name]()
        cpu = time.process_time() - cpu
        rows += [ch04_clocks.row(name, made, k, score) | made_here() for k, score in enumerate(scores)]
        write(out, rows)
        print(name, f"{cpu:.0f} s", {str(variant): scores[made.of(variant)] for variant in made.variants}, flush=True)


def _generate(interval: int) -> tuple[ch04_timing.Clocks, list[float]]:
    made = ch04_timing.train_generators(interval, 1, range(GENERATORS))
    return made, [float(count) for count in ch04_timing.in_a_row(made, interval)]


def _measure() -> tuple[ch04_timing.Clocks, list[float]]:
    made = ch04_timing.train_meters(1, range(METERS))
    return made, ch04_timing.measure(made)


if __name__ == "__main__":
    typer.run(main)
