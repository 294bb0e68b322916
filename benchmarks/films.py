"""Our ConvLSTM against the usual loop and Keras's, side by side in one process.

python -m benchmarks.films                  table on the screen
python -m benchmarks.films --out FILE.json  the same, kept with machine and versions

Ratios are to the usual loop: at each step one convolution of input and state, the gates by separate operations. On a
GPU sizes are larger, layers are in 32 or 16 bits altogether, and torch.compile gets one size. Nothing has been timed
there yet.
"""

import os
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Annotated, Any
from unittest import mock

import torch
import typer
from torch import nn

import rnn_tutorial as rt
from benchmarks.dense import finished, without_graphs
from benchmarks.record import row, show, write
from rnn_tutorial.experiments import ch09_speed as speed

SIZES_ON_GPU = [(16, 10, 1, 64, 64, 3), (16, 10, 64, 64, 32, 3)]
SIZES = [
    (8, 10, 1, 16, 32, 3),
    (4, 10, 1, 32, 64, 3),
    (8, 10, 32, 32, 32, 3),
    (8, 10, 16, 64, 16, 5),
    (1, 10, 1, 16, 32, 3),
]
"""(batch, steps, channels, hidden channels, pixels a side, kernel): three to train with, a layer of the ConvLSTM's
paper, and a single film."""


class Cast(nn.Module):
    """A layer under autocast to 16 bits."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: torch.Tensor) -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            return self.layer(x)


class AllProducts(nn.Module):
    """A layer whose kernel convolves without saving multiplications."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: torch.Tensor) -> Any:
        from rnn_tutorial.kernels.cpu.conv import ways

        with mock.patch.object(ways, "fastest", return_value=ways.DIRECT):
            return self.layer(x)


class Keras(nn.Module):
    """Keras's layer on PyTorch; it has no peepholes, and a recurrent sigmoid of its own."""

    def __init__(self, hidden: int, kernel: int) -> None:
        super().__init__()
        os.environ.setdefault("KERAS_BACKEND", "torch")
        import keras

        self.layer = keras.layers.ConvLSTM2D(
            hidden, kernel, padding="same", return_sequences=True, data_format="channels_last"
        )

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, None]:
        return self.layer(x.permute(0, 1, 3, 4, 2)), None


def contestants(channels: int, hidden: int, kernel: int, compiled: bool, device: str) -> dict[str, nn.Module]:
    """Return the usual loop, ours by each backend, and the others, all but Keras's with the same weights."""
    models: dict[str, Any] = {}
    for backend in ("auto", "fused", "reference"):  # on a GPU auto is the reference
        models[backend] = rt.ConvLSTM(channels, hidden, kernel, batch_first=True, backend=backend)
        models[backend].load_state_dict(models["auto"].state_dict())
    usual = speed.UsualConvLoop(models["reference"])
    others: dict[str, Any] = {"Keras (on torch)": Keras(hidden, kernel)}
    if device == "cpu":
        others["fused, all products"] = AllProducts(models["fused"])
        others |= {"usual loop in bfloat16": Cast(usual), "fused in bfloat16": Cast(models["fused"])}
    if compiled:
        others["usual loop, compiled"] = torch.compile(usual)
    return {"usual loop": usual, **models, **others}


def working(calls: dict[str, Callable[[], object]], optional: tuple[str, ...]) -> dict[str, Callable[[], object]]:
    """Return the calls that work; an ``optional`` one that does not is named on the screen and left out."""
    found = dict(calls)
    for name in optional:
        try:
            found.get(name, lambda: None)()
        except Exception as problem:
            print(f"{name} is left out: {problem}")
            del found[name]
    return found


def main(
    out: Annotated[Path | None, typer.Option(help="Write the rows as JSON, with machine and versions.")] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds of each case.")] = 7,
    compiled: Annotated[bool, typer.Option(help="With torch.compile of the usual loop: minutes more.")] = True,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
) -> None:
    """Time the layers and print one line a case: median, quartiles and the ratio to the usual loop."""
    rows: list[dict[str, Any]] = []
    on_cpu = device == "cpu"
    makes = {"training": speed.training_step, "inference": speed.inference}
    sizes, dtypes = (SIZES, [torch.float32]) if on_cpu else (SIZES_ON_GPU, [torch.float32, torch.bfloat16])
    for passes, size, dtype in product(makes, sizes, dtypes):
        batch, steps, channels, hidden, side, kernel = size
        film = torch.randn(batch, steps, channels, side, side, device=device, dtype=dtype)
        torch.compiler.reset()
        # one training graph is enough to compile
        graph = compiled and passes == "training" and (on_cpu or size == sizes[0])
        models = contestants(channels, hidden, kernel, graph, device)
        if dtype != torch.float32:
            models.pop("Keras (on torch)")
        calls = {name: finished(makes[passes](model.to(device, dtype), film), device) for name, model in models.items()}
        if not on_cpu:
            calls["fused, no graph"] = without_graphs(calls["fused"])
        # A processor need not multiply bfloat16, and not every torch compiles every graph.
        calls = working(calls, ("usual loop, compiled", "Keras (on torch)", "fused in bfloat16"))
        for what, timing in speed.interleave(calls, "usual loop", rounds=rounds, warmup=2).items():
            rows.append(row("ConvLSTM", passes, size, what, timing) | {"dtype": str(dtype).removeprefix("torch.")})
            show(rows[-1])
    if on_cpu:
        peak, _ = speed.machine_limits(1000)
        print(f"this machine's best matrix product: {peak / 1e9:.0f} GFLOP/s")
        rows.append({"network": "machine", "what": "operations a second", "peak": peak})
    if out is not None:
        write(out, rows)
        print(f"wrote {out}")


if __name__ == "__main__":
    typer.run(main)
