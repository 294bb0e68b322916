"""Windows of frames follow each other, and a GIF holds what it was given, or is not there."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from rnn_tutorial import video


def test_windows_read_some_frames_and_forecast_those_that_follow():
    frames = torch.arange(10.0).view(10, 1, 1, 1)
    past, future = video.frame_windows(frames, 3, 2, stride=2)
    assert past.flatten(1).tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert future.flatten(1).tolist() == [[3, 4], [5, 6], [7, 8]]


def test_one_window_may_be_all_there_is():
    past, future = video.frame_windows(torch.rand(5, 2, 3, 4), 3, 2)
    assert past.shape == (1, 3, 2, 3, 4)
    assert future.shape == (1, 2, 2, 3, 4)


def test_windows_refuse_what_cannot_be_cut():
    with pytest.raises(ValueError, match="4 frames, and one window needs 3 \\+ 2"):
        video.frame_windows(torch.rand(4, 1, 2, 2), 3, 2)
    with pytest.raises(ValueError, match="frames should be"):
        video.frame_windows(torch.rand(4, 2, 2), 1, 1)
    with pytest.raises(ValueError, match="stride should be at least 1"):
        video.frame_windows(torch.rand(4, 1, 2, 2), 1, 1, 0)


@pytest.mark.parametrize("shape", [(3, 4, 5), (3, 1, 4, 5), (3, 3, 4, 5)])
def test_a_gif_holds_the_frames(tmp_path, shape):
    frames = torch.linspace(0, 1, 3).view(-1, *[1] * (len(shape) - 1)).expand(shape).contiguous()
    frames[..., 0, 0] = 1 - frames[..., 0, 0]
    path = video.save_gif(tmp_path / "folder" / "video.gif", frames, fps=5, scale=2)
    with Image.open(path) as file:
        pictures = [np.asarray(one.convert("L")) for one in ImageSequence.Iterator(file)]
        assert file.info["duration"] == 200
    assert len(pictures) == 3
    for picture, frame in zip(pictures, frames.reshape(3, -1, 4, 5), strict=True):
        assert picture.shape == (8, 10)
        np.testing.assert_allclose(picture[::2, ::2], 255 * frame[0], atol=3)
    assert [one.name for one in path.parent.iterdir()] == ["video.gif"]


def test_a_gif_refuses_what_it_cannot_draw(tmp_path):
    for frames, why in (
        (torch.rand(3, 2, 4, 4), "1 or 3 channels"),
        (torch.rand(0, 4, 4), "1 or 3 channels"),
        (torch.full((2, 4, 4), float("nan")), "not finite"),
    ):
        with pytest.raises(ValueError, match=why):
            video.save_gif(tmp_path / "video.gif", frames)
    with pytest.raises(ValueError, match="highest should be above lowest"):
        video.save_gif(tmp_path / "video.gif", torch.rand(2, 4, 4), lowest=1.0)
    with pytest.raises(ValueError, match="fps should be positive"):
        video.save_gif(tmp_path / "video.gif", torch.rand(2, 4, 4), fps=0)
    assert not list(tmp_path.iterdir())
