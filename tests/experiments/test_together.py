"""Networks trained together end with the numbers that each has when it is trained alone."""

import pytest
import torch
from torch import nn

from rnn_tutorial.experiments import ch02_long_lags as long_lags
from rnn_tutorial.experiments import gates, together
from rnn_tutorial.experiments.together import Run

RUNS = [Run(rate, seed) for rate in (3e-3, 1e-2) for seed in (0, 1)]


def fresh(name):
    models: list[nn.Module] = []
    for run in RUNS:
        torch.manual_seed(run.seed)
        if name in gates.CHANGES:
            models.append(gates.make(name, features=2, lag=6).double())
        else:
            models.append(long_lags.make(name, 2, 6).double())
    return models


class Double(nn.Module):
    """The task's data are of 32 bits."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x.double())


@pytest.mark.parametrize("name", ["none", "coupled", "temporal CNN"])
def test_together_is_as_alone(name):
    task = long_lags.TASKS["latest"]
    found = together.learn([Double(model) for model in fresh(name)], RUNS, task, 6, updates=6, every=3)
    alone = [
        long_lags.learn(Double(model), task, 6, run.rate, run.seed, updates=6, stop=False).error
        for model, run in zip(fresh(name), RUNS, strict=True)
    ]
    assert found.shape == (2, 4)
    torch.testing.assert_close(found[-1], torch.tensor(alone, dtype=found.dtype), rtol=0, atol=2 / long_lags.FRESH)


def test_steps_of_adam_are_those_of_torch_with_a_rate_and_a_clip_for_each():
    torch.manual_seed(0)
    numbers = torch.randn(3, 4, dtype=torch.float64)
    pulls = torch.randn(5, 3, 4, dtype=torch.float64) * torch.tensor([0.1, 1.0, 10.0])[:, None]
    rates = torch.tensor([1e-3, 1e-2, 1e-1], dtype=torch.float64)
    ours = numbers.clone().requires_grad_()
    optimizer = together.Adam([ours], rates)
    theirs = [nn.Parameter(row.clone()) for row in numbers]
    others = [torch.optim.Adam([p], rate) for p, rate in zip(theirs, rates.tolist(), strict=True)]
    for pull in pulls:
        ours.grad = pull.clone()
        optimizer.step()
        for p, other, gradient in zip(theirs, others, pull, strict=True):
            p.grad = gradient.clone()
            nn.utils.clip_grad_norm_([p], 1.0)
            other.step()
    torch.testing.assert_close(ours.detach(), torch.stack([p.detach() for p in theirs]))
    assert ours.grad is None


def test_runs_of_one_seed_see_the_same_data_and_others_do_not():
    x, targets = together._draw(long_lags.TASKS["adding"], 6, 4, RUNS, 1)
    assert torch.equal(x[0], x[2])
    assert torch.equal(targets[1], targets[3])
    assert not torch.equal(x[0], x[1])
