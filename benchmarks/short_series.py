"""Chapter 10's short series: seven times six weeks of Victoria's year, four to learn from and two to be judged on.

python -m benchmarks.short_series                  what is missing in results/short-series-cpu.json
python -m benchmarks.short_series --out FILE.json  kept elsewhere

MASE of each method on each cut, over seeds where it depends on chance, from an origin every sixth hour. Some ten
minutes of one core; it can be stopped at any time.
"""

from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.options import Methods, Out
from benchmarks.record import complete
from rnn_tutorial.experiments import ch08_scoreboard as scoreboard
from rnn_tutorial.experiments import ch10_short_series as short
from rnn_tutorial.forecasting import backtest

HERE = Path(__file__).parent / "results" / "short-series-cpu.json"


def measure(method: str, cut: int, seed: int) -> dict[str, Any]:
    """Fit one method on one cut."""
    series = short.piece(scoreboard.victoria().series, cut)  # the working day beside it, no temperature
    found = backtest(
        {method: short.contest()[method]}, series, short.DAY, test=short.TEST, stride=short.DAY // 4, seeds=[seed],
        progress=False,
    )  # fmt: skip
    return {"MASE": float(found.table(columns=["MASE"])["MASE"].iloc[0])}


def main(
    method: Methods = None,
    seeds: Annotated[int, typer.Option(help="So many seeds of what is drawn, from 0.")] = 5,
    out: Out = HERE,
) -> None:
    """Fit what is missing and keep each result as soon as it is found."""
    torch.set_num_threads(1)
    contest = short.contest()
    drawn = {name for name, one in contest.items() if one.depends_on_chance}
    cases = [
        (name, cut, seed)
        for seed in range(seeds)
        for name in method or contest
        for cut in range(short.CUTS)
        if seed == 0 or name in drawn
    ]
    complete(out, ("method", "cut", "seed"), cases, measure)


if __name__ == "__main__":
    typer.run(main)
