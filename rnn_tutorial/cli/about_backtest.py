r"""How the backtest was made, in words, and from when to when."""

from rnn_tutorial.data import Series

from .verdict import Verdict


def about_backtest(verdict: Verdict, series: Series) -> str:
    r"""Say from which origins, of what fit, in which unit, against which yardstick.

    Args:
        verdict: What the backtest showed.
        series: All that is known.
    """
    origins = verdict.board.origins
    first, last = (stamp(series, origins[place] - 1) for place in (0, -1))
    made = f"{len(origins)} origins from {first} to {last}, each" if len(origins) > 1 else f"one origin, {first},"
    return (
        f"Backtest: forecasts made at {made} from the values before it alone. {_of_fits(verdict)} MASE is the error in "
        "units of that of repeating the longest season before the test part. The yardstick is one of the forecasts "
        "that learn nothing: each season repeated, the last value repeated, the straight line from the first value to "
        f"the last. {_of_yardstick(verdict)}; where the method beats it but not another of them, that other is the "
        "yardstick."
    )


def _of_fits(verdict: Verdict) -> str:
    where = "these and before those that calibrate the intervals" if verdict.plan.measures_intervals else "these"
    widths = "" if verdict.intervals is None else ", with the width of the intervals from the backtest"
    fitted = f"The method was fitted once, on data before {where}"
    return f"{fitted}; the forecast above comes from a fit on everything{widths}."


def _of_yardstick(verdict: Verdict) -> str:
    if verdict.plan.measures_intervals:
        return "It was chosen before the test part"
    return "It is the longest season that the method has seen whole or, without a season, the last value"


def stamp(series: Series, step: int) -> object:
    """The time of a step."""
    return series.shown(series.index[[step]])[0]


def span(series: Series) -> str:
    """From when to when."""
    return f"{stamp(series, 0)} to {stamp(series, -1)}"
