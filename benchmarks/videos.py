"""Chapters 5 and 6's boards: networks and simple forecasts of videos, six frames read and six forecast.

python -m benchmarks.videos                     two digits that cross: what is missing in results/videos-cpu.json
python -m benchmarks.videos --field rain        rain that turns: results/videos-rain-cpu.json
python -m benchmarks.videos --network ConvLSTM  only that
python -m benchmarks.videos --seeds 5           more seeds than three
python -m benchmarks.videos --out FILE.json     kept elsewhere
python -m benchmarks.videos --pictures          besides, the first test videos as each network forecasts them: FILE.npz

With five seeds half an hour of one core for digits, twenty-five minutes for rain. It can be stopped at any time:
trainings that are finished are in the file.
"""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.options import Networks, Seeds
from benchmarks.record import complete, kept, made_here, write
from rnn_tutorial.data import load_mnist
from rnn_tutorial.experiments import ch05_video_board as board
from rnn_tutorial.experiments import ch05_video_fields as fields
from rnn_tutorial.experiments import ch05_video_training as training

RESULTS = Path(__file__).parent / "results"
FILES = {"digits": RESULTS / "videos-cpu.json", "rain": RESULTS / "videos-rain-cpu.json"}


def main(
    field: Annotated[fields.Field, typer.Option(help="What the videos show.")] = "digits",
    network: Networks = None,
    seeds: Seeds = 3,
    out: Annotated[Path | None, typer.Option(help="Where the rows are kept.")] = None,
    pictures: Annotated[bool, typer.Option(help="Train once more with seed 0, and keep some forecasts.")] = False,
) -> None:
    """Try each rate with seed 0, then train the other seeds with the best; keep each training when it is finished."""
    torch.set_num_threads(1)
    path = out or FILES[field]
    data = load_mnist() if field == "digits" else None
    if data is not None and not data.is_mnist:
        raise typer.BadParameter(f"MNIST cannot be had here: {data.source}")
    parts = {name: fields.videos(name, data, field=field) for name in fields.PARTS}
    asked = [(name, "BCE") for name in network or training.NETWORKS_ON[field]]
    if field == "digits" and training.LOSS_NETWORK in dict(asked):
        asked += [(training.LOSS_NETWORK, loss) for loss in training.LOSSES if loss != "BCE"]
    judged = {row["network"] for row in kept(path) if board.is_simple(row)}
    if not judged.issuperset(training.SIMPLE_NAMES):
        simple = training.simple_rows(parts["train"], parts["test"])
        write(path, kept(path) + [row | made_here() for row in simple if row["network"] not in judged])
    names, run = ("network", "loss", "lr", "seed"), partial(_run, parts)
    complete(path, names, [(*one, lr, 0) for one in asked for lr in training.RATES], run)
    rows = kept(path)
    best = {one: board.chosen_rate(rows, *one) for one in asked}
    complete(path, names, [(*one, best[one], seed) for seed in range(1, seeds) for one in asked], run)
    if pictures:
        drawn = {name: _draw(parts, name, lr) for (name, loss), lr in best.items() if loss == "BCE" and lr is not None}
        board.keep_pictures(path.with_suffix(".npz"), drawn)


def _draw(parts: dict[str, fields.Part], name: str, lr: float) -> torch.Tensor:
    return training.forecast(training.train(name, parts["train"], lr, 0), parts["test"].past[: board.PICTURES])


def _run(parts: dict[str, fields.Part], name: str, loss: str, lr: float, seed: int) -> dict[str, Any]:
    model = training.train(name, parts["train"], lr, seed, loss=loss)
    valid, test = parts["valid"], parts["test"]
    return {
        **training.sizes(model),
        "valid": training.scores(training.forecast(model, valid.past), valid.future)["mse"],
        **training.scores(training.forecast(model, test.past), test.future),
    }


if __name__ == "__main__":
    typer.run(main)
