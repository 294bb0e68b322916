"""What studies of a task share: every learning rate and seed of a network trained together, and what is kept of it."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from rnn_tutorial.experiments import ch02_long_lags as long_lags
from rnn_tutorial.experiments import together
from rnn_tutorial.experiments.footprint import count_parameters


def errors_by_rate(
    make: Callable[[], nn.Module], task: long_lags.Task, lag: int, seeds: int, updates: int
) -> dict[str, Any]:
    r"""Train networks, the same seeds with each of the study's learning rates, and return what is kept of them.

    Args:
        make: Returns an untrained network.
        task: What they learn, and ``lag``.
        seeds: So many, from 0; of the first weights and the sequences.
        updates: Steps of the optimiser.
    """
    runs = [together.Run(rate, seed) for rate in long_lags.RATES for seed in range(seeds)]
    models = []
    for run in runs:
        torch.manual_seed(run.seed)
        models.append(make())
    looks = together.learn(models, runs, task, lag, updates=updates)
    errors = {
        str(rate): [[round(error, 5) for error in look] for look in part.tolist()]
        for rate, part in zip(long_lags.RATES, looks.split(seeds, dim=1), strict=True)
    }
    one: Any = models[0]
    return {
        "units": one.layer.hidden_size,
        "parameters": count_parameters(one),
        "updates": updates,
        "guess": task.guess,
        "errors": errors,
    }
