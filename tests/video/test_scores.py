"""Scores by lead equal scikit-image's and what is counted by hand."""

import math

import pytest
import torch
from skimage.metrics import structural_similarity

from rnn_tutorial import video


@pytest.mark.parametrize(("height", "width"), [(11, 11), (16, 23), (32, 32)])
@pytest.mark.parametrize("data_range", [1.0, 255.0])
def test_ssim_is_that_of_scikit_image(height, width, data_range):
    forecast, truth = data_range * torch.rand(2, 2, 3, 2, height, width, dtype=torch.float64)
    found = video.ssim(forecast, truth, data_range)
    for n in range(2):
        for t in range(3):
            expected = structural_similarity(
                forecast[n, t].numpy(),
                truth[n, t].numpy(),
                channel_axis=0,
                data_range=data_range,
                gaussian_weights=True,
                use_sample_covariance=False,
            )
            assert found[n, t].item() == pytest.approx(expected, abs=1e-10)
    torch.testing.assert_close(video.ssim_by_lead(forecast, truth, data_range), found.mean(dim=0))


def test_equal_frames_are_as_alike_as_can_be():
    frames = torch.rand(2, 3, 1, 12, 12)
    torch.testing.assert_close(video.ssim(frames, frames), torch.ones(2, 3))


def test_mse_is_each_lead_s_own():
    truth = torch.zeros(2, 3, 1, 4, 4)
    forecast = truth + torch.tensor([1.0, 2.0, 3.0]).view(1, 3, 1, 1, 1)
    torch.testing.assert_close(video.mse_by_lead(forecast, truth), torch.tensor([1.0, 4.0, 9.0]))


def test_csi_counts_hits_misses_and_false_alarms():
    forecast = torch.tensor([[1.0, 1, 0, 0], [0, 0, 0, 0]]).view(1, 2, 1, 1, 4)
    truth = torch.tensor([[1.0, 0, 1, 0], [0, 0, 0, 0]]).view(1, 2, 1, 1, 4)
    first, second = video.csi(forecast, truth, 0.5).tolist()
    assert first == pytest.approx(1 / 3)
    assert math.isnan(second)  # nobody reached the threshold


def test_skill_is_one_for_no_error_and_zero_for_the_reference():
    error, reference = torch.tensor([0.0, 2.0, 4.0]), torch.tensor([2.0, 2.0, 2.0])
    assert video.skill_by_lead(error, reference).tolist() == [1.0, 0.0, -1.0]


def test_refusals():
    frames = torch.rand(2, 3, 1, 12, 12)
    with pytest.raises(ValueError, match="one shape"):
        video.mse_by_lead(frames, frames[:, :2])
    with pytest.raises(ValueError, match="at least 11 x 11"):
        video.ssim(frames[..., :8], frames[..., :8])
    with pytest.raises(ValueError, match="data_range should be positive"):
        video.ssim(frames, frames, 0.0)
    with pytest.raises(ValueError, match="one error a lead"):
        video.skill_by_lead(torch.ones(2), torch.ones(3))
