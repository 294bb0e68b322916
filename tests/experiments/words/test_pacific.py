"""Every branch of the words on the page of the Pacific."""

import math

import pytest

from rnn_tutorial.experiments.verdicts import Effect
from rnn_tutorial.experiments.words import pacific as words

SMALLER, LARGER, UNSURE = Effect(-3, -4, -2, 5), Effect(3, 2, 4, 5), Effect(1, -1, 3, 5)


def test_every_lead():
    assert words.every_lead([[1, 1], [1, 1]], [2, 2]) == (
        "at every lead every seed of the ConvLSTM is ahead of the regression"
    )
    assert words.every_lead([[3, 2], [3, 3]], [2, 2]) == (
        "at no lead is any seed of the ConvLSTM ahead of the regression"
    )
    assert words.every_lead([[3, 1], [3, 3]], [2, 2]) == "which of the two is ahead depends on the lead or on the seed"


def test_story():
    assert words.story(0.47, 0.50, 0.46) == "Without the regression this would have been a success story."
    assert words.story(0.45, 0.50, 0.46) == "It is a success beside the regression, too."
    assert words.story(0.46, 0.50, 0.46) == "It is a success beside the regression, too."
    assert words.story(0.51, 0.50, 0.46) == "That is no success, whatever stands beside it."
    assert words.story(math.nan, 0.50, 0.46) == "That is no success, whatever stands beside it."


@pytest.mark.parametrize(
    ("effect", "start", "added"),
    [
        (SMALLER, "The better start helps the ConvLSTM,", "what the network adds to its start lowers the error."),
        (LARGER, "The better start makes the ConvLSTM worse,", "the start alone is the better forecast."),
        (
            UNSURE,
            "Whether the better start helps the ConvLSTM is not decided,",
            "anything to its start is not decided.",
        ),
    ],
)
def test_answer(effect, start, added):
    assert words.answer(effect, UNSURE).startswith(start)
    assert words.answer(UNSURE, effect).endswith(added)


def test_beside_patterns():
    assert words.beside_patterns(SMALLER).startswith("It is ahead of the regression on patterns as well")
    assert words.beside_patterns(LARGER).startswith("The regression on patterns, which is linear, is ahead of it")
    assert words.beside_patterns(UNSURE).endswith("nothing is decided.")
