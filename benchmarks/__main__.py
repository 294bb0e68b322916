"""Both benchmarks by one command.

python -m benchmarks                the dense layers, then the films, on this machine's processor
python -m benchmarks --gpu          the dense layers on its GPU, in 32 and 16 bits
python -m benchmarks --folder DIR   the results as JSON, with machine and versions
"""

from pathlib import Path
from typing import Annotated

import torch
import typer

from benchmarks import dense, films


def main(
    gpu: Annotated[bool, typer.Option(help="Time on the GPU.")] = False,
    folder: Annotated[Path | None, typer.Option(help="Write the results there.")] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds of each case.")] = 11,
) -> None:
    """Time all layers and print one table."""
    if not gpu:
        dense.main(out=folder and folder / "dense-cpu.json", rounds=rounds)
        films.main(out=folder and folder / "films-cpu.json", rounds=rounds)
        return
    if not torch.cuda.is_available():
        raise typer.BadParameter("there is no CUDA device here: leave --gpu out to time the processor")
    name = torch.cuda.get_device_name().lower().replace(" ", "-")
    dense.main(out=folder and folder / f"dense-gpu-{name}.json", rounds=rounds, device="cuda")


if __name__ == "__main__":
    typer.run(main)
