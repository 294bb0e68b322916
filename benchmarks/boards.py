"""Chapter 8's networks and its hybrid with a network on every board, over seeds: their forecasts.

python -m benchmarks.boards             what is missing in results/boards-cpu.npz
python -m benchmarks.boards --seeds 10

And the errors of networks and classical methods on the weeks before the test weeks, by which one of each may be chosen:
results/boards-before-cpu.json. Some twenty-five minutes of one core in all. It can be stopped at any time: fits that
are finished lie in ``--folder``. What the files hold already is not fitted again: with ``--out`` and ``--before`` of
other names everything is.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer

from benchmarks.record import kept as earlier_rows
from benchmarks.record import provenance, write
from rnn_tutorial.experiments import ch08_kept as kept
from rnn_tutorial.experiments import ch08_scoreboard as scoreboard
from rnn_tutorial.forecasting import Scoreboard
from rnn_tutorial.forecasting.evaluation.scoreboard import Entry

HERE = Path(__file__).parent / "results" / "boards-cpu.npz"
BEFORE = HERE.with_name("boards-before-cpu.json")
FITS = Path(__file__).parents[1] / "_build" / "boards"


def main(
    seeds: Annotated[int, typer.Option(help="So many seeds of each network, from 0.")] = 5,
    folder: Annotated[Path, typer.Option(help="Where single fits are kept until all are done.")] = FITS,
    out: Annotated[Path, typer.Option(help="Where the forecasts are kept.")] = HERE,
    before: Annotated[Path, typer.Option(help="Where the errors on the weeks before are kept.")] = BEFORE,
) -> None:
    """Fit what is missing and write the file anew."""
    torch.set_num_threads(1)
    had = kept.read(out).entries if out.exists() else {}
    found: dict[str, dict[str, Entry]] = {}
    for title in kept.TITLES:
        known = {name: entry for name, entry in had.get(title, {}).items() if len(entry.forecasts) == seeds}
        wanted = list(kept.methods(title, kept.problem(title)))
        boards = [_board(title, seed, folder, known) for seed in range(seeds)] if {*wanted} - {*known} else []
        found[title] = {
            name: known[name] if name in known else joined([board.entries[name] for board in boards]) for name in wanted
        }
        truth = kept.problem(title).board().truth
        for name, entry in found[title].items():
            errors = [np.abs(forecast - truth).mean() for forecast in entry.forecasts]
            print(f"{title:20} {name:22} {np.mean(errors):8.2f}, {min(errors):.2f} to {max(errors):.2f}", flush=True)
    kept.keep(out, provenance(), found)
    rows = earlier_rows(before) if before.exists() else []
    write(before, [row for title in kept.SERIES for row in _before(title, range(seeds), folder, rows)])


def _before(title: str, seeds: Sequence[int], folder: Path, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row a method and seed: its error on the weeks before the test weeks, fitted on what precedes them."""
    earlier = kept.problem(title).validation()
    methods = scoreboard.classics(earlier) | scoreboard.networks(earlier)
    known = {
        name: mine
        for name, method in methods.items()
        if len(mine := [row for row in rows if (row["board"], row["method"]) == (title, name)])
        == (len(seeds) if method.depends_on_chance else 1)
    }
    missing = {name: method for name, method in methods.items() if name not in known}
    if missing:
        board = scoreboard.run(earlier, missing, seeds, folder=folder / f"{title}, before", progress=True).board()
        known |= {
            name: [
                {"board": title, "method": name, "seed": seed, "MAE": float(error)}
                for seed, error in enumerate(board.errors(name))
            ]
            for name in missing
        }
    return [row for name in methods for row in known[name]]


def _board(title: str, seed: int, folder: Path, known: Collection[str]) -> Scoreboard:
    problem = kept.problem(title, seed)
    methods = {name: method for name, method in kept.methods(title, problem).items() if name not in known}
    return scoreboard.run(problem, methods, [seed], folder=folder / title, progress=True).board()


def joined(seeds: Sequence[Entry]) -> Entry:
    """Return one entry of the forecasts of several, which are one method's with one seed each; times are averaged."""
    forecasts = tuple(forecast for entry in seeds for forecast in entry.forecasts)
    return replace(seeds[0], forecasts=forecasts, seconds=float(np.mean([entry.seconds for entry in seeds])))


if __name__ == "__main__":
    typer.run(main)
