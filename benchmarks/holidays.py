"""What columns for holidays are worth at Christmas: hourly demand in Portugal, with and without, over seeds.

python -m benchmarks.holidays                  what is missing in results/holidays-cpu.json
python -m benchmarks.holidays --out FILE.json  kept elsewhere

Chapter 8's problem: fitted on all before 6 November 2014, forecasts of a day from every sixth hour up to the end of the
year. Errors are MASE, in units of last week's repetition before the test part: over all origins, from the one at
0:00 on 25 December alone, and over those targets that lie on holidays, eves and bridge days, or on none of these. Four
days are kept as they were forecast at their midnight, in kW. A few minutes of one core; it can be stopped at any time.
"""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import torch
import typer

from benchmarks.options import Methods, Out
from benchmarks.record import complete
from rnn_tutorial.data import Series, holiday_columns
from rnn_tutorial.experiments import ch08_scoreboard as scoreboard
from rnn_tutorial.forecasting import RidgeOnLags, mase
from rnn_tutorial.forecasting.method import Method

HERE = Path(__file__).parent / "results" / "holidays-cpu.json"
CHRISTMAS = "2014-12-25"
DAYS = ("2014-12-08", "2014-12-24", CHRISTMAS, "2014-12-26")  # a holiday like most, an eve, Christmas, a bridge day
METHODS = ("ridge", "GRU")
COLUMNS = ("none", "holidays", "Christmas and New Year apart")


def problem(columns: str) -> scoreboard.Problem:
    """Return chapter 8's problem, with Portugal's holidays beside the series or with nothing."""
    plain = scoreboard.hourly_demand()
    if columns == "none":
        return plain
    apart = ("Christmas", "New Year") if columns.endswith("apart") else ()
    beside = holiday_columns(plain.series, "PT", apart=apart, extra_steps=plain.horizon)
    series = Series.of(plain.series, covariates=beside)
    return scoreboard.Problem(**(vars(plain) | {"series": series}))


def build(name: str, task: scoreboard.Problem) -> Method:
    """Return a network or a regression that reads the columns if there are any, unfitted."""
    if name != "ridge":
        return scoreboard.network(task, scoreboard.LAYERS[name])
    beside = task.series.covariates is not None
    return RidgeOnLags(2 * task.week, task.horizon, use_covariates=beside, seasons=task.seasons if beside else ())


def measure(name: str, columns: str, seed: int) -> dict[str, Any]:
    """Fit once and score the forecasts."""
    task = problem(columns)
    board = scoreboard.run(task, {name: build(name, task)}, [seed]).board()
    forecast = board.entries[name].forecasts[0]
    kinds = holiday_columns(task.series, "PT").known
    of_step = np.asarray(kinds[:, :3].any(axis=1))
    special = of_step[board.origins[:, None] + np.arange(board.horizon)]
    place = {day: board.origins == task.series.index.get_loc(pd.Timestamp(day)) for day in DAYS}
    parts = {
        "MASE": np.ones_like(special),
        "MASE, 25 December": np.broadcast_to(place[CHRISTMAS][:, None], special.shape),
        "MASE, special days": special,
        "MASE, other days": ~special,
    }
    days = {day: [round(float(value), 1) for value in forecast[at][0]] for day, at in place.items()}
    errors = {
        part: mase(board.truth[where], forecast[where], board.past, board.season) for part, where in parts.items()
    }
    return errors | {"days": days}


def main(
    method: Methods = None,
    seeds: Annotated[int, typer.Option(help="So many seeds of the network, from 0.")] = 5,
    out: Out = HERE,
) -> None:
    """Fit what is missing and keep each result as soon as it is found."""
    torch.set_num_threads(1)
    cases = [(name, columns, seed) for seed in range(seeds) for name in method or METHODS for columns in COLUMNS]
    cases = [case for case in cases if case[0] != "ridge" or case[2] == 0]
    complete(out, ("method", "columns", "seed"), cases, measure)


if __name__ == "__main__":
    typer.run(main)
