"""The page of the Pacific: networks on its monthly temperatures, over numbers of epochs and seeds.

python -m benchmarks.pacific                     what is missing in results/pacific-cpu.json
python -m benchmarks.pacific --network ConvLSTM  only that
python -m benchmarks.pacific --out FILE.json     kept elsewhere

Each run keeps its errors on the validation years, by which the number of epochs is chosen, and on the test years. Some
numbers of epochs are tried with the first seeds; the one that validation prefers is trained with all. Some ten
minutes of one core. It can be stopped at any time: runs that are finished are in the file.
"""

import time
from pathlib import Path
from typing import Any

import torch
import typer

from benchmarks.options import Networks, Out, Seeds
from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import globe

HERE = Path(__file__).parent / "results" / "pacific-cpu.json"
EPOCHS = {"ConvLSTM": (1, 6, 12), "CNN-LSTM": (1, 6, 12), globe.BETTER: (1, 6)}
TRIED = 2
"""Seeds with which every number of epochs is tried."""


def main(
    network: Networks = None,
    seeds: Seeds = 5,
    out: Out = HERE,
) -> None:
    """Train what is missing and keep each run as soon as it is finished."""
    torch.set_num_threads(1)
    rows = kept(out)
    world = globe.pacific()
    names = network or list(globe.networks(world))

    def keep(name: str, epochs: int, seed: int) -> None:
        if (name, epochs, seed) not in {(row["network"], row["epochs"], row["seed"]) for row in rows}:
            rows.append(_run(name, epochs, seed, world))
            write(out, rows)
            print("  ".join(map(str, rows[-1].values())), flush=True)

    for seed in range(min(TRIED, seeds)):
        for name in names:
            for epochs in EPOCHS[name]:
                keep(name, epochs, seed)
    chosen = globe.chosen_epochs(rows)
    for seed in range(TRIED, seeds):
        for name in names:
            keep(name, chosen[name], seed)


def _run(name: str, epochs: int, seed: int, world: globe.Pacific) -> dict[str, Any]:
    cpu = time.process_time()
    make, start = globe.networks(world)[name], globe.STARTS[name]
    model = globe.train(make, world, seed, epochs=epochs, start=start)
    cpu = time.process_time() - cpu
    return {
        "network": name,
        "epochs": epochs,
        "seed": seed,
        **{part: world.error(globe.forecast(model, world, part), part).tolist() for part in ("valid", "test")},
        "cpu_s": round(cpu, 1),
        **made_here(),
    }


if __name__ == "__main__":
    typer.run(main)
