r"""The methods that forecast the last part of the training data well, together."""

from collections.abc import Sequence

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.methods.baselines import Naive
from rnn_tutorial.forecasting.methods.rare import is_rare_counts
from rnn_tutorial.forecasting.parameters import copy_of
from rnn_tutorial.forecasting.seasons import learnable_seasons
from rnn_tutorial.forecasting.types import Array, Origins
from rnn_tutorial.validate import whole

from .candidates import candidates_for
from .combination import Combination
from .part import longest_season, steps_to_choose_by, taken_without_a_part, usual_part
from .team import SIGNIFICANT, winners
from .trial import Trial, tried


class Best(Method):
    r"""Several methods, of which validation chooses a team, whose mean is the forecast, or a simple one alone.

    Each is fitted on the series without its last part and forecasts that part from rolling origins; errors are
    absolute (of counts that are mostly zero they are squared, for their median is zero whatever is to be expected). Of
    the methods that learn, all stay that are not clearly worse than the best of them: left out is who is three times as
    wrong, or wrong by 10 % more and by more than chance. They are fitted once more on all of the series, and their mean
    is the forecast, for one stretch of time tells who is hopeless, but hardly who will be best. A method that learns
    nothing forecasts alone where it was better than this mean by more than chance; repeating the last value does so
    already where the mean was not better by more than chance, or by 5 % (10 % where the part is shorter than ten
    horizons). What comes after the series is never looked at.

    The part to choose by always leaves two of the longest season and a horizon to learn from, and is shorter than
    usual where it has to be. Where that would make it shorter than a horizon, nothing is kept back: automatic
    exponential smoothing is taken, whose form AICc chooses on the whole series, or, if it is not among the methods or
    its season is too long for it, the longest season repeated. Methods among which there is neither are judged by what
    there is.

    Args:
        methods: Unfitted, of distinct names; by default those of ``candidates_for``: each season repeated, persistence,
            drift, exponential smoothing, Theta, an autoregression, a ridge regression, boosted trees, and networks,
            alone and with Holt-Winters.
        horizon: h, steps ahead by whose forecasts they are judged. It serves this horizon alone.
        valid: Steps at the end to choose by, whatever that leaves; by default a fifth of the series, at least two
            horizons and at most 30 horizons or four of its longest season, whichever is longer, as far as enough is
            left.
        combine: Whether several may forecast together; otherwise the best one of those that learn stands for them.
        seed: Of the methods that depend on chance.

    Attributes:
        simple, networks: Names of the methods that learn nothing, and of those that depend on chance.
        part: Steps at the end that they were judged by; 0 where nothing could be kept back, and then ``errors``,
            ``losses`` and ``left_out`` are empty.
        measure: ``"mean absolute error"`` or ``"root mean squared error"``.
        errors: That of each method in that part; those that the series does not allow are missing.
        error: That of what was chosen; NaN without a part.
        left_out: Why those are missing: what they said of the steps before the part, or of the forecasts of it.
        losses: Mean absolute, or squared, error of each method at each origin.
        team: Names of what was chosen: one, or several whose mean is taken.
        chosen: The winner as it was given, or the ``Combination`` of several, unfitted.
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
    simple: tuple[str, ...]
    networks: tuple[str, ...]
    errors: dict[str, float]
    error: float
    left_out: dict[str, str]
    losses: dict[str, Array]
    team: tuple[str, ...]
    chosen: Method
    fitted: Method
    reads_covariates = True

    def __init__(
        self,
        methods: Sequence[Method] | None = None,
        horizon: int = 1,
        *,
        valid: int | None = None,
        combine: bool = True,
        seed: int = 0,
    ) -> None:
        names = [one.name for one in methods or ()]
        if methods is not None and (not names or len(set(names)) < len(names)):
            raise ValueError(f"methods of distinct names are needed, at least one, got {', '.join(names) or 'none'}")
        self.methods, self.combine, self.seed = methods, combine, whole("seed", seed, least=0)
        self.horizon: int = whole("horizon", horizon)
        self.valid = None if valid is None else whole("valid", valid, least=self.horizon)
        self.name = "best"

    @property
    def needed(self) -> int:
        """What the winner needs."""
        return self.fitted.needed if hasattr(self, "fitted") else 1

    def learn(self, series: Series) -> None:
        """Try each, choose, and fit what was chosen on everything."""
        given = candidates_for(series, self.horizon) if self.methods is None else self.methods
        methods = {one.name: one.with_seed(self.seed) for one in given}
        squared = is_rare_counts(series.values, learnable_seasons(series, self.horizon))
        self.measure = "root mean squared error" if squared else "mean absolute error"
        self.errors, self.losses, self.left_out, self.error = {}, {}, {}, np.nan
        self.simple, self.networks = (), ()
        longest = longest_season(methods, series)
        self.part = self.valid or steps_to_choose_by(series, self.horizon, longest)
        taken = None if self.part else taken_without_a_part(methods, series, longest)
        if taken is None:
            self.part = self.part or usual_part(series, self.horizon)
            self._choose(methods, tried(methods, series, self.part, self.horizon, squared))
            self.fitted = copy_of(self.chosen).fit(series)
        else:
            self.fitted = taken
            self.chosen = methods[taken.name]
            self.team = (taken.name,)
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
        if self.errors[rival] >= self.errors[name] or not self.trial.chance((name,), (rival,)) < SIGNIFICANT:
            return ""
        more = self.errors[name] / self.errors[rival] - 1 if self.errors[rival] else np.inf
        size = f"{more:.0%} more" if np.isfinite(more) else "more"
        return f"On the part to choose by, {name} was wrong by {size} than {rival}, which learns nothing."

    def _choose(self, methods: dict[str, Method], trial: Trial) -> None:
        self.trial, self.left_out = trial, dict(trial.left_out)
        self.losses = {name: trial.losses(name) for name in trial.forecasts}
        self.errors = dict(trial.errors)
        self.simple = tuple(name for name in self.errors if isinstance(methods[name], Naive))
        self.networks = tuple(name for name in self.errors if methods[name].depends_on_chance)
        learners = [name for name in self.errors if name not in self.simple]
        if not self.combine:
            learners = sorted(learners, key=lambda name: self.errors[name])[:1]
        self.team = winners(trial, self.simple, learners, self.part)
        self.error = trial.error(*self.team)
        members = [methods[name] for name in self.team]
        self.chosen = members[0] if len(members) == 1 else Combination(members)
