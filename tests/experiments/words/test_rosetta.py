"""Words of the dictionary of dialects, each branch once."""

from rnn_tutorial.experiments.words import rosetta


def test_polarity():
    assert rosetta.polarity(True) == "keeps the old state"
    assert rosetta.polarity(False) == "takes the new one"


def test_place():
    assert rosetta.place(True) == "after the product"
    assert rosetta.place(False) == "before the product"
