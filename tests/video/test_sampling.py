"""Scheduled sampling feeds truth and own forecasts in the shares asked for, and nothing else changes."""

from typing import cast

import pytest
import torch
from torch import nn

from rnn_tutorial.checks import assert_causal
from rnn_tutorial.video import ScheduledSampling, linear_decay


class Recorder(nn.Module):
    """Forecasts half of what it reads, and keeps what it has read."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(0.5))
        self.read = []

    def forward(self, frames, state=None):
        self.read.append(frames)
        return self.weight * frames, (state or 0) + frames.shape[1]


FRAMES = torch.arange(1.0, 6.0).view(1, 5, 1, 1, 1).expand(64, 5, 1, 1, 1)


def fed(share, frames=FRAMES, train=True):
    """Return what is read at each step after the first two frames: (B, 3)."""
    step = Recorder()
    model = ScheduledSampling(step, 2, share).train(train)
    assert model(frames).shape == (len(frames), 4, 1, 1, 1)
    assert torch.equal(step.read[0], frames[:, :2])
    return torch.cat(step.read[1:], dim=1).flatten(1)


def test_teacher_forcing_feeds_the_truth():
    assert torch.equal(fed(1.0), FRAMES[:, 2:].flatten(1))


def test_without_truth_each_forecast_is_fed():
    assert fed(0.0)[0].tolist() == [1.0, 0.5, 0.25]  # from frame 2 on, halved each time


def test_half_is_drawn_for_each_video_and_step():
    torch.manual_seed(0)
    true = fed(0.5) == FRAMES[:, 2:].flatten(1)
    assert 0.35 < true.float().mean() < 0.65
    assert true.any(dim=0).all()
    assert not true.all(dim=0).any()
    assert len(true.unique(dim=0)) > 4


def test_evaluation_never_feeds_the_truth_and_counts_no_batch():
    assert torch.equal(fed(1.0, train=False), fed(0.0))
    model = ScheduledSampling(Recorder(), 2, linear_decay(4))
    model.eval()(FRAMES)
    assert model.batches == 0
    model.train()(FRAMES)
    assert model.batches == 1


def test_a_share_may_fall_with_the_batches():
    step = Recorder()
    model = ScheduledSampling(step, 2, lambda done: 1.0 if done == 0 else 0.0)
    model(FRAMES)
    assert torch.equal(step.read[1], FRAMES[:, 2:3])
    model(FRAMES)
    assert step.read[5][0, 0].item() == 1.0  # its own forecast of frame 3


def test_linear_decay():
    share = linear_decay(4)
    assert [share(done) for done in range(6)] == [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]


def test_scores_are_turned_into_frames():
    step = Recorder()
    ScheduledSampling(step, 2, 0.0, torch.sigmoid)(FRAMES)
    torch.testing.assert_close(step.read[1][0].flatten(), torch.sigmoid(torch.tensor([1.0])))


def test_gradients_run_through_what_was_fed():
    step = Recorder()
    ScheduledSampling(step, 2, 0.0)(FRAMES[:1])[0, -1].sum().backward()
    assert step.weight.grad is not None
    assert step.weight.grad.item() == pytest.approx(2 * 4 * 0.5**3)  # d/dw of 2 w⁴


def test_no_output_sees_a_later_frame():
    torch.manual_seed(0)
    model = ScheduledSampling(Recorder(), 1, 1.0)
    assert_causal(model, torch.rand(2, 4, 1, 3, 3))


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_a_share_is_a_probability(share):
    with pytest.raises(ValueError, match=r"share should lie in \[0, 1\]"):
        ScheduledSampling(Recorder(), 2, share)
    with pytest.raises(ValueError, match=r"share should lie in \[0, 1\]"):
        ScheduledSampling(Recorder(), 2, lambda _: share)(FRAMES)


@pytest.mark.parametrize(
    ("call", "problem", "words"),
    [
        (lambda: ScheduledSampling(Recorder(), 0, 0.5), ValueError, "seen should be at least 1"),
        (lambda: ScheduledSampling(Recorder(), 3, 0.5)(FRAMES[:, :2]), ValueError, "3 frames of each video"),
        (lambda: linear_decay(0), ValueError, "batches should be at least 1"),
        (lambda: linear_decay(cast("int", 1.5)), TypeError, "batches should be a whole number"),
    ],
)
def test_mistakes(call, problem, words):
    with pytest.raises(problem, match=words):
        call()
