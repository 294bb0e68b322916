"""Chapter 8's words on runs that were kept, each branch once."""

from rnn_tutorial.experiments.words import ch08_kept as words


def test_over_seeds():
    of = "95 % interval over 5 seeds"
    assert words.over_seeds(-0.09, -0.11, -0.07, 5) == f"falls by 9 % ({of}: 7 to 11 %)"
    assert words.over_seeds(0.04, 0.01, 0.07, 5) == f"rises by 4 % ({of}: 1 to 7 %)"
    assert words.over_seeds(-0.01, -0.031, 0.0, 5) == f"has no sure change ({of}: from −3.1 to +0.0 %)"


def test_settles():
    assert words.settles({4: 120, 8: 101, 16: 100, 44: 101}) == "stays within 2 % of its best from 8 weeks on"
    assert words.settles({4: 100, 8: 99}) == "stays within 2 % of its best from 4 weeks on"
    assert words.settles({4: 101, 8: 120, 44: 100, 48: 100}) == "stays within 2 % of its best from 44 weeks on"
    assert words.settles({4: 120, 8: 110, 16: 100}) == "is not within 2 % of its best before all 16 weeks"
    assert words.settles({4: 120, 8: 100, 44: 181}) == ("does best with 8 weeks; with all 44 its error is 81 % larger")


def test_all_weeks():
    start = "Estimated on all weeks in place of the last sixteen, HW does better at"
    capped = {16: 90, 24: 100, 32: 100}
    assert words.all_weeks("HW", capped, {24: 99, 32: 98}) == f"{start} 2 of 2 sizes, by 2.0 % at most."
    assert words.all_weeks("HW", capped, {24: 99, 32: 110}) == (
        f"{start} 1 of 2 sizes, by 1.0 % at most, elsewhere worse by up to 10.0 %."
    )
    assert words.all_weeks("HW", capped, {24: 100, 32: 110}) == f"{start} 0 of 2 sizes, and worse by up to 10.0 %."


def test_found_again():
    assert words.found_again([100, 200], [100.00001, 200]) == (
        "Of the 2 errors found again in this build every one agrees with the kept one to 6 digits."
    )
    assert words.found_again([100, 200], [101, 200]) == (
        "Of the 2 errors found again in this build 1 agrees with the kept ones to 6 digits; "
        "the largest difference is 1.0 %."
    )
    assert "build 0 agree with" in words.found_again([100], [101])


def test_epochs_chosen():
    assert words.epochs_chosen([6, 1, 12], {"ConvLSTM": 6, "CNN-LSTM": 1}) == (
        "of 1, 6 and 12 epochs validation prefers 6 for the ConvLSTM and 1 for the CNN-LSTM"
    )
    assert words.epochs_chosen([1, 6], {"ConvLSTM": 6}) == (
        "of 1 and 6 epochs validation prefers 6 for the ConvLSTM, the most that were tried"
    )
