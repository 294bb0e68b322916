"""The words of chapter 2's widths and learning rates, each branch once."""

from rnn_tutorial.experiments.verdicts import Effect
from rnn_tutorial.experiments.words import ch02_width as words


def test_against_the_recipe():
    effect = Effect(-2.0, -3.0, -1.0, 5)
    assert words.against_recipe((64, 0.005), (64, 0.005), effect) == "which is the recipe itself"
    assert words.against_recipe((128, 0.005), (64, 0.005), effect) == (
        "whose error on the test weeks, against that of the recipe, is smaller by 2.0 % (95 % interval 1.0 to 3.0 %, "
        "5 seeds)"
    )
