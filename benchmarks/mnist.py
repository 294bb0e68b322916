"""Chapter 7's networks trained on MNIST by rows, over seeds: which test images each run misreads. Hours on two cores.

python -m benchmarks.mnist                                  what is missing in results/mnist-cpu.json
python -m benchmarks.mnist --network LSTM --recipe article  only that
python -m benchmarks.mnist --recipe tuned --seeds 1         one seed of every network by this recipe
python -m benchmarks.mnist --out FILE.json                  kept elsewhere

It can be stopped at any time: finished runs are in the file, the one under way in a folder of checkpoints beside it.
"""

import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from shutil import rmtree
from typing import Annotated, Any

import torch
import typer

from benchmarks.options import Networks, Out, Seeds
from benchmarks.record import kept, made_here, write
from rnn_tutorial.experiments import ch07_mnist, ch07_recipes

HERE = Path(__file__).parent / "results" / "mnist-cpu.json"
STUDY = [
    ("LSTM", "article"),
    ("RNN", "permuted"),
    *((name, "tuned") for name in ch07_recipes.NETWORKS),
]
"""What the page compares. Other pairs are trained where both options name them."""


def main(
    network: Networks = None,
    recipe: Annotated[list[str] | None, typer.Option(help="Only these recipes.")] = None,
    seeds: Seeds = 5,
    threads: Annotated[int, typer.Option(help="Threads of torch.")] = 1,
    out: Out = HERE,
) -> None:
    """Train what is missing, seed by seed, and keep each run as soon as it is finished."""
    torch.set_num_threads(threads)
    data = ch07_mnist.load()
    if not data.is_mnist:
        raise typer.BadParameter(f"MNIST cannot be had here: {data.source}")
    rows = kept(out)
    known = {(row["network"], row["recipe"], row["seed"]) for row in rows}
    for name, way, seed in [run for run in wanted(network, recipe, seeds) if run not in known]:
        rows.append(_run(name, way, seed, data, out.parent / f".{out.stem}-{name}-{way}-{seed}"))
        write(out, rows)


def wanted(network: Sequence[str] | None, recipe: Sequence[str] | None, seeds: int) -> list[tuple[str, str, int]]:
    """Return network, recipe and seed of each run that was asked for: of the study, or with both named every pair."""
    if network and recipe:
        pairs = list(product(network, recipe))
    else:
        pairs = [(name, way) for name, way in STUDY if name in (network or [name]) and way in (recipe or [way])]
    return [(name, way, seed) for seed in range(seeds) for name, way in pairs]


def _run(name: Any, way: str, seed: int, data: Any, folder: Path) -> dict[str, Any]:
    recipe = ch07_recipes.RECIPES[way]
    images, labels = data.train_dataset().tensors
    whole = not folder.exists()  # else it was begun by another process, whose seconds are unknown
    start, cpu = time.perf_counter(), time.process_time()
    model = ch07_recipes.train(name, recipe, images, labels, seed, checkpoint=folder)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    wrong = ch07_recipes.misread(model, *data.test_dataset().tensors)
    rmtree(folder, ignore_errors=True)
    print(f"{name:12} {way:8} seed {seed}: {100 - len(wrong) / 100:.2f} % right, {wall:.0f} s", flush=True)
    return {
        "network": name,
        "recipe": way,
        "seed": seed,
        "epochs": recipe.epochs,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "misread": wrong,
        "wall_s": round(wall, 1) if whole else None,
        "cpu_s": round(cpu, 1) if whole else None,
        **made_here(),
    }


if __name__ == "__main__":
    typer.run(main)
