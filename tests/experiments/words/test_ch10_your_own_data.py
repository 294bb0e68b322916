"""Words of chapter 10: a network that wins, one that loses, and all between."""

import math

import pytest

from rnn_tutorial.experiments.verdicts import Effect
from rnn_tutorial.experiments.words import ch10_your_own_data as words
from rnn_tutorial.plotting import kind_of_verdict

NAN = math.nan
WORSE, BETTER, OPEN = Effect(20, 10, 30, 5), Effect(-20, -30, -10, 5), Effect(1, -5, 7, 5)


def test_clock_has_minutes():
    assert [words.clock(hour) for hour in (0, 9.5, 14, 23.75)] == ["0:00", "9:30", "14:00", "23:45"]


def test_heat():
    assert words.heat(300, 200) == "hot days are harder, and nothing tells the network that tomorrow will be one"
    for hot in (200, 100):
        assert words.heat(hot, 200).startswith("hot days are no harder, although nothing tells")


def test_spoilt():
    said = [words.spoilt(percent) for percent in (12.4, 0.5, 0.4, 0, -0.4, -0.6, -3)]
    assert said[0] == "12 % larger"
    assert said[1].endswith("% larger")
    assert said[2:5] == ["hardly different"] * 3
    assert said[5:] == ["1 % smaller", "3 % smaller"]


def test_relies():
    sources = ["recent values", "the clock", "the working days"]

    def relies(*percents):
        return words.relies(dict(zip(sources, percents, strict=True)))

    assert relies(9, 9, 9) == "So it relies on all of them: recent values, the clock and the working days"
    assert relies(9, 0, 9) == "So it relies on recent values and the working days, but not on the clock"
    assert relies(-1, 9, 0.1) == "So it relies on the clock, but not on recent values or the working days"
    assert relies(0, 0, -2) == "So it relies on none of them"


@pytest.mark.parametrize(
    ("gain", "p", "answer"),
    [
        (0.1, 0.01, "Yes"),
        (0.1, 0.05, "On average, but the difference may be chance"),
        (0.1, NAN, "On average, but the difference may be chance"),
        (-0.1, 0.01, "No, it is worse"),
        (-0.1, 0.5, "No, though the difference may be chance"),
        (-0.1, NAN, "No, though the difference may be chance"),
        (0.0, NAN, "No"),
    ],
)
def test_better(gain, p, answer):
    assert words.better(gain, p) == answer


def test_less():
    assert [words.less(percent) for percent in (23.1, 0.2, 0, -0.2, -4)] == [
        "23 % less", "nearly the same", "nearly the same", "nearly the same", "4 % more"
    ]  # fmt: skip


def test_p_value():
    assert words.p_value(0.364) == "p = 0.36"
    assert words.p_value(0.00123, 5) == "p = 0.00123"
    assert words.p_value(0.004) == "p below 0.01"
    assert words.p_value(0, 5) == "p below 0.00001"
    assert words.p_value(NAN) == "no p"


def test_choice():
    assert words.choice(0.89, 0.9) == "in these weeks the choice makes little difference, so they cannot decide it"
    assert words.choice(0.84, 0.9).startswith("in these weeks the choice makes a difference of 0.06, which")


def test_season():
    errors = "In the eight weeks before the test the network was off by 150 MW, in the test weeks by"
    assert words.season(0.91, 150, 200) == (
        f"The errors of split are those of four weeks of spring, and here these were enough. {errors} 200."
    )
    short = "Why does split fall short? Its errors are those of four weeks of spring."
    assert words.season(0.8, 150, 200) == f"{short} {errors} 200: its errors grew and the interval did not."
    for after in (150, 140):
        assert words.season(0.8, 150, after) == f"{short} {errors} {after}: so it is not that its errors grew."


def test_width():
    assert words.width(900, 700) == "is wider, 900 MW against 700 on average"
    assert words.width(600, 700) == "is narrower, 600 MW against 700 on average"
    assert words.width(700.1, 700) == "is as wide as the other, 700 MW on average"


def test_worst_week():
    assert words.worst_week(0.83) == (
        "Rolling does not keep its promise in every week: in the worst of those drawn it held 0.83"
    )
    assert words.worst_week(0.9) == "Rolling kept its promise in every week drawn: in the worst of them it held 0.90"


def test_new_week():
    assert words.new_week(200, 190) == "lowers the error by 5 %"
    assert words.new_week(200, 210) == "raises the error by 5 %"
    assert {words.new_week(200, updated) for updated in (199.5, 200, 200.5)} == {"hardly changes the error"}


def test_loses():
    assert words.loses(WORSE) == (
        "Now the network loses. Its error is larger by 20.0 % (95 % interval 10.0 to 30.0 %, 5 seeds), beside that of "
        "Holt-Winters."
    )
    assert words.loses(BETTER).startswith("Even here the network wins;")
    assert words.loses(OPEN).startswith("Here neither wins;")


def test_more_updates():
    assert words.more_updates(WORSE) == "so updates are what it lacked, at least in part"
    assert words.more_updates(BETTER) == "so updates are not what it lacked here"
    assert words.more_updates(OPEN) == "so it is undecided whether updates are what it lacked"


def test_leans():
    assert words.leans(11) == ("The network leans on the working day: a shuffled one made its error 11 % larger above.")
    for percent in (0, -3):
        assert words.leans(percent).startswith("The network does not lean on the working day:")


def test_real_loss():
    assert words.real_loss(0.36, "X") == (
        "For the GRU and X on the year the test gives p = 0.36: look at more weeks before you call a winner"
    )
    assert words.real_loss(NAN, "X").startswith("For the GRU and X on the year the test gives no p: look at more")
    assert words.real_loss(0.001, "X") == (
        "For the GRU and X on the year the test gives p below 0.01, hardly chance. "
        "Where it gives a larger p, look at more weeks before you call a winner"
    )


def test_short_summary():
    assert words.short_summary(WORSE) == "With four weeks of data the same recipe loses to Holt-Winters."
    assert words.short_summary(BETTER).endswith("the same recipe is ahead of Holt-Winters, but yours may not be.")
    assert words.short_summary(OPEN).endswith("neither the same recipe nor Holt-Winters is decidedly ahead.")


@pytest.mark.parametrize(
    ("naive", "best", "kind", "verdict"),
    [
        ((0.4, 0.001), (0.1, 0.01), "holds", "holds, against the naive forecast and the best classical one"),
        ((0.4, 0.001), (0.1, 0.3), "holds only", "against the best classical one it may be chance"),
        ((0.4, 0.001), (0.1, NAN), "holds only", "against the best classical one it may be chance"),
        ((0.4, 0.001), (0.0, NAN), "holds only", "holds only against the naive forecast"),
        ((0.4, 0.001), (-0.1, 0.01), "holds only", "holds only against the naive forecast"),
        ((0.4, 0.2), (0.1, 0.01), "undecided", "its lead over the naive forecast may be chance"),
        ((0.4, NAN), (0.1, 0.01), "undecided", "its lead over the naive forecast may be chance"),
        ((0.0, NAN), (-0.1, 0.01), "does not hold", "the naive forecast is as good or better"),
        ((-0.4, 0.001), (-0.1, 0.01), "does not hold", "the naive forecast is as good or better"),
    ],
)
def test_useful(naive, best, kind, verdict):
    said = words.useful(naive, best)
    assert kind_of_verdict(said) == kind
    assert said.endswith(verdict)


def test_computing():
    fewer, equal, more = (words.computing(380, numbers, 100) for numbers in (99, 100, 101))
    steps = "380 steps in place of one solution"
    assert fewer == f"holds only of the training: {steps}, for fewer numbers than the regression's"
    assert equal == f"holds only of the training: {steps}, for as many numbers as the regression's"
    assert more == f"holds here, by the count: {steps}, and more numbers to learn than the regression"
    assert [kind_of_verdict(said) for said in (fewer, equal, more)] == ["holds only", "holds only", "holds"]


@pytest.mark.parametrize(
    ("few", "many", "kind", "verdict"),
    [
        (WORSE, WORSE, "holds", "holds here: on short series A is ahead of the network with either recipe"),
        (
            WORSE,
            BETTER,
            "holds only",
            "holds only with the recipe of the year: after more updates the network is ahead",
        ),
        (WORSE, OPEN, "holds only", "holds only with the recipe of the year: after more updates nothing is decided"),
        (BETTER, OPEN, "does not hold", "does not hold here: the network is ahead on short series, too"),
        (OPEN, BETTER, "does not hold", "does not hold here: the network is ahead on short series, too"),
        (OPEN, OPEN, "undecided", "undecided: on short series, of the network and A, the interval contains no effect"),
        (OPEN, WORSE, "undecided", "undecided: on short series"),
    ],
)
def test_suitable(few, many, kind, verdict):
    said = words.suitable("A", few, many)
    assert kind_of_verdict(said) == kind
    assert said.startswith(verdict)


def test_fooled():
    assert words.fooled(190, 200) == "seems to beat every method on the board that is no network"
    assert words.fooled(200, 200) == "seems as good as the best on the board that is no network"
    assert words.fooled(210, 200) == "seems to come within 5 % of the best on the board that is no network"


def test_a_place_among_others():
    errors = {"a": 1.0, "b": 2.0, "c": 3.0}
    assert words.place("a", errors) == "a is first of 3, with 1.00 against 2.00 of b"
    assert words.place("b", errors) == "b is number 2 of 3, with 2.00 against 1.00 of a"
    assert words.place("c", errors) == "c is last of 3, with 3.00 against 1.00 of a"


def test_tuned():
    assert words.tuned(0.991, 0.989) == "Tuning left the trees where they were, at a MASE of 0.99."
    assert words.tuned(1.03, 0.99) == "Tuning brought the trees from a MASE of 1.03 to 0.99."
    assert words.tuned(0.99, 1.03).endswith("on the few days kept back need not be best after them.")
