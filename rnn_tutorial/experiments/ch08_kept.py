r"""Chapter 8's networks, fitted over five seeds before the page is built, and kept as forecasts.

What is kept are the forecasts themselves and not their scores, so that the page can ask them anything that it could ask
of fits of its own: errors by step, tests against a rival, copies, means over seeds. ``python -m benchmarks.boards``
makes the file.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from rnn_tutorial.data import load_series
from rnn_tutorial.forecasting import Backtest, Scoreboard
from rnn_tutorial.forecasting.evaluation.scoreboard import Entry
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.io import packed, write_atomically

from . import ch08_scoreboard as scoreboard
from .ch08_weather_forecast import disturbed
from .ch09_stored import where_made

MANTISSA_BITS = 13
"""Of each forecast: rounding is off by one part in 8,192 at most, and the file is a third of the size."""

WEATHER_ERRORS = (2.0, 4.0)
"""Errors of the forecast temperature, in degrees."""


def weather(rmse: float) -> str:
    """Return the title of the board whose temperatures are off by so much."""
    return f"weather off by {rmse:g} °C"


SERIES: dict[str, Callable[[], scoreboard.Problem]] = {
    "England and Wales": scoreboard.taylor,
    "Victoria": scoreboard.victoria,
    "Portugal": scoreboard.hourly_demand,
}
"""What is forecast, by the title of its board."""

TITLES = (*SERIES, "perfect weather", *map(weather, WEATHER_ERRORS))
"""The three series, and one of them with temperatures that are known ahead, or forecast."""


def problem(title: str, seed: int = 0) -> scoreboard.Problem:
    r"""Return what is forecast on a board.

    Args:
        title: One of ``TITLES``.
        seed: Of the network. Where the weather is forecast it is that of the forecast's error as well: a single draw
            of it could flatter or hurt all networks alike.
    """
    if title in SERIES:
        return SERIES[title]()
    covariates = load_series("victoria").covariates
    assert covariates is not None
    measured = covariates.past[:, covariates.past_names.index("temperature")]
    errors = {"perfect weather": 0.0, **{weather(rmse): rmse for rmse in WEATHER_ERRORS}}
    return scoreboard.victoria(temperature=disturbed(measured, errors[title], seed))


def methods(title: str, problem: scoreboard.Problem) -> dict[str, Method]:
    """Return what depends on chance on a board: four networks and a hybrid; with a weather, the GRU alone."""
    if "weather" in title:
        return {"GRU": scoreboard.network(problem, "gru")}
    return scoreboard.networks(problem) | {"Holt-Winters + GRU": scoreboard.hybrids(problem)["Holt-Winters + GRU"]}


def certain(title: str, problem: scoreboard.Problem) -> dict[str, Method]:
    """Return what does not depend on chance on a board; with a weather, what can read one."""
    if "weather" in title:
        return {name: scoreboard.classics(problem)[name] for name in ("ridge on lags", "gradient boosting")}
    return scoreboard.classics(problem) | {
        "Holt-Winters + ridge": scoreboard.ridge_hybrid(problem, problem.ridge_alpha)
    }


@dataclass(frozen=True)
class Kept:
    r"""Networks on several boards.

    Attributes:
        made: On what machine, by how many threads, and when.
        entries: Title of a board, name of a method, its forecasts.
    """

    made: str
    entries: Mapping[str, Mapping[str, Entry]]

    @property
    def seconds(self) -> float:
        """Of one core, for all fits."""
        return sum(e.seconds * len(e.forecasts) for board in self.entries.values() for e in board.values())

    @property
    def seeds(self) -> int:
        """The fewest of any method."""
        return min(len(e.forecasts) for board in self.entries.values() for e in board.values())

    def errors(self, title: str, name: str, truth: Array) -> Array:
        """Return the mean absolute error of each seed, (S,), where ``truth`` is (O, H)."""
        return np.array([np.abs(forecast - truth).mean() for forecast in self.entries[title][name].forecasts])

    def beside(self, title: str, found: Backtest) -> Backtest:
        r"""Return a backtest of this build with the kept networks on its board.

        Raises:
            ValueError: They were judged from other origins or over another horizon.
        """
        board = found.board()
        joined = Scoreboard(
            board.values, board.origins, board.horizon, board.past, board.season, board.unit, board.levels
        )
        for name, entry in [*board.entries.items(), *self.entries[title].items()]:
            joined.add(
                name,
                entry.forecasts,
                parameters=entry.parameters,
                seconds=entry.seconds,
                quantiles=entry.quantiles,
            )
        settings = found.settings | {"seeds": list(range(self.seeds))}
        return replace(found, boards={next(iter(found.boards)): joined}, settings=settings)


def keep(path: Path, provenance: Mapping[str, Any], boards: Mapping[str, Mapping[str, Entry]]) -> None:
    """Write the forecasts on some boards as one file, whole or not at all."""
    arrays: dict[str, Any] = {}
    about: dict[str, Any] = {"provenance": dict(provenance), "entries": []}
    for title, board in boards.items():
        for name, entry in board.items():
            key = f"forecasts-{len(about['entries'])}"
            arrays[key] = rounded(np.stack(entry.forecasts))
            about["entries"].append(
                {"board": title, "method": name, "key": key, "parameters": entry.parameters, "seconds": entry.seconds}
            )
    write_atomically(path, packed(arrays | {"about": np.array(json.dumps(about))}, compressed=True))


def rounded(forecasts: Array) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Round to a few binary digits, in 32-bit numbers whose last bits are zero and take no room when compressed."""
    fraction, exponent = np.frexp(forecasts)
    return np.ldexp(np.round(np.ldexp(fraction, MANTISSA_BITS)), exponent - MANTISSA_BITS).astype(np.float32)


def read(path: Path) -> Kept:
    r"""Read what ``keep`` wrote.

    Raises:
        ValueError: It is something else.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            entries: dict[str, dict[str, Entry]] = {}
            for row in about["entries"]:
                forecasts = tuple(arrays[row["key"]].astype(float))
                entry = Entry(row["method"], forecasts, row["parameters"], row["seconds"])
                entries.setdefault(row["board"], {})[row["method"]] = entry
            line = where_made(about["provenance"])
    except (KeyError, TypeError, ValueError, EOFError, BadZipFile) as problem:
        raise ValueError(f"{path} is not a result of `python -m benchmarks.boards`: {problem!r}") from problem
    return Kept(line, entries)


def chosen(before: pd.DataFrame, title: str, names: Iterable[str]) -> str:
    r"""Return the method that the weeks before the test weeks prefer.

    Args:
        before: Rows of ``boards-before-cpu.json``: ``board``, ``method``, ``seed``, ``MAE``.
        title: Of the board.
        names: Of the methods to choose from.
    """
    errors = before[before["board"] == title].groupby("method")["MAE"].mean()
    return str(errors[list(names)].idxmin())
