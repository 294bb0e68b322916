"""Turning rain keeps to its rules: cells go round the centre, grow and decay, and no single shift describes it."""

import math

import pytest
import torch

from rnn_tutorial.data import turning_rain
from rnn_tutorial.data.datasets.turning_rain import Cells, draw, rain_at
from rnn_tutorial.video import flow_forecast, mse_by_lead, persistence, same_shift

SIZE = 33
MIDDLE = SIZE // 2


def one_cell(**changes):
    """A small round cell 8 pixels below the centre that rains evenly and turns by 10 degrees."""
    ten = torch.deg2rad(torch.tensor([10.0]))
    even = {
        "centre": torch.tensor([[MIDDLE, MIDDLE]], dtype=torch.float32),
        "turn": ten,
        "radius": torch.tensor([[8.0]]),
        "angle": torch.zeros(1, 1),
        "length": torch.full((1, 1, 2), 1.5),
        "tilt": torch.zeros(1, 1),
        "peak": torch.zeros(1, 1),
        "life": torch.full((1, 1), 1e9),
        "strength": torch.full((1, 1), 0.7),
    }
    return Cells(**(even | changes))


def weighted_middle(rain):
    rows, columns = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    return float((rain * rows).sum() / rain.sum()), float((rain * columns).sum() / rain.sum())


@pytest.mark.parametrize("step", [0, 3, 9, 20])
def test_a_cell_goes_round_the_centre(step):
    row, column = weighted_middle(rain_at(one_cell(), step, SIZE)[0])
    angle = math.radians(10 * step)
    assert row == pytest.approx(MIDDLE + 8 * math.cos(angle), abs=0.05)
    assert column == pytest.approx(MIDDLE + 8 * math.sin(angle), abs=0.05)


def test_a_quarter_turn_turns_the_picture_long_cells_included():
    long = one_cell(length=torch.tensor([[[3.0, 1.0]]]), turn=torch.tensor([math.pi / 2]), tilt=torch.full((1, 1), 0.4))
    before, after = rain_at(long, 0, SIZE)[0], rain_at(long, 1, SIZE)[0]
    torch.testing.assert_close(after, before.rot90(1), rtol=1e-4, atol=1e-5)


def test_a_cell_grows_and_decays():
    brief = one_cell(turn=torch.zeros(1), peak=torch.full((1, 1), 2.0), life=torch.full((1, 1), 1.5))
    most = [float(rain_at(brief, step, SIZE).max()) for step in range(6)]
    expected = [1 - math.exp(-0.7 * math.exp(-0.5 * ((step - 2) / 1.5) ** 2)) for step in range(6)]
    assert most == pytest.approx(expected, abs=1e-5)
    assert most.index(max(most)) == 2


def test_shape_range_and_seed():
    videos = turning_rain(5, steps=4, size=20, seed=3)
    assert videos.shape == (5, 4, 1, 20, 20)
    assert videos.min() >= 0
    assert videos.max() < 1
    assert torch.equal(videos, turning_rain(5, steps=4, size=20, seed=3))
    assert not torch.equal(videos, turning_rain(5, steps=4, size=20, seed=4))


def test_videos_turn_both_ways_within_the_angles_asked_for():
    turn = torch.rad2deg(draw(200, 3, 12, 32, (5.0, 9.0), torch.Generator().manual_seed(0)).turn)
    assert turn.abs().min() >= 5
    assert turn.abs().max() <= 9
    assert 60 < (turn > 0).sum() < 140


def test_larger_frames_show_the_same_rain_finer():
    small, large = turning_rain(2, steps=2, size=16), turning_rain(2, steps=2, size=64)
    coarse = torch.nn.functional.avg_pool2d(large.flatten(0, 1), 4).view_as(small)
    assert float((coarse - small).square().mean()) < 0.02 * float(small.square().mean())


def test_one_shift_for_all_fails_where_a_flow_does_not():
    videos = turning_rain(20, steps=12, size=32)[:, 3:7]
    past, future = videos[:, :2], videos[:, 2:]
    still, shifted, carried = (
        mse_by_lead(method(past, 2), future) for method in (persistence, same_shift, flow_forecast)
    )
    assert (shifted > 0.7 * still).all()
    assert (carried < 0.5 * shifted).all()


@pytest.mark.parametrize(
    ("arguments", "problem", "words"),
    [
        ({"count": 0}, ValueError, "count should be at least 1, got 0"),
        ({"steps": 0}, ValueError, "steps should be at least 1"),
        ({"size": 2.5}, TypeError, "size should be a whole number"),
        ({"cells": 0}, ValueError, "cells should be at least 1"),
        ({"turn": (3.0, 2.0)}, ValueError, "turn should be two angles in order"),
        ({"turn": (-1.0, 2.0)}, ValueError, "0 or more"),
        ({"turn": (1.0, math.inf)}, ValueError, "turn should be"),
    ],
)
def test_mistakes(arguments, problem, words):
    with pytest.raises(problem, match=words):
        turning_rain(**({"count": 2} | arguments))
