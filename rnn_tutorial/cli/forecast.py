r"""The command ``forecast``: from a CSV file to a folder with the forecast, its picture and a report."""

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from rnn_tutorial import devices
from rnn_tutorial.data import Series
from rnn_tutorial.data.steps import name_of, step_of
from rnn_tutorial.forecasting.forecaster import Forecaster
from rnn_tutorial.forecasting.method import Array, Method
from rnn_tutorial.forecasting.scoreboard import Scoreboard

from .doctor import versions
from .judge import Verdict, best_naive, judge
from .models import CLASSICS, HYBRID, NAMES, NETWORKS, Frozen, Mean, Setting, classic, network
from .output import OURS, all_or_nothing
from .picture import draw
from .plan import Plan, fitting_seasons, loaded_plan, make_plan
from .report import as_text, page
from .request import Request

PERSISTENCE = "persistence"


@dataclass(frozen=True)
class Outcome:
    """What was found out, before it is written down."""

    series: Series
    setting: Setting
    method: Method
    verdict: Verdict | None
    sentence: str
    table: pd.DataFrame
    repeated: Array
    rival: str
    notes: list[str]
    seconds: float


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
    if request.load is None and request.model not in NAMES:
        raise ValueError(f"There is no model {request.model!r}: choose one of {', '.join(NAMES)}.")
    if request.model in CLASSICS and request.load is None and (request.save is not None or request.seeds > 1):
        raise ValueError(f"--save and --seeds are for networks; {request.model} is none.")
    if request.model == HYBRID and request.save is not None:
        raise ValueError("A hybrid cannot be saved: choose a network, or leave out --save.")
    outcome = forecast(request)
    request.check()  # again: that took a while
    with all_or_nothing(request.out, request.save) as (folder, model_file):
        _write(request, outcome, folder)
        if model_file is not None and isinstance(outcome.method, Mean):
            cast(Forecaster, outcome.method.members[0]).save(model_file)
    return _in_words(request, outcome)


def forecast(request: Request) -> Outcome:
    """Read, judge, fit on everything, forecast; nothing is written."""
    start = time.perf_counter()

    def say(text: str) -> None:
        if not request.quiet:
            print(text, file=sys.stderr, flush=True)

    say(f"Reading {request.file}")
    series = request.read()
    if np.ptp(series.values) == 0 and request.load is None and request.model != PERSISTENCE:
        if request.save is not None:
            raise ValueError(f"{series.note} There is nothing to learn, so nothing to save: leave out --save.")
        request = replace(request, model=PERSISTENCE)
        series = replace(series, note=f"{series.note} The forecast repeats it; nothing else was fitted.")
    seasons, note = fitting_seasons(series, request.seasons, request.horizon)
    setting = Setting(
        series, request.horizon, seasons, request.epochs, not request.quiet, request.input_length, request.hidden,
        request.stride, request.lower, request.upper,
    )  # fmt: skip
    notes = [text for text in (series.note, note) if text]
    if request.model == HYBRID and request.load is None and series.covariates is not None:
        notes.append("The hybrid does not read the past and known columns.")
    _check_known(series, request)
    say(f"{len(series):,} values, {_span(series)}; seasons: {_listed(seasons)}")

    method, plan, why_not = _method_and_plan(request, setting)
    verdict = None
    if plan is not None:
        try:
            verdict = judge(method, setting, plan, request.level, request.baselines, say, request.quantiles)
        except ValueError as error:  # the part before the backtest is not like the whole: zeros, then sales
            why_not = f"Whether {method.name} beats seasonal-naive cannot be said, because in the backtest {error}."
        method = method if isinstance(method, Frozen) else _fresh(request, setting)
    if not isinstance(method, Frozen):
        say(f"Fitting {method.name} on all {len(series):,} values")
    method.fit(series)
    last = np.array([len(series)])
    point = method.forecast(series, last, request.horizon)[0]
    margin = verdict.margin if verdict is not None else np.full(request.horizon, np.nan)
    ahead = series.shown(series.ahead(request.horizon))
    shifts = verdict.shifts if verdict is not None else dict.fromkeys(request.quantiles, margin)
    columns = {"point": point, "lower": point - margin, "upper": point + margin}
    columns |= {f"q{level:g}": point + shift for level, shift in shifts.items()}
    table = pd.DataFrame({"time": ahead} | {name: setting.bounded(column) for name, column in columns.items()})
    whole = Plan(len(series), max(seasons, default=1), len(series), request.horizon)
    rival = best_naive(setting, plan or whole)
    sentence = verdict.sentence(series.unit) if verdict is not None else why_not
    return Outcome(
        series, setting, method, verdict, sentence, table,
        setting.bounded(rival.forecast(series, last, request.horizon)[0]),
        rival.name, notes, time.perf_counter() - start,
    )  # fmt: skip


def _method_and_plan(request: Request, setting: Setting) -> tuple[Method, Plan | None, str]:
    """The method to judge, how to cut the series for it, and why it cannot be judged if it cannot."""
    steps, longest = len(setting.series), max(setting.seasons, default=1)
    if request.load is None:
        method = _fresh(request, setting)
        context = longest
        if isinstance(method, Mean):
            context = getattr(method.members[0], "context", longest)
        return method, make_plan(steps, context, request.horizon, setting.seasons, request.widest), ""
    forecaster = Forecaster.load(request.load)
    if forecaster.horizon != request.horizon:
        raise ValueError(
            f"{request.load} was trained for a horizon of {forecaster.horizon} steps, but --horizon says "
            f"{request.horizon}: use --horizon {forecaster.horizon}, or train another."
        )
    loaded, trained = Frozen(forecaster), Frozen(forecaster).trained_until(setting.series)
    plan = loaded_plan(steps, max(trained, forecaster.context, longest), request.horizon, request.widest)
    until = _stamp(setting.series, min(trained, steps) - 1) if trained else None
    why_not = (
        f"Whether the saved {loaded.name} beats seasonal-naive cannot be said: the file has "
        f"{max(0, steps - trained)} values that it was not trained on"
        f"{f' (those after {until})' if until is not None else ''}, too few to judge by, and intervals cannot be given."
    )
    return loaded, plan, why_not


def _fresh(request: Request, setting: Setting) -> Method:
    if request.model in CLASSICS:
        return classic(request.model, setting)
    return Mean([network(request.model, setting, request.seed + k) for k in range(request.seeds)])


def _check_known(series: Series, request: Request) -> None:
    """Known columns have to go on as far as the forecast."""
    if series.covariates is None or not series.covariates.known.shape[1]:
        return
    rows, needed = len(series.covariates.known), len(series) + request.horizon
    if rows < needed:
        raise ValueError(
            f"The known columns ({', '.join(series.covariates.known_names)}) go on for {rows - len(series)} rows "
            f"beyond the last value of {request.target!r}, but a horizon of {request.horizon} needs {request.horizon}: "
            "add rows with their dates and known cells (the target empty), or leave out --known."
        )


def _write(request: Request, outcome: Outcome, folder: Path) -> None:
    table, series = outcome.table, outcome.series
    (folder / "forecast.csv").write_text(table.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    if outcome.verdict is not None:
        backtest = _backtest(series, outcome.verdict.board).to_csv(index=False, lineterminator="\n")
        (folder / "backtest.csv").write_text(backtest, encoding="utf-8")
    shown = min(len(series), max(3 * request.horizon, 2 * min(outcome.setting.seasons, default=1), 50))
    names = (outcome.method.name, outcome.rival)
    picture = draw(series, table, outcome.repeated, names, request.level, shown)
    (folder / "forecast.png").write_bytes(picture)
    title = f"Forecast of {request.target}: {request.horizon} steps after {_stamp(series, -1)}"
    description = (
        f"Line chart: the last {shown} known values of {request.target}, and for the {request.horizon} steps after "
        f"them {names[1]} and the forecast of {names[0]}, from {table['point'].min():.4g} to "
        f"{table['point'].max():.4g}."
    )
    text = page(
        title, outcome.sentence, _paragraphs(outcome), picture, description, outcome.verdict,
        _settings(request, outcome), versions() | {"machine": devices.machine()},
    )  # fmt: skip
    (folder / "report.html").write_text(text, encoding="utf-8")


def _backtest(series: Series, board: Scoreboard) -> pd.DataFrame:
    """Every forecast of the backtest: a row for each origin and step ahead, a column for each method."""
    stamps, steps = series.shown(series.index), np.arange(board.horizon)
    target = (board.origins[:, None] + steps).ravel()
    columns: dict[str, object] = {
        "made after": stamps[np.repeat(board.origins - 1, board.horizon)],
        "step": np.tile(steps + 1, len(board.origins)),
        "time": stamps[target],
        "truth": board.truth.ravel(),
    }
    return pd.DataFrame(columns | {name: np.mean(e.forecasts, axis=0).ravel() for name, e in board.entries.items()})


def _paragraphs(outcome: Outcome) -> list[str]:
    found = list(outcome.notes)
    verdict = outcome.verdict
    if verdict is None:
        return found
    origins, series = verdict.board.origins, outcome.series
    if not isinstance(outcome.method, Mean | Frozen):
        found.append("No network was asked for.")
    found += [text for text in (verdict.best(outcome.series.unit), interval_text(verdict, outcome.series.unit)) if text]
    found.append(
        f"Backtest: forecasts made at {len(origins)} origins from {_stamp(series, origins[0] - 1)} to "
        f"{_stamp(series, origins[-1] - 1)}, each from the values before it alone. "
        "The method was fitted once, on data before these and before those that "
        "calibrate the intervals; the forecast above comes from a fit on everything, with the width of the intervals "
        "from the backtest. MASE is the error in units of that of repeating the longest season before the test part. "
        "The season of seasonal-naive was chosen before the test part."
    )
    found += [f"Left out: {name}, because {reason}" for name, reason in verdict.left_out.items()]
    return found


def interval_text(verdict: Verdict, unit: str) -> str:
    """Nominal beside measured coverage."""
    return (
        f"The {verdict.level:.0%} intervals (rolling conformal) held {verdict.covered:.1%} of the values of the "
        f"backtest; mean width {verdict.width:.4g}{f' {unit}' if unit else ''}."
    )


def _settings(request: Request, outcome: Outcome) -> dict[str, object]:
    series, covariates = outcome.series, outcome.series.covariates
    settings: dict[str, object] = {
        "file": request.file.name,
        "values": f"{len(series):,} of {series.name!r}, {_span(series)}",
        "step": name_of(step_of(series.index)) if isinstance(series.index, pd.DatetimeIndex) else "",
        "method": outcome.method.name,
        "horizon": f"{request.horizon} steps",
        "seasons": _listed(outcome.setting.seasons),
        "past columns": ", ".join(covariates.past_names) if covariates else "",
        "known columns": ", ".join(covariates.known_names) if covariates else "",
        "filled": request.fill,
        "level": f"{request.level:g}",
        "bounds": _bounds(request.lower, request.upper),
    }
    if request.load is not None:
        settings["loaded from"] = request.load.name
    elif request.model in (*NETWORKS, HYBRID):
        settings |= {"hidden": request.hidden, "input length": request.input_length or "", "stride": request.stride}
        settings |= {"epochs": request.epochs, "seeds": ", ".join(str(request.seed + k) for k in range(request.seeds))}
    settings = {name: value for name, value in settings.items() if value != ""}
    return settings | {"seconds in all": f"{outcome.seconds:.1f}"}


def _in_words(request: Request, outcome: Outcome) -> str:
    lines = [outcome.sentence, *outcome.notes]
    if outcome.verdict is not None:
        unit = outcome.series.unit
        lines += [text for text in (outcome.verdict.best(unit), interval_text(outcome.verdict, unit)) if text]
        lines += ["", as_text(outcome.verdict), ""]
        lines += [f"Left out: {name}, because {reason}" for name, reason in outcome.verdict.left_out.items()]
    written = OURS if outcome.verdict is not None else OURS[:-1]
    lines += [str(request.out / name) for name in written]
    if request.save is not None:
        lines.append(str(request.save))
    return "\n".join(lines)


def _bounds(lower: float | None, upper: float | None) -> str:
    ends = [f"{word} {end:g}" for word, end in (("from", lower), ("to", upper)) if end is not None]
    return " ".join(ends)


def _stamp(series: Series, step: int) -> object:
    return series.shown(series.index[[step]])[0]


def _span(series: Series) -> str:
    return f"{_stamp(series, 0)} to {_stamp(series, -1)}"


def _listed(seasons: tuple[int, ...]) -> str:
    return ", ".join(f"{season} steps" for season in seasons) or "none"
