"""Every branch of the words on the page of the second evaluation."""

import pytest

from rnn_tutorial.experiments.words import evaluation_again as words

OTHER = ("rt.Best", "mlforecast LightGBM")
LIBRARIES = ("statsforecast MSTL", "mlforecast LightGBM")


def test_found_again():
    assert words.found_again([], []) == "Nothing is kept of these fits yet."
    assert words.found_again([1.0], [1.0]).startswith("Of the 1 error found again in this build every one agrees")


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (0.2, "ours has more."),
        (0.4, "ours has less."),
        (0.304, "ours has the same skill, as far as it is written here."),
    ],
)
def test_leaders(theirs, said):
    skills = {
        "seasonal naive": (0.9, 0.9, 0.9),  # belongs to neither, whatever it has
        "GRU": (0.1, 0.0, 0.2),
        "rt.Best": (0.3, 0.2, 0.4),
        "statsforecast MSTL": (-0.1, -0.2, 0.0),
        "mlforecast LightGBM": (theirs, -0.1, 0.5),
    }
    for verdicts, test in ({}, "none was made"), ({OTHER: "undecided"}, "undecided"):
        assert words.leaders(skills, LIBRARIES, verdicts) == (
            "Of our methods rt.Best has the highest skill, 0.30 (0.20 to 0.40), and of other libraries' "
            f"mlforecast LightGBM, {theirs:.2f} (−0.10 to 0.50): {said} The test of these two: {test}."
        )


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        (
            {"a": 1.03, "b": 0.5},
            "On none of 2 series is the error of A larger than that of B by more than 3 %: that was ",
        ),
        (
            {"a": 1.04, "b": 0.5},
            "On 1 of 2 series the error of A is larger than that of B by more than 3 %: a (1.04 times). The aim ",
        ),
        (
            {"a": 1.1, "b": 1.2},
            "On 2 of 2 series the error of A is larger than that of B by more than 3 %: b (1.20 times) ",
        ),
        (
            {"a": 1.1, "b": 1.2, "c": 1.3, "d": 1.4, "e": 1.5},
            "On 5 of 5 series the error of A is larger than that of B by more than 3 %, most on e (1.50 times), d "
            "(1.40 times), c (1.30 times) and b (1.20 times). The aim was none, and is missed.",
        ),
    ],
)
def test_worse_than(ratios, said):
    assert words.worse_than("A", "B", ratios, 0.03).startswith(said)


def test_firsts():
    methods = ["seasonal naive", "GRU", "rt.Best", *LIBRARIES]
    best = {"a": "GRU", "b": "statsforecast MSTL", "c": "rt.Best"}
    assert words.firsts(best, methods, LIBRARIES, ["seasonal naive"]) == (
        "One of this package that learns has the smallest error of all methods on 2 of 3 series, one that learns "
        "nothing on none, one of another library on 1. Of the first kind there are 2 here and of the last 2, so this "
        "is no contest."
    )
    assert words.firsts({"b": "seasonal naive"}, methods, LIBRARIES, ["seasonal naive"]).startswith(
        "One of this package that learns has the smallest error of all methods on none of 1 series, one that learns "
        "nothing on 1, one of another library on none."
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (
            40.0,
            0.4,
            "A fit of A costs 100 times as much of the processor's time as one of B (40 s and 0.40 s in the mean).",
        ),
        (
            2.0,
            9.0,
            "A fit of B costs 4.5 times as much of the processor's time as one of A (9.0 s and 2.0 s in the mean).",
        ),
        (1.0, 1.2, "A fit of A and one of B cost about as much of the processor's time (1.0 s and 1.2 s in the mean)."),
        (
            0.0,
            1.0,
            "A fit of B costs 20 times as much of the processor's time as one of A (1.0 s and less than 0.1 s in the",
        ),
    ],
)
def test_price(ours, theirs, said):
    assert words.price({"A": ours, "B": theirs}, "A", "B").startswith(said)
    assert words.price({"A": ours}, "A", "B") == words.price({"B": theirs}, "A", "B") == ""


def test_optional():
    assert words.optional("N", True, 32) == "N, which no group waits for, is complete, and therefore shown."
    assert words.optional("N", False, 3) == "N, which no group waits for, is not complete, and therefore left out."
    assert words.optional("N", False, 0) == "N, which no group waits for, was not run."
