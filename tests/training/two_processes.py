"""Trains small networks in each process of a launch; every process writes what it ended with."""

import os
from pathlib import Path

import torch
from torch import nn

from rnn_tutorial.training import fit

from .conftest import network, pairs


def train(epochs: int, checkpoint: Path | None) -> dict:
    model = network()
    with torch.no_grad():  # different at the start: the processes have to agree on one
        next(model.parameters()).add_(int(os.environ["RANK"]))
    history = fit(
        model,
        pairs(70),
        pairs(9, seed=7),
        loss=nn.MSELoss(),
        epochs=epochs,
        batch_size=16,
        lr=0.05,
        patience=5,
        metrics={"mae": lambda p, t: (p - t).abs().mean()},
        checkpoint=checkpoint,
    )
    rows = [{key: value for key, value in row.items() if key != "seconds"} for row in history.rows]
    return {"weights": model.state_dict(), "rows": rows}


def main(folder: Path) -> None:
    straight = train(4, None)
    train(2, folder / "checkpoint")
    resumed = train(4, folder / "checkpoint")
    rank, world = torch.distributed.get_rank(), torch.distributed.get_world_size()
    torch.save({"straight": straight, "resumed": resumed, "world": world}, folder / f"{rank}.pt")
    torch.distributed.destroy_process_group()
