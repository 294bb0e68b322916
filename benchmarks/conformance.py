"""The networks on series whose best forecast is known: are their defaults as good as can be?

python -m benchmarks.conformance               what is missing in results/conformance-cpu.json
python -m benchmarks.conformance --seeds 1     the first seed alone
python -m benchmarks.conformance --out FILE    kept elsewhere

Some two minutes of one core a seed. It can be stopped at any time: what is finished is in the file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.options import Out
from benchmarks.record import complete
from rnn_tutorial.forecasting import Best, Forecaster, KnownCase, conformance, known_cases
from rnn_tutorial.forecasting.method import Method

HERE = Path(__file__).parent / "results" / "conformance-cpu.json"
SEEDS = 5


def methods(seed: int) -> dict[str, Callable[[KnownCase], Method]]:
    """Return the networks at their defaults, which take seasons and columns from the series, and the choice of all."""

    def masked(case: KnownCase) -> Method:
        return Forecaster("gru", case.horizon, seed=seed, missing="mask" if case.needs == "gaps" else "refuse")

    return {
        "GRU": masked,
        "LSTM": lambda case: Forecaster("lstm", case.horizon, seed=seed),
        "best": lambda case: Best(horizon=case.horizon, seed=seed),
    }


def main(
    seeds: Annotated[int, typer.Option(help="So many seeds of the networks and of the noise, from 0.")] = SEEDS,
    out: Out = HERE,
) -> None:
    """Try what is missing, and keep each result as soon as it is found."""
    torch.set_num_threads(1)
    cases = [(name, case.name, seed) for seed in range(seeds) for case in known_cases(seed) for name in methods(seed)]
    complete(out, ("method", "case", "seed"), cases, _run)


def _run(name: str, case: str, seed: int) -> dict[str, Any]:
    return judged(name, methods(seed)[name], case, seed)


def judged(name: str, make: Callable[[KnownCase], Method], case: str, seed: int) -> dict[str, Any]:
    """Return what a method is worth on one series of the suite, for the row of a file."""
    (known,) = [one for one in known_cases(seed) if one.name == case]
    (found,) = conformance({name: make}, [known])
    return {
        "error": found.error if found.applies else None,
        "best": found.best,
        "allowed": found.allowed,
        "passed": found.passed,
        "told": str(found),
        "reason": found.reason,
    }


if __name__ == "__main__":
    typer.run(main)
