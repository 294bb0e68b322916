"""Missing days of demand, filled by one direction and by two, at equal size, five seeds. Some minutes of one core.

python -m benchmarks.gaps                  what is missing in results/gaps-cpu.json
python -m benchmarks.gaps --out FILE.json  kept elsewhere

It can be stopped at any time: runs that are finished are in the file.
"""

import time
from pathlib import Path
from typing import Annotated

import torch
import typer

from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import demand, footprint, gaps

HERE = Path(__file__).parent / "results" / "gaps-cpu.json"


def main(
    seeds: Annotated[int, typer.Option(help="So many seeds, from 0.")] = 5,
    out: Annotated[Path, typer.Option(help="Where the rows are kept.")] = HERE,
) -> None:
    """Train what is missing, seed by seed, and keep each error as soon as it is found."""
    torch.set_num_threads(1)
    task = demand.load_task()
    rows = kept(out)
    known = {(row["network"], row["seed"]) for row in rows}
    for seed in range(seeds):
        for name in gaps.NETWORKS:
            if (name, seed) not in known:
                cpu = time.process_time()
                models = gaps.train(name, task, [seed], **gaps.SCHEDULE)
                row = {
                    "network": name,
                    "seed": seed,
                    "parameters": footprint.count_parameters(models[0]),
                    "MAE": gaps.errors(models, task)[0],
                    "validation_MAE": gaps.errors(models, task, "valid")[0],
                    "cpu_s": round(time.process_time() - cpu, 1),
                }
                rows.append(row | made_here())
                write(out, rows)
                print("  ".join(map(str, row.values())), flush=True)


if __name__ == "__main__":
    typer.run(main)
