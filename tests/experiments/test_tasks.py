"""The tasks of memory: seeds give the same examples, and who does not remember errs as much as theory says."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy, one_hot

from rnn_tutorial.experiments import tasks

TASKS = [tasks.recall, tasks.latest, tasks.adding, tasks.copying]


@pytest.mark.parametrize("task", TASKS)
def test_a_seed_gives_the_same_examples_and_another_gives_others(task):
    x, y = task(12, 50, 3)
    again = task(12, 50, 3)
    other = task(12, 50, 4)
    assert torch.equal(x, again[0])
    assert torch.equal(y, again[1])
    assert not torch.equal(x, other[0])
    assert len(x) == len(y) == 50


def test_recall_puts_the_answer_first():
    x, classes = tasks.recall(7, 100, seed=0)
    assert x.shape == (100, 7, 1)
    assert torch.equal(x[:, 0, 0] > 0, classes.bool())
    assert x[:, 1:].abs().max() < 1
    assert tasks.recall(7, 10_000, seed=0)[1].double().mean() == pytest.approx(0.5, abs=0.02)
    assert tasks.recall(7, 100, seed=0, noise=0.0)[0][:, 1:].abs().max() == 0


def test_the_last_of_several_marks_counts():
    x, classes = tasks.latest(20, 5_000, seed=0)
    assert x.shape == (5_000, 20, 2)
    assert set(x[..., 0].unique().tolist()) == {-1.0, 1.0}
    assert (x[:, :, 1].sum(dim=1) == 3).all()
    assert (x[:, 0, 1] == 1).all()
    assert (x[:, 10:, 1] == 0).all()
    for row, answer in zip(x[:100], classes[:100], strict=True):
        assert (row[row[:, 1] == 1, 0][-1] > 0) == answer.bool()
    first = x[:, 0, 0] > 0  # of no use: another mark follows
    assert (first == classes.bool()).double().mean() == pytest.approx(0.5, abs=0.02)


def test_one_mark_is_the_first_step():
    x, classes = tasks.latest(8, 50, seed=0, marks=1)
    assert torch.equal(x[:, 0, 0] > 0, classes.bool())


@pytest.mark.parametrize("marks", [0, 5])
def test_marks_lie_in_the_first_half(marks):
    with pytest.raises(ValueError, match=f"half the steps, 4, got {marks}"):
        tasks.latest(8, 50, seed=0, marks=marks)


def test_adding_marks_a_number_in_each_half_and_its_baseline_is_the_variance():
    x, sums = tasks.adding(9, 20_000, seed=0)
    marks = x[:, :, 1]
    assert (marks[:, :4].sum(dim=1) == 1).all()
    assert (marks[:, 4:].sum(dim=1) == 1).all()
    assert (sums - 1).square().mean() == pytest.approx(tasks.ADDING_BASELINE, rel=0.03)
    second = (x[:, 4:, 0] * marks[:, 4:]).sum(dim=1)  # remembered; of the first the mean is said
    assert (sums - second - 0.5).square().mean() == pytest.approx(1 / 12, rel=0.03)


def test_copying_asks_after_the_lag_and_its_baseline_is_that_of_a_guess():
    x, targets = tasks.copying(6, 200, seed=0, letters=4)
    read = x.argmax(dim=2)
    assert x.shape == (200, 14, 10)
    assert torch.equal(read[:, :4], targets[:, -4:])
    assert (read[:, 4:9] == 8).all()
    assert (read[:, 9] == 9).all()
    assert (targets[:, :10] == 8).all()
    guess = torch.full((200, 14, 10), -1e9)
    guess[:, :10, 8] = 0.0  # sure of the blanks
    guess[:, 10:, :8] = 0.0  # and of nothing else
    found = cross_entropy(guess.flatten(0, 1), targets.flatten())
    assert found == pytest.approx(tasks.copying_baseline(6, letters=4))
    assert tasks.copying_baseline(100) == pytest.approx(10 * math.log(8) / 120)
    assert one_hot(targets, 10).shape == x.shape
