"""Chapter 7's two networks that read MNIST pixel by pixel, 784 steps an image. Some half an hour of one core.

python -m benchmarks.mnist_pixels                 what is missing in results/mnist-pixels-cpu.json
python -m benchmarks.mnist_pixels --network LSTM  only that
python -m benchmarks.mnist_pixels --so-far        train nothing: write down the epochs that unfinished runs have made
python -m benchmarks.mnist_pixels --out FILE.json kept elsewhere

It can be stopped at any time: the run under way lies in a folder of checkpoints beside the file.
"""

from pathlib import Path
from shutil import rmtree
from typing import Annotated, Any

import torch
import typer

import rnn_tutorial as rt
from benchmarks.options import Networks, Out
from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import ch07_mnist, ch07_pixels

HERE = Path(__file__).parent / "results" / "mnist-pixels-cpu.json"


def main(
    network: Networks = None,
    epochs: Annotated[int, typer.Option(help="Passes over the images.")] = ch07_pixels.EPOCHS,
    so_far: Annotated[bool, typer.Option("--so-far", help="Train nothing.")] = False,
    out: Out = HERE,
) -> None:
    """Train what is missing, network by network, seed 0."""
    torch.set_num_threads(1)
    for name in network or ch07_pixels.NETWORKS:
        folder = out.parent / f".{out.stem}-{name}"
        if so_far:
            found = sorted(folder.glob("epoch-*"))
            if found:
                keep(out, name, rt.History.load(found[-1] / "history.json"))
        elif not any(row["network"] == name and len(row["right (%)"]) >= epochs for row in kept(out)):
            data = ch07_mnist.load()
            images, test = data.train_dataset().tensors, data.test_dataset().tensors
            _, history = ch07_pixels.train(name, images, test, epochs=epochs, checkpoint=folder)  # type: ignore[arg-type]
            keep(out, name, history)
            rmtree(folder, ignore_errors=True)


def keep(out: Path, name: Any, history: rt.History) -> None:
    """Write the row of a network in place of a shorter one."""
    row = {
        "network": name,
        "units": ch07_pixels.UNITS,
        "seed": 0,
        "parameters": sum(one.numel() for one in ch07_pixels.network(name).parameters()),
        "right (%)": [round(epoch["right"], 2) for epoch in history.rows],
        "seconds": round(sum(epoch["seconds"] for epoch in history.rows)),
        **made_here(),
    }
    write(out, [one for one in kept(out) if one["network"] != name] + [row])
    print(name, row["right (%)"], f"{row['seconds']} s", flush=True)


if __name__ == "__main__":
    typer.run(main)
