"""One, two and three layers on demand, at equal size, five learning rates, five seeds. Some minutes of one core.

python -m benchmarks.depth                  what is missing in results/depth-cpu.json
python -m benchmarks.depth --layers 2       only that depth; may be repeated
python -m benchmarks.depth --out FILE.json  kept elsewhere

It can be stopped at any time: runs that are finished are in the file.
"""

import time
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import ch03_equal_size, demand, depth

HERE = Path(__file__).parent / "results" / "depth-cpu.json"


def main(
    layers: Annotated[list[int] | None, typer.Option(help="Only these depths.")] = None,
    seeds: Annotated[int, typer.Option(help="So many seeds, from 0.")] = 5,
    out: Annotated[Path, typer.Option(help="Where the rows are kept.")] = HERE,
) -> None:
    """Train what is missing, seed by seed, and keep each error as soon as it is found."""
    torch.set_num_threads(1)
    task = demand.load_task()
    rows = kept(out)
    known = {(row["layers"], row["rate"], row["seed"]) for row in rows}
    for seed in range(seeds):
        for count in layers or depth.LAYERS:
            for rate in depth.RATES:
                if (count, rate, seed) not in known:
                    rows.append(_run(count, rate, seed, task))
                    write(out, rows)
                    print("  ".join(map(str, rows[-1].values())), flush=True)


def _run(layers: int, rate: float, seed: int, task: Any) -> dict[str, Any]:
    cpu = time.process_time()
    schedule = ch03_equal_size.SCHEDULE
    runs = demand.train(lambda: depth.stack(layers), task, seeds=[seed], lr=rate, **schedule)
    board = task.baselines()
    demand.add_to(board, "GRU", runs)
    return {
        "layers": layers,
        "rate": rate,
        "seed": seed,
        "units": depth.width(layers),
        "parameters": runs.parameters,
        "MAE": float(board.errors("GRU")[0]),
        "validation_MAE": float(runs.validation_mae[0]),
        "cpu_s": round(time.process_time() - cpu, 1),
        **made_here(),
    }


if __name__ == "__main__":
    typer.run(main)
