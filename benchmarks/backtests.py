"""What a backtest of the classical methods costs: seconds on Taylor's series, 48 steps ahead, in one process.

python -m benchmarks.backtests                  table on the screen
python -m benchmarks.backtests --out FILE.json  the same, kept with machine and versions

The series is fetched before the clock starts; what Numba compiles is compiled in a round that does not count. Peers are
not timed: their backtests do other work (other origins, refits and scores), so that a ratio would mean nothing.
"""

import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer

from rnn_tutorial.experiments import ch08_scoreboard as scoreboard
from rnn_tutorial.forecasting import AutoRegression, Drift
from rnn_tutorial.forecasting.method import Method


def methods(problem: scoreboard.Problem) -> dict[str, Method]:
    """Return all that is linear or simpler: no trees, no networks."""
    linear = {name: method for name, method in scoreboard.classics(problem).items() if name != "gradient boosting"}
    return linear | {
        "drift": Drift(),
        "autoregression": AutoRegression(problem.week),
        "Holt-Winters + ridge": scoreboard.ridge_hybrid(problem, problem.ridge_alpha),
    }


def main(
    out: Annotated[Path | None, typer.Option(help="Write the rows as JSON, with machine and versions.")] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds.")] = 5,
) -> None:
    """Backtest and print the time of the whole and of each method's fit."""
    problem = scoreboard.taylor()
    chosen = methods(problem)
    seconds = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        board = scoreboard.run(problem, chosen, seeds=[0]).board()
        seconds.append(time.perf_counter() - start)
    whole = {
        "what": f"backtest of {len(chosen)} methods",
        "origins": len(board.origins),
        "median_s": median(seconds[1:]),
        "slowest_s": max(seconds[1:]),
        "with_compiling_s": seconds[0],
    }
    rows: list[dict[str, Any]] = [whole]
    rows += [{"what": name, "fit_s": entry.seconds} for name, entry in board.entries.items()]
    for row in rows:
        print("  ".join(f"{key} {value:.3f}" if isinstance(value, float) else str(value) for key, value in row.items()))
    if out is not None:
        from benchmarks.record import write

        write(out, rows)
        print(f"wrote {out}")


if __name__ == "__main__":
    typer.run(main)
