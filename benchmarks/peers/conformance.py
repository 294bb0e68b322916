"""Four other libraries on the series whose best forecast is known: the same suite, judged by the same rule.

Run it in the environment of requirements.txt, which says how:

python -m benchmarks.peers.conformance                  what is missing in results/conformance-peers-cpu.json
python -m benchmarks.peers.conformance --method "darts LSTM" --case ramp --seeds 1

The networks of neuralforecast take minutes a series and seed on one core (NHITS 209 s on the first that was tried, LSTM
more than 110 s, when it was stopped), so the file has no rows of theirs yet; all others take a few seconds.

It can be stopped at any time: what is finished is in the file. An error that a library raises by itself counts as
saying that the series is not for it; a forecast that is no number counts as a failure.
"""

import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks.conformance import judged
from benchmarks.options import Methods, Out
from benchmarks.record import complete
from rnn_tutorial.forecasting import KnownCase, known_cases
from rnn_tutorial.forecasting.method import Method

from .speaking import Speaking
from .wrapped import Darts, Neuralforecast, Skforecast, Statsforecast, lightgbm

HERE = Path(__file__).parents[1] / "results" / "conformance-peers-cpu.json"
SEEDS = 3


def methods(seed: int) -> dict[str, Callable[[KnownCase], Method]]:
    """Return the peers by name, the quick ones first."""
    return {
        "statsforecast AutoETS": lambda case: Statsforecast(case, seed, "AutoETS"),
        "statsforecast AutoTheta": lambda case: Statsforecast(case, seed, "AutoTheta"),
        "statsforecast AutoARIMA": lambda case: Statsforecast(case, seed, "AutoARIMA", columns=True),
        "skforecast ridge": lambda case: Skforecast(case, seed, "ridge", _ridge),
        "skforecast LightGBM": lambda case: Skforecast(case, seed, "LightGBM", lightgbm),
        "darts exponential smoothing": lambda case: Darts(
            case, seed, "ExponentialSmoothing", _smoothing, columns=False, again=True
        ),
        "darts LSTM": lambda case: Darts(case, seed, "LSTM", _darts_lstm, columns=True, again=False),
        "neuralforecast NHITS": lambda case: Neuralforecast(
            case, seed, "NHITS", input_size=max(2 * case.horizon, *case.seasons, 1)
        ),
        "neuralforecast LSTM": lambda case: Neuralforecast(case, seed, "LSTM"),
    }


def _ridge(seed: int) -> Any:
    from sklearn.linear_model import Ridge

    return Ridge()


def _smoothing(peer: Darts) -> Any:
    from darts.models import ExponentialSmoothing
    from darts.utils.utils import SeasonalityMode

    if peer.season == 1:
        return ExponentialSmoothing(seasonal=SeasonalityMode.NONE)
    return ExponentialSmoothing(seasonal_periods=peer.season)


def _darts_lstm(peer: Darts) -> Any:
    from darts.models import RNNModel

    from .wrapped import quiet

    quiet()
    silent = {"enable_progress_bar": False, "logger": False, "enable_model_summary": False, "accelerator": "cpu"}
    length = peer.window
    return RNNModel(
        length, model="LSTM", training_length=max(24, length + 1), random_state=peer.seed, pl_trainer_kwargs=silent
    )


def main(
    method: Methods = None,
    case: Annotated[list[str] | None, typer.Option(help="Only these series.")] = None,
    seeds: Annotated[int, typer.Option(help="So many seeds of noise and networks, from 0.")] = SEEDS,
    out: Out = HERE,
) -> None:
    """Try what is missing, and keep each result as soon as it is found."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    chosen, asked = method or list(methods(0)), case or [one.name for one in known_cases()]
    cases = [(name, one, seed) for seed in range(seeds) for name in chosen for one in asked]
    complete(out, ("method", "case", "seed"), cases, _run)


def _run(name: str, case: str, seed: int) -> dict[str, Any]:
    library = name.split()[0]
    told = {"library": f"{library} {version({'darts': 'u8darts'}.get(library, library))}"}
    return told | judged(name, lambda known: Speaking(methods(seed)[name](known)), case, seed)


if __name__ == "__main__":
    typer.run(main)
