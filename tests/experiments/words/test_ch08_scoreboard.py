"""Chapter 8's words, each branch once."""

import math

import pytest

from rnn_tutorial.experiments.verdicts import Effect
from rnn_tutorial.experiments.words import ch08_scoreboard as words
from rnn_tutorial.plotting.display.tables import kind_of_verdict

NAN = math.nan

# ---- phrases for any board -------------------------------------------------------------------------------------------


def test_beside():
    assert words.beside(91, 100) == "9 % less than"
    assert words.beside(103, 100) == "3 % more than"
    assert words.beside(100, 100) == "level with"
    assert words.beside(100.4, 100) == "level with"
    assert words.beside(99.4, 100) == "1 % less than"  # never 0 %
    assert words.beside(102, 100, tolerance=0.03) == "level with"


def test_behind():
    assert words.behind(109, 100) == "9 % behind"
    assert words.behind(97, 100) == "3 % ahead of"
    assert words.behind(100, 100) == "level with"


def test_p_value():
    assert [words.p_value(p) for p in (0.1437, 0.001, 0.00099, 0.0, NAN)] == [
        "= 0.144",
        "= 0.001",
        "< 0.001",
        "< 0.001",
        "not defined",
    ]


def test_leader():
    def lead(errors):
        return words.leader(errors, networks=["RNN", "GRU"], hybrids=["A + B"])

    assert lead({"RNN": 3, "GRU": 1.6, "A + B": 4, "A": 5}) == "a network alone leads: GRU, with 2"
    assert lead({"GRU": 3, "A + B": 1, "A": 5}) == "a hybrid leads: A + B, with 1"
    assert lead({"GRU": 3, "A + B": 4, "A": 2}) == "a classical method leads: A, with 2"
    assert words.leader({"GRU": 1.64}, ["GRU"], [], digits=1) == "a network alone leads: GRU, with 1.6"


def test_places():
    assert words.places({"a": [1, 2], "b": [2, 1]}) == "no method has the same place in all columns"
    assert words.places({"a": [1, 2], "b": [2, 1], "c": [3, 3]}) == (
        "only one method has the same place in all columns, c"
    )
    assert words.places({"a": [1, 2], "b": [2, 1], "c": [3, 3], "d": [4, 4], "e": [5, 5]}) == (
        "3 of 5 methods have the same place in all columns, c, d and e"
    )


def test_single_winner():
    assert words.single_winner({"A": "GRU", "B": "GRU", "C": "GRU"}) == "One method is first on all 3: GRU."
    assert words.single_winner({"A": "GRU", "B": "ridge", "C": "GRU"}) == (
        "No method is first on all 3: the first is GRU in A, ridge in B and GRU in C."
    )


# ---- England and Wales -----------------------------------------------------------------------------------------------


def test_error_memory():
    weak, plain = words.error_memory([0.2, 0.25]), words.error_memory([0.2, 0.6])
    assert weak == "That is weak, it is known at the origin, and Holt-Winters makes no use of it."
    assert plain == "That is plain, it is known at the origin, and Holt-Winters makes no use of it."
    nothing = "So there is at least one series where this mean alone promises a correction next to nothing."
    assert (
        words.error_memory([0.2, 0.05]) == words.error_memory([-0.2, 0.6]) == words.error_memory([NAN, 0.3]) == nothing
    )


def test_networks_alone():
    assert words.networks_alone([3, 4, 5, 6], 3) == "No network alone beats Holt-Winters here."
    assert words.networks_alone([2, 4, 5, 6], 3) == "1 of 4 networks alone beats Holt-Winters here."
    assert words.networks_alone([2, 2, 5, 6], 3) == "2 of 4 networks alone beat Holt-Winters here."
    assert words.networks_alone([2, 2, 2, 2], 3) == "Every network alone beats Holt-Winters here."


@pytest.mark.parametrize(
    ("errors", "text"),
    [
        ((1, 2, 3), "The hybrid does better than both"),
        ((2, 3, 1), "The hybrid does better than Holt-Winters, but no better than the chosen network alone"),
        ((2, 3, 2), "The hybrid does better than Holt-Winters, but no better than the chosen network alone"),
        ((2, 1, 3), "The hybrid does better than the chosen network alone, but no better than Holt-Winters"),
        ((2, 2, 3), "The hybrid does better than the chosen network alone, but no better than Holt-Winters"),
        ((2, 2, 2), "The hybrid does no better than either"),
        ((3, 2, 1), "The hybrid does no better than either"),
    ],
)
def test_hybrid(errors, text):
    assert words.hybrid(*errors) == text


def test_regression_instead():
    found = [words.regression_instead(error, 100) for error in (94, 95, 100, 101, 105, 110)]
    assert found == [
        "does better still",
        "does as well",
        "does as well",
        "does nearly as well",
        "does less well",
        "does less well",
    ]


@pytest.mark.parametrize(
    ("errors", "text"),
    [
        ((92, 91, 100), "So what helps is the idea, not the network in it."),
        ((80, 91, 100), "So what helps is the idea, not the network in it."),
        ((96, 91, 100), "So the idea helps, and the network in it helps further."),
        ((101, 91, 100), "So the idea helps here only with a network in it."),
        ((91, 101, 100), "So the idea helps here, but not with a network in it."),
        ((100, 100, 100), "So here the idea does not help."),
    ],
)
def test_what_helps(errors, text):
    assert words.what_helps(*errors) == text


def test_sure_of_both():
    neither = "four weeks are 28 days, and that is not enough to exclude luck"
    assert words.sure_of_both([0.1, 0.2]) == words.sure_of_both([NAN, 0.06]) == neither
    one = "four weeks are 28 days, enough to exclude luck for one of the two and not for the other"
    assert words.sure_of_both([0.01, 0.2]) == words.sure_of_both([NAN, 0.05]) == one
    assert words.sure_of_both([0.01, 0.05]) == "luck alone would hardly do that, though four weeks are 28 days only"


def test_ar1():
    found = [words.ar1(share) for share in (0.4, 0.8, 1.0, 1.2)]
    assert found == [
        "It helps a great deal.",
        "It helps a little.",
        "It does not help here.",
        "It does not help here.",
    ]


def test_gru_begins():
    assert words.gru_begins(0.8, 0.4) == "because nothing tells it to start from the last value"
    assert words.gru_begins(0.4, 0.4) == "though nothing tells it to start from the last value"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ((1.0, 1.0), (0.9, 1.0), "where Holt-Winters does and gains with the hours"),
        ((0.9, 1.0), (0.9, 1.0), "below Holt-Winters and keeps its distance"),
        ((1.1, 1.0), (1.2, 1.0), "above Holt-Winters and falls back with the hours"),
        ((1.0, 1.0), (1.0, 1.0), "where Holt-Winters does and keeps its distance"),
    ],
)
def test_along_the_day(first, last, text):
    assert words.along_the_day(first, last) == f"The hybrid begins {text}"


# ---- Victoria and Portugal -------------------------------------------------------------------------------------------


def test_sure_of_one():
    assert words.sure_of_one(0.05) == "luck alone would hardly do that"
    assert words.sure_of_one(0.06) == words.sure_of_one(NAN) == "eight weeks are too short to be sure"


def test_draw():
    assert words.draw(1, 2, 0.3) == words.draw(2, 1, 0.3) == words.draw(1, 2, NAN) == "a draw"
    assert words.draw(1, 2, 0.01) == "the network is ahead by more than luck explains"
    assert words.draw(2, 1, 0.01) == "the classical method is ahead by more than luck explains"


def test_kept_and_weather():
    draws = "over 5 draws of its error)"
    most, little = Effect(0.604, 0.5, 0.708, 5), Effect(-0.1, -0.4, 0.2, 5)
    assert words.kept(60, most) == f"60 % of the gain is left (95 % interval 50 to 71 % {draws}"
    assert words.kept(60, little) == f"nothing of the gain is left (95 % interval −40 to 20 % {draws}"
    assert words.kept(60, Effect(1, 0.9, 1.1, 5)) == f"all of the gain is left (95 % interval 90 to 110 % {draws}"
    assert words.kept(0, most) == "there was no gain to keep"
    assert words.weather(200, 130, most) == (
        "A known temperature takes 35 % off the GRU's error; with a forecast that is off by 2 °C "
        f"60 % of the gain is left (95 % interval 50 to 71 % {draws}."
    )
    assert words.weather(200, 200, most) == "A known temperature did not help the GRU here."


def test_christmas():
    assert words.christmas({"A": 10.4, "B": 20}, "MW") == "A by 10 and B by 20 MW too high"
    assert words.christmas({"A": -10}, "MW") == "A by 10 MW too low"
    assert words.christmas({"A": 10, "B": -20}, "MW") == "A by 10 MW too high, B by 20 MW too low"


def test_coverage():
    kept = words.coverage("Rolling", {"A": 0.88, "B": 0.9, "C": 0.92})  # the borders belong to it
    assert kept == "Rolling keeps the promise within two hundredths on all 3 series."
    much = " Too much is wrong as well: such an interval is wider than it need be."
    assert words.coverage("Split", {"A": 0.9, "B": 0.89, "C": 0.953}) == (
        f"Split keeps the promise within two hundredths on 2 of 3 series: it covers too much in C.{much}"
    )
    assert words.coverage("Split", {"A": 0.8, "B": 0.8, "C": 0.9}) == (
        "Split keeps the promise within two hundredths on 1 of 3 series: it covers too little in A and B."
    )
    assert words.coverage("Split", {"A": 0.95, "B": 0.8}) == (
        "Split keeps the promise within two hundredths on 0 of 2 series: "
        "it covers too much in A and covers too little in B." + much
    )


# ---- the learning curve ----------------------------------------------------------------------------------------------


def test_naive_line():
    errors = {"GRU": 26.04, "ridge": 101}
    assert words.naive_line(errors, 25.06, "kW", digits=1) == (
        'nobody beats "same time last week" (25.1 kW): the best that learns, GRU, has 26.0'
    )
    assert words.naive_line(errors, 26.04, "kW").startswith("nobody beats")
    assert words.naive_line(errors, 50, "MW") == (
        '1 of 2 that learn beats "same time last week" (50 MW): the best, GRU, has 26'
    )
    assert words.naive_line(errors | {"boosting": 20}, 50, "MW") == (
        '2 of 3 that learn beat "same time last week" (50 MW): the best, boosting, has 20, the GRU 26'
    )
    assert words.naive_line(errors, 500, "MW") == (
        'all 2 that learn beat "same time last week" (500 MW): the best, GRU, has 26'
    )


def test_change():
    found = [words.change(100, after) for after in (91, 99.5, 100, 103)]
    assert found == ["falls by 9 %", "hardly changes", "hardly changes", "rises by 3 %"]


@pytest.mark.parametrize(
    ("ours", "text"),
    [
        ([3, 3, 2, 2], "At no size is the GRU ahead of Holt-Winters with and without correction"),
        (
            [1, 3, 3, 3],
            "The GRU is ahead of Holt-Winters with and without correction with 4 weeks, but not with all 48",
        ),
        ([1, 1, 1, 1], "The GRU is ahead of Holt-Winters with and without correction at every size"),
        ([3, 3, 1, 1], "The GRU is ahead of Holt-Winters with and without correction from 16 weeks on"),
        ([1, 3, 3, 1], "The GRU is ahead of Holt-Winters with and without correction from 48 weeks on (and with 4)"),
        (
            [1, 1, 3, 1],
            "The GRU is ahead of Holt-Winters with and without correction from 48 weeks on (and with 4 and 8)",
        ),
    ],
)
def test_ahead_from(ours, text):
    sizes = [4, 8, 16, 48]
    assert words.ahead_from(dict(zip(sizes, ours, strict=True)), dict.fromkeys(sizes, 2)) == text


def test_far_behind():
    def behind(*errors):
        return words.far_behind(dict(enumerate(errors)), {0: 100, 1: 100})

    assert behind(90, 100) == "the network is nowhere behind"
    assert behind(90, 110) == "the network is never far behind"
    assert behind(131, 90) == "the network is up to 31 % behind the best of the others"


def test_duel_at():
    assert words.duel_at(102, 100, "MW") == "the GRU and Holt-Winters with a correction are level, 102 and 100 MW"
    assert words.duel_at(90, 100, "MW") == "the GRU is ahead of Holt-Winters with a correction, 90 against 100 MW"
    assert words.duel_at(110, 100, "MW") == "Holt-Winters with a correction is ahead of the GRU, 100 against 110 MW"


def test_england_point():
    behind, ahead = (2, 1), (1, 2)
    assert words.england_point(behind, behind, 8) == "the network is behind, as the GRU in Portugal with 8"
    assert words.england_point(behind, ahead, 8) == "the network is behind, unlike the GRU in Portugal with 8"
    assert words.england_point(ahead, ahead, 8) == "the network is not behind, as the GRU in Portugal with 8"
    assert words.england_point(ahead, behind, 8) == "the network is not behind, unlike the GRU in Portugal with 8"


def test_helped():
    assert words.helped([1, 2, 4], [2, 3, 4]) == "it lowered the error at 2 of the 3 points drawn here"
    assert words.helped([1], [2]) == "it lowered the error at 1 of the 1 point drawn here"


# ---- the article's claims --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("boards", "text", "kind"),
    [
        (
            [(2, 1, 0.01), (1, 1, 0.5)],
            "does not hold here: on none of the 2 series is a network ahead",
            "does not hold",
        ),
        ([(1, 2, 0.01), (1, 2, 0.05)], "holds here", "holds"),
        ([(1, 2, 0.01), (1, 2, 0.3)], "holds only on 1 of 2 series beyond chance", "holds only"),
        ([(1, 2, 0.01), (2, 1, 0.01)], "holds only on 1 of 2 series beyond chance", "holds only"),
        ([(1, 2, 0.1), (2, 1, 0.01)], "undecided: ahead on 1 of 2 series, and nowhere beyond chance", "undecided"),
        ([(1, 2, 0.1), (1, 2, NAN)], "undecided: ahead on 2 of 2 series, and nowhere beyond chance", "undecided"),
    ],
)
def test_useful(boards, text, kind):
    assert words.useful(boards) == text
    assert kind_of_verdict(text) == kind


# ---- Fooled? ---------------------------------------------------------------------------------------------------------


def test_winner_of_forty():
    assert words.winner_of_forty(-0.75, 1.71, 100, 100) == (
        "Where it was chosen, the winner's error is on average 0.8 % below that of Holt-Winters. On the weeks after "
        "it is 1.7 % above that, and in 100 of the 100 draws the winner is the worse of the two there."
    )
    assert "it is level with that, and in 50" in words.winner_of_forty(-0.75, 0.04, 50, 100)
    assert "it is 0.1 % below that, and in 40" in words.winner_of_forty(-0.75, -0.1, 40, 100)


def test_forty_elsewhere():
    assert words.forty_elsewhere([-1, -0.5, 0.1], [0.3, -0.1, 0.2]) == (
        "Where it was chosen the winner is ahead of Holt-Winters in 2 of 3 cases, and on the other weeks "
        "behind it in 2 of 3."
    )


def test_last_batch():
    assert words.last_batch("GRU", 64, 10.0, 17.2, "kW") == (
        "With batches of 64 the error of the GRU would be reported as 10.0 kW, 42 % less than the 17.2 kW of all "
        "forecasts."
    )
    assert "as 20.0 kW, 16 % more than the 17.2" in words.last_batch("GRU", 64, 20.0, 17.2, "kW")
    assert "level with the 17.2" in words.last_batch("GRU", 64, 17.2, 17.2, "kW")


def test_burn_in():
    assert words.burn_in(validation=(333, 399), test=(277, 270)) == (
        "Validation prefers two weeks (333 MW against 399 with three), "
        "the test would have preferred three weeks (270 MW against 277 with two)."
    )
    assert words.burn_in(validation=(333, 399), test=(270, 277)) == (
        "Validation prefers two weeks (333 MW against 399 with three), "
        "and so would the test, two weeks (270 MW against 277 with three)."
    )
    assert words.burn_in(validation=(399, 333), test=(277, 270)).startswith("Validation prefers three weeks (333 MW")


def test_reported():
    assert words.reported("alpha 3", 277, "alpha 3", 277) == (
        "Validation's choice, alpha 3, with 277 MW on the test, is the one this chapter reports."
    )
    assert words.reported("alpha 1", 278, "alpha 3", 277) == (
        "Validation's choice on this machine, alpha 1, has 278 MW on the test; "
        "this chapter reports what was chosen on ours, alpha 3, with 277."
    )


def test_luckiest():
    assert words.luckiest(270, 277) == (
        "The luckiest would have 270; nobody could have picked it, so it is nobody's result."
    )
    assert words.luckiest(277, 277) == "It happens to be the luckiest, too; nobody could have known."
