r"""The method that forecast the last part of the training data best."""

from collections.abc import Iterable, Sequence

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.evaluation.comparison import diebold_mariano
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.methods.baselines import Naive, Persistence
from rnn_tutorial.forecasting.methods.rare import is_rare_counts
from rnn_tutorial.forecasting.parameters import copy_of
from rnn_tutorial.forecasting.types import Array, Origins
from rnn_tutorial.validate import whole

from .candidates import candidates_for
from .part import chosen_without_a_part, longest_season, steps_to_choose_by, usual_part

MOST_ORIGINS = 100
SIGNIFICANT = 0.05
NEAR = 0.05
"""Share of the plainer one's error: who saves no more, and not more than chance, has learnt nothing that lasts."""
FEW = 10
"""Horizons to choose by below which a network has to be better than all else by that much, or by more than chance."""
LEAST_BLOCKS = 3


class Best(Method):
    r"""Several methods, of which validation chooses one.

    Each is fitted on the series without its last part and forecasts that part from rolling origins. The one with the
    smallest mean absolute error is fitted once more on all of the series, and forecasts (of counts that are mostly zero
    the smallest root mean squared error counts, for their median is zero whatever is to be expected). Repeating the
    last value goes first where it may be as good: before a straight line or a repeated season unless these were better
    by more than chance, before what learns unless it was better by more than chance or by more than 5 %. So do, before
    networks, all that does not depend on chance, where the part to choose by is shorter than ten horizons. What comes
    after the series is never looked at.

    The part to choose by always leaves two of the longest season and a horizon to learn from, and is shorter than
    usual where it has to be. Where that would make it shorter than a horizon, nothing is kept back: automatic
    exponential smoothing is taken, whose form AICc chooses on the whole series, or, if it is not among the methods or
    its season is too long for it, the longest season repeated. Methods among which there is neither are judged by what
    there is.

    Args:
        methods: Unfitted, of distinct names; by default those of ``candidates_for``: each season repeated, persistence,
            drift, exponential smoothing, Theta, an autoregression, a ridge regression, and networks, alone and with
            Holt-Winters.
        horizon: h, steps ahead by whose forecasts they are judged. It serves this horizon alone.
        valid: Steps at the end to choose by, whatever that leaves; by default a fifth of the series, at least two
            horizons and at most 30 horizons or four of its longest season, whichever is longer, as far as enough is
            left.
        seed: Of the methods that depend on chance.

    Attributes:
        simple, networks: Names of the methods that learn nothing, and of those that depend on chance.
        part: Steps at the end that they were judged by; 0 where nothing could be kept back, and then ``errors``,
            ``losses`` and ``left_out`` are empty.
        measure: ``"mean absolute error"`` or ``"root mean squared error"``.
        errors: That of each method in that part; those that the series does not allow are missing.
        left_out: Why those are missing: what they said of the steps before the part, or of the forecasts of it.
        losses: Mean absolute, or squared, error of each method at each origin.
        chosen: The winner as it was given, unfitted.
        fitted: Its copy, fitted on all of the series.

    Raises:
        ValueError: No methods or two of one name; or a series that none of them can deal with.

    Examples:
        >>> from rnn_tutorial.forecasting import Drift, Persistence, SeasonalNaive
        >>> model = Best([SeasonalNaive(12), Persistence(), Drift()], horizon=12).fit(np.arange(1.0, 121.0))
        >>> model.chosen.name, float(model.predict().point[-1])
        ('drift', 132.0)
    """

    part: int
    measure: str
    errors: dict[str, float]
    left_out: dict[str, str]
    losses: dict[str, Array]
    chosen: Method
    fitted: Method
    reads_covariates = True

    def __init__(
        self, methods: Sequence[Method] | None = None, horizon: int = 1, *, valid: int | None = None, seed: int = 0
    ) -> None:
        names = [one.name for one in methods or ()]
        if methods is not None and (not names or len(set(names)) < len(names)):
            raise ValueError(f"methods of distinct names are needed, at least one, got {', '.join(names) or 'none'}")
        self.methods, self.seed = methods, whole("seed", seed, least=0)
        self.horizon: int = whole("horizon", horizon)
        self.valid = None if valid is None else whole("valid", valid, least=self.horizon)
        self.name = "best"

    @property
    def needed(self) -> int:
        """What the winner needs."""
        return self.fitted.needed if hasattr(self, "fitted") else 1

    def learn(self, series: Series) -> None:
        """Try each, choose, and fit the winner on everything."""
        given = candidates_for(series, self.horizon) if self.methods is None else self.methods
        methods = {one.name: one.with_seed(self.seed) for one in given}
        self.errors, self.losses, self.left_out = {}, {}, {}
        squared = is_rare_counts(series.values)
        self.measure = "root mean squared error" if squared else "mean absolute error"
        longest = longest_season(methods, series)
        self.part = self.valid or steps_to_choose_by(series, self.horizon, longest)
        taken = None if self.part else chosen_without_a_part(methods, series, longest)
        if taken is None:
            self.part = self.part or usual_part(series, self.horizon)
            self._try(methods, series, squared)
        self.simple = tuple(name for name in self.errors if isinstance(methods[name], Naive))
        self.networks = tuple(name for name in self.errors if methods[name].depends_on_chance)
        self.chosen = methods[taken or self._winner()]
        self.fitted = copy_of(self.chosen).fit(series)
        self.parameters = self.fitted.parameters

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Forecast as the winner does."""
        return self.fitted.forecast(series, origins, horizon)

    def lost(self, name: str) -> str:
        r"""Say whether a method lost to a forecast that learns nothing, by more than chance; empty if it did not.

        Args:
            name: Of one of the methods.
        """
        if name not in self.errors or not self.simple or name in self.simple:
            return ""
        rival = min(self.simple, key=lambda one: self.errors[one])
        if self.errors[rival] >= self.errors[name] or not self._chance(name, rival) < SIGNIFICANT:
            return ""
        more = self.errors[name] / self.errors[rival] - 1 if self.errors[rival] else np.inf
        size = f"{more:.0%} more" if np.isfinite(more) else "more"
        return f"On the part to choose by, {name} was wrong by {size} than {rival}, which learns nothing."

    def _winner(self) -> str:
        # The smallest error. Only, there has to be a reason to prefer it to what is plainer.
        winner = self._smallest(self.errors)
        plain = [name for name in self.errors if name not in self.networks]
        if winner in self.networks and plain and self.part < FEW * self.horizon:
            rival = self._smallest(plain)
            if not (self._saves(winner, rival) or self._chance(winner, rival) < SIGNIFICANT):
                winner = rival
        last = Persistence.name
        if last not in self.simple or not self._chance(winner, last) >= SIGNIFICANT:
            return winner
        return winner if winner not in self.simple and self._saves(winner, last) else last

    def _smallest(self, names: Iterable[str]) -> str:
        return min(names, key=lambda name: self.errors[name])

    def _saves(self, one: str, other: str) -> bool:
        return self.errors[one] < (1 - NEAR) * self.errors[other]

    def _chance(self, one: str, other: str) -> float:
        # p of the difference; NaN where there are too few origins to tell, or where the difference never changes.
        together = -(-self.horizon // self.stride)  # so many origins in a row share some of their targets
        if one == other or len(self.losses[one]) <= together:
            return np.nan
        p = diebold_mariano(self.losses[one], self.losses[other], self.horizon, self.stride).p_value
        return p if np.isfinite(p) else chance_by_blocks(self.losses[one] - self.losses[other], together)

    def _try(self, methods: dict[str, Method], series: Series, squared: bool) -> None:
        # Sets errors, losses, left_out and the stride between origins.
        steps, H, part = len(series), self.horizon, self.part
        end = steps - part
        if end < 2:
            raise ValueError(f"{steps} values are too few to choose a method by the last {part}: give valid=")
        self.stride = max(1, H // 4, -(-(part - H) // MOST_ORIGINS))
        origins = np.arange(end, steps - H + 1, self.stride)
        truth = series.values[origins[:, None] + np.arange(H)]
        past = series.part(0, end)
        for name, method in methods.items():
            try:
                forecasts = copy_of(method).fit(past).forecast(series, origins, H)
            except (ValueError, RuntimeError) as error:
                self.left_out[name] = str(error)
                continue
            off = forecasts - truth
            self.losses[name] = (np.square(off) if squared else np.abs(off)).mean(axis=1)
            mean = float(self.losses[name].mean())
            self.errors[name] = float(np.sqrt(mean)) if squared else mean
        if not self.errors:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in self.left_out.items())
            raise ValueError(f"none of the methods can deal with this series ({reasons})")


def chance_by_blocks(differences: Array, size: int) -> float:
    r"""Return p of Student's t of the means of blocks, where the variance of Diebold and Mariano comes out negative.

    Args:
        differences: Of two losses at successive origins.
        size: Origins of a block.

    Returns:
        NaN for fewer than three blocks, or means that do not differ.

    Examples:
        >>> round(chance_by_blocks(np.array([1.0, 3.0, 2.0, 2.0, 1.0, 5.0]), 2), 3)
        0.02
    """
    from scipy.stats import t

    blocks = len(differences) // size
    means = (
        differences[len(differences) - blocks * size :].reshape(blocks, size).mean(axis=1) if blocks else np.empty(0)
    )
    if blocks < LEAST_BLOCKS or np.ptp(means) == 0:
        return np.nan
    size_of_effect = means.mean() / (means.std(ddof=1) / np.sqrt(blocks))
    return float(2 * t.sf(abs(size_of_effect), blocks - 1))
