r"""The method that writes the forecast, fitted on everything, and what to say of a choice among several."""

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.methods.regression import LEAST
from rnn_tutorial.forecasting.seasons import TIMES
from rnn_tutorial.forecasting.wrappers.best import Best

from .plan import Plan

BEFORE = "the part to choose by, which lies before the test part"


def fitted_on_all(
    method: Method, judged: Method | None, series: Series, season: int, plan: Plan
) -> tuple[Method, list[str]]:
    r"""Fit on all of a series. A choice that was made before the test part stands, if it was made of enough.

    If it was not, the choice is made anew of everything: a year more tells more than knowing that the same method was
    judged.

    Args:
        method: Unfitted, or a network as it was saved.
        judged: What was fitted for the backtest, if there was one.
        series: All that is known.
        season: Steps of the longest.
        plan: The parts of the series.

    Returns:
        The method that was fitted, of several the one that was taken; what to say of the choice, see ``of_choice``.

    Raises:
        ValueError: The series is too short for the method.
    """
    if isinstance(judged, Best) and chose_of_enough(judged, season, plan):
        return judged.chosen.fit(series), of_choice(judged)
    try:
        method.fit(series)
    except ValueError as error:
        if judged is not None:
            raise
        raise ValueError(
            f"{method.name} cannot be fitted to {len(series)} values: {error}. Shorten the horizon, add data, or take "
            "a method that needs less: --model best tries several, --model persistence needs one value."
        ) from error
    if not isinstance(method, Best):
        return method, []
    first, *others = of_choice(method, f"the last {method.part} values")
    if isinstance(judged, Best):
        same = "the same" if judged.chosen.name == method.chosen.name else judged.chosen.name
        first += f" In the backtest it knew no more than the first {plan.end:,} values, and took {same}."
    return method.fitted, [first, *others]


def chose_of_enough(best: Best, season: int, plan: Plan) -> bool:
    """Whether there was a part to choose by, enough before it for classics, and three of the longest season in all."""
    return bool(best.part) and plan.end - best.part >= LEAST and plan.end >= TIMES * season


def of_choice(best: Best, where: str = BEFORE) -> list[str]:
    r"""What to say of a choice among several methods: which it took and why, and that a network lost, if one did.

    Args:
        best: Fitted.
        where: Which part it chose by.
    """
    if not best.part:
        return [f"best took {best.chosen.name}: the series is too short to keep a part back to choose methods by."]
    order = sorted(best.errors, key=lambda name: best.errors[name])
    shown = [f"{name} {best.errors[name]:.4g}" for name in order if name in (*order[:4], *best.team)]
    if len(best.team) > 1:
        shown.append(f"together {best.error:.4g}")
    said = (
        f"best took {best.chosen.name}: {_reason(best, order[0])} ({best.measure} of {len(order)} methods in {where}: "
        f"{', '.join(shown)})."
    )
    return [said, *filter(None, (best.lost(name) for name in best.networks))]


def _reason(best: Best, smallest: str) -> str:
    # By the rules of ``Best``; ``smallest`` is the name of the method with the smallest error.
    taken, learn = best.team[0], len(best.errors) > len(best.simple)
    if len(best.team) > 1:
        return "they learn, and none was clearly worse than the best of those that do"
    if taken == smallest:
        return "it had the smallest error"
    if taken not in best.simple:
        return "of those that learn it had the smallest error, and what learns nothing was not clearly better"
    if learn:
        return "it learns nothing, and what learns was not clearly better"
    return f"{smallest} had a smaller error, which may be chance, and {taken} is plainer"
