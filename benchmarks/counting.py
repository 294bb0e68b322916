"""Chapter 3's counting: how far RNN, GRU and LSTM read aⁿbⁿ and aⁿbⁿcⁿ right, over seeds. Some minutes of one core.

python -m benchmarks.counting                 what is missing in results/counting-cpu.json
python -m benchmarks.counting --network GRU   only that
python -m benchmarks.counting --out FILE.json kept elsewhere

The seeds of a network train together. It can be stopped at any time: networks that are finished are in the file.
"""

import time
from pathlib import Path
from typing import Annotated

import torch
import typer

from benchmarks.options import Networks, Out, Seeds
from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import counting

HERE = Path(__file__).parent / "results" / "counting-cpu.json"


def main(
    network: Networks = None,
    letters: Annotated[list[int] | None, typer.Option(help="2 for the language of two letters, 3 for three.")] = None,
    seeds: Seeds = 5,
    updates: Annotated[int, typer.Option(help="Steps of the optimiser.")] = counting.UPDATES,
    out: Out = HERE,
) -> None:
    """Train what is missing and keep its rows as soon as all seeds of a network are finished."""
    torch.set_num_threads(1)
    rows = kept(out)
    known = {(row["network"], row["letters"], row["seed"]) for row in rows}
    for alphabet in letters or (2, 3):
        for kind in network or counting.MAKERS:
            todo = [seed for seed in range(seeds) if (kind, alphabet, seed) not in known]
            if not todo:
                continue
            cpu = time.process_time()
            networks = counting.train_counters(kind, todo, letters=alphabet, updates=updates)
            cpu = time.process_time() - cpu
            reaches = counting.reaches(networks, letters=alphabet)
            rows += [
                {
                    "network": kind,
                    "letters": alphabet,
                    "seed": seed,
                    "updates": updates,
                    "reach": reach,
                    "cpu_s": round(cpu / len(todo), 1),
                    **made_here(),
                }
                for seed, reach in zip(todo, reaches, strict=True)
            ]
            write(out, rows)
            print(kind, alphabet, "letters: reach by seed", reaches, f"{cpu:.0f} s", flush=True)


if __name__ == "__main__":
    typer.run(main)
