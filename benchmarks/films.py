"""Our ConvLSTM against the usual loop and Keras's, side by side in one process.

python -m benchmarks.films                  table on the screen
python -m benchmarks.films --out FILE.json  the same, kept with machine and versions

Ratios are to the usual loop: at each step one convolution of input and state, the gates by separate operations.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from torch import nn

import rnn_tutorial as rt
from benchmarks.record import row, show, write
from rnn_tutorial.experiments import speed

SIZES = [(8, 10, 1, 16, 32), (4, 10, 1, 32, 64), (8, 10, 32, 32, 32), (1, 10, 1, 16, 32)]
"""(batch, steps, channels, hidden channels, pixels a side): three to train with, and a single film."""


class Cast(nn.Module):
    """A layer under autocast to 16 bits."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: torch.Tensor) -> Any:
        with torch.autocast("cpu", torch.bfloat16):
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


def contestants(channels: int, hidden: int, kernel: int, compiled: bool) -> dict[str, nn.Module]:
    """Return the usual loop, ours by each backend, and the others, all but Keras's with the same weights."""
    models: dict[str, Any] = {}
    for backend in ("auto", "fused", "reference"):
        models[backend] = rt.ConvLSTM(channels, hidden, kernel, batch_first=True, backend=backend)
        models[backend].load_state_dict(models["auto"].state_dict())
    usual = speed.UsualConvLoop(models["reference"])
    others: dict[str, Any] = {"usual loop in bfloat16": Cast(usual), "fused in bfloat16": Cast(models["fused"])}
    if compiled:
        others["usual loop, compiled"] = torch.compile(usual)
    return {"usual loop": usual, **models, **others, "Keras (on torch)": Keras(hidden, kernel)}


def main(
    out: Annotated[Path | None, typer.Option(help="Write the rows as JSON, with machine and versions.")] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds of each case.")] = 7,
    kernel: Annotated[int, typer.Option(help="Odd size of the convolutions' kernels.")] = 3,
    compiled: Annotated[bool, typer.Option(help="With torch.compile of the usual loop: minutes more.")] = True,
) -> None:
    """Time the layers and print one line a case: median, quartiles and the ratio to the usual loop."""
    rows: list[dict[str, Any]] = []
    for passes, make in (("training", speed.training_step), ("inference", speed.inference)):
        for size in SIZES:
            batch, steps, channels, hidden, side = size
            film = torch.randn(batch, steps, channels, side, side)
            torch.compiler.reset()
            models = contestants(channels, hidden, kernel, compiled)
            if passes == "inference":
                models.pop("usual loop, compiled", None)  # one training graph is enough to compile
            calls: dict[str, Callable[[], object]] = {name: make(model, film) for name, model in models.items()}
            timings = speed.interleave(calls, "usual loop", rounds=rounds, warmup=2)
            for what, timing in timings.items():
                rows.append(row("ConvLSTM", passes, size, what, timing))
                show(rows[-1])
    peak, _ = speed.machine_limits(1000)
    print(f"this machine's best matrix product: {peak / 1e9:.0f} GFLOP/s")
    if out is not None:
        rows.append({"network": "machine", "what": "operations a second", "peak": peak})
        write(out, rows)
        print(f"wrote {out}")


if __name__ == "__main__":
    typer.run(main)
