"""The networks and recipes of chapter 7, and what its long runs say."""

import pandas as pd
import pytest
import torch

from rnn_tutorial.experiments import ch07_recipes as recipes
from rnn_tutorial.experiments import ch07_runs as runs


def test_every_network_reads_images_and_has_about_as_many_numbers():
    counts = {}
    for name in recipes.NETWORKS:
        model = recipes.network(name)
        assert model(torch.rand(2, 28, 28)).shape == (2, 10)
        counts[name] = sum(parameter.numel() for parameter in model.parameters())
    for name in ("FC-LSTM", "dense", "CNN", "temporal CNN", "Transformer"):
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


def test_every_row_reaches_the_answers_of_the_rivals():
    for name in ("temporal CNN", "Transformer"):
        x = torch.rand(1, 28, 28, requires_grad=True)
        torch.manual_seed(0)
        (gradient,) = torch.autograd.grad(recipes.network(name)(x).square().sum(), x)
        assert (gradient.abs().sum(dim=2) > 0).all()


def test_the_transformer_reads_the_order_of_rows():
    torch.manual_seed(0)
    model = recipes.network("Transformer").eval()
    x = torch.rand(2, 28, 28)
    assert not torch.allclose(model(x), model(x.flip(1)), atol=1e-4)
    model.get_buffer("positions").zero_()  # without positions the mean over rows does not know it
    torch.testing.assert_close(model(x), model(x.flip(1)), rtol=1e-4, atol=1e-5)


def test_reordered_rows_are_the_same_rows_in_a_fixed_order():
    model = recipes.Reordered(torch.nn.Identity())
    x = torch.rand(3, 28, 28)
    assert not torch.equal(model(x), x)
    torch.testing.assert_close(model(x).sort(dim=1).values, x.sort(dim=1).values)
    assert torch.equal(model.order, recipes.Reordered(torch.nn.Identity()).order)
    images, labels = torch.rand(20, 28, 28), torch.arange(20) % 10
    recipe = recipes.Recipe(1, 0, None, {"lr": 1e-3}, permuted=True)
    assert isinstance(recipes.train("RNN", recipe, images, labels, 0, progress=False), recipes.Reordered)


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
    board = runs.board(KEPT, "article", ["LSTM"])
    line = board.to_dict(orient="index")["LSTM"]
    assert line["mean (%)"] == "98.98"
    assert line["± (points)"] == "1.39"
    assert line["seed by seed"] == "98.00, 99.97"
    assert line["minutes of a core"] == "10.0"


def test_only_what_has_enough_seeds_is_complete():
    five = pd.DataFrame({"network": ["GRU"] * 5 + ["RNN"] * 4, "recipe": "tuned", "seed": [*range(5), *range(4)]})
    assert runs.complete(five, "tuned", ["RNN", "GRU", "LSTM"]) == ["GRU"]
    assert runs.complete(five, "article", ["GRU"]) == []


def test_duel_pairs_the_seeds_that_both_have():
    rows = KEPT[~((KEPT["recipe"] == "tuned") & (KEPT["seed"] == 1))]
    found = runs.duel(rows, ("LSTM", "article"), ("LSTM", "tuned"))
    assert found.tests == [runs.mcnemar(list(range(200)), [1])]
    assert found.gain.mean == pytest.approx(1.99)
    assert found.apart == 1
    both = runs.duel(KEPT, ("LSTM", "article"), ("LSTM", "tuned"))
    assert (both.gain.seeds, both.apart) == (2, 1)  # 3 images against 0 are no proof
    table = runs.duels({("one", "other"): both})
    assert table.loc[("one", "other"), "seeds with p < 0.05"] == "1 of 2"
    assert table.loc[("one", "other"), "p"] == "< 0.001"


def test_mcnemar_counts_what_only_one_misreads():
    only_one, only_other, p = runs.mcnemar([1, 2, 3, 4, 5, 6, 50], [50, 60])
    assert (only_one, only_other) == (6, 1)
    assert p == pytest.approx(2 * (1 + 7) / 2**7)  # 0 or 1 of 7, both sides
    assert runs.mcnemar([1], [1]) == (0, 0, 1.0)
