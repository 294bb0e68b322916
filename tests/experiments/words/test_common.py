"""Phrases that several chapters use, each branch once."""

from rnn_tutorial.experiments.words import common


def test_duel():
    assert common.duel("A", "B", [1, 2], [3, 4]) == "every A has a smaller test error than every B"
    assert common.duel("A", "B", [3, 4], [1, 2]) == "every B has a smaller test error than every A"
    assert common.duel("A", "B", [1, 3], [2, 4]) == "the seeds of A and B overlap: no winner"
    assert common.duel("A", "B", [1, 2], [2, 3]) == "the seeds of A and B overlap: no winner"


def test_beats():
    assert [common.beats(a, 2) for a in (1, 2, 3)] == ["beats", "equals", "does not beat"]


def test_plural():
    assert [common.plural(n, "seed") for n in (0, 1, 2)] == ["0 seeds", "1 seed", "2 seeds"]
    assert common.plural(2, "matrix", "matrices") == "2 matrices"


def test_halves():
    assert common.halves(2.04) == "halves every 2.0 days"
    assert common.halves(float("inf")) == "does not fall"


def test_listed():
    assert common.listed(["a"]) == "a"
    assert common.listed(["a", "b"]) == "a and b"
    assert common.listed(["a", "b", "c"], "or") == "a, b or c"
