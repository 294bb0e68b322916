"""Phrases that several chapters use, each branch once."""

from rnn_tutorial.experiments.verdicts import Decision, Effect
from rnn_tutorial.experiments.words import common


def test_duel():
    assert common.duel("A", "B", [1, 2], [3, 4]) == "every A has a smaller test error than every B"
    assert common.duel("A", "B", [3, 4], [1, 2]) == "every B has a smaller test error than every A"
    assert common.duel("A", "B", [1, 3], [2, 4]) == "the seeds of A and B overlap: no winner"
    assert common.duel("A", "B", [1, 2], [2, 3]) == "the seeds of A and B overlap: no winner"


def test_beats():
    assert [common.beats(a, 2) for a in (1, 2, 3)] == ["beats", "equals", "does not beat"]


def test_intervals():
    two = {"a": Effect(1.26, 0.5, 2.0, 5), "b": Effect(-3.0, -4.0, -2.0, 5)}
    assert common.intervals(two) == "a +1.3 (+0.5 to +2.0); b -3.0 (-4.0 to -2.0); 95 % intervals, 5 seeds"
    alone = Effect(1.0, float("-inf"), float("inf"), 1)
    assert common.intervals({"a": alone}, decimals=0, unit=" %") == "a +1 %; 1 seed"


def test_plural():
    assert [common.plural(n, "seed") for n in (0, 1, 2)] == ["0 seeds", "1 seed", "2 seeds"]
    assert common.plural(2, "matrix", "matrices") == "2 matrices"


def test_decisions_are_said_once_each():
    found = {"a": Decision("holds"), "b": Decision("undecided"), "c": Decision("holds")}
    clauses = {"undecided": "nothing on {}", "holds": "more on {}", "does not hold": "less on {}"}
    assert common.by_decision(found, clauses) == "nothing on b; more on a and c"


def test_listed():
    assert common.listed(["a"]) == "a"
    assert common.listed(["a", "b"]) == "a and b"
    assert common.listed(["a", "b", "c"], "or") == "a, b or c"


def test_larger_or_smaller():
    said = [common.larger(Effect(mean, low, high, 5)) for mean, low, high in ((2, 1, 3), (-2, -3, -1), (1, -1, 3))]
    assert said == [
        "larger by 2.0 % (95 % interval 1.0 to 3.0 %, 5 seeds)",
        "smaller by 2.0 % (95 % interval 1.0 to 3.0 %, 5 seeds)",
        "not decidedly different: +1.0 % (95 % interval -1.0 to +3.0, 5 seeds)",
    ]
