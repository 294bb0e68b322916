"""What the same bits in any batch cost: calls inside and outside of ``rt.batch_invariant()``.

python -m benchmarks.invariance                  table on the screen
python -m benchmarks.invariance --out FILE.json  the same, kept with machine and versions

Ratios are to the same call outside, on one thread.
"""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

import rnn_tutorial as rt
from benchmarks.record import row, show, write
from rnn_tutorial.experiments import ch09_speed as speed

LAYERS = {"RNN": rt.RNN, "GRU": rt.GRU, "LSTM": rt.LSTM, "PeepholeLSTM": rt.PeepholeLSTM}
SIZES = [(20, 1, 8, 32), (20, 16, 8, 64)]
"""(steps, batch, features, hidden)"""


def inside(call: Callable[[], object]) -> Callable[[], object]:
    """Return the call in a block."""
    return rt.batch_invariant()(call)


def main(
    out: Annotated[Path | None, typer.Option(help="Keep the results there.")] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds of each case.")] = 7,
) -> None:
    """Time and print."""
    torch.set_num_threads(1)
    rows: list[dict[str, Any]] = []
    makes = {"training": speed.training_step, "inference": speed.inference}
    for (network, cls), size, passes, backend in product(LAYERS.items(), SIZES, makes, ("auto", "reference")):
        steps, batch, features, hidden = size
        layer: Any = cls(features, hidden, batch_first=True, backend=backend)
        call = makes[passes](layer, torch.randn(batch, steps, features))
        timing = speed.interleave({"outside": call, "inside": inside(call)}, "outside", rounds=rounds, warmup=2)
        rows.append(row(network, passes, size, backend, timing["inside"]))
        show(rows[-1])
    if out is not None:
        write(out, rows)


if __name__ == "__main__":
    typer.run(main)
