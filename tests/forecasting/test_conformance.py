"""The cheap methods on series whose best forecast is known; the networks are in benchmarks/conformance.py."""

import numpy as np
import pytest

from rnn_tutorial.forecasting import (
    TSB,
    AutoETS,
    Best,
    Croston,
    Drift,
    HoltWinters,
    KnownCase,
    Method,
    Persistence,
    RidgeOnLags,
    SeasonalNaive,
    Theta,
    conformance,
    conformance_table,
    known_cases,
)
from rnn_tutorial.forecasting.evaluation.conformance import WITHIN

SUITE = {case.name: case for case in known_cases()}


def longest(case: KnownCase) -> int:
    return max(case.seasons, default=1)


def ridge(case: KnownCase) -> Method:
    H = case.horizon
    return RidgeOnLags(
        max(longest(case), H), H, seasons=case.seasons, use_covariates=case.needs == "covariates", alpha=1e-3
    )


def holt_winters(case: KnownCase) -> Method:
    if len(case.seasons) < 2:
        raise ValueError("it needs two seasons")
    return HoltWinters(*case.seasons, seasons="additive")


def best(case: KnownCase) -> Method:
    seasonal = [SeasonalNaive(season) for season in case.seasons]
    several = [*seasonal, Persistence(), Drift(), AutoETS(longest(case)), Theta(longest(case)), ridge(case), TSB()]
    return Best(several, case.horizon)


MAKE = {
    "persistence": lambda case: Persistence(),
    "drift": lambda case: Drift(),
    "naive": lambda case: SeasonalNaive(longest(case)),
    "ets": lambda case: AutoETS(longest(case)),
    "theta": lambda case: Theta(longest(case)),
    "croston": lambda case: Croston(),
    "tsb": lambda case: TSB(),
    "ridge": ridge,
    "best": best,
}
CAN = {
    "persistence": {"constant", "random walk", "step"},
    "drift": {"constant", "ramp"},
    "naive": {"constant", "step", "season", "one outlier", "two seasons"},
    "ets": {"constant", "ramp", "noise", "step", "season", "season and drift", "one outlier", "two seasons"},
    "theta": {"constant", "noise", "season", "two seasons"},
    "croston": {"intermittent"},
    "tsb": {"intermittent"},
    "ridge": {"constant", "ramp", "AR(1)", "noise", "season", "season and drift", "two seasons"},
    "best": {
        "constant",
        "ramp",
        "noise",
        "step",
        "season",
        "season and drift",
        "one outlier",
        "two seasons",
    },
}


@pytest.mark.parametrize("name", MAKE)
def test_each_method_does_what_it_is_for(name):
    found = {one.case: one for one in conformance({name: MAKE[name]}, [SUITE[case] for case in sorted(CAN[name])])}
    assert all(one.applies for one in found.values())
    assert [str(one) for one in found.values() if not one.passed] == []


def test_there_are_enough_and_none_is_better_than_the_best():
    assert len(SUITE) >= 12
    for case in SUITE.values():
        assert case.best.shape == case.truth.shape == (len(case.origins), case.horizon)
        assert np.isfinite(case.truth).all()
    exact = {name for name, case in SUITE.items() if case.error(case.best) == 0}
    assert {"ramp", "season", "holidays"} <= exact
    assert not {"random walk", "AR(1)", "noise", "intermittent"} & exact


@pytest.mark.parametrize("name", ["random walk", "AR(1)", "noise", "season and noise", "intermittent"])
def test_the_error_is_that_of_all_that_could_have_come(name):
    """By its law, which a sample of other ends of the series shows: no forecast is luckier than the best one."""
    case, rng = SUITE[name], np.random.default_rng(1)
    assert case.spread is not None
    off = case.best + rng.normal(0, 1, case.best.shape)
    assert case.error(off) > case.error(case.best)
    worst = case.error(np.where(case.truth > case.best, case.best + 0.3, case.best - 0.3))  # the lucky side
    assert worst > case.error(case.best)
    squared = case.score == "RMSE"
    drawn = rng.normal(size=(4000, *case.best.shape)) * case.spread + case.best
    errors = np.sqrt(np.square(drawn - off).mean()) if squared else np.abs(drawn - off).mean()
    assert case.error(off) == pytest.approx(errors, rel=0.01)


def test_the_spread_is_what_the_draws_show():
    """Of the deviations from the best forecasts over many series."""
    names = ["random walk", "AR(1)", "noise", "season and noise", "intermittent"]
    suites = [{one.name: one for one in known_cases(seed)} for seed in range(200)]
    for name in names:
        # the first origin of each suite alone: those of one series share their noise
        found = np.array([suite[name].truth[0] - suite[name].best[0] for suite in suites])
        spread = suites[0][name].spread
        assert spread is not None
        np.testing.assert_allclose(np.sqrt(np.square(found).mean(axis=0)), spread, rtol=0.25)


def test_without_a_spread_what_came_counts():
    case = KnownCase("line", SUITE["ramp"].series, best=SUITE["ramp"].truth)
    assert (case.spread, case.error(case.truth), case.error(case.truth - 2)) == (None, 0.0, 2.0)


def test_who_knows_the_form_and_learns_the_numbers_is_near_enough():
    """A bound that the best estimator missed would judge luck: it is kept in nine draws of ten, or more."""
    passed: dict[str, list[bool]] = {"random walk": [], "AR(1)": [], "season and noise": [], "noise": []}
    for seed in range(60):
        for case in known_cases(seed):
            if case.name in passed:
                past, last = case.series.values[: case.origins[0]], case.series.values[case.origins - 1][:, None]
                k = np.arange(1, case.horizon + 1)
                if case.name == "random walk":  # with a drift that is not there
                    forecasts = last + k * np.diff(past).mean()
                elif case.name == "AR(1)":  # by least squares
                    slope, constant = np.polyfit(past[:-1], past[1:], 1)
                    level = constant / (1 - slope)
                    forecasts = level + slope**k * (last - level)
                else:
                    m = max(case.seasons, default=1)
                    means = np.array([past[place::m].mean() for place in range(m)])
                    forecasts = means[(case.origins[:, None] + k - 1) % m]
                passed[case.name].append(case.error(forecasts) <= WITHIN * case.error(case.best))
    assert {name: np.mean(kept) for name, kept in passed.items() if np.mean(kept) < 0.9} == {}


def test_what_a_method_says_it_cannot_do_is_no_failure():
    suite = [SUITE["gap"], SUITE["holidays"], SUITE["AR(1)"]]
    found = conformance({"Croston": lambda case: Croston()}, suite)
    assert [one.reason for one in found[:2]] == ["it reads no gaps", "it reads no columns"]
    assert "zero or more" in found[2].reason
    assert [str(one) for one in found] == ["not for it"] * 3
    assert all(one.passed for one in found)


def test_what_it_tries_and_misses_is_one():
    found = conformance({"persistence": lambda case: Persistence()}, [SUITE["ramp"], SUITE["AR(1)"]])
    assert [one.passed for one in found] == [False, False]
    assert str(found[0]) == "fails, 20.00 of allowed"  # 5 % of persistence's own
    assert found[0].allowed == pytest.approx(found[0].error / 20)
    assert str(found[1]).startswith("fails, 1.")


def test_the_table_has_a_row_for_each_series():
    made = {"drift": MAKE["drift"], "Holt-Winters": holt_winters}
    table = conformance_table(conformance(made, [SUITE["ramp"], SUITE["two seasons"]]))
    assert (list(table.index), list(table.columns)) == (["ramp", "two seasons"], ["drift", "Holt-Winters"])
    assert table.loc["ramp", "drift"] == "0.00 of allowed"
