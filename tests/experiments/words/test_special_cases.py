"""Every branch of the words on the page of special cases."""

from rnn_tutorial.experiments.verdicts import Effect
from rnn_tutorial.experiments.words import special_cases as words

WORSE, BETTER, OPEN = Effect(20, 10, 30, 5), Effect(-20, -30, -10, 5), Effect(1, -5, 7, 5)


def test_known_best():
    assert words.known_best({"a": 3, "b": 2}, 3) == "Near the best forecast in all 3 with every seed: a."
    assert words.known_best({"a": 0, "b": 0}, 3).startswith("None is near the best forecast of any series")
    assert words.known_best({"a": 2, "b": 2, "c": 1}, 3).endswith("most often, in 2: a and b.")


def test_known_missed():
    assert words.known_missed([]).startswith("Each series has a method")
    assert words.known_missed(["noise", "step"]).endswith("with every seed of: noise and step.")


def test_known_ours():
    assert "passes as many as" in words.known_ours({"GRU": 2}, {"ETS": 2, "Theta": 1})
    assert words.known_ours({"GRU": 3, "best": 4}, {"ETS": 2}).startswith(
        "The best of ours, best, passes more than ETS"
    )
    assert words.known_ours({"GRU": 1}, {"ETS": 2}).endswith("passes fewer than ETS, the best of the others: 1 and 2.")


def test_told():
    assert words.told(BETTER, OPEN, WORSE) == (
        "With Christmas and New Year apart the GRU's error on holidays, eves and bridge days is smaller by 20.0 % "
        "(95 % interval 10.0 to 30.0 %, 5 seeds); on other days it is not decidedly different: +1.0 % (95 % "
        "interval -5.0 to +7.0, 5 seeds). With one column for all holidays the error on such days is larger by 20.0 % "
        "(95 % interval 10.0 to 30.0 %, 5 seeds)."
    )


def test_least_absolute():
    assert words.least_absolute({"median": 0.2, "mean": 0.3}, "median").endswith(
        "a forecast that never orders anything."
    )
    assert words.least_absolute({"median": 0.4, "mean": 0.3}, "median") == (
        'The smallest mean absolute error is that of "mean", with median at 0.40 beside 0.30.'
    )


def test_nearest():
    assert words.nearest({"median": 0.4, "mean": 0.3}, "median").endswith(
        'is "mean", and "median" is the furthest away.'
    )
    assert words.nearest({"median": 0.2, "mean": 0.3}, "median").endswith('is "median".')


def test_network_nearer():
    said = words.network_nearer({"mean": BETTER, "TSB": BETTER, "Croston": OPEN})
    assert said == (
        "By the rule of all claims the network is nearer to it than mean and TSB; not decidedly nearer or further than "
        "Croston."
    )
    assert words.network_nearer({"mean": WORSE}).endswith("is further from it than mean.")
