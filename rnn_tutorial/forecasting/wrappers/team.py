r"""Who forecasts, by what several methods did in the last part: a team of those that learn, or a simple one alone.

The last part of a series says little about which of several methods will be best: it is one stretch of time, maybe
Christmas. It does tell who is hopeless. So nobody is chosen among those that learn; all that are not clearly worse than
the best of them forecast together, by their mean (Timmermann, 2006).

References:
    A. Timmermann (2006), "Forecast combinations", *Handbook of Economic Forecasting* 1, 135-196.
"""

from collections.abc import Sequence

import numpy as np

from rnn_tutorial.forecasting.methods.baselines import Persistence

from .trial import Trial

SIGNIFICANT = 0.05
HOPELESS = 3.0
"""So many times the error of the best: out, whatever the reason."""
WORSE = 0.1
"""Share of the error of the best by which a method is worse, if chance can be ruled out as well."""
NEAR = 0.05
"""Share of persistence's error: who saves no more, and not more than chance, has learnt nothing that lasts."""
FEW = 10
"""Horizons to choose by below which twice that is asked for."""


def team(trial: Trial, learners: Sequence[str]) -> tuple[str, ...]:
    r"""Return those methods that are not clearly worse than the best of them.

    Args:
        trial: What they did.
        learners: Names.

    Returns:
        Without those whose error is at least ``HOPELESS`` times that of the best, and without those whose error is
        larger by ``WORSE`` or more, and by more than chance.
    """
    errors = trial.errors
    best = min(learners, key=lambda name: errors[name])

    def clearly_worse(name: str) -> bool:
        if errors[name] <= (1 + WORSE) * errors[best]:
            return False
        return errors[name] >= HOPELESS * errors[best] or trial.chance((name,), (best,)) < SIGNIFICANT

    return tuple(name for name in learners if not clearly_worse(name))


def winners(trial: Trial, simple: Sequence[str], learners: Sequence[str], part: int) -> tuple[str, ...]:
    r"""Return the name of one simple method, or the names of a team.

    Args:
        trial: What all of them did.
        simple: Names of the methods that learn nothing.
        learners: Names of those that may be a team; one of both has to be there.
        part: Steps that they were judged by.
    """
    rival = _of_the_simple(trial, simple) if simple else None
    if not learners:
        return (rival,) if rival is not None else ()
    together = team(trial, learners)
    if rival is None or not _wins(trial, rival, together, part):
        return together
    return (rival,)


def _of_the_simple(trial: Trial, names: Sequence[str]) -> str:
    # The smallest error; but the last value, unless another was better by more than chance.
    best, last = min(names, key=lambda name: trial.errors[name]), Persistence.name
    if last in names and best != last and trial.chance((best,), (last,)) >= SIGNIFICANT:
        return last
    return best


def _wins(trial: Trial, rival: str, together: tuple[str, ...], part: int) -> bool:
    # Whether what learns nothing is preferred to a team.
    theirs, its = trial.error(*together), trial.errors[rival]
    p = trial.chance((rival,), together)
    enough = NEAR if part >= FEW * trial.horizon else 2 * NEAR
    if rival == Persistence.name and p >= SIGNIFICANT:
        # On a random walk nothing is better: a team has to save something.
        return theirs >= (1 - enough) * its
    if its >= theirs:
        return False
    return p < SIGNIFICANT if np.isfinite(p) else its <= (1 - enough) * theirs
