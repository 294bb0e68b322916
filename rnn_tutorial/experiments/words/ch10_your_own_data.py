r"""Words of chapter 10, your own data: what is said of a network that wins, and of one that loses."""

from collections.abc import Mapping

from rnn_tutorial.experiments.verdicts import Effect, decide

from .common import larger, listed, plural

__all__ = [
    "better",
    "choice",
    "clock",
    "computing",
    "fooled",
    "heat",
    "leans",
    "less",
    "loses",
    "more_updates",
    "new_week",
    "p_value",
    "place",
    "real_loss",
    "relies",
    "season",
    "short_summary",
    "spoilt",
    "suitable",
    "tuned",
    "useful",
    "width",
    "worst_week",
]

CHANCE = 0.05
"""p from which on a difference is put down to chance."""

LITTLE = 0.5
"""Per cent below which a change is none."""

PROMISE, NEAR = 0.9, 0.02
"""Coverage asked for, and how far below it is still kept."""


# ---- see inside ----------------------------------------------------------------------------------------------


def clock(hour: float) -> str:
    """Write an hour of the day with its minutes: 14.5 is ``14:30``."""
    hours, minutes = divmod(round(60 * hour), 60)
    return f"{hours}:{minutes:02d}"


def heat(hot: float, mild: float) -> str:
    """Compare the errors on hot days and on the others; a clause."""
    if hot > mild:
        return "hot days are harder, and nothing tells the network that tomorrow will be one"
    return "hot days are no harder, although nothing tells the network that tomorrow will be one"


def spoilt(percent: float) -> str:
    """Say how much larger an error is without a source of information; the end of "the error is"."""
    return _by(percent, "larger", "smaller", none="hardly different")


def relies(percents: Mapping[str, float]) -> str:
    """Conclude on what a network relies, by how much its error grows when a source is spoilt; no full stop."""
    used = [source for source, percent in percents.items() if percent >= LITTLE]
    spared = [source for source in percents if source not in used]
    if not used:
        return "So it relies on none of them"
    if not spared:
        return f"So it relies on all of them: {listed(used)}"
    return f"So it relies on {listed(used)}, but not on {listed(spared, 'or')}"


# ---- the network beside the baselines --------------------------------------------------------------------------


def better(gain: float, p: float) -> str:
    r"""Answer whether one forecast beats another, without a full stop.

    Args:
        gain: How much smaller its error is; the sign decides.
        p: Of so large a difference by chance; NaN where the test has no answer.
    """
    if gain > 0:
        return "Yes" if p < CHANCE else "On average, but the difference may be chance"
    if gain < 0:
        return "No, it is worse" if p < CHANCE else "No, though the difference may be chance"
    return "No"


def less(percent: float) -> str:
    """Say how much smaller an error is than another; the end of "that is"."""
    return _by(percent, "less", "more", none="nearly the same")


def p_value(p: float, digits: int = 2) -> str:
    """Write a p, also one too small for so many digits, or NaN."""
    if p != p:
        return "no p"
    if p < 0.5 * 10**-digits:
        return f"p below {10**-digits:.{digits}f}"
    return f"p = {p:.{digits}f}"


# ---- intervals -------------------------------------------------------------------------------------------------


def choice(low: float, high: float) -> str:
    """Say what the kind of interval matters in quiet weeks, by the lowest and highest coverage; a clause."""
    if high - low < 0.03:
        return "in these weeks the choice makes little difference, so they cannot decide it"
    return f"in these weeks the choice makes a difference of {high - low:.2f}, which the next weeks may turn round"


def season(split: float, before: float, after: float) -> str:
    r"""Explain the coverage of split intervals after a change of season; whole sentences.

    Args:
        split: Their coverage in the test weeks.
        before: The network's error in the weeks before the test.
        after: That in the test weeks.
    """
    errors = (
        f"In the eight weeks before the test the network was off by {before:.0f} MW, in the test weeks by {after:.0f}"
    )
    if split >= PROMISE - NEAR:
        return f"The errors of split are those of four weeks of spring, and here these were enough. {errors}."
    why = "its errors grew and the interval did not" if after > before else "so it is not that its errors grew"
    return f"Why does split fall short? Its errors are those of four weeks of spring. {errors}: {why}."


def width(rolling: float, split: float) -> str:
    """Compare the widths of the two kinds of interval, in MW; a predicate."""
    if f"{rolling:.0f}" == f"{split:.0f}":
        return f"is as wide as the other, {split:.0f} MW on average"
    how = "wider" if rolling > split else "narrower"
    return f"is {how}, {rolling:.0f} MW against {split:.0f} on average"


def worst_week(coverage: float) -> str:
    """Say what rolling intervals held in the worst week; a sentence without its full stop."""
    if coverage < PROMISE:
        return f"Rolling does not keep its promise in every week: in the worst of those drawn it held {coverage:.2f}"
    return f"Rolling kept its promise in every week drawn: in the worst of them it held {coverage:.2f}"


def new_week(without: float, updated: float) -> str:
    """Say what an update did to the error; a predicate."""
    percent = 100 * (1 - updated / without)
    if percent >= LITTLE:
        return f"lowers the error by {percent:.0f} %"
    if percent <= -LITTLE:
        return f"raises the error by {-percent:.0f} %"
    return "hardly changes the error"


# ---- when the network loses --------------------------------------------------------------------------------------


def loses(effect: Effect) -> str:
    """Say who wins on short series, by how many per cent the network's error is larger; sentences."""
    beside = f"Its error is {larger(effect)}, beside that of Holt-Winters."
    word = decide(effect).word
    if word == "holds":
        return f"Now the network loses. {beside}"
    if word == "does not hold":
        return f"Even here the network wins; what follows is for the day on which yours does not. {beside}"
    return f"Here neither wins; what follows is for the day on which your network loses. {beside}"


def more_updates(effect: Effect) -> str:
    """Say what more updates do for a network, by how many per cent its error is larger with few; a clause."""
    word = decide(effect).word
    if word == "holds":
        return "so updates are what it lacked, at least in part"
    if word == "does not hold":
        return "so updates are not what it lacked here"
    return "so it is undecided whether updates are what it lacked"


def tuned(before: float, after: float) -> str:
    """Say what tuning a rival did to its MASE on one cut; a sentence."""
    if f"{after:.2f}" == f"{before:.2f}":
        return f"Tuning left the trees where they were, at a MASE of {after:.2f}."
    change = f"Tuning brought the trees from a MASE of {before:.2f} to {after:.2f}"
    if after < before:
        return f"{change}."
    return f"{change}: what is best on the few days kept back need not be best after them."


def leans(percent: float) -> str:
    """Say what the working day is to the network, by what a shuffled one cost; a sentence."""
    if percent >= LITTLE:
        return f"The network leans on the working day: a shuffled one made its error {percent:.0f} % larger above."
    return "The network does not lean on the working day: a shuffled one did it no harm above."


def real_loss(p: float, rival: str) -> str:
    """Advise on a difference that a test calls chance, or does not; a sentence without its full stop."""
    between = f"For the GRU and {rival} on the year the test gives {p_value(p)}"
    if p < CHANCE:
        return f"{between}, hardly chance. Where it gives a larger p, look at more weeks before you call a winner"
    return f"{between}: look at more weeks before you call a winner"


def short_summary(effect: Effect) -> str:
    """Sum up the short series, by how many per cent the network's error is larger; a sentence."""
    word = decide(effect).word
    if word == "holds":
        return "With four weeks of data the same recipe loses to Holt-Winters."
    if word == "does not hold":
        return "With four weeks of data the same recipe is ahead of Holt-Winters, but yours may not be."
    return "With four weeks of data neither the same recipe nor Holt-Winters is decidedly ahead."


# ---- verdicts ----------------------------------------------------------------------------------------------------


def useful(naive: tuple[float, float], best: tuple[float, float]) -> str:
    r"""Judge that a recurrent network is useful.

    Args:
        naive: How much smaller its error is than that of the naive forecast, and p.
        best: The same beside the best classical method.
    """
    gain, p = naive
    if gain <= 0:
        return "does not hold here: the naive forecast is as good or better"
    if not p < CHANCE:
        return "undecided: its lead over the naive forecast may be chance"
    gain, p = best
    if gain > 0 and p < CHANCE:
        return "holds, against the naive forecast and the best classical one"
    if gain > 0:
        return "holds only against the naive forecast; against the best classical one it may be chance"
    return "holds only against the naive forecast"


def computing(updates: int, numbers: int, regression: int) -> str:
    r"""Judge that a recurrent network needs much computing, by counts that no machine changes.

    Args:
        updates: Steps of training.
        numbers: That the network has to learn.
        regression: That a linear regression has to learn, in one step.
    """
    steps = f"{plural(updates, 'step')} in place of one solution"
    if numbers > regression:
        return f"holds here, by the count: {steps}, and more numbers to learn than the regression"
    how = "fewer" if numbers < regression else "as many"
    return (
        f"holds only of the training: {steps}, for {how} numbers {'than' if how == 'fewer' else 'as'} the regression's"
    )


def suitable(name: str, few: Effect, many: Effect) -> str:
    r"""Judge that other methods may be more suitable, by errors on short series.

    Args:
        name: The best of those without a network.
        few: By how many per cent the error of the network with the recipe of the year is larger than its error.
        many: The same of the network with more updates.
    """
    first, second = decide(few), decide(many)
    if first.word == second.word == "holds":
        return f"holds here: on short series {name} is ahead of the network with either recipe"
    if first.word == "holds":
        how = (
            "the network is ahead of"
            if second.word == "does not hold"
            else "nothing is decided between the network and"
        )
        return f"holds only with the recipe of the year: after more updates {how} {name} on short series"
    if "does not hold" in (first.word, second.word):
        return "does not hold here: the network is ahead on short series, too"
    return f"undecided: on short series, of the network and {name}, {first.reason or second.reason}"


# ---- fooled ------------------------------------------------------------------------------------------------------


def fooled(error: float, best: float) -> str:
    """Say how good a regression looks that reads the future; a predicate."""
    if error < best:
        return "seems to beat every method on the board that is no network"
    if error == best:
        return "seems as good as the best on the board that is no network"
    return f"seems to come within {100 * (error / best - 1):.0f} % of the best on the board that is no network"


def _by(percent: float, over: str, under: str, *, none: str) -> str:
    """Write a change in per cent with the word for its sign, or ``none`` where it is little."""
    if percent >= LITTLE:
        return f"{percent:.0f} % {over}"
    return f"{-percent:.0f} % {under}" if percent <= -LITTLE else none


# ---- five years of months ------------------------------------------------------------------------------------------


def place(name: str, errors: Mapping[str, float]) -> str:
    r"""Say where a method stands among others, and who has the smallest error; a clause.

    Args:
        name: One of them.
        errors: Of each, its own among them.
    """
    order = sorted(errors, key=lambda one: errors[one])
    first, others = order[0], len(order) - 1
    if first == name:
        return f"{name} is first of {len(order)}, with {errors[name]:.2f} against {errors[order[1]]:.2f} of {order[1]}"
    behind = order.index(name)
    where = "last" if behind == others else f"number {behind + 1}"
    return f"{name} is {where} of {len(order)}, with {errors[name]:.2f} against {errors[first]:.2f} of {first}"
