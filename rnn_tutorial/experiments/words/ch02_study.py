r"""Chapter 2's two studies, in words: which lags are learnt, which gate matters, and what a start explains."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from rnn_tutorial.experiments.verdicts import Decision

from .common import by_decision, listed

__all__ = [
    "crossed",
    "difference_of_gate",
    "farthest",
    "forget_gate",
    "from_the_default",
    "gates_needed",
    "input_gate",
    "learnt_from_the_default",
    "long_memory",
    "named",
    "rivals",
    "seeds_that_solve",
    "solved",
    "start_and_reach",
    "without_input_gate",
]

ABOUT_TEN = 20
"""Steps that still count as "about ten", as in chapter 1."""
NOTHING_LEARNT = 95
"""Per cent of a guess's error, on the mean over a training, above which nothing was learnt."""


def seeds_that_solve(cell: Any, failed_before: bool) -> str:
    r"""Return a cell of the table of lags.

    Args:
        cell: What was found, None where nothing is kept.
        failed_before: No seed solved a shorter lag, so that this one was not tried.
    """
    if cell is not None:
        return str(cell)
    return "not tried" if failed_before else "not run"


def farthest(lag: int, updates: float | None, longest: int) -> str:
    r"""Return a cell of the short table of lags: how far all seeds of a network get, and after how many updates.

    Args:
        lag: The longest lag that all of them solve, 0 for none.
        updates: That this took, in the median.
        longest: The longest lag that this network was tried on.
    """
    if updates is None or not lag:
        return "none"
    return f"{'≥ ' if lag == longest else ''}{lag} ({updates:,.0f})"


def solved(updates: int | None) -> str:
    """Say how one training ended; a predicate."""
    return "not solved" if updates is None else f"solved after {updates} updates"


def long_memory(default: int, plain: int, lstm: int, longest: int) -> str:
    r"""Judge on one task that the plain network fails beyond about ten steps, and that the LSTM solves this.

    Args:
        default: The longest lag that all plain networks with PyTorch's start solve.
        plain: The longest with the better of the two starts.
        lstm: The longest that all LSTMs solve, with the best start.
        longest: The longest lag tried.
    """
    if lstm > plain:
        if plain <= ABOUT_TEN:
            return "holds"
        reached = f"all plain networks still solve {plain} steps, all LSTMs {_steps(lstm, longest)}"
        return f"holds only of longer lags: {reached}"
    if default <= ABOUT_TEN:
        if plain > default:
            return f"holds only with PyTorch's start: with another, all plain networks solve {_steps(plain, longest)}"
        return "holds only in that the plain network fails: no LSTM goes further"
    return f"does not hold here: all plain networks solve {_steps(plain, longest)}, and no LSTM goes further"


def _steps(reach: int, longest: int) -> str:
    return f"{reach} steps" + (", the longest lag tried" if reach == longest else "")


def from_the_default(plain: int, lstm: int) -> str:
    r"""Say who goes further on recall from PyTorch's start; a sentence without a full stop.

    Args:
        plain: The longest lag that all plain networks solve from there.
        lstm: The longest that all LSTMs solve.
    """
    if plain == lstm:
        return f"From PyTorch's start, plain network and LSTM learn recall over as many steps, {plain}"
    winner, more, less = ("plain network", plain, lstm) if plain > lstm else ("LSTM", lstm, plain)
    return f"From PyTorch's start the {winner} wins recall, with {more} steps against {less}"


def rivals(found: Mapping[str, Mapping[str, Decision]]) -> str:
    r"""Say who needs fewer updates, the LSTM or its rivals; clauses separated by semicolons.

    Args:
        found: By rival and task, the decision that the rival needs fewer than the LSTM.
    """
    by_rival = [
        by_decision(
            decisions,
            {
                "holds": f"the {rival} needs fewer updates on {{}}",
                "does not hold": f"the {rival} needs more updates on {{}}",
            },
        )
        for rival, decisions in found.items()
    ]
    said = [clause for clause in by_rival if clause]
    undecided = sum(decision.word == "undecided" for decisions in found.values() for decision in decisions.values())
    if not said:
        return "no comparison of updates is decided"
    if undecided:
        said.append("the other comparison is undecided" if undecided == 1 else "the other comparisons are undecided")
    return "; ".join(said)


def named(change: str) -> str:
    """Name a network by what was changed in it."""
    return {"none": "all gates", "coupled": "coupled gates"}.get(change, change)


def difference_of_gate(decision: Any) -> str:
    """Say what a change of the gates does to learning, by the decision that it makes the error larger."""
    return {"holds": "learns worse", "does not hold": "learns better", "undecided": "undecided"}[decision.word]


def gates_needed(found: Mapping[str, Mapping[str, Decision]]) -> str:
    r"""Say which changes of the gates make learning worse; a clause.

    Args:
        found: By change and task, the decision that it makes the error larger.

    Examples:
        >>> found = {"no input gate": {"latest": Decision("holds"), "adding": Decision("undecided")}}
        >>> gates_needed(found)
        'learning is decidedly worse with no input gate (latest)'
    """
    worse = {
        change: [task for task, decision in decisions.items() if decision.word == "holds"]
        for change, decisions in found.items()
    }
    said = [
        f"{named(change)} ({'both tasks' if len(tasks) == 2 else listed(tasks)})"
        for change, tasks in worse.items()
        if tasks
    ]
    if not said:
        return "no change makes learning decidedly worse"
    only = ", and with no other change" if len(said) < len(found) else ""
    return f"learning is decidedly worse with {listed(said)}{only}"


def input_gate(found: Mapping[str, Any]) -> str:
    r"""Say whether the input gate matters by itself or for the small start that its bias gives; a sentence.

    Args:
        found: By task, the decision that the error without the gate is larger than with a gate that starts half open.
    """
    return by_decision(
        found,
        {
            "holds": "the gate itself speeds learning on {}, not only the small start that it gives",
            "does not hold": "what speeds learning on {} is the small start, for without it the gate slows it",
            "undecided": "on {} gate and small start cannot be told apart (undecided)",
        },
    )


def forget_gate(decision: Decision) -> str:
    r"""Say what the forget gate is worth on a task that asks for overwriting; a clause.

    Args:
        decision: That the error is larger without the gate.
    """
    return {
        "holds": "without a forget gate it is learnt worse",
        "does not hold": "yet without a forget gate it is learnt better",
        "undecided": "yet it is undecided whether a forget gate helps",
    }[decision.word]


def without_input_gate(found: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> str:
    r"""Say whether the error without an input gate depends on the start; a sentence without a full stop.

    Args:
        found: By task, the errors of all seeds from one start and from another, in per cent of a guess's.
    """
    means = {task: (fmean(one), fmean(other)) for task, (one, other) in found.items()}
    said = listed([f"{one:.1f} and {other:.1f} % on {task}" for task, (one, other) in means.items()])
    if max(abs(one - other) for one, other in means.values()) >= 1:
        return f"Without an input gate the mean errors from the two starts are {said}"
    apart = max(abs(a - b) for one, other in found.values() for a, b in zip(one, other, strict=True))
    return (
        f"That the mean errors without an input gate are nearly the same from both starts ({said}) is a coincidence: "
        f"seed by seed they lie up to {apart:.0f} points apart"
    )


def learnt_from_the_default(errors: Mapping[str, float]) -> str:
    r"""Say which tasks the LSTM with all gates learns from PyTorch's start; a clause.

    Args:
        errors: By task, its error over training in per cent of a guess's.
    """
    stuck = [task for task, error in errors.items() if error > NOTHING_LEARNT]
    if not stuck:
        return "the LSTM with all gates learns every task"
    return f"the LSTM with all gates learns nothing of {listed(stuck)}, so that any change can only help there"


def start_and_reach(kept: Mapping[str, float], reached: Mapping[str, int]) -> str:
    r"""Compare the order of networks by what their start keeps of a gradient with that of the lags learnt; a clause.

    Args:
        kept: By network, the factor per step at its start.
        reached: By network, the longest lag that all seeds learn.
    """
    names = sorted(kept, key=lambda name: kept[name])
    against = [(one, other) for k, one in enumerate(names) for other in names[k + 1 :] if reached[one] > reached[other]]
    if not against:
        return "the start explains the order: whatever keeps more learns lags at least as long"
    one, other = (name.replace(", ", " with ") for name in against[0])
    return f"the start is not enough: the {one} keeps less of a gradient than the {other}, and learns longer lags"


def crossed(before: float, after: float) -> str:
    """Say how a spectral radius moved in training; a predicate."""
    moved = f"from {before:.2f} to {after:.2f}"
    if before < 1 < after:
        return f"crosses 1, {moved}"
    if after >= 1:
        return f"stays above 1, {moved}"
    return f"stays below 1, {moved}" if before < 1 else f"falls below 1, {moved}"
