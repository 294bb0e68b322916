"""All benchmarks of layers by one command.

python -m benchmarks                the dense layers, the films and peak memory, on this machine's processor
python -m benchmarks --gpu          layers and films on its GPU, in 32 and 16 bits
python -m benchmarks --folder DIR   the results as JSON, with machine and versions

The run on a GPU is meant to stay under eight minutes. That is reckoned, not measured, for nothing has been timed on a
GPU yet: the dense layers have 96 cases of at most 16 calls of seven layers at most, of some 10 ms each, 110 s,
and Triton compiles some 60 kernels for them in 2 s each, 120 s; films have 8 such cases of 50 ms a call, 40 s, kernels
for 30 s, and torch.compile has 2 graphs of a minute each.
"""

from pathlib import Path
from typing import Annotated

import torch
import typer

from benchmarks import dense, films, peaks


def main(
    gpu: Annotated[bool, typer.Option(help="Time on the GPU.")] = False,
    folder: Annotated[Path | None, typer.Option(help="Write the results there.")] = None,
    rounds: Annotated[int | None, typer.Option(help="Timed rounds of each case: 11, or 5 on a GPU.")] = None,
) -> None:
    """Time all layers and print one table."""
    rounds = rounds or (5 if gpu else 11)
    if not gpu:
        dense.main(out=folder and folder / "dense-cpu.json", rounds=rounds)
        films.main(out=folder and folder / "films-cpu.json", rounds=rounds)
        peaks.main(out=folder and folder / "peaks-cpu.json")
        return
    if not torch.cuda.is_available():
        raise typer.BadParameter("there is no CUDA device here: leave --gpu out to time the processor")
    name = torch.cuda.get_device_name().lower().replace(" ", "-")
    dense.main(out=folder and folder / f"dense-gpu-{name}.json", rounds=rounds, device="cuda")
    films.main(out=folder and folder / f"films-gpu-{name}.json", rounds=rounds, device="cuda")


if __name__ == "__main__":
    typer.run(main)
