"""The videos' board trains what it names, judges on videos of its own, and reads back what it has kept."""

import json
from typing import Any

import pytest
import torch

from rnn_tutorial.checks import assert_all_parameters_used, assert_examples_independent
from rnn_tutorial.data import load_mnist
from rnn_tutorial.experiments import video_board as board
from rnn_tutorial.experiments import video_fields as fields
from rnn_tutorial.experiments import video_models as models
from rnn_tutorial.experiments import video_training as training
from rnn_tutorial.experiments.footprint import count_parameters


@pytest.fixture(scope="module")
def small():
    digits = load_mnist(sources=["digits"])
    return {name: fields.videos(name, digits, 4) for name in fields.PARTS}


@pytest.mark.parametrize("name", models.FAMILIES)
def test_networks_forecast_six_frames_and_use_all_they_have(name):
    torch.manual_seed(0)
    model, frames = models.make(name), torch.rand(2, 6, 1, 32, 32)
    assert model(frames).shape == (2, 6, 1, 32, 32)
    assert_all_parameters_used(model, frames)
    assert_examples_independent(model, frames)


@pytest.mark.parametrize("name", models.FAMILIES)
def test_the_first_answer_is_near_the_mean_pixel(name):
    torch.manual_seed(0)
    model = models.make(name)
    models.start_from(model, 0.05)
    with torch.no_grad():
        drawn = model(torch.zeros(1, 6, 1, 32, 32)).sigmoid()
    assert 0.02 < drawn.mean() < 0.12


def test_all_but_the_cnn_lstms_have_one_size():
    counts = {name: count_parameters(models.make(name)) for name in models.FAMILIES}
    alike = [count for name, count in counts.items() if not name.startswith("CNN-LSTM")]
    assert max(alike) < 1.15 * min(alike)
    codes = [counts[f"CNN-LSTM, Z = {size}"] for size in (2, 16, 64, 256)]
    assert 2 * min(alike) < codes[0] < codes[1] < codes[2] < codes[3]


def test_states_are_counted():
    assert models.state_numbers(models.make("CNN-LSTM, Z = 16")) == 2 * models.UNITS
    assert models.state_numbers(models.make("U-Net on stacked frames")) == 0
    step = models.Unrolled(models.Step(5))
    assert models.state_numbers(step) == 2 * 5 * 16 * 16


def test_an_unrolled_network_reads_its_own_forecasts():
    class Next(torch.nn.Module):
        def forward(self, frames, state=None):
            return (0.5 * frames).logit(), state

    frames = torch.full((1, 6, 1, 2, 2), 0.8)
    drawn = models.Unrolled(Next())(frames).sigmoid()
    torch.testing.assert_close(drawn[0, :, 0, 0, 0], torch.tensor([0.4, 0.2, 0.1, 0.05, 0.025, 0.0125]))


def test_rain_stands_on_the_same_board(small):
    rain = {name: fields.videos(name, count=3, field="rain") for name in fields.PARTS}
    assert rain["train"].past.shape == rain["test"].future.shape == (3, 6, 1, 32, 32)
    assert not torch.equal(rain["train"].past, rain["test"].past)
    assert torch.equal(fields.videos("test", count=2, field="rain").past, rain["test"].past[:2])
    assert set(training.NETWORKS_ON["rain"]) == {*models.FAMILIES, training.SCHEDULED} - set(training.CODES)
    assert set(training.NETWORKS_ON["rain"]) < set(training.NETWORKS)
    with pytest.raises(ValueError, match="field='snow'"):
        fields.videos("test", field="snow")  # type: ignore[arg-type]


def test_sampled_networks_are_fed_what_their_name_says(small, monkeypatch):
    taught: dict[str, Any] = {}
    monkeypatch.setattr(training, "fit_frames", lambda model, examples, *_, **__: taught.update(one=(model, examples)))
    for name, (first, last) in {training.HALF: (0.5, 0.5), training.SCHEDULED: (1.0, 0.0)}.items():
        training.train(name, small["train"], 0.01, 0)
        model, examples = taught["one"]
        share = model.share if callable(model.share) else lambda _, fixed=model.share: fixed
        assert (share(0), share(10_000)) == (first, last)
        frames, future = examples[0]
        assert frames.shape[0] == 11
        assert torch.equal(frames[6:], future[:-1])


@pytest.mark.parametrize("name", [training.ONE_FRAME, training.SCHEDULED, "CNN on stacked frames"])
def test_training_lowers_the_loss(small, name):
    before = training.train(name, small["train"], 1e-9, 0, epochs=1)
    after = training.train(name, small["train"], 1e-2, 0, epochs=4)
    past, future = small["train"].past, small["train"].future
    errors = [sum(training.scores(training.forecast(model, past), future)["mse"]) for model in (before, after)]
    assert errors[1] < errors[0]


def test_simple_forecasts_have_both_scores_at_every_lead(small):
    rows = training.simple_rows(small["train"], small["test"])
    assert [row["network"] for row in rows][:3] == ["blank frame", "mean frame", "persistence"]
    assert tuple(row["network"] for row in rows) == training.SIMPLE_NAMES
    assert all(len(row["mse"]) == len(row["ssim"]) == 6 for row in rows)
    assert rows[0]["mse"] == pytest.approx(small["test"].future.square().mean(dim=(0, 2, 3, 4)).tolist(), abs=1e-6)
    drawn = small["train"].future.mean(dim=(0, 1))
    assert rows[1]["mse"] == pytest.approx(
        (small["test"].future - drawn).square().mean(dim=(0, 2, 3, 4)).tolist(), abs=1e-6
    )


def row(network, lr, seed, valid, mse, loss="BCE"):
    return {
        "network": network, "loss": loss, "lr": lr, "seed": seed, "valid": [valid] * 6, "mse": [mse] * 6,
        "ssim": [1 - mse] * 6, "parameters": 7, "state": 3,
    }  # fmt: skip


@pytest.fixture
def rows():
    low, high = training.RATES
    unet = training.LOSS_NETWORK
    blank = {"network": training.BLANK, "loss": None, "lr": None, "seed": None, "mse": [0.03] * 6, "ssim": [0.4] * 6}
    return [
        row("ConvLSTM", low, 0, 0.2, 0.02),
        row("ConvLSTM", high, 0, 0.1, 0.01),
        row("ConvLSTM", high, 1, 0.1, 0.03),
        row(unet, low, 0, 0.1, 0.04),
        row(unet, high, 0, 0.2, 0.01),
        row(unet, low, 0, 0.1, 0.05, "MAE"),
        row(unet, high, 0, 0.2, 0.05, "MAE"),
        row("encoder–forecaster", low, 0, 0.1, 0.01),  # its other rate has not been tried yet
        blank | {"sigma": None},
    ]


def test_rates_are_chosen_on_validation_videos(rows):
    assert board.chosen_rate(rows, "ConvLSTM") == training.RATES[1]
    assert board.chosen_rate(rows, training.LOSS_NETWORK) == training.RATES[0]  # though the test prefers the other
    assert board.chosen_rate(rows, "encoder–forecaster") is None
    assert board.by_lead(rows, "ConvLSTM").shape == (2, 6)
    assert board.by_lead(rows, training.BLANK).shape == (1, 6)
    assert board.mean_by_lead(rows, "ConvLSTM") == pytest.approx([20] * 6)
    assert board.mean_by_lead(rows, "encoder–forecaster") == []


def test_the_board_shows_what_is_complete(rows):
    table = board.table(rows)
    assert list(table.index) == ["ConvLSTM", training.BLANK, training.LOSS_NETWORK]
    assert table.loc["ConvLSTM", "all leads"] == pytest.approx(20)
    assert table.loc["ConvLSTM", "±"] == pytest.approx(10)
    assert table["parameters"].isna().tolist() == [False, True, False]
    assert list(board.loss_table(rows).index) == ["BCE", "MAE"]
    assert board.loss_table(rows).loc["MAE", "MSE × 1000, lead 6"] == pytest.approx(50)


def test_the_best_at_each_lead(rows):
    assert board.best_by_lead(rows, simple=False) == [("ConvLSTM", pytest.approx(20))] * 6
    assert board.best_by_lead(rows, simple=True) == [(training.BLANK, pytest.approx(30))] * 6


def test_rows_are_read_from_their_file(rows, tmp_path):
    path = tmp_path / "videos.json"
    path.write_text(json.dumps({"provenance": {}, "rows": rows}), encoding="utf-8")
    assert board.kept(path) == rows


def test_pictures_are_kept_in_shades_of_grey(tmp_path):
    path = tmp_path / "videos.npz"
    first, second = torch.rand(2, 6, 1, 4, 4), torch.rand(1, 6, 1, 4, 4)
    board.keep_pictures(path, {"A": first})
    board.keep_pictures(path, {"encoder–forecaster": second})
    found = board.kept_pictures(path)
    assert set(found) == {"A", "encoder–forecaster"}
    torch.testing.assert_close(found["A"], first, rtol=0, atol=0.5 / 255 + 1e-6)
    torch.testing.assert_close(found["encoder–forecaster"], second, rtol=0, atol=0.5 / 255 + 1e-6)
