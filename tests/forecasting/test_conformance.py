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
    """No made-up optimum is beaten by more than the noise of so few origins."""
    assert len(SUITE) >= 12
    for case in SUITE.values():
        assert case.best.shape == case.truth.shape == (len(case.origins), case.horizon)
        assert np.isfinite(case.truth).all()
    exact = {name for name, case in SUITE.items() if case.error(case.best) == 0}
    assert {"ramp", "season", "holidays"} <= exact
    assert not {"random walk", "AR(1)", "noise", "intermittent"} & exact


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
