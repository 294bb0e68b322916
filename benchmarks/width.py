"""Chapter 2's widths and learning rates: LSTMs on the hourly demand, five widths, five rates, five seeds side by side.

python -m benchmarks.width                 what is missing in results/width-cpu.json
python -m benchmarks.width --units 64      only this width; may be repeated
python -m benchmarks.width --rate 0.005    only this learning rate; may be repeated
python -m benchmarks.width --out FILE.json kept elsewhere

Some six minutes of one core. It can be stopped at any time: what is finished is in the file.
"""

from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer

from benchmarks.options import Out, Seeds
from benchmarks.record import complete
from rnn_tutorial.experiments import ch02_width, demand
from rnn_tutorial.forecasting import HourlyTask, mae

HERE = Path(__file__).parent / "results" / "width-cpu.json"
SCHEDULE = dict(demand.SHORT, epochs=10)
"""The short training of the chapter."""


def main(
    units: Annotated[list[int] | None, typer.Option(help="Only these widths.")] = None,
    rate: Annotated[list[float] | None, typer.Option(help="Only these learning rates.")] = None,
    seeds: Seeds = 5,
    out: Out = HERE,
) -> None:
    """Train what is missing, and keep each width and rate as soon as it is done."""
    torch.set_num_threads(1)
    cases = product(units or ch02_width.WIDTHS, rate or ch02_width.RATES)
    complete(out, ("width", "rate"), cases, partial(_run, demand.load_task(), seeds))


def _run(task: HourlyTask, seeds: int, width: int, rate: float) -> dict[str, Any]:
    runs = ch02_width.train(task, width, rate, range(seeds), **SCHEDULE)
    truth = task.values[task.origins[:, None] + np.arange(demand.HOURS)]
    return {
        "parameters": runs.parameters,
        "epochs": SCHEDULE["epochs"],
        "stride": SCHEDULE["stride"],
        "validation": [round(float(error), 3) for error in runs.validation_mae],
        "test": [round(mae(truth, forecast), 3) for forecast in runs.forecasts],
    }


if __name__ == "__main__":
    typer.run(main)
