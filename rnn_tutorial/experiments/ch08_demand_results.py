r"""What a temporal CNN and a Transformer did in the LSTM's place: on demand, and on all tasks of the book together."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from . import ch02_long_lags, ch07_runs
from .ch08_demand_rivals import NETWORKS
from .verdicts import SEEDS, Effect, decide, ratio


def chosen(rows: pd.DataFrame, title: str, name: str) -> float:
    r"""Return the learning rate whose seeds have the least mean error on the weeks before the test weeks.

    Args:
        rows: Of ``python -m benchmarks.rivals``: ``series``, ``network``, ``rate``, ``seed``, ``part``, ``MAE``.
        title: Of the series.
        name: Of the network.
    """
    mine = (rows["series"] == title) & (rows["network"] == name) & (rows["part"] == "before")
    means = rows[mine].groupby("rate")["MAE"].mean()
    best: float = means.index.to_numpy(float)[means.to_numpy().argmin()]
    return best


def finished(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the series on which every network has as many seeds on the test weeks as a verdict wants."""
    seeds = rows[rows["part"] == "test"].groupby(["series", "network"])["seed"].nunique().unstack()
    enough = (seeds.reindex(columns=list(NETWORKS)) >= SEEDS).all(axis=1)
    return rows[rows["series"].isin(enough.index[enough])]


def errors(rows: pd.DataFrame, title: str, name: str) -> np.ndarray:
    """Return the errors of a network on the test weeks of a series by its chosen learning rate, one a seed."""
    rate = chosen(rows, title, name)
    columns = {"series": title, "network": name, "rate": rate, "part": "test"}
    mine = (rows[list(columns)] == pd.Series(columns)).all(axis=1)
    return rows[mine].sort_values("seed")["MAE"].to_numpy(float)


def effects(rows: pd.DataFrame, against: str = "LSTM") -> dict[tuple[str, str], Effect]:
    """Return by how many per cent each network errs more than the LSTM, seed by seed, by series and network."""
    pairs = rows[["series", "network"]].drop_duplicates().itertuples(index=False, name=None)
    return {
        (title, name): ratio(errors(rows, title, name), errors(rows, title, against))
        for title, name in pairs
        if name != against
    }


def board(rows: pd.DataFrame, against: str = "LSTM") -> pd.DataFrame:
    """Return a line a series and network: what was chosen, what came of it, and the rule's word of the difference."""
    compared, lines = effects(rows, against), {}
    for title, name in rows[["series", "network"]].drop_duplicates().itertuples(index=False, name=None):
        found, effect = errors(rows, title, name), compared.get((title, name))
        mine = rows[(rows["series"] == title) & (rows["network"] == name)]
        lines[title, name] = {
            "learning rate": f"{chosen(rows, title, name):g}",
            "parameters": f"{int(mine['parameters'].iloc[0]):,}",
            "MAE": f"{found.mean():.1f}",
            "± (seeds)": f"{found.std(ddof=1):.1f}",
            f"error against the {against}'s": effect.text(1, " %") if effect else "",
            f"better than the {against}": "" if effect is None else str(decide(opposite(effect))),
        }
    table = pd.DataFrame(lines).T
    table.index.names = ["series", "network"]
    return table


def opposite(effect: Effect) -> Effect:
    """Return the effect with its sign turned, so that fewer errors are an effect above zero."""
    return Effect(-effect.mean, -effect.high, -effect.low, effect.seeds)


class Case(NamedTuple):
    """One comparison of a network without a state with the LSTM: in words, and as an effect above zero if it wins."""

    text: str
    better: Effect


def on_all_tasks(memory: pd.DataFrame, digits: pd.DataFrame, demand: pd.DataFrame) -> dict[str, Case]:
    r"""Return every comparison that the book has kept, by network and task.

    Args:
        memory: Rows of ``python -m benchmarks.memory``, chapter 2: updates until a task is solved, against the LSTM
            from its best start.
        digits: Rows of ``python -m benchmarks.mnist``, chapter 7: accuracy, both by the tuned recipe.
        demand: Rows of ``python -m benchmarks.rivals``: errors.
    """
    found = {}
    for name in NETWORKS:
        if name == "LSTM":
            continue
        for task in ("recall", "adding"):
            if (sooner := ch02_long_lags.sooner(memory, task, "LSTM, biases by lag", name)) is not None:
                lag, more = sooner
                text = f"updates that the LSTM needs beyond it (lag {lag}) {more.text(0, ' %')}"
                found[f"{name} on {task}"] = Case(text, more)
        if name in ch07_runs.complete(digits, "tuned", [name]):
            gain = ch07_runs.duel(digits, ("LSTM", "tuned"), (name, "tuned")).gain
            found[f"{name} on rows of digits"] = Case(f"accuracy {gain.text(2, ' points')}", gain)
        for title in demand["series"].unique():
            more = effects(demand)[title, name]
            found[f"{name} in {title}"] = Case(f"error {more.text(1, ' %')}", opposite(more))
    return found
