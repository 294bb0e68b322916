"""The words on convolutions and attention: every branch, and verdicts that begin as verdicts do."""

from rnn_tutorial.experiments.verdicts import Decision, Effect
from rnn_tutorial.experiments.words import ch08_demand_rivals as words

BETTER, WORSE, OPEN = Decision("holds"), Decision("does not hold"), Decision("undecided", "a reason")


def test_fewer_errors():
    found = {"CNN in Victoria": BETTER, "CNN in Portugal": WORSE, "Transformer in Portugal": OPEN}
    assert words.fewer_errors(found) == (
        "fewer errors than the LSTM are made by the CNN in Victoria; more errors are made by the CNN in Portugal; "
        "it is undecided of the Transformer in Portugal"
    )


def test_at_the_edge():
    assert words.at_the_edge([0.2], [0.1, 0.2, 0.3]) == "Every chosen rate lies between two that are worse."
    assert words.at_the_edge([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]) == (
        "In 2 of 3 cases the chosen rate is the smallest or the largest tried: a wider search may change the numbers."
    )


def test_suits_better():
    assert words.suits_better({"CNN on recall": BETTER, "CNN on adding": BETTER}) == "holds in all 2 comparisons"
    assert words.suits_better({"CNN on recall": BETTER, "CNN on adding": OPEN, "CNN on rows": WORSE}) == (
        "holds only of 1 of 3 comparisons: the CNN on recall"
    )
    assert words.suits_better({"CNN on recall": WORSE, "CNN on adding": WORSE}) == (
        "does not hold here: the LSTM does better in all 2 comparisons"
    )
    assert words.suits_better({"CNN on recall": WORSE, "CNN on adding": OPEN}) == (
        "undecided: the LSTM does better in 1 of 2 comparisons, and elsewhere the intervals contain no effect"
    )
    assert words.suits_better({"CNN on recall": OPEN}) == "undecided: the intervals contain no effect"


def test_best_start():
    changes = {
        "Victoria": (Effect(-2.04, -3.0, -1.0, 5), BETTER),
        "Portugal": (Effect(1.5, 1.0, 2.0, 5), WORSE),
        "England": (Effect(0.1, -1.0, 1.2, 5), OPEN),
    }
    assert words.best_start(changes) == (
        "lowers the error in Victoria (−2.0 %); raises the error in Portugal (+1.5 %); "
        "decides nothing in England (+0.1 %)"
    )
