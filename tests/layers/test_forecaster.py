"""The encoder-forecaster has the sizes that Shi et al. (2015) publish, and its parts are joined as they say."""

from typing import Any

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_all_parameters_used
from rnn_tutorial.experiments.footprint import count_parameters

# Table 1 of the paper: hidden channels, input kernel, state kernel, parameters. Frames are 16 channels of patches.
PUBLISHED = [
    ([256], 5, 5, 13_524_496),
    ([128, 128], 5, 5, 10_042_896),
    ([128, 64, 64], 5, 5, 7_585_296),
    ([128, 128], 9, 1, 11_550_224),
    ([128, 64, 64], 9, 1, 8_830_480),
]


@pytest.mark.parametrize(("channels", "kernel", "recurrent", "parameters"), PUBLISHED)
def test_published_parameter_counts(channels, kernel, recurrent, parameters):
    model = rt.ConvLSTMForecaster(1, channels, kernel, recurrent_kernel_size=recurrent, patch_size=4, device="meta")
    assert count_parameters(model) == parameters


def test_published_count_of_the_fc_lstm():
    model = rt.ConvLSTMForecaster(64 * 64, [2048, 2048], 1, readout="last", device="meta")
    assert count_parameters(model) == 142_667_776


@pytest.mark.parametrize("channels", [[3], [3, 3], [4, 2, 3]])
def test_frames_in_frames_out(channels):
    model = rt.ConvLSTMForecaster(2, channels, 3, patch_size=2)
    video = torch.rand(2, 5, 2, 8, 12)
    assert model(video, 3).shape == (2, 3, 2, 8, 12)
    assert_all_parameters_used(model, video, 3)
    # a longer forecast begins like a shorter one
    torch.testing.assert_close(model(video, 7)[:, :3], model(video, 3))


def test_the_forecaster_starts_from_the_encoders_states_in_reverse():
    model = rt.ConvLSTMForecaster(1, [2, 3], 3)
    video = torch.rand(1, 4, 1, 5, 5)
    h: Any
    c: Any
    every: Any
    _, (h, c) = model.encoder(video)
    nothing = torch.empty(1, 2, 0, 5, 5)
    _, _, (every, _) = model.forecaster(nothing, ((h[1], h[0]), (c[1], c[0])), return_all_states=True)
    frames = model.readout(torch.cat(every, dim=2)[0])
    torch.testing.assert_close(model(video, 2)[0], frames)


@pytest.mark.parametrize("axes", [1, 3])
def test_other_numbers_of_axes(axes):
    model = rt.ConvLSTMForecaster(1, [2], 3, spatial_dims=axes)
    assert model(torch.rand(1, 3, 1, *[4] * axes), 2).shape == (1, 2, 1, *[4] * axes)


def test_mistakes():
    with pytest.raises(ValueError, match="patches of 4 x 4"):
        rt.ConvLSTMForecaster(1, [2], 3, patch_size=4)(torch.rand(1, 2, 1, 10, 8), 1)
    with pytest.raises(ValueError, match="steps should be at least 1, got 0"):
        rt.ConvLSTMForecaster(1, [2], 3)(torch.rand(1, 2, 1, 8, 8), 0)
    with pytest.raises(ValueError, match="got 'first'"):
        rt.ConvLSTMForecaster(1, [2], 3, readout="first")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="2 axes"):
        rt.ConvLSTMForecaster(1, [2], 3, patch_size=2, spatial_dims=3)
    with pytest.raises(ValueError, match="batch first"):
        rt.ConvLSTMForecaster(1, [2], 3, bidirectional=True)


@pytest.mark.parametrize("shape", [(1, 8, 8), (5, 1, 8, 8), (2, 5, 1, 1, 8, 8)])
@pytest.mark.parametrize("patch_size", [1, 2])
def test_frames_of_another_rank_are_refused(shape, patch_size):
    with pytest.raises(ValueError, match=r"\(batch, time, channels, height, width\), got \(") as caught:
        rt.ConvLSTMForecaster(1, [2, 3], 3, patch_size=patch_size)(torch.rand(shape), 2)
    assert str(shape) in str(caught.value)


def test_steps_are_whole():
    steps: Any = 2.5
    with pytest.raises(TypeError, match=r"steps should be a whole number, got 2\.5"):
        rt.ConvLSTMForecaster(1, [2], 3)(torch.rand(1, 2, 1, 8, 8), steps)
