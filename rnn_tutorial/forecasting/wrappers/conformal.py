r"""Intervals from past errors: conformal prediction on top of any forecasting method."""

import copy
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.checks import check_length
from rnn_tutorial.forecasting.forecast import Forecast
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.paths import FINEST, MOST_ERRORS
from rnn_tutorial.forecasting.types import Array, Numbers, Origins
from rnn_tutorial.validate import whole

from .around import Around
from .lookback import Places
from .margins import margins
from .score_tables import TIME_OF_DAY, positions_of, scores_of, sizes_of


class Conformal(Around):
    r"""Intervals that hold what they promise, from the errors a method made on data it was not fitted on.

    The method is fitted on the training part without its last ``calibration`` steps. For each step ahead k by itself,
    its scores there say how wide an interval has to be:

    .. math::

        s_t = \max(\hat q_{\text{low},t} - y_t,\; y_t - \hat q_{\text{high},t}), \qquad
        [\hat q_{\text{low}} - Q,\; \hat q_{\text{high}} + Q], \qquad
        Q = \text{the } \lceil (n+1)\,(1-\alpha) \rceil\text{-th smallest of } n \text{ scores.}

    A method with ``quantiles`` gives :math:`\hat q` (conformalised quantile regression: Romano, Patterson & Candès,
    2019); for any other both are its point forecast, the scores are absolute errors and the intervals symmetric.

    - *split* (``rolling=False``): the scores of the calibration part serve for good. Covers at least 1 - α if later
      errors come from the same distribution; after a change of season they do not.
    - *rolling*: at each origin o the scores of the steps :math:`o - \text{window} \dots o - 1`, whose values are known
      by then, each from the forecast made k steps before. Follows a change within a window; no guarantee, so measure.
    - *adaptive* (``adapt``): rolling, and the level asked for follows what was covered.

    Args:
        method: Any method; a copy is fitted, it stays as it is.
        level: Nominal coverage of ``interval``.
        calibration: Last steps of the training part that are kept from the method.
        rolling: Whether the scores roll on with the origin.
        window: Steps of scores that a rolling interval looks at; as many as ``calibration`` by default.
        every: Use one score in so many steps, for methods whose forecasts are expensive.
        refit: Fit once more, on the whole training part, for the forecasts. They are then as good as the method's own,
            but the scores of the calibration part come from a fit on less, so that no guarantee holds even for split.
        by: Let the width depend on the time of day as well, ``"time of day"`` by the series' own clock, or on the place
            in a season of so many steps, such as 168 hours: errors at noon then widen the intervals at noon. Where a
            place has few errors its width is drawn to that of all (``margins_by_position`` says by how much). With
            ``every``, take a number that does not divide the season, or some places have no errors at all. Scales and
            scores come from the same errors, so that the guarantee of split holds nearly, not exactly.
        adapt: Rate :math:`\gamma` at which rolling intervals learn from what they covered (Gibbs & Candès, 2021, whose
            0.005 is a good one; ``adapted`` has the equation): after a value outside the next ones are asked for a
            higher level, after one inside for a slightly lower one, for each step ahead by itself. So the share covered
            comes close to the level even where errors grow or shrink; it takes some hundreds of steps, and says nothing
            of single hours or days. 0 leaves levels alone.

    Raises:
        ValueError: A level outside 0 to 1, a calibration part longer than the training part, or too few scores for the
            level: n scores reach no further than n / (n + 1).

    References:
        V. Vovk, A. Gammerman, G. Shafer (2005), *Algorithmic Learning in a Random World*; Y. Romano, E. Patterson,
        E. Candès (2019), "Conformalized quantile regression", *NeurIPS* 32; I. Gibbs, E. Candès (2021), "Adaptive
        conformal inference under distribution shift", *NeurIPS* 34.

    Examples:
        >>> from rnn_tutorial.forecasting import SeasonalNaive
        >>> sunspots = rt.load_series("sunspots").values
        >>> model = Conformal(SeasonalNaive(11), level=0.9, calibration=99).fit(sunspots[:250])
        >>> low, high = model.interval(sunspots, np.array([250, 261]), 11)
        >>> low.shape, bool((low <= high).all())
        ((2, 11), True)
    """

    def __init__(
        self,
        method: Method,
        level: float = 0.9,
        *,
        calibration: int,
        rolling: bool = True,
        window: int | None = None,
        every: int = 1,
        refit: bool = False,
        by: Literal["time of day"] | int | None = None,
        adapt: float = 0.0,
    ) -> None:
        if not 0 < level < 1:
            raise ValueError(f"the level is a probability between 0 and 1, e.g. 0.9, got {level}")
        if calibration < 1 or every < 1 or (window is not None and window < 1):
            raise ValueError(f"calibration={calibration}, window={window}, every={every}: each needs at least 1 step")
        if window is not None and not rolling:
            raise ValueError("a window belongs to rolling=True: the split kind uses the whole calibration part")
        self.method, self.level, self.calibration, self.every = method, level, calibration, every
        self.refit, self.rolling, self.window = refit, rolling, window
        if isinstance(by, str) and by != TIME_OF_DAY:
            raise ValueError(f"by is 'time of day', a number of steps in a season, or None, got {by!r}")
        if not 0 <= adapt < 1:
            raise ValueError(
                f"adapt is the rate at which levels learn, from 0 (not at all) to 1, e.g. 0.005, got {adapt}"
            )
        if adapt and not rolling:
            raise ValueError("adapt belongs to rolling=True: split intervals stay as they are")
        self.adapt = adapt
        self.by: Any = by if by is None or isinstance(by, str) else whole("by", by, least=2)
        where = "" if by is None else f" by {by}" if isinstance(by, str) else f" by place in {by} steps"
        kind = "adaptive" if adapt else "rolling" if rolling else "split"
        self.name = f"{method.name} + {kind} conformal{where}"
        self.horizon = method.horizon
        self.baseline, self.reads_covariates = method.baseline, method.reads_covariates  # type: ignore[misc]
        self.gaps = method.gaps

    @property
    def gives_quantiles(self) -> bool:
        """That is what it is for."""
        return True

    @property
    def looked_back(self) -> int:
        """Steps of scores that a rolling interval looks at."""
        return self.calibration if self.window is None else self.window

    @property
    def needed(self) -> int:
        """All of the training part: later errors follow it."""
        return int(getattr(self, "end", 0))

    def learn(self, series: Series) -> None:
        """Fit the method on all but the last ``calibration`` steps."""
        check_length(
            series, self.calibration + 1, f"a calibration part of {self.calibration} steps and a fit before it"
        )
        self.end, self.start = len(series), len(series) - self.calibration
        self.calibrated = copy.deepcopy(self.method).fit(series.part(0, self.start))
        self.fitted = copy.deepcopy(self.method).fit(series) if self.refit else self.calibrated
        self.parameters = self.fitted.parameters

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Forecast as the method does."""
        return self.fitted.forecast(series, origins, horizon)

    def predict(
        self, horizon: int | None = None, levels: Sequence[float] | None = None, *, series: Numbers | None = None
    ) -> Forecast:
        """Forecast what comes after the end of a series; by default with the ends of the nominal interval."""
        return super().predict(horizon, self.ends if levels is None else levels, series=series)

    @property
    def ends(self) -> tuple[float, float]:
        """Levels of the ends of the nominal interval."""
        tail = round((1 - self.level) / 2, 12)
        return tail, round(1 - tail, 12)

    def levels_within(self, horizon: int) -> tuple[float, float]:
        """Return levels of no larger interval than the scores of the last step can tell, n of them n / (n + 1)."""
        rows = min(self.looked_back, self.calibration - horizon + 1)
        n = max(1, rows // self.every)
        tail = max(FINEST, 0.5 / (n + 1))
        if self.method.gives_quantiles:
            low, high = self.method.levels_within(horizon)
            tail = max(tail, low, 1 - high)
        return tail, 1 - tail

    def past_errors(self, series: Series, horizon: int) -> Array:
        """Return what it was wrong by after what it was fitted on: in the calibration part and since."""
        origins = np.arange(self.start, len(series) - horizon + 1)
        if len(origins) == 0:
            return np.empty((0, horizon))
        truth = series.values[origins[:, None] + np.arange(horizon)]
        early = origins < self.end
        made = [
            fitted.forecast(series, some, horizon)
            for fitted, some in ((self.calibrated, origins[early]), (self.fitted, origins[~early]))
            if len(some)
        ]
        return (truth - np.concatenate(made))[-MOST_ERRORS:]

    def interval(self, series: Numbers, origins: npt.ArrayLike, horizon: int | None = None) -> tuple[Array, Array]:
        """Lower and upper ends of the intervals of the nominal level, (O, horizon) each."""
        both = self.forecast(series, origins, horizon, self.ends)
        return both[..., 0], both[..., 1]

    def quantiles(self, series: Series, origins: Origins, horizon: int, levels: Sequence[float]) -> Array:
        """Return (O, horizon, Q); levels τ and 1 - τ are the ends of one interval, nominal coverage 1 - 2τ, τ < 0.5."""
        tails = [round(min(level, 1 - level), 12) for level in levels]  # 1 - 0.95 is not quite 0.05
        stop = int(origins.max()) if self.rolling else self.end
        made = np.arange(self.start, stop)
        made = made[made % self.every == 0]  # forecasts whose errors are looked at
        distinct = sorted(set(tails))
        early, late = made[made < self.end], made[made >= self.end]
        past_ends = self._ends(self.calibrated, series, early, horizon, distinct)
        if len(late):
            since = self._ends(self.fitted, series, late, horizon, distinct)
            past_ends = {tail: np.concatenate([past_ends[tail], since[tail]], axis=1) for tail in distinct}
        ends = self._ends(self.fitted, series, origins, horizon, distinct)
        beyond = {0.5: np.zeros((len(origins), horizon))}  # the middle has no width
        outer = [tail for tail in distinct if tail < 0.5]
        # Around a point both ends are that point, whatever the level: one table of scores serves all levels.
        groups = [[tail] for tail in outer] if self.fitted.gives_quantiles else [outer]
        for group in filter(None, groups):
            wide = self._margins(series, made, stop, past_ends[group[0]], origins, [1 - 2 * tail for tail in group])
            beyond |= dict(zip(group, wide, strict=True))
        result = np.stack(
            [
                ends[tail][0] - beyond[tail] if level < 0.5 else ends[tail][1] + beyond[tail]
                for level, tail in zip(levels, tails, strict=True)
            ],
            axis=-1,
        )
        return np.sort(result, axis=-1)  # each pair is corrected by itself, so a narrow one could pass a wide one

    def _ends(
        self, fitted: Method, series: Series, origins: Origins, horizon: int, tails: Sequence[float]
    ) -> dict[float, Array]:
        # For each tail the lower and the upper end before any correction, (2, O, horizon).
        if not fitted.gives_quantiles:
            point = fitted.forecast(series, origins, horizon)
            return {tail: np.stack([point, point]) for tail in tails}
        levels = sorted({*tails, *(1 - tail for tail in tails)})
        given = fitted.forecast(series, origins, horizon, levels)
        pairs = {tail: (levels.index(tail), levels.index(1 - tail)) for tail in tails}
        return {tail: np.stack([given[..., low], given[..., high]]) for tail, (low, high) in pairs.items()}

    def _margins(
        self, series: Series, made: Origins, stop: int, past_ends: Array, origins: Origins, levels: Sequence[float]
    ) -> Array:
        # Q for every level, origin and step, (L, O, horizon), from the ends (2, M, horizon) that were forecast before.
        ends, window = origins - self.start, self.looked_back if self.rolling else None
        scores = scores_of(series.values, made, self.start, stop, *past_ends)
        places = None
        if self.by is not None:
            sizes = sizes_of(series.values, made, self.start, stop, *past_ends)
            positions, count = positions_of(series, self.by, max(len(series), int(origins.max())) + scores.shape[1])
            places = Places(sizes, positions[self.start :], count)
        return margins(scores, ends, levels, window, places, self.adapt)
