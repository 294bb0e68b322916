r"""Chapter 4: whether peepholes help, on demand and where a network has to tell the time."""

from collections.abc import Mapping, Sequence
from math import isfinite

from rnn_tutorial.experiments.verdicts import Decision, decide, difference

from .common import beats, listed

__all__ = ["against_baselines", "best_baseline", "errors", "generators", "meters"]


def errors(with_them: Sequence[float], without: Sequence[float], unit: str) -> str:
    """Say by the rule whether peepholes lower an error, after the means; a clause without a full stop."""
    means = f"{_mean(with_them):.2f} {unit} with peepholes, {_mean(without):.2f} without"
    effect = difference(with_them, without)
    what = _what(decide(difference(without, with_them)), "peepholes help", "peepholes do harm")
    return f"{means}; the difference is {effect.text(2, f' {unit}')}, {what}"


def _what(decision: Decision, better: str, worse: str) -> str:
    if decision.word == "undecided":
        return f"which decides nothing ({decision.reason})"
    return f"so {better if decision.word == 'holds' else worse}"


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


# ---- baselines --------------------------------------------------------------------------------------------------


def best_baseline(errors: Mapping[str, float]) -> str:
    """Return the name of the baseline with the smallest error."""
    return min(errors, key=lambda name: errors[name])


def against_baselines(ours: float, errors: Mapping[str, float]) -> str:
    """Say how the network with peepholes compares with the best of the baselines; a predicate without a full stop."""
    rival = best_baseline(errors)
    verb = beats(ours, errors[rival]) if isfinite(ours) else "has no error to compare with"
    return f"{verb} the best baseline, {rival}, at {errors[rival]:.1f} kW"


# ---- timing -----------------------------------------------------------------------------------------------------


def generators(decisions: Mapping[str, Decision]) -> str:
    r"""Say for which tasks peepholes let networks generate more spikes in a row; a sentence without a full stop.

    Args:
        decisions: By a name of the task, whether networks with peepholes generate more.
    """
    return _cases(decisions, "generate more spikes in a row")


def meters(decisions: Mapping[str, Decision]) -> str:
    """Say for which readouts peepholes make the measurement of delays more exact; as ``generators``."""
    return _cases(decisions, "measure delays more exactly")


def _cases(decisions: Mapping[str, Decision], what: str) -> str:
    helped = [case for case, decision in decisions.items() if decision.word == "holds"]
    harmed = [case for case, decision in decisions.items() if decision.word == "does not hold"]
    open_ = [case for case, decision in decisions.items() if decision.word == "undecided"]
    parts = []
    if helped:
        parts.append(f"with peepholes, networks {what} for {listed(helped)}")
    if harmed:
        parts.append(f"without peepholes, networks {what} for {listed(harmed)}")
    if open_:
        parts.append(f"nothing is decided for {listed(open_)}")
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:]
