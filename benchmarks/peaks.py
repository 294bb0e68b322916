"""Peak memory of a training step, each in a process of its own: our kernels, the book's loop, PyTorch's layer.

python -m benchmarks.peaks                  table on the screen
python -m benchmarks.peaks --out FILE.json  the same, kept with machine and versions

What counts is how far a step rises above what the process held before it, as Linux counts memory (``VmHWM``). Ratios
are to the book's loop.
"""

import multiprocessing
from pathlib import Path
from typing import Annotated, Any, cast

import torch
import typer
from torch import nn

import rnn_tutorial as rt
from benchmarks.films import SIZES as FILMS
from benchmarks.record import write
from rnn_tutorial.experiments import ch09_speed as speed
from rnn_tutorial.layers.core.types import Backend

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def layer_of(network: str, size: tuple[int, ...], way: str) -> nn.Module:
    """Return the layer that is asked for."""
    if network == "ConvLSTM":
        return rt.ConvLSTM(size[2], size[3], size[5], batch_first=True, backend=cast(Backend, way))
    if way == "torch.nn.LSTM":
        return nn.LSTM(size[2], size[3], batch_first=True)
    return rt.PeepholeLSTM(size[2], size[3], batch_first=True, backend=cast(Backend, way))


def kibibytes(name: str) -> int:
    """Return an entry of this process's status."""
    return next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith(name))


def rise(network: str, size: tuple[int, ...], way: str) -> int:
    """Return how many bytes one training step needs at its peak."""
    layer = layer_of(network, size, way)
    shape = (*size[:3], size[4], size[4]) if network == "ConvLSTM" else size[:3]
    speed.training_step(layer, torch.randn(1, 2, *shape[2:]))()  # compiles, starts threads
    step = speed.training_step(layer, torch.randn(shape))
    RESET.write_text("5")  # the peak so far is forgotten
    before = kibibytes("VmRSS")
    step()
    return 1024 * (kibibytes("VmHWM") - before)


def main(
    out: Annotated[Path | None, typer.Option(help="Write the rows as JSON, with machine and versions.")] = None,
) -> None:
    """Measure and print one line a case."""
    rows: list[dict[str, Any]] = []
    cases: list[tuple[str, tuple[int, ...], tuple[str, ...]]] = [
        *(("PeepholeLSTM", size, ("reference", "fused", "torch.nn.LSTM")) for size in speed.SIZES),
        *(("ConvLSTM", size, ("reference", "fused")) for size in FILMS),
    ]
    fresh = multiprocessing.get_context("spawn")
    for network, size, ways in cases:
        loop = 0
        for way in ways:
            with fresh.Pool(1) as pool:
                peak = pool.apply(rise, (network, size, way))
            loop = loop or peak
            name = " × ".join(map(str, size))
            rows.append(
                {"network": network, "pass": "peak", "size": name, "what": way, "bytes": peak, "ratio": peak / loop}
            )
            print(f"{network:13} {name:27} {way:14} {peak / 1e6:8.1f} MB {peak / loop:8.3f}", flush=True)
    if out is not None:
        write(out, rows)
        print(f"wrote {out}")


if __name__ == "__main__":
    typer.run(main)
