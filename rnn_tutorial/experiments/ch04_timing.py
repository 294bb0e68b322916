r"""A task that needs a clock: how many steps lie between two pulses, with nothing in between to count by."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from rnn_tutorial.layers import ManyToOne
from rnn_tutorial.training import fit, predict

STEPS, LATEST_START, SHORTEST, LONGEST = 36, 9, 5, 25


def interval_task(examples: int, seed: int) -> TensorDataset:
    r"""Measure the interval between two pulses of height 1 among zeros, and hold the answer to the end.

    The first pulse comes at a random step: were either of them always at the same one, its partner's place would do.

    Returns:
        Pairs of x (36, 1) and the interval, scaled from 5 … 25 steps to −1 … 1, as (1,).
    """
    generator = torch.Generator().manual_seed(seed)
    interval = torch.randint(SHORTEST, LONGEST + 1, (examples,), generator=generator)
    start = torch.randint(0, LATEST_START + 1, (examples,), generator=generator)
    x = torch.zeros(examples, STEPS, 1)
    for pulse in (start, start + interval):
        x[torch.arange(examples), pulse, 0] = 1.0
    middle, half = (LONGEST + SHORTEST) / 2, (LONGEST - SHORTEST) / 2
    return TensorDataset(x, ((interval - middle) / half)[:, None])


def interval_error(
    make_layer: Callable[[], nn.Module], seed: int, *, epochs: int = 20, examples: int = 2048
) -> tuple[float, nn.Module]:
    r"""Train a layer to measure intervals.

    Args:
        make_layer: Makes a fresh recurrent layer of one input feature, batch first.
        seed: Of the start and of the examples.
        epochs: Passes over the training examples.
        examples: To train on; 1,000 fresh ones judge.

    Returns:
        Mean absolute error on fresh examples, in steps, and the trained model.
    """
    torch.manual_seed(seed)
    model = ManyToOne(make_layer(), 1)
    fit(
        model,
        interval_task(examples, seed=2 * seed),
        loss=nn.functional.mse_loss,
        epochs=epochs,
        batch_size=128,
        lr=1e-2,
        schedule="onecycle",
        clip_norm=1.0,
        seed=seed,
        progress=False,
    )
    x, y = interval_task(1000, seed=2 * seed + 1).tensors
    return in_steps((predict(model, x).cpu() - y).abs()), model


def in_steps(difference: Tensor) -> float:
    """Return the mean of differences between scaled intervals, in steps."""
    return float(difference.mean()) * (LONGEST - SHORTEST) / 2


def guessing_error() -> float:
    """Return the mean absolute error of always answering the middle interval, in steps."""
    intervals = torch.arange(SHORTEST, LONGEST + 1.0)
    return float((intervals - intervals.mean()).abs().mean())
