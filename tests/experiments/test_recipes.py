"""The networks and recipes of chapter 7, and what its long runs say."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from rnn_tutorial.experiments import ch07_recipes as recipes
from rnn_tutorial.experiments import ch07_runs as runs


def test_every_network_reads_images_and_has_about_as_many_numbers():
    counts = {}
    for name in recipes.NETWORKS:
        model = recipes.network(name)
        assert model(torch.rand(2, 28, 28)).shape == (2, 10)
        counts[name] = sum(parameter.numel() for parameter in model.parameters())
    for name in ("FC-LSTM", "dense", "CNN"):
        assert counts[name] == pytest.approx(counts["LSTM"], rel=0.03)
    assert counts["RNN"] < counts["GRU"] < counts["LSTM"]


def test_the_forget_gate_starts_open_where_there_is_one():
    assert recipes.network("LSTM", 1.0).get_parameter("layer.bias_ih_l0")[128:256].eq(1).all()
    assert not recipes.network("LSTM").get_parameter("layer.bias_ih_l0")[128:256].eq(1).any()
    recipes.network("GRU", 1.0)  # has none


def test_shifted_images_are_the_image_moved_with_black_coming_in():
    image = torch.arange(1.0, 26.0).reshape(1, 5, 5)
    torch.manual_seed(0)
    data = recipes.Shifted(image, torch.tensor([7]), 2)
    padded = torch.nn.functional.pad(image[0], (2, 2, 2, 2))
    possible = {tuple(padded[i : i + 5, j : j + 5].flatten().tolist()) for i in range(5) for j in range(5)}
    images, labels = data[[0] * 400]
    seen = {tuple(one.flatten().tolist()) for one in images}
    assert seen == possible  # all 25; the chance to miss one in 400 is 2 in a million, and the seed is set
    assert labels.eq(7).all()
    single, label = data[0]
    assert single.shape == (5, 5)
    assert int(label) == 7


def test_training_is_repeatable_and_takes_the_recipe():
    images, labels = torch.rand(40, 28, 28), torch.arange(40) % 10
    recipe = recipes.Recipe(1, 2, 1.0, {"lr": 1e-3, "clip_norm": 1.0, "schedule": "onecycle"})
    one, two, other = (
        recipes.train("RNN", recipe, images, labels, seed, progress=False).state_dict() for seed in (3, 3, 4)
    )
    for name in one:
        assert torch.equal(one[name], two[name])
    assert not torch.equal(one["readout.weight"], other["readout.weight"])


def test_misread_names_the_places():
    class First(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.one_hot(x[:, 0, 0].long(), 10).float()

    images = torch.tensor([3.0, 1.0, 4.0, 1.0])[:, None, None].expand(4, 28, 28)
    assert recipes.misread(First(), images, torch.tensor([3, 2, 4, 0])) == [1, 3]


KEPT = pd.DataFrame(
    {
        "network": ["LSTM"] * 4,
        "recipe": ["article", "tuned", "tuned", "article"],
        "seed": [1, 0, 1, 0],
        "misread": [[1, 2, 3], [1], [], list(range(200))],
        "epochs": [10, 6, 6, 10],
        "parameters": [214_282] * 4,
        "cpu_s": [600.0, 60.0, 120.0, None],  # of a run that was interrupted the seconds are unknown
    }
)


def test_runs_are_sorted_by_seed_and_turned_into_per_cent():
    assert runs.accuracies(runs.of(KEPT, "LSTM", "article")).tolist() == pytest.approx([98.0, 99.97])
    with pytest.raises(ValueError, match="no run of GRU by the article recipe"):
        runs.of(KEPT, "GRU", "article")


def test_board():
    board = runs.board(KEPT)
    assert list(board.index) == [("LSTM", "article"), ("LSTM", "tuned")]
    line = board.to_dict(orient="index")["LSTM", "article"]
    assert line["mean (%)"] == "98.98"
    assert line["seed by seed"] == "98.00, 99.97"
    assert line["minutes of a core"] == "10.0"


def test_difference_is_welchs():
    one, other = [99.2, 99.3, 99.1, 99.3], [98.7, 98.9, 98.5, 98.8]
    found = runs.difference(one, other)
    # by hand: s²/n summed, and Welch's degrees of freedom
    v, w = np.var(one, ddof=1) / 4, np.var(other, ddof=1) / 4
    freedom = (v + w) ** 2 / (v**2 / 3 + w**2 / 3)
    reach = stats.t.ppf(0.975, freedom) * np.sqrt(v + w)
    assert found == pytest.approx((0.5, 0.5 - reach, 0.5 + reach))


def test_mcnemar_counts_what_only_one_misreads():
    only_one, only_other, p = runs.mcnemar([1, 2, 3, 4, 5, 6, 50], [50, 60])
    assert (only_one, only_other) == (6, 1)
    assert p == pytest.approx(2 * (1 + 7) / 2**7)  # 0 or 1 of 7, both sides
    assert runs.mcnemar([1], [1]) == (0, 0, 1.0)
