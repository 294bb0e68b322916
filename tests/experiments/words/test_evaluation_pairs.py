"""Every branch of the words on pairs of methods."""

import pytest

from rnn_tutorial.experiments.words import evaluation_pairs as words

NAIVE, OTHER = ("rt.Best", "seasonal naive"), ("rt.Best", "mlforecast LightGBM")


def test_enough():
    assert words.enough(16, 5, 0.00015) == "With 16 series and 5 tests, p (Holm) can fall below 0.001."
    assert words.enough(8, 1, 0.0078) == "With 8 series and 1 test, p (Holm) can fall to 0.008."


def test_decided():
    assert words.decided({}) == "This group is not complete, so that nothing of it is shown."
    verdicts = {
        ("rt.Best", "seasonal naive"): "better",
        ("rt.Best", "mlforecast LightGBM"): "worse",
        ("rt.Best", "statsforecast MSTL"): "better",
        ("GRU", "seasonal naive"): "undecided",
        ("GRU", "mlforecast LightGBM"): "undecided",
    }
    assert words.decided(verdicts) == (
        "rt.Best is better than the seasonal naive forecast and statsforecast MSTL; worse than mlforecast LightGBM. "
        "The GRU is undecided against the seasonal naive forecast and mlforecast LightGBM."
    )
    assert words.decided({("GRU", "seasonal naive"): "worse"}) == "The GRU is worse than the seasonal naive forecast."


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ({}, "the group is not complete, and nothing of it is shown"),
        (
            {NAIVE: "better", OTHER: "worse", ("GRU", OTHER[1]): "undecided"},
            "of 2 tests against other libraries none is decided for our method, 1 against it and 1 undecided, and of 1 "
            "test against the seasonal naive forecast 1 is decided for our method, none against it and none undecided",
        ),
        (
            {OTHER: "better", ("GRU", OTHER[1]): "better"},
            "of 2 tests against other libraries 2 are decided for our method, none against it and none undecided",
        ),
    ],
)
def test_tally(verdicts, said):
    assert words.tally(verdicts) == said


def test_firm():
    assert words.firm({NAIVE: 0, OTHER: 0}, 27, []) == (
        "Every verdict stays the same whichever of the 27 series is left out. With the tests of both groups corrected "
        "together, all stay the same, too."
    )
    assert words.firm({NAIVE: 20, OTHER: 0}, 27, [NAIVE]) == (
        "Verdicts that would be another without one of the 27 series, and by how many single series: rt.Best against "
        "the seasonal naive forecast (20). With the tests of both groups corrected together, undecided would be: "
        "rt.Best against the seasonal naive forecast."
    )


def test_mended():
    before = {NAIVE: (0.01, "better"), OTHER: (0.0486, "better")}
    assert words.mended(before, before) == "No test changes."
    assert words.mended(before, {NAIVE: (0.02, "better"), OTHER: (0.0522, "undecided")}) == (
        "rt.Best against the seasonal naive forecast is still better (p 0.020, was 0.010). "
        "rt.Best against mlforecast LightGBM is undecided instead of better (p 0.052, was 0.049)."
    )
