r"""The command ``forecast``: from a CSV file to a folder with the forecast, its picture and a report."""

import time
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.neural.forecaster import Forecaster
from rnn_tutorial.forecasting.wrappers.best import Best
from rnn_tutorial.forecasting.wrappers.candidates import simple
from rnn_tutorial.training.progress import every_training_shown

from .about_backtest import span, stamp
from .choice import fitted_on_all
from .frozen import Frozen
from .judge import best_simple, judge
from .models import make
from .options import teller
from .outcome import Outcome, backtest_table, listed
from .output import all_or_nothing
from .plan import Plan, plan_for_loaded, plan_for_new
from .report import draw, page
from .request import HYBRID, Request
from .seasons import fitting_seasons, yardstick_seasons


def run(request: Request) -> str:
    r"""Do all that was asked for.

    Args:
        request: The options.

    Returns:
        What to print: the verdict, the table of the backtest, the files.

    Raises:
        ValueError, OSError, RuntimeError: Bad input; nothing was written.
    """
    request.check()
    with every_training_shown(not request.quiet):
        outcome = forecast(request)
    request.check()  # again: that took a while
    with all_or_nothing(request.out, request.save) as (folder, model_file):
        _write(outcome, folder)
        if model_file is not None:
            cast(Forecaster, outcome.method).save(model_file)
    return outcome.text()


def forecast(request: Request) -> Outcome:
    """Read, judge, fit on everything, forecast; nothing is written."""
    start, say = time.perf_counter(), teller(request.quiet)
    say(f"Reading {request.file}")
    series = request.read()
    about = series.note
    if np.ptp(series.values) == 0 and request.load is None and request.model != "persistence":
        if request.save is not None:
            raise ValueError(f"{about} There is nothing to learn, so nothing to save: leave out --save.")
        request = replace(request, model="persistence")
        about += " The forecast repeats it; nothing else was fitted."
    reader = request.model if request.load is None else "the saved network"
    seasons, too_long = fitting_seasons(series, request.seasons, request.horizon, reader)
    blind = request.model == HYBRID and request.load is None and series.covariates is not None
    unread = "The hybrid does not read the past and known columns." if blind else ""
    _check_known(series, request)
    say(f"{len(series):,} values, {span(series)}; seasons: {listed(seasons)}")

    method, plan = _method_and_plan(request, series, seasons)
    repeated_after = yardstick_seasons(series, request.seasons)
    rival, verdict = best_simple(repeated_after, plan), None
    sentence, lacking = plan.missing, ""
    if plan.task is not None:
        try:
            verdict = judge(method, simple(repeated_after), rival.name, seasons, plan, request, say)
            sentence, lacking = verdict.sentence(), plan.missing
        except ValueError as error:  # the part before the backtest is not like the whole: zeros, then sales
            beats = f"Whether {method.name} beats {rival.name}"
            sentence = f"{beats} cannot be said, because in the backtest {error}. So there are no intervals."
    if not isinstance(method, Frozen):
        say(f"Fitting {method.name} on all {len(series):,} values")
    judged = verdict.fitted if verdict is not None else None
    method, about_choice = fitted_on_all(method, judged, series, max(seasons, default=1), plan)
    found = method.predict(request.horizon, ())
    written = not isinstance(judged, Best) or method is judged.chosen
    warnings = [*about_choice[1:], *([verdict.warning(written)] if verdict is not None else [])]
    for warning in filter(None, warnings):
        say(f"Warning: {warning}")
    if verdict is not None:
        shifts = verdict.shifts(series, request.levels)
        found = replace(found, quantiles={level: found.point + shift for level, shift in shifts.items()})
    paths, unjudged = None, ""
    if request.paths and verdict is None:
        unjudged = "No paths were drawn: they are made of the errors of a backtest."
    elif request.paths and verdict is not None:
        shifts_of_paths = verdict.path_shifts(series, request.paths, request.seed)
        paths = np.clip(found.point + shifts_of_paths, *request.bounds)
    repeated = rival.fit(series).predict(request.horizon)
    notes = [about, too_long, lacking, unread, *about_choice[:1], *warnings, unjudged]
    return Outcome(
        request, series, seasons, method, found.clipped(*request.bounds), repeated.clipped(*request.bounds),
        verdict, sentence, [note for note in notes if note], time.perf_counter() - start, paths,
    )  # fmt: skip


def _method_and_plan(request: Request, series: Series, seasons: tuple[int, ...]) -> tuple[Method, Plan]:
    """The method to judge, and how to cut the series for it."""
    longest = max(seasons, default=1)
    if request.load is None:
        method = make(request.model, series, seasons, request)
        return method, plan_for_new(series, method, seasons, request)
    loaded = Frozen.load(request.load, request.horizon)
    trained = loaded.trained_until(series)
    plan = plan_for_loaded(series, max(trained, loaded.needed, longest + 1), request.horizon, longest, request.widest)
    until = f" (those after {stamp(series, min(trained, len(series)) - 1)})" if trained else ""
    why_not = (
        f"Whether the saved {loaded.name} beats the simplest forecasts cannot be said: the file has "
        f"{max(0, len(series) - trained)} values that it was not trained on{until}, too few to judge by, and intervals "
        "cannot be given."
    )
    return loaded, plan if plan.task is not None else replace(plan, missing=why_not)


def _check_known(series: Series, request: Request) -> None:
    """Known columns have to go on as far as the forecast."""
    if series.covariates is None or not series.covariates.known.shape[1]:
        return
    ahead = len(series.covariates.known) - len(series)
    if ahead < request.horizon:
        raise ValueError(
            f"The known columns ({', '.join(series.covariates.known_names)}) go on for {ahead} rows beyond the last "
            f"value of {request.target!r}, but a horizon of {request.horizon} needs {request.horizon}: add rows with "
            "their dates and known cells (the target empty), or leave out --known."
        )


def _write(outcome: Outcome, folder: Path) -> None:
    tables = {"forecast.csv": outcome.table()}
    if outcome.verdict is not None:
        tables["backtest.csv"] = backtest_table(outcome.series, outcome.verdict)
    if outcome.paths is not None:
        tables["paths.csv"] = outcome.path_table()
    for name, table in tables.items():
        (folder / name).write_text(table.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    picture = draw(outcome)
    (folder / "forecast.png").write_bytes(picture)
    (folder / "report.html").write_text(page(outcome, picture), encoding="utf-8")
