"""Short series by the command line: every season that the library can learn, and what there is to do without."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.cli.choice import of_choice
from rnn_tutorial.cli.models import make
from rnn_tutorial.cli.plan import Plan, plan_for_new, steps_to_learn
from rnn_tutorial.cli.report import label
from rnn_tutorial.cli.request import Request
from rnn_tutorial.cli.seasons import fitting_seasons
from rnn_tutorial.cli.too_short import attainable_level
from rnn_tutorial.data import Series
from rnn_tutorial.data.steps import seasons_of, step_of
from rnn_tutorial.forecasting import AutoETS, Best, Combination, HoltWinters, Persistence, Theta

from .conftest import Run
from .test_best import AIR, NEEDED, table

Refused = Callable[..., str]
MONTHS = AIR["AirPassengers"]
NOTHING, BACKTEST, INTERVALS, MEASURED = "nothing", "a backtest", "intervals", "measured intervals"


def series_of(steps: int, freq: str = "MS") -> Series:
    values = 10 + np.arange(steps) % 7 + np.random.default_rng(0).normal(size=steps)
    index = pd.date_range("2010-01-01", periods=steps, freq=freq)
    return Series("y", values, index, seasons=seasons_of(step_of(index)))


def asked(horizon: int, model: str = "ets", **more) -> Request:
    return Request(Path("my.csv"), ("ds",), "y", horizon, model, **more)


def plan_of(series: Series, request: Request) -> Plan:
    seasons, _ = fitting_seasons(series, request.seasons, request.horizon, request.model)
    return plan_for_new(series, make(request.model, series, seasons, request), seasons, request)


def kind_of(plan: Plan) -> str:
    if plan.task is None:
        return NOTHING
    if not plan.calibration:
        return BACKTEST
    return MEASURED if plan.measures_intervals else INTERVALS


# ---- seasons -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freq", "steps", "horizon", "model", "seasons"),
    [
        ("MS", 35, 12, "best", ()),
        ("MS", 36, 12, "best", (12,)),
        ("MS", 37, 12, "best", (12,)),
        ("MS", 48, 12, "best", (12,)),
        ("MS", 36, 18, "ets", (12,)),
        ("MS", 36, 12, "gru", ()),  # no room for a window of a season beside two horizons
        ("MS", 36, 6, "gru", (12,)),
        ("MS", 48, 12, "gru", (12,)),
        ("MS", 23, 12, "naive", ()),
        ("MS", 24, 12, "naive", (12,)),  # what only repeats needs one, and one to see what that is worth
        ("QS", 11, 4, "best", ()),
        ("QS", 12, 4, "best", (4,)),
        ("D", 20, 7, "best", ()),
        ("D", 21, 7, "best", (7,)),
        ("h", 71, 24, "best", ()),
        ("h", 336, 24, "best", (24,)),
        ("h", 504, 24, "best", (24, 168)),
        ("h", 671, 24, "hybrid", (24,)),  # Holt-Winters is estimated on four weeks
        ("h", 672, 24, "hybrid", (24, 168)),
        ("YS", 40, 5, "best", ()),
    ],
)
def test_seasons_are_those_that_the_library_learns(freq, steps, horizon, model, seasons):
    found, note = fitting_seasons(series_of(steps, freq), (), horizon, model)
    assert found == seasons
    assert ("too short to learn" in note) == (found != tuple(series_of(steps, freq).seasons.values()))


def test_a_season_asked_for_is_taken_or_refused_with_what_is_needed():
    assert fitting_seasons(series_of(36), (12,), 12, "best") == ((12,), "")
    assert fitting_seasons(series_of(24), (12,), 12, "naive") == ((12,), "")
    with pytest.raises(
        ValueError, match="--season 12 is too long for 35 values: best takes 3 of it, 36 values"
    ) as error:
        fitting_seasons(series_of(35), (12,), 12, "best")
    assert "here none." in str(error.value)
    with pytest.raises(ValueError, match="--season 168 is too long for 503 values") as error:
        fitting_seasons(series_of(503, "h"), (24, 168), 24, "ridge")
    assert "here 24." in str(error.value)


@pytest.mark.parametrize(
    ("steps", "freq", "model", "said"),
    [
        (30, "MS", "best", "the season year of 12 steps, which takes 36 values. --model naive repeats the year"),
        (20, "MS", "best", "the season year of 12 steps, which takes 36 values."),
        (40, "MS", "gru", "the season year of 12 steps, which takes 48 values."),
        (20, "D", "best", "which takes 21 values; year of 365 steps, which takes 1,095 values. --model naive repeats"),
    ],
)
def test_what_a_season_takes_is_said(steps, freq, model, said):
    assert said in fitting_seasons(series_of(steps, freq), (), 12, model)[1]


# ---- parts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freq", "horizon", "model", "kinds"),
    [  # a year of months, twice and a horizon: 36 to learn from, 20 for nine errors of twelve steps, 24 to measure by
        ("MS", 12, "ets", {36: NOTHING, 47: NOTHING, 48: BACKTEST, 55: BACKTEST, 56: INTERVALS}),
        ("MS", 12, "ets", {79: INTERVALS, 80: MEASURED}),
        ("MS", 12, "best", {36: NOTHING, 48: BACKTEST, 60: INTERVALS, 72: INTERVALS, 80: MEASURED, 144: MEASURED}),
        ("MS", 1, "ets", {36: MEASURED}),
        ("MS", 6, "ets", {36: BACKTEST, 43: BACKTEST, 44: INTERVALS, 56: MEASURED}),
        ("MS", 18, "ets", {48: NOTHING, 60: BACKTEST, 68: INTERVALS, 104: MEASURED}),
        ("MS", 12, "naive", {24: NOTHING, 25: BACKTEST, 33: INTERVALS, 57: MEASURED}),
        ("MS", 12, "gru", {48: NOTHING, 49: BACKTEST, 57: INTERVALS, 81: MEASURED}),
        ("QS", 4, "best", {12: NOTHING, 16: BACKTEST, 20: BACKTEST, 24: INTERVALS, 32: MEASURED}),
        ("D", 7, "best", {21: NOTHING, 28: BACKTEST, 36: INTERVALS, 50: MEASURED}),
        ("h", 24, "best", {504: MEASURED}),
        ("h", 24, "holt-winters", {672: NOTHING, 696: BACKTEST, 704: INTERVALS, 752: MEASURED}),
        ("h", 24, "hybrid", {704: INTERVALS}),
        ("YS", 5, "best", {8: NOTHING, 12: BACKTEST, 20: INTERVALS, 30: MEASURED}),
    ],
)  # fmt: skip
def test_what_is_kept_back(freq, horizon, model, kinds):
    found = {steps: kind_of(plan_of(series_of(steps, freq), asked(horizon, model))) for steps in kinds}
    assert found == kinds


@pytest.mark.parametrize("model", ["best", "ets", "naive", "gru", "drift"])
def test_more_values_never_take_anything_away(model):
    """Of each horizon: the parts fit together, enough is left to learn from, and longer series do without less.

    Only, ``best`` rather has three years to learn from than a part to measure its intervals by.
    """
    order = (NOTHING, BACKTEST, INTERVALS, MEASURED)
    most = order.index(INTERVALS if model == "best" else MEASURED)
    for horizon in (1, 5, 12, 18):
        before = 0
        for steps in range(36, 130) if horizon < 12 else range(60, 130):  # with a year throughout
            series, request = series_of(steps), asked(horizon, model)
            plan = plan_of(series, request)
            kind = min(order.index(kind_of(plan)), most)
            assert kind >= before, (horizon, steps)
            before = kind
            assert (plan.missing == "") == (plan.calibration > 0)
            if plan.task is None:
                continue
            split = plan.task.split
            assert (split.train.start, split.train.stop, split.test.stop) == (0, split.valid.start, steps)
            assert split.valid.stop == split.test.start
            assert plan.task.origins[-1] + horizon == steps
            seasons, _ = fitting_seasons(series, (), horizon, model)
            method = make(model, series, seasons, request)
            assert plan.end >= steps_to_learn(method, max(seasons), horizon)
            if plan.calibration:  # 90 % take nine errors of the last step
                assert plan.calibration - horizon + 1 >= 9
                assert plan.calibration == (split.valid.stop - split.valid.start or steps - plan.end)


def test_holt_winters_is_estimated_on_four_of_its_long_season():
    smoothing = HoltWinters(2, 6)
    assert smoothing.fit(series_of(4 * 6)).horizon is None
    with pytest.raises(ValueError, match="23 values are too few"):
        smoothing.fit(series_of(4 * 6 - 1))
    assert steps_to_learn(smoothing, 6, 3) == 24


def test_best_is_left_three_of_its_season_where_there_is_room():
    """With a horizon of 6, two years and that are 30; of 36 months the year is seen to come back."""
    ends = {steps: plan_of(series_of(steps), asked(6, "best")).end for steps in (44, 49, 50, 55, 56, 61, 62)}
    assert ends == {44: 30, 49: 35, 50: 36, 55: 41, 56: 42, 61: 47, 62: 36}  # from 62 on, coverage is measured as well
    assert plan_of(series_of(50), asked(6, "ets")).end == 36  # all that is not needed for intervals


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"level": 0.95}, "at least 66 are needed for --level 0.95: 36 to learn from, and 30 whose errors"),
        ({"quantiles": (0.1,)}, "Shorten the horizon, add data, take --level 0.66 and quantiles from 0.17 to 0.83"),
        ({"paths": 5}, "at least 57 are needed for --paths: 36 to learn from, and 21"),
        ({"paths": 5, "quantiles": (0.5,)}, "add data or leave out --quantile and --paths."),
    ],
)
def test_a_wish_is_granted_or_refused(wish, said):
    with pytest.raises(ValueError, match="The series has 49 values") as error:
        plan_of(series_of(49), asked(12, **wish))
    assert said in str(error.value)


def test_advice_about_the_level_can_be_followed():
    for steps in range(48, 56):
        missing = plan_of(series_of(steps), asked(12)).missing
        found = re.search(r"--level ([\d.]+)\.$", missing)
        assert found is not None
        level = float(found[1])
        assert kind_of(plan_of(series_of(steps), asked(12, level=level))) == INTERVALS
        with pytest.raises(ValueError, match="values, but at least"):
            plan_of(series_of(steps), asked(12, level=level + 0.013))
    assert [attainable_level(errors) for errors in (0, 1, 9, 19, 99)] == [0, 0.5, 0.9, 0.95, 0.99]


def test_low_levels_are_given_as_many_errors_as_there_are():
    kept = {steps: plan_of(series_of(steps), asked(12, level=0.5)).calibration for steps in (48, 50, 60, 72, 144)}
    assert kept == {48: 12, 50: 14, 60: 20, 72: 20, 144: 21}  # the last with a part that measures what they hold


# ---- the command ---------------------------------------------------------------------------------------------


def test_four_years_of_months_have_a_year_in_the_forecast(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", MONTHS[:48], "MS")
    result = run("forecast", path, *NEEDED, "--horizon", 12, "--quiet")
    assert result.exit_code == 0, result.stderr
    said = " ".join(result.stdout.split())
    assert "over 12 steps ahead from 1 origin was" in said
    assert (
        "There are no intervals: 36 of the 48 values are needed to learn from, and the other 12 give 1 error of 12"
        in said
    )
    assert "These take 56 values, or a shorter horizon, or --level 0.5." in said
    assert "In the backtest it knew no more than the first 36 values, and took " in said
    assert "seasonal naive (12)" in said
    forecast = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
    assert forecast["lower"].isna().all()
    assert forecast["point"].idxmax() in (6, 7)  # July or August, as in each of the years
    report = (tmp_path / "my-forecast" / "report.html").read_text(encoding="utf-8")
    assert "forecasts made at one origin, 2012-12-01 00:00:00, from the values before it alone" in report
    assert "There are no intervals" in report
    assert "intervals (" not in report


def test_three_years_of_months_are_forecast_without_a_backtest(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", MONTHS[:36], "MS")
    result = run("forecast", path, *NEEDED, "--horizon", 12, "--season", 12, "--quiet")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(
        "Whether best beats the simplest forecasts cannot be said, and intervals cannot be given: the series has 36 "
        "values, and a backtest takes 48, 36 to learn from and 12 to be judged by. Intervals take 56; with a shorter "
        "horizon both take fewer."
    )
    assert "best took automatic ETS: the series is too short to keep a part back" in result.stdout
    assert sorted(file.name for file in (tmp_path / "my-forecast").iterdir()) == [
        "forecast.csv", "forecast.png", "report.html",
    ]  # fmt: skip
    assert pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")["point"].idxmax() in (6, 7)
    assert "method</td><td>automatic ETS" in (tmp_path / "my-forecast" / "report.html").read_text(encoding="utf-8")


def test_intervals_from_the_part_that_the_method_was_judged_by(run: Run, tmp_path: Path):
    """By hand: nine errors of the last step, of which the largest; of the first step 20, of which the 19th."""
    values = np.array(MONTHS[:33], dtype=float)
    path = table(tmp_path / "my.csv", values, "MS")
    result = run("forecast", path, *NEEDED, "--horizon", 12, "--model", "naive", "--quiet", "--quantile", 0.5)
    assert result.exit_code == 0, result.stderr
    forecast = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
    wide = {}
    for step in (0, 11):
        targets = np.arange(13 + step, 33)  # known forecasts are made after 13 values or more
        errors = np.sort(np.abs(values[targets] - values[targets - 12]))
        wide[step] = errors[int(np.ceil((len(errors) + 1) * 0.9 - 1e-9)) - 1]
        np.testing.assert_allclose(forecast["upper"][step] - forecast["point"][step], wide[step])
        np.testing.assert_allclose(forecast["point"][step] - forecast["lower"][step], wide[step])
    np.testing.assert_allclose(forecast["q0.5"], forecast["point"])
    said = " ".join(result.stdout.split())
    assert "from 9 origins" in said
    assert (
        "The 90% intervals (conformal) are made of the errors of this backtest. What they hold was not measured" in said
    )
    assert "They rest on 9 errors of each step" in said


def test_bounds_and_paths_of_a_short_series(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", MONTHS[:57], "MS")
    options = ("--horizon", 12, "--model", "ets", "--paths", 7, "--lower", 150, "--upper", 260, "--quiet")
    result = run("forecast", path, *NEEDED, *options)
    assert result.exit_code == 0, result.stderr
    paths = pd.read_csv(tmp_path / "my-forecast" / "paths.csv").drop(columns="time")
    assert paths.shape == (12, 7)
    assert paths.min().min() >= 150
    assert pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")["upper"].max() <= 260


def test_a_network_too_large_for_the_series_is_told_so(refused: Refused, tmp_path: Path):
    path = table(tmp_path / "my.csv", MONTHS[:24], "MS")
    said = refused("forecast", path, *NEEDED, "--horizon", 18, "--model", "gru", "--quiet")
    assert "GRU cannot be fitted to 24 values" in said
    assert "--model best tries several, --model persistence needs one value" in said


def test_a_choice_that_is_as_the_yardstick_says_no_percentage(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", 100 + np.cumsum(np.random.default_rng(3).normal(size=9)), "YS")
    result = run("forecast", path, *NEEDED, "--horizon", 3, "--quiet")
    assert result.exit_code == 0, result.stderr
    assert (
        "best did not beat persistence: both had the same mean absolute error over 3 steps ahead from " in result.stdout
    )


def chosen(errors: dict[str, float], team: tuple[str, ...], simple: tuple[str, ...] = ("persistence", "drift")) -> str:
    """What is said of a choice with these errors."""
    best = Best()
    best.part, best.measure, best.errors, best.simple, best.networks = 9, "mean absolute error", errors, simple, ()
    best.team, best.error = team, errors[team[0]]
    best.chosen = Combination([AutoETS(), Theta()], "both") if len(team) > 1 else Persistence()
    return of_choice(best, "the last 9 values")[0]


@pytest.mark.parametrize(
    ("errors", "team", "said"),
    [
        ({"Theta": 1.0, "persistence": 2.0}, ("Theta",), "it had the smallest error ("),
        ({"persistence": 1.0, "Theta": 2.0}, ("persistence",), "it had the smallest error ("),
        (
            {"drift": 1.0, "persistence": 2.0},
            ("persistence",),
            "drift had a smaller error, which may be chance, and pers",
        ),
        (
            {"Theta": 1.0, "persistence": 1.1},
            ("persistence",),
            "it learns nothing, and what learns was not clearly better",
        ),
        ({"persistence": 1.0, "Theta": 1.1}, ("Theta",), "and what learns nothing was not clearly better"),
        (
            {"Theta": 1.0, "ETS": 1.1, "drift": 2.0},
            ("Theta", "ETS"),
            "they learn, and none was clearly worse than the best",
        ),
    ],
)
def test_the_reason_of_a_choice_is_that_of_its_rule(errors, team, said):
    simple = tuple(name for name in ("persistence", "drift") if name in errors)
    found = chosen(errors, team, simple)
    assert said in found
    listed = ", ".join(f"{name} {error:.4g}" for name, error in errors.items())
    together = f", together {errors[team[0]]:.4g}" if len(team) > 1 else ""
    assert found.endswith(f"(mean absolute error of {len(errors)} methods in the last 9 values: {listed}{together}).")


def test_a_team_is_named_with_its_own_error(run: Run, tmp_path: Path):
    path = table(tmp_path / "my.csv", MONTHS, "MS")
    result = run("forecast", path, *NEEDED, "--horizon", 12, "--quiet")
    assert result.exit_code == 0, result.stderr
    said = " ".join(result.stdout.split())
    assert re.search(
        r"best took .*\(mean absolute error of \d+ methods in the part to choose by, which lies before", said
    )


def test_a_legend_has_no_room_for_the_names_of_many():
    assert label(Combination([AutoETS(), Theta(), Persistence()])) == "mean of 3 methods"
    assert label(Theta()) == "Theta"
