"""Chapters 5 and 6's board: networks and simple forecasts on two crossing digits, six frames read, six forecast.

python -m benchmarks.videos                     what is missing in results/videos-cpu.json
python -m benchmarks.videos --network ConvLSTM  only that
python -m benchmarks.videos --seeds 5           more seeds than three
python -m benchmarks.videos --out FILE.json     kept elsewhere

Some fifteen minutes of one core. It can be stopped at any time: trainings that are finished are in the file.
"""

import time
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.record import kept, made_here, write
from rnn_tutorial.data import load_mnist
from rnn_tutorial.experiments import ch05_video_board as board

HERE = Path(__file__).parent / "results" / "videos-cpu.json"


def main(
    network: Annotated[list[str] | None, typer.Option(help="Only these networks.")] = None,
    seeds: Annotated[int, typer.Option(help="So many seeds, from 0.")] = 3,
    out: Annotated[Path, typer.Option(help="Where the rows are kept.")] = HERE,
) -> None:
    """Try each rate with seed 0, then train the other seeds with the best; keep each training when it is finished."""
    torch.set_num_threads(1)
    data = load_mnist()
    if not data.is_mnist:
        raise typer.BadParameter(f"MNIST cannot be had here: {data.source}")
    parts = {name: board.videos(name, data) for name in board.PARTS}
    rows = kept(out)
    asked = [(name, "BCE") for name in network or board.NETWORKS]
    asked += [(board.LOSS_NETWORK, loss) for loss in ("MSE", "MAE") if board.LOSS_NETWORK in dict(asked)]
    if not any(board.is_simple(row) for row in rows):
        rows += [row | made_here() for row in board.simple_rows(parts["train"], parts["test"])]
        write(out, rows)
    for seed in range(seeds):
        for name, loss in asked:
            best = board.chosen_rate(rows, name, loss)
            for lr in board.RATES if seed == 0 else [best]:
                if lr is not None and not _known(rows, name, loss, lr, seed):
                    rows.append(_run(name, loss, lr, seed, parts))
                    write(out, rows)


def _known(rows: list[dict[str, Any]], *run: Any) -> bool:
    return any((row["network"], row["loss"], row["lr"], row["seed"]) == run for row in rows)


def _run(name: str, loss: str, lr: float, seed: int, parts: dict[str, board.Part]) -> dict[str, Any]:
    cpu = time.process_time()
    model = board.train(name, parts["train"], lr, seed, loss=loss)
    cpu = time.process_time() - cpu
    valid, test = parts["valid"], parts["test"]
    row = {
        "network": name,
        "loss": loss,
        "lr": lr,
        "seed": seed,
        **board.sizes(model),
        "valid": board.scores(board.forecast(model, valid.past), valid.future)["mse"],
        **board.scores(board.forecast(model, test.past), test.future),
        "cpu_s": round(cpu, 1),
        **made_here(),
    }
    mean = 1000 * sum(row["mse"]) / len(row["mse"])
    print(f"{name:30} {loss} {lr:.3f} seed {seed}: {mean:.2f}, {cpu:.0f} s", flush=True)
    return row


if __name__ == "__main__":
    typer.run(main)
