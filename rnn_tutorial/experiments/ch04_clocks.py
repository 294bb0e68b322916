r"""What ``python -m benchmarks.timing`` has found: the clocks, and what peepholes change, decided by the rule."""

from typing import Any, NamedTuple

import pandas as pd
import torch

from .ch04_timing import ASKED_IN_A_ROW, Clocks, Variant, clocks
from .verdicts import Decision, Effect, decide, difference, saturated

__all__ = ["GENERATE", "INTERVALS", "MEASURE", "best_pair", "clock", "compare", "decisions", "row", "summary"]

INTERVALS = (5,)
GENERATE = "a spike every {} steps"
MEASURE = "measuring delays"
HEADS = {False: "without peepholes", True: "with peepholes"}


# ---- a network as a row, and back -------------------------------------------------------------------------------


def row(task: str, made: Clocks, k: int, score: float) -> dict[str, Any]:
    """Return the k-th network's result and its weights, as they are stored."""
    variant = made.variants[k // len(made.seeds)]
    weights = {name: weight.detach() for name, weight in made.networks.named_parameters()}
    recurrent = made.networks.by_network(weights.pop("layer.weight_hh_l0"))[:, k]  # (4, H, S · H)
    H = made.networks.hidden_size
    own = {name: made.networks.first(name, weight)[k] for name, weight in weights.items()}
    own["layer.weight_hh_l0"] = recurrent[..., k * H : (k + 1) * H]
    return {
        "task": task,
        "readout": variant.readout,
        "peepholes": variant.peepholes,
        "seed": made.networks.seeds[k],
        "score": score,
        "weights": {name: " ".join(f"{one:.9g}" for one in value.flatten().tolist()) for name, value in own.items()},
    }


def clock(stored: pd.Series) -> Clocks:
    """Make a stored network of one cell again."""
    variant = Variant(bool(stored["peepholes"]), stored["readout"] == "bare")
    made = clocks(1, [int(stored["seed"])], [variant])
    with torch.no_grad():
        for name, weight in made.networks.named_parameters():
            numbers = [float(one) for one in stored["weights"][name].split()]
            weight.copy_(torch.tensor(numbers).view(weight.shape))
    return made


def best_pair(rows: pd.DataFrame, task: str, readout: str) -> dict[str, Clocks]:
    """Return the best network with peepholes, and the one of the same seed without, which stands first."""
    here = rows[(rows["task"] == task) & (rows["readout"] == readout)]
    seed = here[here["peepholes"]].sort_values("score", kind="stable")["seed"].iloc[-1]
    pair = here[here["seed"] == seed].sort_values("peepholes")
    return {HEADS[bool(one["peepholes"])]: clock(one) for _, one in pair.iterrows()}


# ---- what peepholes change --------------------------------------------------------------------------------------


class Comparison(NamedTuple):
    """Scores with peepholes and without, seed by seed; their mean difference; whether networks do better with them."""

    with_them: list[float]
    without: list[float]
    effect: Effect
    better: Decision


def compare(rows: pd.DataFrame, task: str, readout: str) -> Comparison:
    """Compare networks with and without peepholes, seed by seed: more spikes are better, and smaller errors."""
    here = rows[(rows["task"] == task) & (rows["readout"] == readout)]
    scores = here.pivot_table(index="seed", columns="peepholes", values="score").dropna()
    ours, theirs = scores[True].tolist(), scores[False].tolist()
    effect = difference(ours, theirs)
    if task == MEASURE:
        better = decide(difference(theirs, ours))
    else:
        better = decide(effect, ceiling=saturated(ours, theirs, ASKED_IN_A_ROW))
    return Comparison(ours, theirs, effect, better)


def cases(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the tasks and readouts that were run."""
    found = rows[["task", "readout"]].drop_duplicates()
    return list(zip(found["task"], found["readout"], strict=True))


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row a task and readout: mean scores, their difference with its interval, and the decision."""
    lines = {}
    for task, readout in cases(rows):
        found = compare(rows, task, readout)
        lines[task, f"{readout} readout"] = {
            "score": "error in steps" if task == MEASURE else f"spikes in a row, of {ASKED_IN_A_ROW}",
            HEADS[False]: _mean(found.without, task),
            HEADS[True]: _mean(found.with_them, task),
            "difference": found.effect.text(1),
            "better with peepholes?": str(found.better),
        }
    return pd.DataFrame.from_dict(lines, orient="index")


def _mean(scores: list[float], task: str) -> str:
    mean = f"{sum(scores) / len(scores):.1f}"
    ends = sum(score >= ASKED_IN_A_ROW for score in scores)
    return mean if task == MEASURE else f"{mean} ({ends} of {len(scores)} seeds to the end)"


def decisions(rows: pd.DataFrame, *, generating: bool) -> dict[str, Decision]:
    """Decide for every task of generating, or for that of measuring, and every readout whether peepholes help."""
    return {
        f"{task} with the {readout} readout": compare(rows, task, readout).better
        for task, readout in cases(rows)
        if (task != MEASURE) == generating
    }
