"""Scores by hand, the detector of disguised persistence, and the scoreboard."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnn_tutorial.forecasting import (
    Scoreboard,
    by_step,
    coverage,
    crps,
    find_disguise,
    lag_of_best_match,
    mae,
    mape,
    mase,
    pinball,
    rmse,
    skill_over_copy,
    smape,
    width,
)

rng = np.random.default_rng(1)
VALUES = np.cumsum(rng.normal(size=400)) + 50
ORIGINS = np.arange(200, 380, 5)
TRUTH = VALUES[ORIGINS[:, None] + np.arange(6)]


def board() -> Scoreboard:
    return Scoreboard(VALUES, ORIGINS, 6, VALUES[:200], 24, "kW")


def test_scores_by_hand():
    assert mae([1.0, 2.0], [2.0, 4.0]) == 1.5
    assert rmse([1.0, 2.0], [2.0, 4.0]) == pytest.approx(np.sqrt(2.5))
    assert mase([1.0, 2.0], [2.0, 4.0], past=[0.0, 0.0, 1.0, 3.0], season=2) == pytest.approx(1.5 / 2)


def test_percentages_by_hand():
    assert mape([-2.0, 4.0], [-1.0, 5.0]) == pytest.approx((50 + 25) / 2)
    assert smape([1.0, -3.0], [3.0, -1.0]) == pytest.approx(100)
    assert smape([1.0, 2.0], [-1.0, 2.0]) == pytest.approx((200 + 0) / 2)
    assert smape([0.0, 1.0], [0.0, 3.0]) == pytest.approx((0 + 100) / 2)
    with pytest.raises(ValueError, match="a true value is 0"):
        mape([0.0], [1.0])


def test_scores_of_quantiles_by_hand():
    """The truth 3 above the quantile of 10 % costs 0.3, 3 below it 2.7."""
    assert pinball([3.0], [0.0], 0.1) == pytest.approx(0.3)
    assert pinball([-3.0], [0.0], 0.1) == pytest.approx(2.7)
    assert crps([3.0], [[0.0, 1.0]], (0.1, 0.5)) == pytest.approx(2 * (0.3 + 1.0) / 2)
    assert crps([3.0, 0.0], [[1.0] * 3, [1.0] * 3], (0.1, 0.5, 0.9)) == pytest.approx(1.5)  # no spread: the MAE
    low, high = [0.0, 0.0, 0.0, 2.0], [1.0, 1.0, 1.0, 4.0]
    assert coverage([0.0, 1.0, 1.5, 1.5], low, high) == 0.5  # the ends are inside
    assert width([0.0, 1.0, 1.5, 1.5], low, high) == pytest.approx(1.25)
    with pytest.raises(ValueError, match="mixed up"):
        coverage([0.0] * 4, high, low)
    with pytest.raises(ValueError, match="should increase"):
        crps([3.0], [[0.0, 1.0]], (0.5, 0.1))


def test_scores_by_step():
    truth, forecast = [[1.0, 2.0], [3.0, 4.0]], [[1.0, 4.0], [2.0, 8.0]]
    np.testing.assert_allclose(by_step(mae, truth, forecast), [0.5, 3.0])
    np.testing.assert_allclose(by_step(pinball, truth, forecast, level=0.25), [0.125, 2.25])
    with pytest.raises(ValueError, match="should be"):
        by_step(mae, truth, forecast[:1])


def test_scores_refuse_what_means_nothing():
    with pytest.raises(ValueError, match="one shape"):
        mae(np.zeros(3), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="NaN"):
        rmse([1.0], [np.nan])
    with pytest.raises(ValueError, match="repeats exactly"):
        mase([1.0], [1.0], past=[1.0, 2.0, 1.0, 2.0], season=2)
    with pytest.raises(ValueError, match="longer than a season"):
        mase([1.0], [1.0], past=[1.0], season=2)


def test_disguised_persistence_is_found():
    one_step = VALUES[ORIGINS - 1, None]
    assert lag_of_best_match(VALUES, ORIGINS, one_step) == 1
    yesterday = VALUES[ORIGINS[:, None] - 24 + np.arange(6)]
    assert lag_of_best_match(VALUES, ORIGINS, yesterday) == 24
    honest = TRUTH + 0.1 * rng.normal(size=TRUTH.shape)
    assert lag_of_best_match(VALUES, ORIGINS, honest) == 0
    with pytest.raises(ValueError, match="leave the series"):
        lag_of_best_match(VALUES, ORIGINS, honest, most=300)


def test_persistence_is_another_copy_at_every_step_ahead():
    forecast = np.repeat(VALUES[ORIGINS - 1, None], 6, axis=1)
    found = [lag_of_best_match(VALUES, ORIGINS + k, forecast[:, k : k + 1]) for k in range(6)]
    assert found == [1, 2, 3, 4, 5, 6]


def test_disguises_are_named_step_by_step():
    last_value = np.repeat(VALUES[ORIGINS - 1, None], 6, axis=1)
    found = find_disguise(VALUES, ORIGINS, last_value)
    assert (str(found), found.lags.tolist(), found.skills.tolist()) == ("last value", [1, 2, 3, 4, 5, 6], [0] * 6)
    yesterday = VALUES[ORIGINS[:, None] - 24 + np.arange(6)]
    assert str(find_disguise(VALUES, ORIGINS, yesterday)) == "24 steps back"
    honest = find_disguise(VALUES, ORIGINS, TRUTH)
    assert (str(honest), honest.skills.tolist()) == ("", [1] * 6)
    half = np.hstack([last_value[:, :3], TRUTH[:, 3:]])  # a copy at as many steps as not is none
    assert str(find_disguise(VALUES, ORIGINS, half)) == ""
    assert find_disguise(VALUES, ORIGINS, last_value, most=2).lags.tolist() == [1, 2, 3, 4, 5, 6]


def test_a_resembling_forecast_with_skill_is_no_copy():
    """Ten per cent better than yesterday is a little better, three per cent is not."""
    yesterday = VALUES[ORIGINS[:, None] - 24 + np.arange(6)]
    for share, copies in ((0.1, 0), (0.03, 6)):
        found = find_disguise(VALUES, ORIGINS, (1 - share) * yesterday + share * TRUTH)
        assert (found.lags.tolist(), found.copies.sum()) == ([24] * 6, copies)


def test_skill_over_copy_by_hand():
    values = np.array([0.0, 1.0, 3.0, 6.0, 10.0])
    origins = np.array([2, 3])
    forecast = np.array([[3.0, 5.0], [6.0, 8.0]])  # errors 0, 1, 0, 2; a copy one step late errs by 2, 3, 3, 4
    assert skill_over_copy(values, origins, forecast, lag=1) == pytest.approx(1 - 3 / 12)
    copy = values[origins[:, None] - 1 + np.arange(2)]
    assert skill_over_copy(values, origins, copy, lag=1) == 0
    with pytest.raises(ValueError, match="at least 1 step late"):
        skill_over_copy(values, origins, forecast, lag=0)
    with pytest.raises(ValueError, match="repeats exactly"):
        skill_over_copy(np.tile([1.0, 2.0], 5), origins, forecast, lag=2)
    with pytest.raises(ValueError, match="should be"):
        skill_over_copy(values, origins, forecast[:1], lag=1)


def test_a_resemblance_is_no_verdict():
    """A forecast halfway between yesterday and the truth may resemble yesterday and still have skill."""
    yesterday = VALUES[ORIGINS[:, None] - 24 + np.arange(6)]
    mostly_copy = 0.6 * yesterday + 0.4 * TRUTH
    assert lag_of_best_match(VALUES, ORIGINS, mostly_copy) > 0
    assert skill_over_copy(VALUES, ORIGINS, mostly_copy, lag=24) == pytest.approx(0.4)


def test_board_needs_targets_inside_the_series():
    with pytest.raises(ValueError, match="between 0 and 394, got 200 to 398"):
        Scoreboard(VALUES, np.array([200, 398]), 6, VALUES[:200], 24)
    with pytest.raises(ValueError, match="got none"):
        Scoreboard(VALUES, np.array([], dtype=int), 6, VALUES[:200], 24)


def test_board_sorts_and_measures_spread():
    b = board()
    b.add("worse", TRUTH + 3.0)
    b.add("better", [TRUTH + 1.0, TRUTH - 2.0], parameters=12345, seconds=1.5)
    table = b.table()
    assert list(table.index) == ["better", "worse"]
    assert table.loc["better", "MAE"] == pytest.approx(1.5)
    assert table.loc["better", "±"] == pytest.approx(0.5)
    np.testing.assert_allclose(b.by_step("worse"), 3.0)
    assert "12,345" in b._repr_html_()
    ax = b.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["worse", "better"]
    plt.close("all")


def test_what_does_not_compete_is_named_and_not_drawn():
    b = board()
    b.add("good", TRUTH + 1.0)
    b.add("hope\nless", [TRUTH + 3.5, TRUTH - 4.5])
    ax = b.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["good"]
    assert ax.get_xlabel() == "mean absolute error in kW\nnot drawn: hope less (4.0)"
    assert len(b.plot(within=4).get_yticklabels()) == 2
    b.add("perfect", TRUTH)
    assert len(b.plot().get_yticklabels()) == 3, "nothing is a multiple of no error"
    plt.close("all")


def test_board_refuses_what_it_cannot_compare():
    with pytest.raises(ValueError, match=r"should be \(36, 6\)"):
        board().add("x", TRUTH[:, :3])
    with pytest.raises(ValueError, match="NaN"):
        board().add("x", TRUTH * np.nan)
    with pytest.raises(ValueError, match="no forecasts"):
        board().add("x", [])
