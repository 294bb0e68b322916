"""Other libraries on the series of the second evaluation, fitted and scored as ours are (evaluation/PROTOCOL-2.md).

Run it in the environment of requirements.txt, which says how:

python -m benchmarks.peers.evaluation                  what is missing in results/evaluation-2-peers-cpu.json
python -m benchmarks.peers.evaluation --minutes 10     at most so long, by the clock

It can be stopped at any time: what is finished is in the file. An error that a library raises by itself counts as
saying that the series is not for it.
"""

from pathlib import Path

import typer

from benchmarks.evaluation import fits, second
from benchmarks.options import Methods, Out

from .speaking import Speaking
from .wrapped import Mlforecast, Neuralforecast, Skforecast, Statsforecast, lightgbm

HERE = Path(__file__).parents[1] / "results" / "evaluation-2-peers-cpu.json"
DAY = 24
"""statsforecast's exponential smoothing takes seasons up to so many steps."""

SHORT: fits.Makers = {
    "statsforecast AutoETS": lambda entry, past: Speaking(
        Statsforecast(entry, 0, "AutoETS", seasons=entry.season_up_to(DAY))
    ),
    "statsforecast AutoTheta": lambda entry, past: Speaking(Statsforecast(entry, 0, "AutoTheta", seasons=entry.season)),
    "statsforecast AutoARIMA": lambda entry, past: Speaking(Statsforecast(entry, 0, "AutoARIMA", seasons=entry.season)),
    "skforecast LightGBM": lambda entry, past: Speaking(Skforecast(entry, 0, "LightGBM", lightgbm)),
}
LONG: fits.Makers = {
    "statsforecast MSTL": lambda entry, past: Speaking(Statsforecast(entry, 0, "MSTL", seasons=list(entry.seasons))),
    "statsforecast AutoETS": SHORT["statsforecast AutoETS"],
    "mlforecast LightGBM": lambda entry, past: Speaking(Mlforecast(entry, 0)),
    "mlforecast LightGBM, last value": lambda entry, past: Speaking(Mlforecast(entry, 0, last=True)),
    "skforecast LightGBM": SHORT["skforecast LightGBM"],
    "neuralforecast NHITS": lambda entry, past: Speaking(
        Neuralforecast(entry, 0, "NHITS", input_size=max(2 * entry.horizon, entry.season))
    ),
}


def main(
    minutes: fits.Minutes = float("inf"),
    method: Methods = None,
    group: second.Groups = None,
    out: Out = HERE,
) -> None:
    """Fit what is missing and keep each result as soon as it is found, the quick ones first."""
    made = {False: SHORT, True: LONG}
    wanted = second.asked_for(fits.cases({"": 1}, made, group or second.GROUPS), method)
    fits.run(out, sorted(wanted, key=lambda case: case[1].startswith("neural")), made, minutes)


if __name__ == "__main__":
    typer.run(main)
