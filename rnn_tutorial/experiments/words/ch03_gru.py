r"""Chapter 3, the GRU: what its X-ray shows, what its gates are for, how it stands beside the LSTM, how it counts."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from statistics import median

from rnn_tutorial.experiments.verdicts import (
    SEEDS,
    Decision,
    Effect,
    decide,
    decide_equal,
    difference,
    saturated,
)

from .common import by_decision, larger, listed, plural

__all__ = [
    "comparable",
    "counted",
    "far_end",
    "gates_for",
    "in_figure",
    "long_spans",
    "other_weeks",
    "past_the_gru",
    "reach",
    "read_all",
    "read_in_practice",
    "spared",
    "standing",
    "training",
    "without",
]

NO_RISE = 1.1
"""A sensitivity that grows by less than a tenth over two lags does not count as a rise."""


def far_end(rise: float, same_lag: float, new_start: float) -> str:
    r"""Say why a sensitivity rises at the oldest days of a window, by a window a week longer; a sentence.

    Each number is a sensitivity over that of two days later.

    Args:
        rise: At the first day of the window.
        same_lag: At the same lag in the longer window.
        new_start: At the first day of the longer window.
    """
    if rise < NO_RISE:
        return "The GRU's curve does not rise at the oldest days"
    what = "The GRU's curve rises at the oldest days"
    if same_lag < NO_RISE <= new_start:
        return (
            f"{what}. That is the start of the window and not the day: when the same weights read a week more, the "
            "rise is gone from these lags and comes at the new first days, close to the zero that every state starts at"
        )
    if same_lag >= NO_RISE > new_start:
        return (
            f"{what}. It does so at the same lags when the same weights read a week more: these days matter "
            "wherever they stand"
        )
    return f"{what}. A window a week longer does not tell whether that is the lag or the start of the window"


def training(epochs: int, updates: int, windows: int, in_full: int) -> str:
    r"""Say how long a training was beside the one of chapter 1; a noun phrase.

    Args:
        epochs: Passes over the training windows.
        updates: Steps of the optimiser.
        windows: Windows seen in all of them.
        in_full: Windows that chapter 1's network sees.
    """
    length = f"{plural(epochs, 'epoch')}, {updates:,} updates and {windows:,} windows"
    if windows == in_full:
        return f"{length}, as many as in chapter 1"
    percent = 100 * abs(windows / in_full - 1)
    return f"{length}, {percent:.0f} % {'fewer' if windows < in_full else 'more'} than the {in_full:,} of chapter 1"


# ---- beside the LSTM --------------------------------------------------------------------------------------------


def standing(effect: Effect, margin: float) -> str:
    r"""Say how an error stands to the LSTM's, by the interval of their ratio and a margin of equality.

    Args:
        effect: By how many per cent the error is larger than the LSTM's.
        margin: So many per cent count as none; stated before looking.
    """
    decision = decide_equal(effect, margin)
    if decision.word == "holds":
        return "equal"
    if decision.word == "does not hold":
        return "worse" if effect.mean > 0 else "better"
    if effect.seeds < SEEDS or not isfinite(effect.mean):
        return f"undecided: {decision.reason}"
    if effect.high < margin:
        return "equal or better"
    if effect.low > -margin:
        return "equal or worse"
    return f"undecided: {decision.reason}"


def comparable(effects: Mapping[str, Effect], margin: float) -> str:
    r"""Judge that the GRU is comparable with the LSTM: no worse, for each way to give them the same size.

    Args:
        effects: By the way, by how many per cent the GRU's error is larger.
        margin: As for ``standing``.
    """
    stands = {way: standing(effect, margin) for way, effect in effects.items()}
    details = "; ".join(f"{way}: {word}" for way, word in stands.items())
    good = [way for way, word in stands.items() if word in ("equal", "better", "equal or better")]
    if len(good) == len(stands):
        return f"holds ({details})"
    if good:
        return f"holds only for {listed(good)} ({details})"
    if set(stands.values()) == {"worse"}:
        return f"does not hold ({details})"
    return f"undecided ({details})"


def other_weeks(validation: Effect, test: Effect) -> str:
    r"""Say how the GRU's error stands to the LSTM's on the validation weeks, beside the test weeks; a sentence.

    Args:
        validation: By how many per cent the GRU's error is larger there.
        test: Likewise on the test weeks.
    """
    opposite = {decide(validation).word, decide(test).word} == {"holds", "does not hold"}
    order = "the order is the reverse: " if opposite else ""
    return f"On the validation weeks {order}the GRU's error is {larger(validation)}"


def long_spans(lstm: Mapping[str, Sequence[int]], gru: Mapping[str, Sequence[int]], ceiling: int) -> str:
    r"""Judge that the LSTM is better over long spans, by the largest n that each network reads right, seed by seed.

    Args:
        lstm: By language, one n a seed.
        gru: Likewise.
        ceiling: The largest n tried.
    """
    return _joined(
        {
            language: decide(
                difference(lstm[language], gru[language]), ceiling=saturated(lstm[language], gru[language], ceiling)
            )
            for language in lstm
        }
    )


def _joined(decisions: Mapping[str, Decision]) -> str:
    # One verdict on several comparisons.
    words = [decision.word for decision in decisions.values()]
    if set(words) == {"holds"}:
        return "holds"
    if "holds" in words:
        held = listed([where for where, decision in decisions.items() if decision.word == "holds"])
        rest = by_decision(decisions, {"does not hold": "not for {}", "undecided": "undecided for {}"})
        return f"holds only for {held}; {rest}"
    if set(words) == {"does not hold"}:
        return "does not hold"
    reasons = "; ".join(f"{where}: {decision.reason or decision.word}" for where, decision in decisions.items())
    return f"undecided ({reasons})"


def reach(found: Sequence[int] | None) -> str:
    """Return the middle and the range of the largest n read right; None: not run."""
    return "not run" if found is None else f"{median(found):g} ({min(found)} to {max(found)})"


def read_all(found: Iterable[Sequence[int]], ceiling: int) -> str:
    """Say how many runs read every string that is tried, up to n = ``ceiling``; a clause."""
    runs = [n for counts in found for n in counts]
    ends = sum(n >= ceiling for n in runs)
    return f"{ends or 'none'} of {plural(len(runs), 'run')} {'reads' if ends <= 1 else 'read'} all {ceiling} right"


def counted(starts: Mapping[str, Mapping[str, Decision]]) -> str:
    r"""Say from which start which of LSTM and GRU counts farther; a sentence a start, the last without a full stop.

    Args:
        starts: By start, such as ``"From PyTorch's start"``, and language, the decision that the LSTM reads farther.
    """
    clauses = {
        "holds": "the LSTM reads farther than the GRU on {}",
        "does not hold": "the GRU reads farther than the LSTM on {}",
        "undecided": "the runs do not decide which of the two reads farther on {}",
    }
    return ". ".join(f"{start}, {by_decision(decisions, clauses)}" for start, decisions in starts.items())


def past_the_gru(rnn: Sequence[int], gru: Sequence[int]) -> str:
    """Say how many runs of the plain network read farther than every run of the GRU; a sentence."""
    past = sum(n > max(gru) for n in rnn)
    verb = "reads" if past <= 1 else "read"
    return f"{past or 'None'} of {plural(len(rnn), 'run')} of the RNN {verb} farther than every run of the GRU"


def read_in_practice(lstm: Sequence[int], gru: Sequence[int], best: int, ceiling: int) -> str:
    r"""Say how far trained networks read; a sentence.

    Args:
        lstm: The largest n of each LSTM from PyTorch's start.
        gru: Likewise of each GRU.
        best: The largest n of all runs, whatever their start.
        ceiling: The largest n tried.
    """
    return (
        f"Trained from PyTorch's start, the LSTM read up to n = {median(lstm):g} and the GRU up to {median(gru):g} "
        f"(medians); the best run from any start read {best} of the {ceiling} lengths tried"
    )


def in_figure(cell: float, cells: float, states: float) -> str:
    r"""Say how far the lines of the figure go; a sentence without a full stop.

    Args:
        cell: The largest size of the LSTM's blue cell.
        cells: The largest size of all its cells.
        states: Likewise of all units of the GRU's state.
    """
    held = f"no unit of the GRU gets beyond {states:.2f}"
    if cells > 1:
        others = f", and the largest of its cells {cells:.1f}" if cells > cell else ", larger than its other cells"
        return f"In the figure the LSTM's blue cell gets as large as {cell:.1f}{others}; {held}"
    return f"In the figure all of the LSTM's cells stay between −1 and 1, at {cells:.2f} at most; {held}"


# ---- a gate taken away ------------------------------------------------------------------------------------------


def without(decision: Decision) -> str:
    """Say what taking a gate away does, by the decision that it raises the error."""
    return {"holds": "worse", "does not hold": "better", "undecided": "undecided"}[decision.word]


def gates_for(found: Mapping[str, Mapping[str, Decision]]) -> str:
    r"""Say what the GRU loses without each gate, task by task; a sentence a gate, the last without a full stop.

    Args:
        found: By change, such as ``"no reset gate"``, and task, the decision that it raises the error.
    """
    clauses = {
        "holds": "on {} the GRU is worse",
        "does not hold": "on {} the GRU is better",
        "undecided": "on {} nothing is decided",
    }
    return ". ".join(
        f"Without the {change.removeprefix('no ')}, "
        + by_decision({f'"{task}"': decision for task, decision in decisions.items()}, clauses)
        for change, decisions in found.items()
    )


def spared(found: Mapping[str, Mapping[str, Decision]]) -> str:
    r"""Say which of two gates can rather be spared, by the number of tasks that are worse without it; a sentence.

    Args:
        found: As for ``gates_for``, with two changes.
    """
    needed = {
        change.removeprefix("no "): sum(decision.word == "holds" for decision in decisions.values())
        for change, decisions in found.items()
    }
    (less, few), (more, many) = sorted(needed.items(), key=lambda gate: gate[1])
    tasks = plural(max(len(decisions) for decisions in found.values()), "task")
    if few == many:
        return f"So each gate is decidedly needed on {few} of {tasks}"
    return (
        f"So it is the {less} that can rather be spared here: it is decidedly needed on {few or 'none'} of {tasks}, "
        f"the {more} on {many}"
    )
