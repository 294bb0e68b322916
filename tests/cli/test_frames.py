"""`rnn-tutorial frames`: what a good run leaves behind, whether it is honest, and what each bad input is told."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import xarray as xr
from PIL import Image, ImageSequence

from rnn_tutorial import video
from rnn_tutorial.cli.frames import judge
from rnn_tutorial.cli.frames import run as command
from rnn_tutorial.cli.frames.plan import cut, plan_for_loaded, plan_for_new, windows
from rnn_tutorial.cli.frames.verdict import NETWORK, Verdict

from .conftest import Run

Refused = Callable[..., str]
SMALL = ("--lead", 2, "--epochs", 1, "--hidden", 2, "--quiet")
ALWAYS = ["forecast-1.png", "forecast-2.png", "forecast.npz", "model.safetensors", "report.html"]
RESULTS = sorted([*ALWAYS, "beside.gif", "errors.csv"])


def drifting(steps: int, side: int = 8) -> np.ndarray:
    """A bright square on a slope, which moves one pixel to the right at each frame, around the edge: (T, H, W)."""
    first = np.linspace(0, 40, side) * np.ones((side, 1))
    first[2:5, 1:4] += 100
    return np.stack([np.roll(first, t, axis=1) for t in range(steps)])


@pytest.fixture
def rain(tmp_path: Path) -> Path:
    """Thirty frames of 8 × 8 with dates and a unit."""
    dates = pd.date_range("2024-05-01", periods=30, freq="10min")
    field = xr.Dataset({"rain": (("time", "y", "x"), drifting(30), {"units": "mm/h"})}, coords={"time": dates})
    field.to_netcdf(tmp_path / "rain.nc", engine="h5netcdf")
    return tmp_path / "rain.nc"


@pytest.fixture
def store(rain: Path, tmp_path: Path) -> Path:
    """The same frames as a zarr store."""
    with xr.open_dataset(rain) as field:
        field.to_zarr(tmp_path / "rain.zarr", consolidated=False)
    return tmp_path / "rain.zarr"


@pytest.fixture
def array(tmp_path: Path) -> Path:
    np.save(tmp_path / "toy.npy", drifting(30))
    return tmp_path / "toy.npy"


# ---- a good run --------------------------------------------------------------------------------------------------


def test_netcdf_in_and_a_report_out(run: Run, rain: Path, tmp_path: Path):
    result = run("frames", rain, *SMALL[:-1], "--lower", 0)
    assert result.exit_code == 0, result.stderr
    folder = tmp_path / "rain-frames"
    assert sorted(path.name for path in folder.iterdir()) == RESULTS
    assert "Training on the first 24 frames" in result.stderr
    assert "epoch 1/1" in result.stderr

    with np.load(folder / "forecast.npz") as found:
        assert found["frames"].shape == found["simple"].shape == (2, 1, 8, 8)
        assert found["frames"].min() >= 0
        assert str(found["unit"]) == "mm/h"
        assert (found["times"] == pd.date_range("2024-05-01 05:00", periods=2, freq="10min")).all()
        forecast = found["frames"]
    with Image.open(folder / "forecast-2.png") as picture:
        assert picture.size == (8, 8)
        shown = np.asarray(picture) / 255 * drifting(30).max()  # which is drawn white
    np.testing.assert_allclose(shown, forecast[1, 0].clip(0, drifting(30).max()), atol=0.5)
    with Image.open(folder / "beside.gif") as moving:
        assert len(list(ImageSequence.Iterator(moving))) == 4 + 2

    report = (folder / "report.html").read_text(encoding="utf-8")
    sentence = re.search(r"<body>\s*<p[^>]*>(.*?)</p>", report, flags=re.S)
    assert sentence is not None
    assert re.fullmatch(
        r"ConvLSTM (beat|did not clearly beat|did not beat) (persistence|same shift|optical flow)(, blurred)?, the "
        r"best forecast here that learns nothing: its error \(root mean square\) over 2 frames ahead from 5 origins "
        r"was [\d.]+ mm/h against [\d.]+ mm/h, [\d.]+% (less|more), (and|but) the difference (is more than|may be) "
        r"chance \(Diebold-Mariano test, p [=&lt;]+ [\d.e-]+\)\.",
        sentence[1],
    )
    assert result.stdout.startswith(sentence[1].replace("&lt;", "<"))
    for text in ("30 of rain.nc, 8 x 8 pixels", "0 to 117.143 mm/h became 0 to 1", "2024-05-01 04:50:00", "image/gif"):
        assert text in report
    assert not re.search(r"(src|href)=[\"']?(http|//)", report)

    program = re.search(r"<pre>(.*?)</pre>", report, flags=re.S)
    assert program is not None
    names: dict = {}
    exec(compile(program[1], "report.html", "exec"), names)  # the same in Python is the same
    np.testing.assert_allclose(names["forecast"], forecast, atol=1e-4)


def test_a_zarr_store_is_as_good(run: Run, refused: Refused, store: Path, tmp_path: Path):
    result = run("frames", store, *SMALL)
    assert result.exit_code == 0, result.stderr
    with np.load(tmp_path / "rain-frames" / "forecast.npz") as found:
        assert str(found["unit"]) == "mm/h"
        assert (found["times"] == pd.date_range("2024-05-01 05:00", periods=2, freq="10min")).all()
    assert "has no variable 'snow'; there are rain (time, y, x)" in refused(
        "frames", store, *SMALL, "--variable", "snow", "--out", "other"
    )


def test_the_errors_are_what_they_say(run: Run, array: Path, tmp_path: Path):
    """Persistence's error in the table, computed again from the file by other means."""
    result = run("frames", array, *SMALL)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    frames = np.load(array)
    origins = range(24, 29)  # all whose two frames lie in the last fifth, or a horizon before the end
    table = pd.read_csv(tmp_path / "toy-frames" / "errors.csv")
    error = {
        (name, lead): value for name, lead, value in zip(table["forecast"], table["lead"], table["rmse"], strict=True)
    }
    for lead in (1, 2):
        squares = [(frames[o + lead - 1] - frames[o - 1]) ** 2 for o in origins]
        assert error["persistence", lead] == pytest.approx(np.sqrt(np.mean(squares)), rel=1e-4)
        assert error["persistence, blurred", lead] <= error["persistence", lead]


def test_pictures_and_their_resume(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pictures = tmp_path / "radar"
    pictures.mkdir()
    for k, picture in enumerate(drifting(20).astype(np.uint8)):
        Image.fromarray(picture).save(pictures / f"{k}.png")
    wanted = ("frames", "radar", *SMALL, "--checkpoint", "kept")
    whole = run("frames", "radar", *SMALL, "--out", "whole")
    assert whole.exit_code == 0, whole.stderr

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "judge", stop)
    stopped = run(*wanted)
    assert stopped.exit_code == 130
    assert "Finished epochs are in kept: the same command goes on from there." in stopped.stderr
    assert "nothing was written" in stopped.stderr
    assert not (tmp_path / "radar-frames").exists()
    for part in ("judged", "all"):
        assert list((tmp_path / "kept" / part).glob("epoch-*"))
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)

    went_on = run(*wanted)
    assert went_on.exit_code == 0, went_on.stderr
    assert sorted(path.name for path in (tmp_path / "radar-frames").iterdir()) == RESULTS
    same = [np.load(tmp_path / name / "forecast.npz")["frames"] for name in ("whole", "radar-frames")]
    np.testing.assert_array_equal(same[0], same[1])


def test_a_saved_network_goes_on(run: Run, refused: Refused, tmp_path: Path):
    np.save(tmp_path / "first.npy", drifting(20))
    np.save(tmp_path / "longer.npy", drifting(30))
    assert run("frames", "first.npy", *SMALL).exit_code == 0
    model = Path("first-frames") / "model.safetensors"
    take = ("--lead", 2, "--quiet", "--load", model)
    same = run("frames", "first.npy", *take, "--out", "same")
    assert same.exit_code == 0, same.stderr
    assert same.stdout.startswith("Whether the saved network beats the simplest forecasts cannot be said")
    assert sorted(path.name for path in (tmp_path / "same").iterdir()) == ALWAYS
    frames = [np.load(tmp_path / name / "forecast.npz")["frames"] for name in ("first-frames", "same")]
    np.testing.assert_allclose(frames[0], frames[1], atol=1e-4)

    later = run("frames", "longer.npy", *take, "--out", "later")
    assert later.exit_code == 0, later.stderr
    assert re.match(r"ConvLSTM (beat|did not)", later.stdout)
    assert "loaded from" in (tmp_path / "later" / "report.html").read_text(encoding="utf-8")
    again = run("frames", "longer.npy", *take[:-1], "later/model.safetensors", "--out", "later", "--force")
    assert again.exit_code == 0, again.stderr  # the network lies in the folder that is replaced

    quiet = ("--quiet", "--load", model, "--out", "new")
    assert "trained for a horizon of 2 frames, but --horizon says 3" in refused(
        "frames", "longer.npy", "--lead", 3, *quiet
    )
    assert "leave out --hidden, --epochs" in refused("frames", "first.npy", *SMALL, "--load", model, "--out", "new")
    np.save(tmp_path / "wide.npy", drifting(20, side=9))
    assert "(1, 8, 8), and these are (1, 9, 9)" in refused("frames", "wide.npy", "--lead", 2, *quiet)
    assert "There is no saved model nowhere" in refused("frames", "first.npy", *take[:-1], "nowhere", "--out", "new")


# ---- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--lead", 0), "--horizon should be 1 or more, not 0."),
        (("--lead", 2, "--kernel", 4), "--kernel should be odd"),
        (("--lead", 2, "--fill", "mean"), "--fill is refuse, interpolate or a number, not 'mean'"),
        (("--lead", 2, "--colours", "blue"), "--colours is refuse or grey or keep, not 'blue'"),
        (("--lead", 2, "--lower", 3, "--upper", 1), "--lower 3 should lie below --upper 1"),
        (("--lead", 2, "--variable", "rain"), "no names of variables or axes"),
        (("--lead", 15), "There are 30 frames, but at least 45 are needed: a window is 15 frames that are read and 15"),
        (("--lead", 2, "--out", "."), "holds other files"),
        (("--lead", 2, "--out", "toy.npy"), "toy.npy is a file"),
    ],
)
def test_options_that_cannot_be(refused: Refused, array: Path, options: tuple, words: str):
    assert words in refused("frames", array, *options, "--quiet", "--force")


def test_frames_that_cannot_be(refused: Refused, tmp_path: Path):
    def said(name: str, *options: object) -> str:
        return refused("frames", name, *SMALL, "--out", "new", *options)

    assert "There is no nowhere." in said("nowhere")
    folder = tmp_path / "pictures"
    folder.mkdir()
    assert "no picture in pictures" in said("pictures")
    for k, size in enumerate(((4, 5), (4, 6))):
        Image.fromarray(np.zeros(size, np.uint8)).save(folder / f"{k}.png")
    assert "different sizes: 4 x 5, 4 x 6 (rows x columns)" in said("pictures")
    (folder / "0.png").write_bytes(b"\x89PNG")
    assert "0.png cannot be read as a picture" in said("pictures")
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (4, 6, 3), np.uint8)).save(folder / "0.png")
    assert "0.png is in colours" in said("pictures")
    gaps = drifting(30)
    gaps[3, 0, 0] = np.nan
    np.save(tmp_path / "gaps.npy", gaps)
    assert "gaps.npy has 1 missing values" in said("gaps.npy")
    np.save(tmp_path / "flat.npy", np.ones((30, 8, 8)))
    assert "all values are 1 in flat.npy: there is nothing to learn" in said("flat.npy")
    np.save(tmp_path / "late.npy", np.concatenate([np.ones((25, 8, 8)), drifting(5)]))
    assert "All values of the first 24 frames are equal" in said("late.npy")
    np.save(tmp_path / "rank.npy", np.ones((8, 8)))
    assert "should hold (time, rows, columns)" in said("rank.npy")


def test_results_are_replaced_only_when_asked(run: Run, refused: Refused, array: Path, tmp_path: Path):
    folder = tmp_path / "toy-frames"
    folder.mkdir()
    (folder / "forecast-07.png").write_text("earlier")
    assert "exists: name another by --out, or replace it by --force" in refused("frames", array, *SMALL)
    (folder / "thesis.tex").write_text("mine")
    assert "holds other files than an earlier forecast (thesis.tex)" in refused("frames", array, *SMALL, "--force")
    inside = ("frames", array, *SMALL, "--checkpoint", "toy-frames/kept", "--out", "toy-frames")
    (folder / "thesis.tex").unlink()
    assert "--checkpoint lies in the folder of the results" in refused(*inside, "--force")
    assert run("frames", array, *SMALL, "--force").exit_code == 0
    assert not (folder / "forecast-07.png").exists()


# ---- the parts ---------------------------------------------------------------------------------------------------


def test_no_frame_of_the_judging_is_learnt_from():
    for frames, reads, horizon in ((30, 4, 2), (500, 6, 6), (14, 4, 5), (1000, 10, 20)):
        parts = plan_for_new(frames, reads, horizon)
        assert min(parts.origins) >= parts.train
        assert max(parts.origins) + horizon == frames
        assert max(parts.blur_origins) + horizon <= parts.train
        assert min(parts.blur_origins) >= reads
        assert len(parts.origins) <= 100
        assert len(parts.blur_origins) <= 30
    with pytest.raises(ValueError, match="There are 13 frames, but at least 14"):
        plan_for_new(13, 4, 5)
    assert plan_for_loaded(30, 29, 4, 2) is None
    fresh = plan_for_loaded(30, 0, 4, 2)
    assert fresh is not None
    assert fresh.train == 15
    past, future = windows(torch.arange(30.0).view(30, 1, 1, 1), (10,), 3, 2)
    assert past.flatten().tolist() == [7, 8, 9]
    assert future.flatten().tolist() == [10, 11]


def verdict(ours: float, theirs: float, origins: int = 40, noise: float = 0.1) -> Verdict:
    """Errors at two leads; persistence is far off."""
    rng = np.random.default_rng(0)
    by_name = {NETWORK: ours, "persistence": 9.0, "same shift": theirs}
    errors = {name: error**2 + noise * rng.random((origins, 2)) for name, error in by_name.items()}
    return Verdict(errors, {}, {}, stride=1, unit="mm")


def test_the_words_follow_the_numbers():
    won = verdict(1.0, 2.0)
    assert won.won
    assert won.sentence().startswith("ConvLSTM beat same shift, the best forecast here that learns nothing")
    assert "less, and the difference is more than chance" in won.sentence()
    assert won.warning() == ""
    assert won.leads() == "Smallest error: ConvLSTM at leads 1 to 2."
    lost = verdict(2.0, 1.0)
    assert lost.sentence().startswith("ConvLSTM did not beat same shift")
    assert "more, and the difference is more than chance" in lost.sentence()
    assert lost.warning().startswith("The better forecast here, by more than chance, is same shift")
    close = verdict(1.0, 1.001, noise=5.0)
    assert not close.won
    assert "but the difference may be chance" in close.sentence()
    if close.saved <= 0:
        assert close.warning().startswith("The smaller error here is that of same shift")
    few = verdict(1.0, 2.0, origins=2)
    assert "had a smaller error than" in few.sentence()
    assert "could not be tested (too few origins: 2)" in few.sentence()
    perfect = Verdict({NETWORK: np.ones((9, 1)), "persistence": np.zeros((9, 1))}, {}, {}, stride=1)
    assert perfect.sentence().endswith("1 frame ahead from 9 origins was 1 against none: nothing can be better.")
    mixed = Verdict({NETWORK: np.array([[2.0, 1.0]]), "persistence": np.array([[1.0, 2.0]])}, {}, {}, stride=1)
    assert mixed.leads() == "Smallest error: persistence at lead 1; ConvLSTM at lead 2."


def test_without_scikit_image_flow_is_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(judge, "find_spec", lambda name: None)
    methods, left_out = judge.simple_methods()
    assert set(methods) == {"persistence", "same shift"}
    assert "scikit-image is not installed" in left_out["optical flow"]


def test_missing_frames_are_noticed():
    dates = np.arange("2024-05-01", "2024-05-11", dtype="datetime64[D]")
    frames = video.Frames(torch.rand(10, 1, 4, 4), 0.0, 1.0, times=dates)
    assert command.uneven(frames) == ""
    gap = np.delete(np.arange("2024-05-01", "2024-05-14", dtype="datetime64[D]"), [4, 5, 6])
    said = command.uneven(frames._replace(times=gap))
    assert said.startswith("1 of 9 steps between frames are longer than usual, the longest after 2024-05-04")


def test_the_scale_is_that_of_the_part_to_learn_from():
    frames = video.Frames(torch.linspace(0, 1, 10).view(10, 1, 1, 1), low=10.0, high=28.0)
    found = command.rescaled(frames, 5)
    assert (found.low, found.high) == (pytest.approx(10), pytest.approx(18))
    torch.testing.assert_close(found.back(found.frames), frames.back(frames.frames))


def test_origins_are_spread(monkeypatch: pytest.MonkeyPatch):
    parts = cut(1000, 500, 4, 3)
    assert parts.stride == 5
    assert np.ptp(np.diff(parts.origins)) == 0
