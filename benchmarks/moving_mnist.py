"""Chapter 5's network on Moving MNIST at the paper's size: 10,000 videos of 64 × 64 pixels, ten frames to ten.

python -m benchmarks.moving_mnist                       what is missing in results/moving-mnist-cpu.json
python -m benchmarks.moving_mnist --network 128-64-64   the paper's network: better with a GPU
python -m benchmarks.moving_mnist --epochs 20           longer
python -m benchmarks.moving_mnist --out FILE.json       kept elsewhere

With one core whose processor computes in bfloat16 about an hour. It can be stopped after any epoch: the run under way
lies in a folder of checkpoints beside the file, and the next call goes on with it.
"""

import time
from pathlib import Path
from shutil import rmtree
from typing import Annotated

import torch
import typer

from benchmarks.options import Out
from benchmarks.record import kept, made_here, write
from rnn_tutorial.data import load_mnist
from rnn_tutorial.experiments import ch05_moving_mnist as study
from rnn_tutorial.experiments.footprint import count_parameters

HERE = Path(__file__).parent / "results" / "moving-mnist-cpu.json"


def main(
    network: Annotated[str, typer.Option(help=f"One of {', '.join(study.NETWORKS)}.")] = "64-64",
    epochs: Annotated[int, typer.Option(help="Passes over the training videos.")] = 2,
    seed: Annotated[int, typer.Option(help="Of the first weights and the order.")] = 0,
    threads: Annotated[int, typer.Option(help="Threads of torch.")] = 1,
    out: Out = HERE,
) -> None:
    """Judge what needs no network, train the network, and keep its errors on the test videos and some forecasts."""
    torch.set_num_threads(threads)
    images = load_mnist()
    if not images.is_mnist:
        raise typer.BadParameter(f"MNIST cannot be had here: {images.source}")
    rows = kept(out)
    if (network, epochs, seed) in {(row["network"], row.get("epochs"), row.get("seed")) for row in rows}:
        return
    train, valid, test = (study.videos(part, images) for part in ("train", "valid", "test"))
    folder = out.parent / f".{out.stem}-{network}-{epochs}-{seed}"
    whole = not folder.exists()  # else it was begun by another process, whose seconds are unknown
    start, cpu = time.perf_counter(), time.process_time()
    model, history = study.train(network, train, valid, epochs=epochs, seed=seed, checkpoint=folder)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    errors, forecast = study.judge(model, test)
    row = {
        "network": network,
        "epochs": epochs,
        "seed": seed,
        "parameters": count_parameters(model),
        "videos": len(train),
        "valid": [round(row["valid_loss"], 6) for row in history.rows],
        **errors,
        "wall_s": round(wall, 1) if whole else None,
        "cpu_s": round(cpu, 1) if whole else None,
        **made_here(),
    }
    study.keep_pictures(out.with_suffix(".npz"), forecast, test)
    write(out, [*rows, row])
    print(row, flush=True)
    if not any(one["network"] == "persistence" for one in rows):
        simple = study.simple_rows(train, test)
        best = {"network": "without error", "cross_entropy": study.least_entropy(test)}
        write(out, [*rows, row, best | made_here(), *(one | made_here() for one in simple)])
    rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    typer.run(main)
