"""A ConvLSTM as a method: fitted, asked, saved; it learns a motion that no single frame shows."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from rnn_tutorial import video

SMALL = {"horizon": 2, "hidden_channels": 2, "epochs": 1}


def drifting(steps: int) -> torch.Tensor:
    """A bright square that moves one pixel to the right at each frame, around the edge."""
    first = torch.zeros(1, 8, 8)
    first[0, 2:5, 1:4] = 1
    return torch.stack([first.roll(t, -1) for t in range(steps)])


def test_it_learns_a_drift():
    frames = drifting(40)
    model = video.FrameForecaster(2, hidden_channels=8, epochs=12, lr=3e-2).fit(frames[:32])
    past, future = video.frame_windows(frames[26:], seen=4, ahead=2)
    learnt = video.mse_by_lead(model.predict(past), future)
    assert (learnt < 0.5 * video.mse_by_lead(video.persistence(past, 2), future)).all()
    assert model.parameters == sum(p.numel() for p in model.network.parameters())


@pytest.mark.parametrize(("side", "patch"), [(8, 1), (17, 2), (97, 4)])
def test_frames_of_any_size_come_back_in_their_size(side, patch):
    frames = torch.rand(6, 2, side, side + 2)
    model = video.FrameForecaster(**SMALL).fit(frames)
    assert model.network.patch_size == patch
    assert model.predict().shape == (2, 2, side, side + 2)
    assert torch.equal(model.predict(frames[None])[0], model.predict())


def test_one_seed_one_network(tmp_path):
    frames = torch.rand(9, 1, 8, 8)
    torch.manual_seed(5)
    first = video.FrameForecaster(**SMALL).fit(frames).predict()
    torch.manual_seed(6)
    again = video.FrameForecaster(**SMALL).fit(frames, checkpoint=tmp_path).predict()
    other = video.FrameForecaster(**SMALL, seed=1).fit(frames).predict()
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert list(tmp_path.glob("epoch-*"))


def test_a_saved_one_goes_on(tmp_path):
    frames = video.Frames(torch.rand(9, 1, 8, 8), low=10.0, high=30.0, unit="mm")
    model = video.FrameForecaster(**SMALL, input_length=3).fit(frames)
    model.save(tmp_path / "model")
    read = video.FrameForecaster.load(tmp_path / "model")
    assert torch.equal(read.predict(), model.predict())
    assert read.options == model.options
    assert (read.scale.low, read.scale.high, read.scale.unit, read.fitted_frames) == (10.0, 30.0, "mm", 9)


def test_a_file_of_version_one_is_read():
    """Written in November 2026, of one cell whose kernels are of one pixel."""
    old = video.FrameForecaster.load(Path(__file__).parent / "saved-1.safetensors")
    assert (old.scale.high, old.scale.unit, old.fitted_frames) == (2.0, "mm", 6)
    torch.testing.assert_close(old.predict().flatten()[:2], torch.tensor([0.423130, 0.428342]), rtol=1e-5, atol=1e-5)


def test_a_link_is_not_replaced(tmp_path):
    model = video.FrameForecaster(**SMALL).fit(torch.rand(6, 1, 8, 8))
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError, match="is a link"):
        model.save(tmp_path / "link")


def test_files_that_are_none(tmp_path):
    with pytest.raises(FileNotFoundError, match="no saved forecaster"):
        video.FrameForecaster.load(tmp_path / "nowhere")
    (tmp_path / "text").write_text("{}")
    with pytest.raises(ValueError, match="cannot be read as safetensors"):
        video.FrameForecaster.load(tmp_path / "text")
    save_file({"a": torch.zeros(1)}, tmp_path / "other")
    with pytest.raises(ValueError, match="holds no saved forecaster of frames"):
        video.FrameForecaster.load(tmp_path / "other")

    video.FrameForecaster(**SMALL).fit(torch.rand(6, 1, 8, 8)).save(tmp_path / "model")
    with safe_open(tmp_path / "model", framework="pt") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 -- no dictionary
    save_file(tensors | {"memory": tensors["memory"] + 1}, tmp_path / "edited", metadata)
    with pytest.raises(ValueError, match="changed after it was saved"):
        video.FrameForecaster.load(tmp_path / "edited")
    ((key, text),) = metadata.items()
    save_file(tensors, tmp_path / "newer", {key: json.dumps(json.loads(text) | {"version": 2})})
    with pytest.raises(ValueError, match="has version 2"):
        video.FrameForecaster.load(tmp_path / "newer")


def test_refusals():
    for kind, error, words in (
        ({"horizon": 0}, ValueError, "horizon"),
        ({"horizon": 2, "kernel_size": 4}, ValueError, "odd"),
        ({"horizon": 2, "hidden_channels": ()}, ValueError, "at least one"),
        ({"horizon": 2.5}, TypeError, "whole number"),
    ):
        with pytest.raises(error, match=words):
            video.FrameForecaster(**kind)
    model = video.FrameForecaster(**SMALL)
    with pytest.raises(RuntimeError, match="nothing was fitted"):
        model.predict()
    for frames, words in (
        (torch.rand(5, 1, 8, 8), "one window needs 4 \\+ 2"),
        (torch.rand(9, 8, 8), "should be \\(time, channels"),
        (torch.full((9, 1, 8, 8), torch.nan), "not finite"),
    ):
        with pytest.raises(ValueError, match=words):
            model.fit(frames)
    model.fit(torch.rand(6, 1, 8, 8))
    with pytest.raises(ValueError, match="4 frames of each video"):
        model.predict(torch.rand(1, 3, 1, 8, 8))
    with pytest.raises(ValueError, match="frames of 2 channels"):
        model.predict(torch.rand(1, 4, 2, 8, 8))
