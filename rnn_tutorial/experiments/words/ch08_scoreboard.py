r"""Chapter 8, the scoreboard: who leads on which series, what a hybrid brings, and what it depends on.

Errors are mean absolute errors, p those of a test of Diebold and Mariano; NaN where that test has no answer.
"""

from collections.abc import Mapping, Sequence

from rnn_tutorial.experiments.verdicts import Effect

from .common import listed, plural

__all__ = [
    "ahead_from",
    "along_the_day",
    "ar1",
    "behind",
    "beside",
    "burn_in",
    "change",
    "christmas",
    "coverage",
    "draw",
    "duel_at",
    "england_point",
    "error_memory",
    "far_behind",
    "forty_elsewhere",
    "gru_begins",
    "helped",
    "hybrid",
    "kept",
    "last_batch",
    "leader",
    "luckiest",
    "naive_line",
    "networks_alone",
    "p_value",
    "places",
    "regression_instead",
    "reported",
    "single_winner",
    "sure_of_both",
    "sure_of_one",
    "useful",
    "weather",
    "what_helps",
    "winner_of_forty",
]

LIMIT = 0.05  # of p


# ---- phrases for any board -------------------------------------------------------------------------------------------


def beside(ours: float, theirs: float, tolerance: float = 0.005) -> str:
    """Compare two errors: ``9 % less than``, ``3 % more than`` or ``level with``."""
    ratio = ours / theirs
    if abs(ratio - 1) <= tolerance:
        return "level with"
    return f"{100 * abs(ratio - 1):.0f} % {'less' if ratio < 1 else 'more'} than"


def behind(ours: float, theirs: float, tolerance: float = 0.005) -> str:
    """Compare two errors by places: ``9 % behind``, ``3 % ahead of`` or ``level with``; before a name."""
    ratio = ours / theirs
    if abs(ratio - 1) <= tolerance:
        return "level with"
    return f"{100 * abs(ratio - 1):.0f} % {'behind' if ratio > 1 else 'ahead of'}"


def p_value(p: float) -> str:
    """Write what follows the letter p: ``= 0.144``, ``< 0.001``, or that there is none."""
    if p != p:
        return "not defined"
    return f"= {p:.3f}" if p >= 0.001 else "< 0.001"


def leader(errors: Mapping[str, float], networks: Sequence[str], hybrids: Sequence[str], digits: int = 0) -> str:
    """Say what kind of method is first, which, and its error with a number of digits; a clause without a unit."""
    first = min(errors, key=lambda name: errors[name])
    kind = "a network alone" if first in networks else "a hybrid" if first in hybrids else "a classical method"
    return f"{kind} leads: {first}, with {errors[first]:.{digits}f}"


def places(ranks: Mapping[str, Sequence[float]]) -> str:
    """Say which methods have the same place in all columns; a clause without a full stop."""
    same = [name for name, row in ranks.items() if len(set(row)) == 1]
    if not same:
        return "no method has the same place in all columns"
    if len(same) == 1:
        return f"only one method has the same place in all columns, {same[0]}"
    return f"{len(same)} of {len(ranks)} methods have the same place in all columns, {listed(same)}"


def single_winner(first: Mapping[str, str]) -> str:
    """Say whether one method is first on all series, by the name of the first on each; a sentence."""
    names = set(first.values())
    if len(names) == 1:
        return f"One method is first on all {len(first)}: {names.pop()}."
    shown = listed([f"{name} in {title}" for title, name in first.items()])
    return f"No method is first on all {len(first)}: the first is {shown}."


# ---- England and Wales -----------------------------------------------------------------------------------------------


def error_memory(correlations: Sequence[float]) -> str:
    """Judge correlations of yesterday's error with today's; a sentence."""
    if not all(r > 0.1 for r in correlations):
        return "So there is at least one series where this mean alone promises a correction next to nothing."
    size = "weak" if max(correlations) < 0.5 else "plain"
    return f"That is {size}, it is known at the origin, and Holt-Winters makes no use of it."


def networks_alone(networks: Sequence[float], rival: float) -> str:
    """Say how many networks alone beat Holt-Winters, by their errors; a sentence."""
    ahead, of = sum(error < rival for error in networks), len(networks)
    if ahead == 0:
        return "No network alone beats Holt-Winters here."
    if ahead == of:
        return "Every network alone beats Holt-Winters here."
    return f"{ahead} of {of} networks alone {'beats' if ahead == 1 else 'beat'} Holt-Winters here."


def hybrid(error: float, smoothing: float, alone: float) -> str:
    """Say whom the hybrid beats, Holt-Winters or the chosen network alone; a clause."""
    if error < min(smoothing, alone):
        return "The hybrid does better than both"
    if error < smoothing:
        return "The hybrid does better than Holt-Winters, but no better than the chosen network alone"
    if error < alone:
        return "The hybrid does better than the chosen network alone, but no better than Holt-Winters"
    return "The hybrid does no better than either"


def regression_instead(regression: float, network: float) -> str:
    """Compare two hybrids, with a regression and with a network, by their errors; a predicate of the first."""
    ratio = regression / network
    if ratio < 0.95:
        return "does better still"
    if ratio <= 1:
        return "does as well"
    return "does nearly as well" if ratio < 1.05 else "does less well"


def what_helps(regression: float, network: float, smoothing: float) -> str:
    """Conclude from the errors of both hybrids and of Holt-Winters what helps; a sentence."""
    if regression < smoothing and network < smoothing:
        if regression < 1.05 * network:
            return "So what helps is the idea, not the network in it."
        return "So the idea helps, and the network in it helps further."
    if network < smoothing:
        return "So the idea helps here only with a network in it."
    if regression < smoothing:
        return "So the idea helps here, but not with a network in it."
    return "So here the idea does not help."


def sure_of_both(p: Sequence[float]) -> str:
    """Judge the p of both hybrids against Holt-Winters; a clause after a colon."""
    sure = sum(value <= LIMIT for value in p)
    if sure == len(p):
        return "luck alone would hardly do that, though four weeks are 28 days only"
    if sure:
        return "four weeks are 28 days, enough to exclude luck for one of the two and not for the other"
    return "four weeks are 28 days, and that is not enough to exclude luck"


def ar1(share: float) -> str:
    """Judge the autoregressive term by the error with it over that without; a sentence."""
    if share < 0.8:
        return "It helps a great deal."
    return "It helps a little." if share < 1 else "It does not help here."


def gru_begins(gru: float, smoothing: float) -> str:
    """Compare the first step of the GRU alone with that of Holt-Winters; what follows the GRU's number."""
    if gru > 1.1 * smoothing:
        return "because nothing tells it to start from the last value"
    return "though nothing tells it to start from the last value"


def along_the_day(first: tuple[float, float], last: tuple[float, float]) -> str:
    """Compare the hybrid with Holt-Winters at the first and at the last step, (hybrid, Holt-Winters); a clause."""
    begin, end = (ours / theirs for ours, theirs in (first, last))
    if abs(begin - 1) <= 0.05:
        start = "where Holt-Winters does"
    else:
        start = "below Holt-Winters" if begin < 1 else "above Holt-Winters"
    if abs(end - begin) <= 0.01:
        return f"The hybrid begins {start} and keeps its distance"
    return f"The hybrid begins {start} and {'gains' if end < begin else 'falls back'} with the hours"


# ---- Victoria and Portugal -------------------------------------------------------------------------------------------


def sure_of_one(p: float) -> str:
    """Judge one p on eight test weeks; a clause after a colon."""
    if p <= LIMIT:
        return "luck alone would hardly do that"
    return "eight weeks are too short to be sure"


def draw(network: float, classic: float, p: float) -> str:
    """Say whether a network and a classical method draw; what follows a colon."""
    if not p <= LIMIT:
        return "a draw"
    return f"the {'network' if network < classic else 'classical method'} is ahead by more than luck explains"


def kept(gain: float, share: Effect) -> str:
    r"""Say how much of the gain of a perfect weather forecast an imperfect one keeps; a clause.

    Args:
        gain: By how much a perfect forecast lowers the error.
        share: Of that gain, over seeds, each with a draw of the weather's error.
    """
    if not gain > 0:
        return "there was no gain to keep"
    if share.mean <= 0:
        left = "nothing of the gain is left"
    else:
        left = "all of the gain is left" if share.mean >= 1 else f"{100 * share.mean:.0f} % of the gain is left"
    low, high = (f"{100 * end:.0f}".replace("-", "−") for end in (share.low, share.high))
    return f"{left} (95 % interval {low} to {high} % over {plural(share.seeds, 'draw')} of its error)"


def weather(without: float, perfect: float, share: Effect) -> str:
    """Sum up what temperature is worth: errors without it and with a perfect forecast, and the share that is kept."""
    if not perfect < without:
        return "A known temperature did not help the GRU here."
    gain = 100 * (1 - perfect / without)
    return (
        f"A known temperature takes {gain:.0f} % off the GRU's error; with a forecast that is off by 2 °C "
        f"{kept(without - perfect, share)}."
    )


def christmas(bias: Mapping[str, float], unit: str) -> str:
    """Say on which side of the truth some forecasts of a day are, by their mean errors; a clause."""
    above = [f"{name} by {error:.0f}" for name, error in bias.items() if error >= 0]
    below = [f"{name} by {-error:.0f}" for name, error in bias.items() if error < 0]
    sides = [f"{listed(names)} {unit} too {how}" for names, how in ((above, "high"), (below, "low")) if names]
    return ", ".join(sides)


def coverage(kind: str, found: Mapping[str, float], nominal: float = 0.9, within: float = 0.02) -> str:
    """Judge the coverage of one kind of interval on several series; a sentence or two."""
    # as the page shows it, with three digits
    off = {title: round(share - nominal, 3) for title, share in found.items()}
    much, little = ([t for t, o in off.items() if sign * o > within] for sign in (1, -1))
    if not much and not little:
        return f"{kind} keeps the promise within two hundredths on all {len(found)} series."
    misses = [f"covers too {how} in {listed(where)}" for how, where in (("much", much), ("little", little)) if where]
    on = f"{len(found) - len(much) - len(little)} of {len(found)} series"
    text = f"{kind} keeps the promise within two hundredths on {on}: it {' and '.join(misses)}."
    return text + (" Too much is wrong as well: such an interval is wider than it need be." if much else "")


# ---- the learning curve: errors by the weeks learnt from -------------------------------------------------------------


def naive_line(errors: Mapping[str, float], naive: float, unit: str, digits: int = 0) -> str:
    """Say how many methods beat "same time last week", who is best, and what the GRU has if it is not; a clause."""
    best = min(errors, key=lambda name: errors[name])
    shown = f'"same time last week" ({naive:.{digits}f} {unit})'
    ahead, of = sum(error < naive for error in errors.values()), len(errors)
    if not ahead:
        start = f"nobody beats {shown}: the best that learns"
    elif ahead == of:
        start = f"all {of} that learn beat {shown}: the best"
    else:
        start = f"{ahead} of {of} that learn {'beats' if ahead == 1 else 'beat'} {shown}: the best"
    gru = "" if best == "GRU" else f", the GRU {errors['GRU']:.{digits}f}"
    return f"{start}, {best}, has {errors[best]:.{digits}f}{gru}"


def change(before: float, after: float) -> str:
    """Say how an error changes: ``falls by 9 %``, ``rises by 3 %`` or ``hardly changes``, that is by less than 1 %."""
    ratio = after / before
    if abs(ratio - 1) < 0.01:
        return "hardly changes"
    return f"{'falls' if ratio < 1 else 'rises'} by {100 * abs(ratio - 1):.0f} %"


def ahead_from(ours: Mapping[int, float], rival: Mapping[int, float]) -> str:
    """Say from how many weeks on the GRU is ahead of smoothing, to the end; a clause."""
    name = "Holt-Winters with and without correction"
    sizes = sorted(ours)
    ahead = [weeks for weeks in sizes if ours[weeks] < rival[weeks]]
    if not ahead:
        return f"At no size is the GRU ahead of {name}"
    if ahead[-1] != sizes[-1]:
        return f"The GRU is ahead of {name} with {ahead[-1]} weeks, but not with all {sizes[-1]}"
    if len(ahead) == len(sizes):
        return f"The GRU is ahead of {name} at every size"
    since = max(weeks for weeks in sizes if weeks not in ahead)
    first = min(weeks for weeks in ahead if weeks > since)
    earlier = [str(weeks) for weeks in ahead if weeks < first]
    return f"The GRU is ahead of {name} from {first} weeks on{f' (and with {listed(earlier)})' if earlier else ''}"


def far_behind(ours: Mapping[int, float], best: Mapping[int, float]) -> str:
    """Say how far the network is behind the best of the others, at its worst size; a clause."""
    worst = max(ours[weeks] / best[weeks] for weeks in ours)
    if worst <= 1:
        return "the network is nowhere behind"
    if worst <= 1.15:
        return "the network is never far behind"
    return f"the network is up to {100 * (worst - 1):.0f} % behind the best of the others"


def duel_at(gru: float, corrected: float, unit: str, tolerance: float = 0.03) -> str:
    """Compare the GRU with corrected Holt-Winters at one size; a clause with both numbers."""
    one, other = "the GRU", "Holt-Winters with a correction"
    if abs(gru / corrected - 1) <= tolerance:
        return f"{one} and {other} are level, {gru:.0f} and {corrected:.0f} {unit}"
    if gru < corrected:
        return f"{one} is ahead of {other}, {gru:.0f} against {corrected:.0f} {unit}"
    return f"{other} is ahead of {one}, {corrected:.0f} against {gru:.0f} {unit}"


def england_point(england: tuple[float, float], portugal: tuple[float, float], weeks: int) -> str:
    """Compare England's point with Portugal's at as many weeks, (network, Holt-Winters) each; a clause."""
    here, there = (network > smoothing for network, smoothing in (england, portugal))
    place = "behind" if here else "not behind"
    return f"the network is {place}, {'as' if here == there else 'unlike'} the GRU in Portugal with {weeks}"


def helped(corrected: Sequence[float], plain: Sequence[float]) -> str:
    """Count where the correction has lowered the error; a clause."""
    lower = sum(after < before for after, before in zip(corrected, plain, strict=True))
    return f"it lowered the error at {lower} of the {plural(len(plain), 'point')} drawn here"


# ---- the article's claims --------------------------------------------------------------------------------------------


def useful(boards: Sequence[tuple[float, float, float]]) -> str:
    """Judge that recurrent networks are very useful, by (chosen network, chosen classical method, p) on each series.

    Both are chosen on other weeks, and p is corrected for the number of methods on the board.
    """
    of = len(boards)
    ahead = [p <= LIMIT for network, classic, p in boards if network < classic]
    if not ahead:
        return f"does not hold here: on none of the {of} series is a network ahead"
    if sum(ahead) == of:
        return "holds here"
    if any(ahead):
        return f"holds only on {sum(ahead)} of {of} series beyond chance"
    return f"undecided: ahead on {len(ahead)} of {of} series, and nowhere beyond chance"


# ---- Fooled? ---------------------------------------------------------------------------------------------------------


def winner_of_forty(chosen_on: float, after: float, worse: int, of: int) -> str:
    """Tell the winner's error from that of Holt-Winters, in per cent, where it was chosen and after; a sentence."""
    how_first, how_after = (_percent(value) for value in (chosen_on, after))
    return (
        f"Where it was chosen, the winner's error is on average {how_first} that of Holt-Winters. On the weeks after "
        f"it is {how_after} that, and in {worse} of the {of} draws the winner is the worse of the two there."
    )


def forty_elsewhere(chosen_on: Sequence[float], after: Sequence[float]) -> str:
    """Count in how many cases the winner's mean error is below Holt-Winters', in per cent of it; a sentence."""
    first, later, of = sum(e < 0 for e in chosen_on), sum(e > 0 for e in after), len(after)
    return (
        f"Where it was chosen the winner is ahead of Holt-Winters in {first} of {of} cases, and on the other weeks "
        f"behind it in {later} of {of}."
    )


def last_batch(name: str, batch: int, reported: float, whole: float, unit: str) -> str:
    """Tell the error that is reported without the last batch from that of all forecasts; a sentence."""
    return (
        f"With batches of {batch} the error of the {name} would be reported as {reported:.1f} {unit}, "
        f"{beside(reported, whole)} the {whole:.1f} {unit} of all forecasts."
    )


def _percent(value: float) -> str:
    if abs(value) < 0.05:
        return "level with"
    return f"{abs(value):.1f} % {'below' if value < 0 else 'above'}"


def burn_in(validation: tuple[float, float], test: tuple[float, float]) -> str:
    """Tell which burn-in each part prefers, by the errors with (two, three) weeks of it; a sentence."""
    wants, would = (_preference(*part) for part in (validation, test))
    if (validation[0] < validation[1]) == (test[0] < test[1]):
        return f"Validation prefers {wants}, and so would the test, {would}."
    return f"Validation prefers {wants}, the test would have preferred {would}."


def _preference(two: float, three: float) -> str:
    if two < three:
        return f"two weeks ({two:.0f} MW against {three:.0f} with three)"
    return f"three weeks ({three:.0f} MW against {two:.0f} with two)"


def reported(chosen: str, chosen_error: float, ours: str, our_error: float) -> str:
    """Say whether validation chooses on this machine what the chapter reports; a sentence."""
    if chosen == ours:
        return (
            f"Validation's choice, {chosen}, with {chosen_error:.0f} MW on the test, is the one this chapter reports."
        )
    return (
        f"Validation's choice on this machine, {chosen}, has {chosen_error:.0f} MW on the test; "
        f"this chapter reports what was chosen on ours, {ours}, with {our_error:.0f}."
    )


def luckiest(best: float, chosen: float) -> str:
    """Say what the best on the test would be beside validation's choice; a sentence."""
    if best < chosen:
        return f"The luckiest would have {best:.0f}; nobody could have picked it, so it is nobody's result."
    return "It happens to be the luckiest, too; nobody could have known."
