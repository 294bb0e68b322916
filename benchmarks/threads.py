"""Training steps on one thread and on all, on a quiet machine and with other work on every core.

python -m benchmarks.threads                  table on the screen
python -m benchmarks.threads --out FILE.json  the same, kept with machine and versions

What ``rnn_tutorial.threads.SMALL`` rests on. Rounds of one thread and of all take turns in one process; a ratio above 1
says that all threads are faster. The other work is a busy loop a core.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import torch
import typer
from torch import Tensor, nn

import rnn_tutorial as rt
from benchmarks.record import write
from rnn_tutorial.threads import work_of_step

STEPS_OF_TIME = 48
LAYERS = ("RNN", "GRU", "LSTM")
SIZES = [(32, 8), (64, 16), (64, 32), (64, 64), (128, 64), (64, 128), (128, 128), (128, 256)]
"""(batch, hidden)"""
FILMS = [(8, 4, 10), (16, 8, 16), (16, 16, 16), (16, 16, 32)]
"""(batch, hidden channels, side)"""
ROUND_S = 0.4


class LastFrame(nn.Module):
    """A ConvLSTM and a map of its last state to a frame."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layer = rt.ConvLSTM(1, channels, 3, batch_first=True)
        self.head = nn.Conv2d(channels, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the frame after the last."""
        frame: Tensor = self.head(self.layer(x)[0][:, -1])
        return frame


def cases() -> Iterator[tuple[str, nn.Module, Tensor, Tensor]]:
    """Yield a name, a model, a batch of inputs and one of targets."""
    for layer in LAYERS:
        for batch, hidden in SIZES:
            model = rt.ManyToOne(getattr(rt, layer)(4, hidden, batch_first=True), 8)
            yield f"{layer}, {batch} × {hidden}", model, torch.randn(batch, STEPS_OF_TIME, 4), torch.randn(batch, 8)
    for batch, channels, side in FILMS:
        x, y = torch.randn(batch, 8, 1, side, side), torch.randn(batch, 1, side, side)
        yield f"ConvLSTM, {batch} × {channels} × {side} × {side}", LastFrame(channels), x, y


def step_of(model: nn.Module, x: Tensor, y: Tensor) -> Any:
    """Return a function that trains one step."""
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)

    def step() -> None:
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return step


def seconds(step: Any, threads: int) -> float:
    """Return the seconds of one step, over steps that take ``ROUND_S`` in all."""
    torch.set_num_threads(threads)
    step()  # the threads wake up
    count, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < ROUND_S:
        step()
        count += 1
    return passed / count


@contextmanager
def other_work(loops: int) -> Iterator[None]:
    """Keep so many cores busy."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(loops)]
    try:
        yield
    finally:
        for process in running:
            process.kill()


def main(
    out: Annotated[Path | None, typer.Option(help="Keep the results there.")] = None,
    rounds: Annotated[int, typer.Option(help="Of each, in turns.")] = 5,
) -> None:
    """Time and print."""
    every, rows = torch.get_num_threads(), []
    if every == 1:
        raise typer.BadParameter("there is one thread only: unset OMP_NUM_THREADS, or take a machine with more cores")
    for name, model, x, y in cases():
        step, work = step_of(model, x, y), work_of_step(model, x)
        row: dict[str, Any] = {"what": name, "work": work}
        for where, loops in (("quiet", 0), ("busy", every)):
            with other_work(loops):
                both = [(seconds(step, 1), seconds(step, every)) for _ in range(rounds)]
            row[f"{where}: ms on one thread"] = 1e3 * median(one for one, _ in both)
            row[f"{where}: one over all"] = median(one / several for one, several in both)
        rows.append(row)
        print(
            f"{name:28} {work:12.3g}  quiet {row['quiet: ms on one thread']:8.2f} ms, "
            f"{row['quiet: one over all']:5.2f} times as fast on {every} threads; "
            f"busy {row['busy: ms on one thread']:8.2f} ms, {row['busy: one over all']:5.2f} times",
            flush=True,
        )
    if out is not None:
        write(out, rows)


if __name__ == "__main__":
    typer.run(main)
