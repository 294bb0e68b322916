"""Every branch of the words on the page of the evaluation."""

import pytest

from rnn_tutorial.experiments.words import evaluation as words


def test_complete():
    assert words.complete(["long", "short"], []) == "All groups are complete: long and short."
    assert words.complete([], ["long"]) == "No group is complete yet, so that nothing is shown."
    assert words.complete(["short"], ["long", "held out"]) == (
        "Complete, and therefore shown: short. Not complete, and not shown: long and held out."
    )


def test_span():
    assert words.span([8, 8]) == "8"
    assert words.span([8, 3, 5]) == "3 to 8"


def test_by_verdict():
    said = {"GRU": "wins", "ridge": "wins", "drift": "loses", "Theta": "undecided"}
    assert words.by_verdict(said) == (
        "Against the seasonal naive forecast GRU and ridge win; drift loses; undecided: Theta."
    )
    assert words.by_verdict({"GRU": "wins", "drift": "loses"}) == (
        "Against the seasonal naive forecast GRU wins; drift loses."
    )
    assert words.by_verdict({}) == "This group is not complete, so that nothing of it is shown."
    assert words.by_verdict({"GRU": "undecided", "ridge": "undecided"}) == (
        "Against the seasonal naive forecast all 2 methods are undecided."
    )


def test_can_decide():
    assert words.can_decide(8, 9, 0.0703).startswith("With 8 series and 9 methods, p (Holm) cannot fall below 0.070,")
    assert words.can_decide(26, 8, 1e-7) == "With 26 series and 8 methods there are enough for the rule to decide."


def test_everywhere():
    assert words.everywhere({"GRU": [0.5, 1.5], "ridge": [1.0, 0.5]}).startswith("No method has a smaller error than ")
    assert words.everywhere({"GRU": [0.5, 0.9], "ridge": [1.0, 0.5]}) == (
        "On every series GRU has a smaller error than it."
    )
    assert words.everywhere({"GRU": [0.5], "ridge": [0.9]}) == (
        "On every series GRU and ridge have a smaller error than it."
    )


def test_leader():
    skills = {"naive": (0.0, 0.0, 0.0), "GRU": (0.3, 0.2, 0.4), "ridge": (0.2, -0.1, 0.3), "rt.Best": (0.5, 0.4, 0.6)}
    assert words.leader(skills, ["GRU"], "rt.Best") == (
        "The highest skill has a network: GRU, 0.30 (0.20 to 0.40); a method without a network has at most "
        "0.20 (−0.10 to 0.30), ridge. rt.Best, which chooses a method before the test, has 0.50 (0.40 to 0.60)."
    )
    assert words.leader(skills | {"ridge": (0.4, 0.3, 0.5)}, ["GRU"], "rt.Best").startswith(
        "The highest skill has a method without a network: ridge, 0.40 (0.30 to 0.50); "
        "a network has at most 0.30 (0.20 to 0.40), GRU. "
    )


def test_two_leaders():
    skills = {"GRU": (0.301, 0.2, 0.4), "ridge": (0.299, 0.1, 0.4), "rt.Best": (0.2, 0.1, 0.3)}
    assert words.leader(skills, ["GRU"], "rt.Best").startswith(
        "Two methods share the highest skill, GRU, 0.30 (0.20 to 0.40), and ridge, 0.30 (0.10 to 0.40): "
        "a network and a method without a network. rt.Best, "
    )


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        ({"a": 0.5, "b": 1.0}, "on none of the 2 series."),
        ({"a": 0.5, "b": 1.25}, "on 1 of 2 series: b (1.25 times)."),
        ({"a": 2.0, "b": 1.25}, "on 2 of 2 series: a (2.00 times) and b (1.25 times)."),
        (
            {"a": 2.0, "b": 1.25, "c": 3.0, "d": 1.5},
            "on 4 of 4 series, most on c (3.00 times), a (2.00 times) and d (1.50 times).",
        ),
    ],
)
def test_loses_on(ratios, said):
    assert words.loses_on("GRU", ratios) == f"The error of GRU is larger than the seasonal naive forecast's {said}"


def test_loses_to_another_rival():
    assert words.loses_on("the GRU", {"a": 2.0}, rival="Theta") == (
        "The error of the GRU is larger than Theta's on 1 of 1 series: a (2.00 times)."
    )


def test_firsts():
    best = {"a": "GRU", "b": "ridge", "c": "hybrid"}
    assert words.firsts(best, ["GRU", "hybrid"]) == (
        "A network has the smallest error of all methods on 2 of the 3 series."
    )
    assert words.firsts(best, []).startswith("On none of the 3 series does a network")


@pytest.mark.parametrize(
    ("skill", "how"),
    [
        ((0.5, 0.4, 0.6), "above it, with the whole interval."),
        ((0.4, 0.3, 0.5), "reached, but the interval contains less."),
        ((0.3, 0.2, 0.4), "missed, but the interval contains it."),
        ((0.3, 0.2, 0.366), "missed, but the interval contains it."),
        ((0.2, 0.1, 0.3), "missed, with the whole interval below it."),
    ],
)
def test_goal(skill, how):
    said = words.goal("rt.Best", skill, 0.37)
    assert said.startswith(f"The skill of rt.Best is {skill[0]:.2f} (")
    assert said.endswith(how)
    assert " 0.37, is " in said


def test_refused():
    assert words.refused({"ridge": 0}) == "No method refused a fit."
    assert words.refused({"ridge": 0, "boosting": 4, "ETS": 1}) == (
        "Series of which a method refused a fit: boosting 4 and ETS 1; in the folds of such a fit it has the errors of "
        "the seasonal naive forecast."
    )


def test_readings():
    assert words.readings([]) == "By the other reading of the protocol every verdict is the same."
    assert words.readings(["GRU"]).endswith("GRU would have another verdict.")


def test_held_out():
    assert words.held_out(["GRU"], None) == words.held_out([], {"a": ["GRU"]}) == "They have not been opened."
    assert words.held_out(["GRU"], {"a": ["GRU"], "b": ["GRU", "ridge"]}) == (
        "First on the long series, as far as two digits tell: GRU. First here: on a GRU; on b GRU and ridge. GRU is "
        "first on both of these as well."
    )
    assert words.held_out(["GRU", "ETS"], {"a": ["ETS", "GRU"], "b": ["GRU", "ETS"]}).endswith(
        "GRU and ETS are first on both of these as well."
    )
    assert words.held_out(["GRU"], {"a": ["GRU"], "b": ["ridge"]}).endswith(
        "on b ridge. None of those is first on both of these as well."
    )


def test_digits():
    assert [words.digits(value) for value in (0.126, -0.0041, 0.0, -0.1, 0.005, 0.0001)] == [
        *("0.13", "−0.004", "0.00", "−0.10", "0.01", "0.000")
    ]


@pytest.mark.parametrize(
    ("skills", "after", "said"),
    [
        (
            (0.1, 0.1),
            {"a": 2.0, "b": 1.0 + 1e-9},
            "On the short series the skill of rt.Best is still 0.10: none of its errors is another.",
        ),
        (
            (-0.1, 0.2),
            {"a": 1.0, "b": 1.0},
            "On the short series the skill of rt.Best is 0.20 instead of −0.10; its error is smaller on a, and the "
            "same on 1 of 2 series.",
        ),
        (
            (0.201, 0.199),
            {"a": 1.9, "b": 1.1},
            "On the short series the skill of rt.Best is 0.20, as before; its error is smaller on a and larger on b, "
            "and the same on 0 of 2 series.",
        ),
        (
            (0.2, 0.1),
            {"a": 2.1, "b": 1.1},
            "On the short series the skill of rt.Best is 0.10 instead of 0.20; its error is larger on a and b, and",
        ),
    ],
)
def test_after_looking(skills, after, said):
    assert words.after_looking("short", "rt.Best", skills, [{"a": 2.0, "b": 1.0}, after]).startswith(said)
