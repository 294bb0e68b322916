"""Words of the videos' board, each branch once."""

import math

import numpy as np
import pytest

from rnn_tutorial.experiments.words import ch05_video_board as words


@pytest.mark.parametrize(
    ("numbers", "says"),
    [([3], "lead 3"), ([2, 3], "leads 2 and 3"), ([2, 3, 4], "leads 2 to 4"), ([1, 2, 5], "leads 1, 2 and 5")],
)
def test_leads(numbers, says):
    assert words.leads(numbers) == says


def test_leaders():
    assert words.leaders([("A", 1.0), ("A", 2.0)]) == "A at every lead"
    assert words.leaders([("A, blurred", 1.0), ("B", 2.0)]) == "A (blurred) at lead 1 and B at lead 2"
    assert words.leaders([("A", 1.0), ("B", 2.0), ("A", 3.0)]) == "A at leads 1 and 3 and B at lead 2"


def test_nets_beside_simple():
    nets, simple = [("N", 2.0), ("N", 2.0), ("N", 2.0)], [("flow", 3.0), ("flow", 3.0), ("shift", 3.0)]
    assert words.nets_beside_simple(nets, simple).startswith("At every lead the best network is better")
    assert words.nets_beside_simple(simple, nets).startswith("At no lead is a network better")
    mixed = [("flow", 1.0), ("flow", 3.0), ("shift", 3.0)]
    assert words.nets_beside_simple(nets, mixed) == (
        "At lead 1 no network is better than the best that learns nothing (flow); at leads 2 and 3 the best network is "
        "better than all of those"
    )
    two = [("flow", 1.0), ("shift, blurred", 1.0), ("shift", 3.0)]
    assert "(flow and shift, blurred)" in words.nets_beside_simple(nets, two)


def test_equal_errors_are_no_win():
    same = [("N", 2.0)]
    assert words.nets_beside_simple(same, [("flow", 2.0)]).startswith("At no lead")
    assert words.beside("A", [1.0], "B", [1.0]) == "The A has smaller errors than the B at no lead"


def test_beside():
    assert words.beside("A", [1.0, 1.0], "B", [2.0, 2.0]) == "The A has smaller errors than the B at every lead"
    assert words.beside("A", [1.0, 3.0], "B", [2.0, 2.0]) == (
        "The A has smaller errors than the B at lead 1, and not at the others"
    )
    assert words.beside("A", [math.nan], "B", [2.0]) == "The A has smaller errors than the B at no lead"


def test_names_with_commas_are_put_in_brackets():
    assert words.beside("A, new", [1.0], "B", [2.0]) == "The A (new) has smaller errors than the B at every lead"


def test_what_was_not_measured_is_not_compared():
    assert words.beside("A", [], "B", [2.0]) == "Whether the A has smaller errors than the B has not been measured"
    assert words.losses({"A": 0.5}, {"A": 1.0}) == "there is one loss alone, and nothing to compare"


def test_seeds():
    assert words.seeds_say(3).startswith("With 3 seeds a network the rule of the page of claims, which wants five")
    assert words.seeds_say(1).startswith("With one seed a network there is no spread")
    assert words.seeds_say(5) == "Each network has 5 seeds; the column ± is half their range"


def test_losses():
    assert words.losses({"A": 0.5, "B": 0.4}, {"A": 1.0, "B": 2.0}) == (
        "A gives both the least squared error and the largest SSIM"
    )
    assert words.losses({"A": 0.5, "B": 0.4}, {"A": 2.0, "B": 1.0}) == (
        "B gives the least squared error, A the largest SSIM: which is better depends on the judge"
    )
    assert words.losses({"A": math.nan, "B": 0.5}, {"A": 1.0, "B": 2.0}).startswith("one of them is no number")


def errors(*leads):
    """Five seeds that differ a little at each lead."""
    return np.array([[lead + 0.01 * seed for lead in leads] for seed in range(5)])


@pytest.mark.parametrize(
    ("ours", "says"),
    [
        ((1.0, 1.0), "the A is better than the flow (blurred) at every lead"),
        ((3.0, 3.0), "the A is, beside the flow (blurred), worse at every lead"),
        ((1.98, 1.98), "the A is, beside the flow (blurred), undecided at every lead"),
        ((3.0, 1.0), "the A is better than the flow (blurred) at lead 2 and worse at lead 1"),
        ((3.0, 1.98), "the A is, beside the flow (blurred), worse at lead 1 and undecided at lead 2"),
        (
            (1.0, 3.0, 1.98),
            "the A is better than the flow (blurred) at lead 1, worse at lead 2 and undecided at lead 3",
        ),
    ],
)
def test_by_rule(ours, says):
    without_chance = np.full((1, len(ours)), 2.0)
    assert words.by_rule("A", errors(*ours), "flow, blurred", without_chance) == f"By the rule, over 5 seeds, {says}"


def test_by_rule_pairs_seeds():
    steady = errors(2.0)
    assert "better than the B at every lead" in words.by_rule("A", steady - 0.001, "B", steady)


def test_by_rule_wants_five_seeds():
    few = "Between the A and the B the rule decides nothing: it wants 5 seeds"
    assert words.by_rule("A", errors(1.0)[:3], "B", errors(2.0)[:1]) == few
    assert words.by_rule("A", errors(1.0), "B", errors(2.0)[:3]) == few
    assert words.by_rule("A", np.array([]), "B", errors(2.0)) == few


def test_beside_mean():
    assert words.beside_mean("A, new", 1.0, 2.0) == "The A (new) has learnt more than the mean of the training frames"
    nothing = "After so short a training the A draws nothing better than the mean of the training frames"
    assert words.beside_mean("A", 1.995, 2.0) == nothing
    assert words.beside_mean("A", 3.0, 2.0) == nothing
    assert words.beside_mean("A", math.nan, 2.0).endswith("cannot be said")


def test_fed_best():
    assert words.fed_best({"true frames": [1.0, 4.0], "its own": [2.0, 3.0]}) == (
        "The training on true frames gives the least error at the first lead, that on its own at the last"
    )
    assert words.fed_best({"true frames": [1.0, 2.0], "its own": [2.0, 3.0], "half": []}) == (
        "The training on true frames gives the least error at the first lead and at the last"
    )
    assert words.fed_best({"true frames": [1.0], "its own": []}).startswith("There is one training alone")


def test_ssim_as_loss():
    names = ("BCE", "1 − SSIM", "BCE + 0.1 (1 − SSIM)")
    assert words.ssim_as_loss({"BCE": 1.0}, {"BCE": 0.5}) == "1 − SSIM has not been tried as a loss."
    assert words.ssim_as_loss(
        dict(zip(names, (20, 90, 21), strict=True)), dict(zip(names, (0.2, 0.1, 0.3), strict=True))
    ) == (
        "Alone, at these learning rates, 1 − SSIM does not train this network; a tenth of it beside BCE raises SSIM "
        "from 0.20 to 0.30, with a squared error of 21.0 instead of 20.0."
    )
    found = words.ssim_as_loss(
        dict(zip(names, (20, 30, 21), strict=True)), dict(zip(names, (0.2, 0.1, 0.1), strict=True))
    )
    assert "1 − SSIM trains this network" in found
    assert "lowers SSIM" in found
