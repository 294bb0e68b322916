r"""Networks that differ in their seed alone, trained side by side by the recipe of the running example.

A small network keeps a processor busy with calls rather than with numbers. With one more axis, the seeds, five networks
cost about as much as two.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from rnn_tutorial.experiments import demand
from rnn_tutorial.experiments.stacked import Stack, along
from rnn_tutorial.forecasting import ForecastTask, mae
from rnn_tutorial.training import History
from rnn_tutorial.training.loaders import epoch_seed
from rnn_tutorial.training.optim import SCHEDULES, ScheduleName

__all__ = ["SideBySide", "fit", "train"]


class SideBySide(Stack):
    r"""Networks of one kind, one a seed; every weight has the K seeds as its first axis.

    Args:
        make: Makes a network with random weights. Layers of this package need ``backend="reference"`` in it.
        seeds: One network for each, as ``torch.manual_seed(seed)`` and ``make()`` give it.
    """

    def __init__(self, make: Callable[[], nn.Module], seeds: Sequence[int]) -> None:
        models = []
        for seed in seeds:
            torch.manual_seed(seed)
            models.append(make())
        super().__init__(models)

    def clip(self, longest: float) -> None:
        """Shorten each network's own gradient to a length: the usual function would take one length of all."""
        gradients = [weight.grad for weight in self.weights.values() if weight.grad is not None]
        norms = torch.stack([gradient.flatten(1).norm(dim=1) for gradient in gradients]).norm(dim=0)  # (K,)
        factors = (longest / (norms + 1e-6)).clamp(max=1)
        for gradient in gradients:
            gradient *= along(factors, gradient)


def fit(
    networks: SideBySide,
    batch: Callable[[Tensor], tuple[Tensor, Tensor]],
    size: int,
    seeds: Sequence[int],
    *,
    loss: Callable[[Tensor, Tensor], Tensor],
    epochs: int,
    batch_size: int,
    optimizer: torch.optim.Optimizer,
    schedule: ScheduleName | None = None,
) -> None:
    r"""Train all networks as ``rnn_tutorial.fit`` trains one, in the same orders, gradients clipped to length 1.

    Args:
        networks: Changed in place.
        batch: From rows (K, B) of the data, K for the networks, to inputs and targets, (K, B, …) both.
        size: Rows of the data.
        seeds: Of the orders.
        loss: From outputs and targets to the loss of each network, (K,).
        epochs: Passes over the data.
        batch_size: Rows B of a batch.
        optimizer: Over the networks' weights; it has to treat each number by itself, as Adam does.
        schedule: As for ``rnn_tutorial.fit``.
    """
    course = SCHEDULES[schedule](optimizer, epochs * -(-size // batch_size)) if schedule else None
    for epoch in range(1, epochs + 1):
        generators = [torch.Generator().manual_seed(epoch_seed(seed, epoch)) for seed in seeds]
        order = torch.stack([torch.randperm(size, generator=generator) for generator in generators])
        for rows in order.split(batch_size, dim=1):
            x, y = batch(rows)
            optimizer.zero_grad()
            # The gradient of the sum is each network's own: none has a weight of another.
            loss(networks(x), y).sum().backward()
            networks.clip(1.0)
            optimizer.step()
            if course is not None:
                course.step()


def train(
    make: Callable[[], nn.Module],
    task: ForecastTask,
    *,
    seeds: Sequence[int],
    days: int = demand.DAYS,
    epochs: int = demand.RECIPE["epochs"],
    stride: int = demand.RECIPE["stride"],
    lr: float = demand.RECIPE["lr"],
) -> demand.Runs:
    r"""Train one network a seed by the recipe of ``demand.train``, and forecast validation and test weeks.

    A seed starts from the same weights and reads the same batches as there, so that both differ by rounding only. There
    is no history: nothing is validated on the way.

    Args:
        make: Makes a model of days, (B, days, 24) → (B, 24), see ``SideBySide``.
        task: From ``demand.load_task``.
        seeds: One network each.
        days: Steps that the network reads.
        epochs: Passes over the training windows.
        stride: Hours between training windows.
        lr: Largest learning rate of the schedule.
    """
    started = time.perf_counter()
    windows = demand.windows(task, "train", days=days, stride=stride)
    x, y = windows[list(range(len(windows)))]
    x, y = demand.to_days(x), y.reshape(len(y), -1)
    networks = SideBySide(make, seeds)
    fit(
        networks,
        lambda rows: (x[rows], y[rows]),
        len(x),
        seeds,
        loss=lambda output, target: (output - target).abs().mean(dim=(1, 2)),
        epochs=epochs,
        batch_size=demand.RECIPE["batch_size"],
        optimizer=torch.optim.AdamW(networks.weights.values(), lr=lr, weight_decay=1e-2),
        schedule="onecycle",
    )
    seconds = (time.perf_counter() - started) / len(seeds)
    models: list[nn.Module] = [demand.DayByDay(networks.one(k)) for k in range(len(seeds))]
    origins = np.arange(task.split.valid.start, task.split.valid.stop - demand.HOURS + 1, 6)
    truth = task.values[origins[:, None] + np.arange(demand.HOURS)]
    ahead = partial(demand.forecast, task=task, days=days)
    return demand.Runs(
        models,
        [History() for _ in seeds],
        [ahead(model, origins=task.origins) for model in models],
        np.array([mae(truth, ahead(model, origins=origins)) for model in models]),
        np.full(len(seeds), seconds),
    )
