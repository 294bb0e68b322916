"""The words of chapter 0, each branch once."""

import pytest

from rnn_tutorial.experiments.words import ch00_sequences as words
from rnn_tutorial.plotting import kind_of_verdict


def test_leaders():
    assert words.leaders({"A": 17.44, "B": 19.0}) == "A leads with 17.4 kW"
    assert words.leaders({"A": 20.0, "B": 19.0, "C": 19.0}) == "B and C lead with 19.0 kW"


def test_place():
    errors = {"A": 1.0, "B": 2.0, "C": 2.0, "D": 3.0}
    assert [words.place(name, errors) for name in errors] == [
        "first of 4",
        "joint second of 4",
        "joint second of 4",
        "fourth of 4",
    ]


@pytest.mark.parametrize(
    ("shuffled", "text"),
    [
        (225.0, "multiplies the error by 11.2: the order of the past carries most of the information"),
        (30.0, "raises the error by 50 %: the order of the past carries some of the information"),
        (20.0, "hardly raises the error: the order of the past carries next to no information here"),
        (10.0, "hardly raises the error: the order of the past carries next to no information here"),
    ],
)
def test_shuffled_each(shuffled, text):
    assert words.shuffled_each(20.0, shuffled) == text


def test_order_matters():
    holds, fails = words.order_matters(20, 40), words.order_matters(20, 20.5)
    assert holds == "holds: the data have it; a dense model uses it without knowing it"
    assert fails == "does not hold here: in random order the past is worth as much"
    assert [kind_of_verdict(text) for text in (holds, fails)] == ["holds", "does not hold"]


def test_level_leak():
    assert words.level_leak(22.1, 21.93, 0.2) == (
        "the famous leak does not show. Scaling with the whole series moves the error by 0.17 kW, and the seeds alone "
        "by ± 0.20: sixteen weeks hardly move the mean of three years. It is still wrong. It is just not what makes "
        "this number wrong"
    )
    assert words.level_leak(20, 17, 4).startswith("the famous leak does not show")
    assert words.level_leak(20, 17, 0.5) == (
        "the leak makes the error look too good: 17.00 kW with the whole series' mean instead of 20.00, where the "
        "seeds alone make ± 0.50"
    )
    assert words.level_leak(20, 23, 0.5).startswith("the leak makes the error look worse: 23.00 kW")


def test_trend_leak():
    much, some, none = (words.trend_leak(4.8, leak) for leak in (1.2, 4.0, 4.8))
    assert much == (
        "the same line of code takes the error on CO₂ from 4.8 to 1.2 ppm. With honest scaling the network meets "
        "values larger than any it was trained on, where its tanh units saturate; the future's mean hides much of that"
    )
    assert some.endswith("hides some of that")
    assert none == (
        "the same line of code takes the error on CO₂ from 4.8 to 4.8 ppm, so that here the leak does not even pay"
    )


def test_own_mean():
    assert words.own_mean(0.46, 1.18, 1.75) == (
        "0.46 ppm, less than the 1.18 with the leak and less than the 1.75 with the naive forecast"
    )
    assert words.own_mean(1.5, 1.18, 1.5) == (
        "1.50 ppm, more than the 1.18 with the leak and the same as the 1.50 with the naive forecast"
    )


def test_target_in_the_mean():
    assert words.target_in_the_mean(16, 23, 17.4) == (
        "seems to fall from 23.0 to 16.0 kW, better than anything on our board"
    )
    assert words.target_in_the_mean(18, 23, 17.4) == (
        "seems to fall from 23.0 to 18.0 kW, though not below the 17.4 that lead our board"
    )
    assert words.target_in_the_mean(23, 23, 17.4) == (
        "goes from 23.0 to 23.0 kW, so that here the leak does not even pay"
    )


def test_resemblance():
    assert words.resemblance("A", 24) == (
        "No! Twenty-four hours ahead even A resembles the value of 24 hours before more than the truth. That is no "
        "fraud: tomorrow's best guess is a little like today"
    )
    assert "the value of 1 hour before" in words.resemblance("A", 1)
    assert words.resemblance("A", 0) == (
        "Here A has one: twenty-four hours ahead it resembles nothing more than the truth. But an honest forecast "
        "need not: tomorrow's best guess may well be a little like today"
    )


def test_changed():
    assert words.changed(100.0, 75.0) == "25 % smaller"
    assert words.changed(100.0, 103.4) == "3 % larger"
    assert words.changed(100.0, 100.3) == "no different"
