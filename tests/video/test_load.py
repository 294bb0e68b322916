"""Frames of one's own are read in order, scaled by the training's part, and can be taken back."""

import numpy as np
import pytest
import torch
from PIL import Image

from rnn_tutorial import video


@pytest.fixture
def levels():
    """Ten frames of whole numbers, each brighter than the one before."""
    return (np.arange(10)[:, None, None] * 20 + np.arange(12).reshape(3, 4)).astype(np.uint8)


def test_a_folder_is_read_in_the_order_of_names(tmp_path, levels):
    for k, picture in reversed(list(enumerate(levels))):
        Image.fromarray(picture).save(tmp_path / f"{k:03d}.png")
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    found = video.load_frames(tmp_path)
    assert found.frames.shape == (10, 1, 3, 4)
    np.testing.assert_allclose(found.back(found.frames)[:, 0].numpy(), levels, atol=1e-4)
    assert (found.low, found.high) == (0.0, float(levels.max()))


def test_the_scale_is_that_of_the_training_part(tmp_path, levels):
    np.save(tmp_path / "frames.npy", levels)
    found = video.load_frames(tmp_path / "frames.npy", train=5)
    assert found.frames[:5].min() == 0
    assert found.frames[:5].max() == 1
    assert found.frames.max() > 1  # later frames may lie outside
    fixed = video.load_frames(tmp_path / "frames.npy", low=0, high=255)
    np.testing.assert_allclose(fixed.frames[:, 0].numpy(), levels / 255, atol=1e-6)


def test_what_was_written_as_a_gif_is_read_again(tmp_path):
    frames = torch.linspace(0, 1, 5).view(5, 1, 1, 1).expand(5, 1, 6, 7)
    found = video.load_frames(video.save_gif(tmp_path / "video.gif", frames, scale=1))
    torch.testing.assert_close(found.frames, frames, atol=0.01, rtol=0)


def test_channels_are_kept(tmp_path):
    np.save(tmp_path / "frames.npy", np.random.default_rng(0).random((4, 2, 5, 6)))
    assert video.load_frames(tmp_path / "frames.npy").frames.shape == (4, 2, 5, 6)


def test_numbers_in_names_count_by_their_size(tmp_path, levels):
    for k, picture in enumerate(levels):
        Image.fromarray(picture).save(tmp_path / f"frame{k + 5}.png")
    found = video.load_frames(tmp_path)
    np.testing.assert_allclose(found.back(found.frames)[:, 0].numpy(), levels, atol=1e-4)


def test_colours_are_refused_or_chosen(tmp_path, levels):
    grey = np.repeat(levels[..., None], 3, axis=-1)
    for k, picture in enumerate(grey[:4]):
        Image.fromarray(picture).save(tmp_path / f"{k}.png")
    assert video.load_frames(tmp_path).frames.shape == (4, 1, 3, 4)  # three channels that agree are grey
    red = grey[4].copy()
    red[..., 1:] = 0
    Image.fromarray(red).save(tmp_path / "4.png")
    with pytest.raises(ValueError, match=r'4\.png is in colours, which are no scale of values: colours="grey"'):
        video.load_frames(tmp_path)
    assert video.load_frames(tmp_path, colours="grey").frames.shape == (5, 1, 3, 4)
    kept = video.load_frames(tmp_path, colours="keep")
    assert kept.frames.shape == (5, 3, 3, 4)
    np.testing.assert_allclose(kept.back(kept.frames)[4].numpy(), red.transpose(2, 0, 1), atol=1e-4)
    np.testing.assert_allclose(kept.back(kept.frames)[0, 2].numpy(), levels[0], atol=1e-4)
    with pytest.raises(ValueError, match="colours='blue'"):
        video.load_frames(tmp_path, colours="blue")  # type: ignore[arg-type]


def test_an_array_of_several_is_named(tmp_path, levels):
    np.savez(tmp_path / "one.npz", levels)
    assert video.load_frames(tmp_path / "one.npz").frames.shape == (10, 1, 3, 4)
    np.savez(tmp_path / "two.npz", rain=levels, snow=levels[:5])
    with pytest.raises(ValueError, match="several arrays, name one of rain, snow"):
        video.load_frames(tmp_path / "two.npz")
    assert video.load_frames(tmp_path / "two.npz", variable="snow").frames.shape == (5, 1, 3, 4)
    with pytest.raises(ValueError, match="no array 'hail'; there are rain, snow"):
        video.load_frames(tmp_path / "two.npz", variable="hail")
    np.save(tmp_path / "frames.npy", levels)
    with pytest.raises(ValueError, match="no names of variables or axes"):
        video.load_frames(tmp_path / "frames.npy", variable="rain")


def test_a_part(levels, tmp_path):
    np.save(tmp_path / "frames.npy", levels)
    found = video.load_frames(tmp_path / "frames.npy")
    assert torch.equal(found.part(2, 5).frames, found.frames[2:5])
    with pytest.raises(ValueError, match="10 frames, none of them from 10"):
        found.part(10)


def test_files_that_cannot_be_read(tmp_path):
    for name, words in (
        ("text.png", "cannot be read as a picture"),
        ("text.npy", "cannot be read as an array of numbers"),
        ("text.npz", "cannot be read as an array of numbers"),
    ):
        (tmp_path / name).write_text("no picture")
        with pytest.raises(ValueError, match=words):
            video.load_frames(tmp_path / name)
    np.save(tmp_path / "words.npy", np.array([[["a"]]]))
    with pytest.raises(ValueError, match="should hold numbers"):
        video.load_frames(tmp_path / "words.npy")
    np.save(tmp_path / "endless.npy", np.full((2, 3, 3), np.inf))
    with pytest.raises(ValueError, match="infinite"):
        video.load_frames(tmp_path / "endless.npy")


def test_refusals(tmp_path, levels):
    with pytest.raises(FileNotFoundError, match="there is no"):
        video.load_frames(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="no picture in"):
        video.load_frames(tmp_path)
    for name, array, why in (
        ("rank", np.zeros((3, 3)), "should hold"),
        ("nothing", np.zeros((0, 3, 3)), "should hold"),
        ("gap", np.full((2, 3, 3), np.nan), "not finite"),
        ("flat", np.ones((2, 3, 3)), "high should be above low"),
    ):
        np.save(tmp_path / f"{name}.npy", array)
        with pytest.raises(ValueError, match=why):
            video.load_frames(tmp_path / f"{name}.npy")
    np.save(tmp_path / "good.npy", levels)
    with pytest.raises(ValueError, match="train should be 1 to 10"):
        video.load_frames(tmp_path / "good.npy", train=11)
    Image.fromarray(levels[0]).save(tmp_path / "a.png")
    Image.fromarray(levels[0, :2]).save(tmp_path / "b.png")
    with pytest.raises(ValueError, match="different sizes"):
        video.load_frames(tmp_path)
