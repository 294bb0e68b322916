"""Words of the page on intervals: by the hour, by the aims of the study, and of whole days."""

from rnn_tutorial.experiments.words import intervals as words
from rnn_tutorial.experiments.words.intervals import Asked


def test_an_hour_fails_where_its_interval_leaves_the_promise_out():
    assert words.failing([0.8, 0.92, 0.85], [0.89, 0.99, 0.95], 0.9) == 2


def test_by_hour():
    assert words.by_hour(0, 3, 24).endswith("contains what was promised at all 24 hours, so there is nothing to mend.")
    assert words.by_hour(9, 2, 24) == (
        "With widths by the step ahead the 95 % interval of the coverage does not contain what was promised at 9 of "
        "the 24 hours (by chance alone it would be about 1); with widths by step and time of day at 2."
    )
    assert words.by_hour(9, 0, 24).endswith("widths by step and time of day at none.")
    assert words.by_hour(9, 9, 24).endswith("at 9, so they mend nothing here.")


def test_aims():
    good, wide = Asked(0.9, 0.87, 0.93, 0.1), Asked(0.95, 0.9, 0.99, 0.2)

    def said(**found):
        return words.aims(found, (0.88, 0.92), (0.85, 0.95), 0.104)

    assert said(a=good, b=good) == (
        "The aim of coverage of 0.88 to 0.92 over all hours is met by all 2. "
        "The aim of 0.85 to 0.95 in each quarter of the day is met by all 2. "
        "The aim of a pinball loss of 0.104 at most is met by all 2."
    )
    assert said(a=wide).count("is met by none of the 1.") == 3
    assert "over all hours is met by a; it is missed by b." in said(a=good, b=wide)


def test_narrower():
    assert [words.narrower(ours, 10) for ours in (8, 10.01, 12)] == ["20 % narrower", "as wide", "20 % wider"]


def test_parts_held():
    assert words.share(0.5, 8) == "4 of 8 days"
    assert words.parts_held(0.9, 1.0, 0.9, 10) == (
        "Of intervals around the mean of past days, those of paths held on 9 of 10 days, those of the steps' "
        "quantiles on 10 of 10 days: both agree with 90 %."
    )
    assert words.parts_held(0.9, 0.4, 0.9, 10).endswith("the paths are nearer to 90 %.")
    assert words.parts_held(0.5, 1.0, 0.9, 10).endswith("here the paths are further from 90 %.")
    assert words.parts_held(0.4, 0.4, 0.9, 10).endswith("on 4 of 10 days.")


def test_followed():
    assert words.followed(0.91, 0.88, 11, 10) == (
        "Where the level follows what was covered, intervals are 10 % wider here and hold 0.910 of the values in place "
        "of 0.880."
    )


def test_intervals_elsewhere():
    said = words.elsewhere(19, (14, 10, 18), (4, 11, 12), (0.67, 0.79, 0.78))
    assert "on 14 with widths by step, on 10 with widths by step and time of day, and on 18 where levels" in said
    assert "0.67, 0.79 and 0.78" in said
    assert words.sharper("by day", 0.86, 16, 19, 0.0004) == (
        "The interval score is smaller by day, by 14 % in the geometric mean, and smaller on 16 of 19 (signed-rank "
        "test of the logarithms, p < 0.001)."
    )
    assert "larger by the clock, by 10 %" in words.sharper("by the clock", 1.1, 3, 19, 0.01)
    assert "gains by the clock is undecided" in words.sharper("by the clock", 0.9, 10, 19, 0.2)


def test_best_scored():
    assert words.best_scored({"a": 2, "b": 1}, {"a": 2, "b": 1}) == 'Both scores are smallest for "b".'
    assert words.best_scored({"a": 2, "b": 1}, {"a": 1, "b": 2}) == (
        'The interval score is smallest for "b", the CRPS for "a".'
    )


def test_gains():
    assert words.gains("Rolling in place of split", 0.8, 0.01) == (
        "Rolling in place of split: -20 % of the interval score, more than chance (p = 0.010)."
    )
    for p in (0.05, float("nan")):
        assert "+10 % of the interval score, which may be chance" in words.gains("Rolling in place of split", 1.1, p)
