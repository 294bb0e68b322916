"""Do intervals hold at every hour of the day? Widths by step ahead alone, and by step and place in the day or the week.

python -m benchmarks.intervals                  what is missing in results/intervals-cpu.json
python -m benchmarks.intervals --out FILE.json  kept elsewhere

Chapter 8's problems of Victoria and Portugal: methods fitted on all but the last sixteen weeks, rolling conformal
intervals of 90 % from the errors of the last eight or four weeks, judged on the last eight, from an origin every sixth
hour. For every way a row holds the coverage in all, in each quarter of the day, at the times of day where it is lowest
and highest; the mean pinball loss over levels from 5 to 95 %, the interval score and the width in units of the mean
absolute error, which stands beside them as MASE, in units of last week's repetition before the test part. Some minutes
of one core; it can be stopped at any time.
"""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer

from benchmarks.options import Methods, Out
from benchmarks.record import complete
from rnn_tutorial.experiments import ch08_scoreboard as scoreboard
from rnn_tutorial.experiments.one_fit import Told
from rnn_tutorial.forecasting import Conformal, coverage, crps, interval_score, mae, mase, width
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.forecasting.wrappers.score_tables import positions_of

HERE = Path(__file__).parent / "results" / "intervals-cpu.json"
PROBLEMS = {"Victoria": scoreboard.victoria, "Portugal": scoreboard.hourly_demand}
METHODS = ("Holt-Winters + ridge", "GRU")
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def methods(task: scoreboard.Problem) -> dict[str, Method]:
    """Return the best of those without a network, unfitted, and a network alone."""
    return {
        "Holt-Winters + ridge": scoreboard.hybrids(task)["Holt-Winters + ridge"],
        "GRU": scoreboard.networks(task)["GRU"],
    }


def measure(series: str, name: str, seed: int) -> dict[str, Any]:
    """Fit once, and put every kind of interval around the same forecasts."""
    task = PROBLEMS[series]()
    values, steps, calibration = task.values, np.arange(task.horizon), 8 * task.week
    start = task.end - calibration
    told = Told.of(methods(task)[name].with_seed(seed), task.series, start)
    origins = np.arange(task.end, len(values) - task.horizon + 1, task.day // 4)
    target, point = origins[:, None] + steps, told.forecasts[origins - start]
    place, count = positions_of(task.series, "time of day", len(values))
    found = {}
    for weeks in (8, 4):
        ways: dict[str, Any] = {"step": None, "step, time of day": "time of day", "step, hour of week": task.week}
        for way, by in ways.items():
            model = Conformal(told, 0.9, calibration=calibration, window=weeks * task.week, by=by)
            quantiles = model.fit(task.series.part(0, task.end)).forecast(task.series, origins, levels=LEVELS)
            row = scores(values[target], point, quantiles, place[target], count)
            found[f"{way}, {weeks} weeks"] = row
    return {"MASE": mase(values[target], point, values[: task.end], task.week), "ways": found}


def scores(truth: Array, point: Array, quantiles: Array, place: Array, count: int) -> dict[str, Any]:
    """Score intervals; ``place`` is that of each target in the day, of ``count``."""
    low, high = quantiles[..., 0], quantiles[..., -1]
    by_place = [coverage(truth[place == k], low[place == k], high[place == k]) for k in range(count)]
    quarter = place * 4 // count
    unit = mae(truth, point)
    return {
        "coverage": coverage(truth, low, high),
        "quarters": [coverage(truth[quarter == k], low[quarter == k], high[quarter == k]) for k in range(4)],
        "lowest": min(by_place),
        "highest": max(by_place),
        "pinball": crps(truth, quantiles, LEVELS) / 2 / unit,
        "interval score": interval_score(truth, low, high, 0.9) / unit,
        "width": width(truth, low, high) / unit,
    }


def main(
    method: Methods = None,
    seeds: Annotated[int, typer.Option(help="So many seeds of the network, from 0.")] = 5,
    out: Out = HERE,
) -> None:
    """Fit what is missing and keep each result as soon as it is found."""
    torch.set_num_threads(1)
    cases = [(title, name, seed) for seed in range(seeds) for title in PROBLEMS for name in method or METHODS]
    cases = [case for case in cases if case[1] == "GRU" or case[2] == 0]  # in the other one nothing is drawn
    complete(out, ("series", "method", "seed"), cases, measure)


if __name__ == "__main__":
    typer.run(main)
