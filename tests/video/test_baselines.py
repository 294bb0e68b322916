"""Forecasts without learning do what they say, on motions whose future is known."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from rnn_tutorial import video


def drifting(rows: int, columns: int, steps: int = 6, side: int = 24) -> torch.Tensor:
    """A soft blob that moves by so many pixels a step: (1, T, 1, side, side)."""
    axis = torch.arange(side, dtype=torch.float64)
    frames = [
        torch.exp(-((axis[:, None] - 8 - rows * t) ** 2 + (axis - 8 - columns * t) ** 2) / 8) for t in range(steps)
    ]
    return torch.stack(frames)[None, :, None]


def test_persistence_repeats_the_last_frame():
    frames = torch.rand(3, 4, 2, 5, 6)
    forecast = video.persistence(frames, 2)
    torch.testing.assert_close(forecast, frames[:, -1:].expand(-1, 2, -1, -1, -1))


@pytest.mark.parametrize(("rows", "columns"), [(1, 0), (0, 2), (-1, 1), (2, -1), (0, 0)])
def test_same_shift_follows_a_drift_exactly(rows, columns):
    frames = torch.zeros(1, 5, 2, 20, 18)
    for t in range(5):
        frames[:, t, :, 8 + rows * t : 11 + rows * t, 7 + columns * t : 9 + columns * t] = 1
    torch.testing.assert_close(video.same_shift(frames[:, :2], 3), frames[:, 2:])


def test_same_shift_is_the_least_squared_error_of_all_shifts():
    before, now = torch.rand(2, 1, 1, 6, 7, dtype=torch.float64)
    errors = {
        (r, c): (now - before.roll((r, c), (-2, -1))).square().sum().item() for r in range(-2, 4) for c in range(-3, 4)
    }
    r, c = min(errors, key=errors.__getitem__)
    expected = torch.zeros_like(now[0])
    expected[..., max(r, 0) : 6 + min(r, 0), max(c, 0) : 7 + min(c, 0)] = now[
        0, ..., max(-r, 0) : 6 - max(r, 0), max(-c, 0) : 7 - max(c, 0)
    ]
    found = video.same_shift(torch.stack([before, now], dim=1), 1)
    torch.testing.assert_close(found[0, 0], expected)


def test_what_leaves_the_frame_does_not_come_back():
    frames = torch.zeros(1, 2, 1, 1, 8)
    frames[0, 0, 0, 0, 4] = frames[0, 1, 0, 0, 6] = 1
    assert video.same_shift(frames, 3)[0, :, 0, 0].sum() == 0


@pytest.mark.parametrize("method", ["tvl1", "ilk"])
def test_flow_follows_a_drift_better_than_persistence(method):
    frames = drifting(1, 1)
    forecast = video.flow_forecast(frames[:, :3], 3, method=method)
    error = video.mse_by_lead(forecast, frames[:, 3:])
    assert (error < 0.3 * video.mse_by_lead(video.persistence(frames[:, :3], 3), frames[:, 3:])).all()


def test_flow_has_a_motion_for_every_place():
    right, left = drifting(0, 1), drifting(0, 1).flip(-1)
    both = torch.cat([right, left], dim=-2)  # above to the right, below to the left: no single shift can follow
    truth = both[:, 3:]
    flow = video.mse_by_lead(video.flow_forecast(both[:, :3], 3, method="ilk"), truth)
    assert (flow < 0.5 * video.mse_by_lead(video.same_shift(both[:, :3], 3), truth)).all()


def test_no_motion_no_change():
    frames = torch.rand(1, 1, 1, 16, 16).expand(-1, 2, -1, -1, -1)
    torch.testing.assert_close(video.flow_forecast(frames, 2, method="ilk"), frames, atol=1e-5, rtol=0)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.3])
def test_blur_is_scipy_s(sigma):
    frames = torch.rand(1, 2, 1, 15, 17, dtype=torch.float64)
    expected = ndimage.gaussian_filter(frames.numpy(), sigma, mode="nearest", axes=(-2, -1))
    np.testing.assert_allclose(video.blurred(frames, sigma).numpy(), expected, atol=1e-12)


def test_each_lead_has_its_blur():
    frames = torch.rand(2, 2, 1, 12, 12)
    both = video.blurred(frames, [0.0, 1.0])
    torch.testing.assert_close(both[:, 0], frames[:, 0])
    torch.testing.assert_close(both[:, 1], video.blurred(frames, 1.0)[:, 1])


def test_the_best_blur_is_found_again():
    sharp = torch.rand(4, 3, 1, 20, 20)
    assert video.best_blur(sharp, video.blurred(sharp, [1.0, 0.0, 2.0])) == [1.0, 0.0, 2.0]


def test_refusals():
    frames = torch.rand(2, 3, 1, 8, 8)
    with pytest.raises(ValueError, match="videos should be"):
        video.persistence(frames[0], 1)
    with pytest.raises(ValueError, match="2 frames of each video are needed, got 1"):
        video.same_shift(frames[:, :1], 1)
    with pytest.raises(ValueError, match="ahead should be at least 1, got 0"):
        video.flow_forecast(frames, 0)
    with pytest.raises(TypeError, match="ahead should be a whole number"):
        video.same_shift(frames, 1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="method='farneback'"):
        video.flow_forecast(frames, 1, method="farneback")  # type: ignore[arg-type]
    for sigma in (-1.0, [1.0], float("nan")):
        with pytest.raises(ValueError, match="sigma should be 0 or more"):
            video.blurred(frames, sigma)
    with pytest.raises(ValueError, match="no sigmas"):
        video.best_blur(frames, frames, [])
