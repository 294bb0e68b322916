"""Our recurrent layers against ``torch.nn``'s, and the cost of importing the package.

python -m benchmarks.layers                  all sizes, table on the screen
python -m benchmarks.layers --out FILE.json  the same, kept with machine and versions
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import torch
import typer
from torch import nn

import rnn_tutorial as rt
from benchmarks.interleave import interleave, row, write

# (batch, steps, features, hidden): the article's, and three with other proportions
SIZES = [(128, 28, 28, 128), (32, 100, 8, 64), (64, 50, 16, 256), (16, 512, 4, 32)]
PAIRS = {"LSTM": (rt.LSTM, nn.LSTM), "RNN": (rt.RNN, nn.RNN)}


def calls(name: str, size: tuple[int, int, int, int], training: bool) -> dict[str, Callable[[], object]]:
    """Return the timed calls: PyTorch's layer, ours by default, and our reference loop, with the same weights."""
    batch, steps, features, hidden = size
    ours, theirs = PAIRS[name]
    peer = theirs(features, hidden, batch_first=True)
    layers: dict[str, nn.Module] = {"torch.nn": peer}
    for backend in ("auto", "reference"):
        layers[backend] = ours(features, hidden, batch_first=True, backend=backend)
        layers[backend].load_state_dict(peer.state_dict())
    x = torch.randn(batch, steps, features)

    def train(layer: nn.Module) -> None:
        layer.zero_grad()
        layer(x)[0].sum().backward()

    def infer(layer: nn.Module) -> None:
        with torch.inference_mode():
            layer(x)

    run = train if training else infer
    return {label: lambda layer=layer: run(layer) for label, layer in layers.items()}  # type: ignore[misc]


def import_ratio(rounds: int = 9) -> tuple[float, float]:
    """Return the median seconds of ``import torch`` and the median ratio of importing a layer of ours to it."""

    def seconds(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    pairs = [(seconds("import torch"), seconds("import rnn_tutorial; rnn_tutorial.LSTM")) for _ in range(rounds)]
    return median(a for a, _ in pairs), median(b / a for a, b in pairs)


def main(
    out: Annotated[Path | None, typer.Option(help="Write the rows as JSON, with machine and versions.")] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds of each case.")] = 50,
) -> None:
    """Time the layers and print one line a case: median, quartiles and the ratio to torch.nn."""
    rows: list[dict[str, Any]] = []
    print(f"{'case':46} {'what':10} {'median ms':>10} {'quartiles':>17} {'ratio':>6}")
    for name in PAIRS:
        for size in SIZES:
            for training in (True, False):
                case = f"{name} {'training' if training else 'inference'} (B, T, F, H) = {size}"
                for what, timing in interleave(calls(name, size, training), "torch.nn", rounds=rounds).items():
                    rows.append(row(case, what, timing))
                    low, high = 1e3 * timing.lower_quartile_s, 1e3 * timing.upper_quartile_s
                    print(
                        f"{case:46} {what:10} {1e3 * timing.median_s:10.2f} {low:8.2f}-{high:8.2f} {timing.ratio:6.3f}"
                    )
    torch_seconds, ratio = import_ratio()
    rows.append({"case": "import", "what": "rnn_tutorial.LSTM", "torch_s": torch_seconds, "ratio": ratio})
    print(f"import rnn_tutorial.LSTM / import torch: {ratio:.3f} (torch alone {torch_seconds:.2f} s)")
    if out is not None:
        write(out, rows)
        print(f"wrote {out}")


if __name__ == "__main__":
    typer.run(main)
