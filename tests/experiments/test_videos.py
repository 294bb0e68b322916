"""Next-frame models forecast the frame they say, from the frames they say."""

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_all_parameters_used, assert_causal
from rnn_tutorial.experiments import ch05_videos as videos


def moving_dot(count=24, steps=6, size=8):
    """A bright pixel that goes one to the right at every step, around the edge."""
    video = torch.zeros(count, steps, 1, size, size)
    for k in range(count):
        for t in range(steps):
            video[k, t, 0, k % size, (3 * k + t) % size] = 1
    return video


@pytest.mark.parametrize(
    "model",
    [
        videos.NextFrame(rt.ConvLSTM(4, 3, 3, batch_first=True), 3),
        videos.NextFrame(videos.NoMemory(4, 3), 3),
        videos.FlatLSTM(64, 5),
    ],
)
def test_models_are_causal_and_used_whole(model):
    x = torch.rand(2, 4, 1, 8, 8)
    assert model(x).shape == x.shape
    assert_causal(model, x)
    assert_all_parameters_used(model, x)


def test_a_moving_dot_is_learnt_and_rolled_out():
    torch.manual_seed(0)
    video = moving_dot(64)
    layer = rt.ConvLSTM(1, 6, 3, batch_first=True, padding_mode="circular")
    model = videos.train_next_frame(videos.NextFrame(layer, 6, patch=1), video, epochs=100)
    forecast = videos.next_frames(model, video)
    last_seen = videos.frame_error(video[:, :-1], video[:, 1:])
    assert last_seen.tolist() == pytest.approx([2.0] * 5)
    assert videos.frame_error(forecast, video[:, 1:]).mean() < 0.2
    rolled = videos.roll_out(model, video[:, :3], 3)
    assert rolled.shape == (64, 3, 1, 8, 8)
    torch.testing.assert_close(rolled[:, 0], forecast[:, 2])
    assert videos.frame_error(rolled, video[:, 3:]).max() < 1


@pytest.mark.parametrize("model", [videos.NextFrame(rt.ConvLSTM(4, 3, 3, batch_first=True), 3), videos.FlatLSTM(64, 5)])
def test_training_starts_from_the_mean_pixel(model):
    video = torch.zeros(2, 4, 1, 8, 8)
    video[..., 0] = 0.4
    for p in model.layer.parameters():
        torch.nn.init.zeros_(p)  # and so the state stays zero
    videos.train_next_frame(model, video, epochs=1, lr=1e-9)
    torch.testing.assert_close(videos.next_frames(model, video), torch.full((2, 3, 1, 8, 8), 0.05))


def test_frame_error_by_hand():
    truth = torch.zeros(2, 3, 1, 2, 2)
    forecast = truth.clone()
    forecast[0, 1] = 1.0
    assert videos.frame_error(forecast, truth).tolist() == [0, 2, 0]


def test_every_frame_is_shifted_as_it_was_itself():
    video = moving_dot(8, steps=4, size=16)
    forecast = videos.shifted_once_more(video)
    torch.testing.assert_close(forecast[:, 0], video[:, 0])
    torch.testing.assert_close(forecast[:, 1:, ..., :12], video[:, 2:, ..., :12])


def test_blur_is_chosen_on_other_videos():
    forecast = torch.rand(3, 4, 1, 16, 16)
    other = torch.rand(2, 4, 1, 16, 16)
    truth = rt.video.blurred(forecast, 1.0)
    torch.testing.assert_close(videos.blurred_as_on(forecast, truth, other), rt.video.blurred(other, 1.0))
