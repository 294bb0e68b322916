"""Chapter 7's networks by the tuned recipe with other learning rates, judged on images held back from training.

python -m benchmarks.mnist_rates                        what is missing in results/mnist-rates-cpu.json
python -m benchmarks.mnist_rates --network Transformer  only that
python -m benchmarks.mnist_rates --out FILE.json        kept elsewhere

One seed, two epochs on the first 30,000 training images; the last 5,000 judge. Some ten minutes of one core.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import typer

from benchmarks.options import Networks, Out
from benchmarks.record import complete
from rnn_tutorial.experiments import ch07_mnist, ch07_recipes

HERE = Path(__file__).parent / "results" / "mnist-rates-cpu.json"
EPOCHS, LEARNT, HELD_BACK = 2, 30_000, 5_000


def main(
    network: Networks = None,
    out: Out = HERE,
) -> None:
    """Train what is missing, and keep each accuracy as soon as it is found."""
    torch.set_num_threads(1)
    images, labels = ch07_mnist.load().train_dataset().tensors
    tuned = ch07_recipes.RECIPES["tuned"]

    def run(name: Any, rate: float) -> dict[str, Any]:
        recipe = replace(tuned, epochs=EPOCHS, options={**tuned.options, "lr": rate})
        model = ch07_recipes.train(name, recipe, images[:LEARNT], labels[:LEARNT], 0, progress=False)
        wrong = ch07_recipes.misread(model, images[-HELD_BACK:], labels[-HELD_BACK:])
        return {"right (%)": round(100 - 100 * len(wrong) / HELD_BACK, 2)}

    cases = [(name, rate) for name in network or ch07_recipes.NETWORKS for rate in ch07_recipes.RATES]
    complete(out, ("network", "lr"), cases, run)


if __name__ == "__main__":
    typer.run(main)
