"""The run at the paper's size: videos, network and errors, on a few videos, and what the page reads of it."""

import math

import pytest
import torch

from rnn_tutorial.data import load_mnist
from rnn_tutorial.experiments import moving_mnist as study


@pytest.fixture(scope="module")
def few():
    digits = load_mnist(sources=["digits"])
    return {part: study.videos(part, digits, 3) for part in study.PARTS}


def test_videos_are_ten_frames_and_ten(few):
    seen, ahead = few["train"][[0, 2]]
    assert seen.shape == ahead.shape == (2, 10, 1, 64, 64)
    assert few["train"][1][0].shape == (10, 1, 64, 64)
    assert seen.min() >= 0
    assert seen.max() <= 1
    assert not torch.equal(few["train"].frames, few["test"].frames)


def test_a_first_part_is_that_of_the_whole():
    digits = load_mnist(sources=["digits"])
    more = study.videos("train", digits, study.CHUNK + 2)
    assert len(more) == study.CHUNK + 2
    assert torch.equal(more.frames[:3], study.videos("train", digits, 3).frames)
    assert not torch.equal(more.frames[:2], more.frames[-2:])


def test_the_larger_network_is_the_papers():
    model = study.TenAhead(study.NETWORKS["128-64-64"], 0.05)
    assert sum(parameter.numel() for parameter in model.parameters()) == 7_585_296


def test_the_first_answer_is_near_the_mean_pixel():
    torch.manual_seed(0)
    with torch.no_grad():
        drawn = study.TenAhead((8, 8), 0.05)(torch.zeros(1, 10, 1, 64, 64)).sigmoid()
    assert 0.03 < drawn.mean() < 0.08


def test_a_network_is_trained_and_judged(few, monkeypatch):
    monkeypatch.setattr(study, "NETWORKS", {"tiny": (4,)})
    model, history = study.train("tiny", few["train"], few["valid"], epochs=1, seed=0, progress=False)
    found, forecast = study.judge(model, few["test"])
    assert len(history) == 1
    assert forecast.shape == (3, 10, 1, 64, 64)
    assert len(found["mse"]) == len(found["ssim"]) == 10
    # pixels of (0, 1) cost the most where they are foretold as one half
    assert study.least_entropy(few["test"]) < found["cross_entropy"] < 10 * 64 * 64 * math.log(2)


def test_errors_are_sums_over_a_frame():
    truth = torch.zeros(2, 10, 1, 64, 64)
    assert study.errors(torch.full_like(truth, 0.5), truth)["mse"] == [pytest.approx(1024)] * 10


def test_simple_forecasts_are_judged(few):
    rows = study.simple_rows(few["train"], few["test"])
    assert {"blank frame", "mean frame", "persistence", "optical flow, blurred"} <= {row["network"] for row in rows}
    assert rows[0]["mse"][0] == pytest.approx(few["test"][[0, 1, 2]][1][:, 0].square().sum().item() / 3, rel=1e-5)


def test_the_page_reads_what_was_kept(few, tmp_path):
    simple = study.simple_rows(few["train"], few["test"])
    best = {"network": study.BEST, "cross_entropy": 100.0}
    trained = [
        {
            "network": "64-64",
            "epochs": epochs,
            "seed": 0,
            "mse": [1.0] * 10,
            "ssim": [0.9] * 10,
            "cross_entropy": entropy,
        }
        for epochs, entropy in ((1, 300.0), (2, 200.0))
    ]
    rows = [*simple, best, *trained]
    assert [row["epochs"] for row in study.trained(rows)] == [2, 1]
    table = study.table(rows)
    assert table.index[0] == "encoder–forecaster 64-64, 2 epochs"
    assert study.BEST not in table.index
    assert table["cross-entropy"].isna()["persistence"]
    assert study.best_by_lead(rows, simple=False)[0][1] == 1.0
    assert study.best_by_lead(rows, simple=True)[0][0] in table.index
    study.keep_pictures(tmp_path / "some.npz", torch.rand(3, 10, 1, 64, 64), few["test"], count=2)
    kept = study.kept_pictures(tmp_path / "some.npz")
    assert kept["truth"].shape == (2, 20, 1, 64, 64)
    assert kept["forecast"].shape == (2, 10, 1, 64, 64)
    assert torch.equal(kept["truth"][0], few["test"].frames[0].float() / 255)
