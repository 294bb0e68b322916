r"""Intervals from past errors: conformal prediction on top of any forecasting method."""

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from rnn_tutorial.data import Covariates, Series

from .forecast import Forecast
from .intervals import check_levels
from .method import Array, Method, Origins, check, check_fitted, check_past, gives_quantiles


class Conformal:
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

    Args:
        method: Any method; a copy is fitted, it stays as it is.
        level: Nominal coverage of ``interval``.
        calibration: Last steps of the training part that are kept from the method.
        rolling: Whether the scores roll on with the origin.
        window: Steps of scores that a rolling interval looks at; as many as ``calibration`` by default.
        every: Use one score in so many steps, for methods whose forecasts are expensive.
        refit: Fit once more, on the whole training part, for the forecasts. They are then as good as the method's own,
            but the scores of the calibration part come from a fit on less, so that no guarantee holds even for split.

    Raises:
        ValueError: A level outside 0 to 1, a calibration part longer than the training part, or too few scores for the
            level: n scores reach no further than n / (n + 1).

    References:
        V. Vovk, A. Gammerman, G. Shafer (2005), *Algorithmic Learning in a Random World*; Y. Romano, E. Patterson,
        E. Candès (2019), "Conformalized quantile regression", *NeurIPS* 32.

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
    ) -> None:
        if not 0 < level < 1:
            raise ValueError(f"the level is a probability between 0 and 1, e.g. 0.9, got {level}")
        if calibration < 1 or every < 1 or (window is not None and window < 1):
            raise ValueError(f"calibration={calibration}, window={window}, every={every}: each needs at least 1 step")
        if window is not None and not rolling:
            raise ValueError("a window belongs to rolling=True: the split kind uses the whole calibration part")
        self.method, self.level, self.calibration, self.every = method, level, calibration, every
        self.refit = refit
        self.rolling, self.window = rolling, window if window is not None else calibration
        self.name = f"{method.name} + {'rolling' if rolling else 'split'} conformal"
        self.takes_covariates = bool(getattr(method, "takes_covariates", False))
        self.baseline = bool(getattr(method, "baseline", False))

    @property
    def parameters(self) -> int:
        """Those of the method."""
        return getattr(self, "fitted", self.method).parameters

    @property
    def horizon(self) -> int:
        """That of the method, where it has one."""
        method: Any = self.method
        result: int = method.horizon
        return result

    @property
    def with_seed(self) -> Callable[[int], "Conformal"]:
        """From a seed to an unfitted copy; only where the method itself depends on chance."""
        method: Any = self.method
        inner = method.with_seed  # an AttributeError where there is none: then this has none either
        return lambda seed: Conformal(
            inner(seed),
            self.level,
            calibration=self.calibration,
            rolling=self.rolling,
            window=self.window if self.rolling else None,
            every=self.every,
            refit=self.refit,
        )

    def fit(self, past: Array, *, covariates: Covariates | None = None) -> Self:
        """Fit the method on all but the last ``calibration`` steps."""
        check_past(past, self.calibration + 1, f"a calibration part of {self.calibration} steps and a fit before it")
        self.end, self.start = len(past), len(past) - self.calibration
        extra = self._covariates(covariates)
        self.calibrated = copy.deepcopy(self.method).fit(past[: self.start], **extra)
        self.fitted = copy.deepcopy(self.method).fit(past, **extra) if self.refit else self.calibrated
        return self

    def forecast(self, values: Array, origins: Origins, horizon: int, *, covariates: Covariates | None = None) -> Array:
        """The method's own point forecasts, (O, H)."""
        check_fitted(self, "fitted")
        return self.fitted.forecast(values, origins, horizon, **self._covariates(covariates))

    def interval(
        self, values: Array, origins: Origins, horizon: int, *, covariates: Covariates | None = None
    ) -> tuple[Array, Array]:
        """Lower and upper ends of the intervals of the nominal level, (O, H) each."""
        tail = (1 - self.level) / 2
        both = self.quantiles(values, origins, horizon, (tail, 1 - tail), covariates=covariates)
        return both[..., 0], both[..., 1]

    def predict(self, series: Series, horizon: int | None = None) -> Forecast:
        r"""Forecast what comes after the end of a series, with the interval.

        Args:
            series: From the step at which the past of the fit began, with the covariates that the method reads: known
                rows reach to the last step forecast.
            horizon: H; may be left away where the method has one.

        Returns:
            The method's own forecast between the ends of the interval, as quantiles.
        """
        steps = self.horizon if horizon is None else horizon
        end, beside = np.array([len(series)]), series.covariates
        point = self.forecast(series.values, end, steps, covariates=beside)[0]
        low, high = self.interval(series.values, end, steps, covariates=beside)
        tail = (1 - self.level) / 2
        stamps = series.shown(series.ahead(steps))
        by_level = {round(tail, 12): low[0], round(1 - tail, 12): high[0]}
        return Forecast(stamps, point, by_level, series.unit, series.name, self.name)

    def quantiles(
        self,
        values: Array,
        origins: Origins,
        horizon: int,
        levels: Sequence[float],
        *,
        covariates: Covariates | None = None,
    ) -> Array:
        """Return (O, H, Q); levels τ and 1 - τ are the ends of one interval, of nominal coverage 1 - 2τ for τ < 0.5."""
        check_fitted(self, "fitted")
        check_levels(levels)
        check(values, origins, horizon, needed=self.end)
        tails = [round(min(level, 1 - level), 12) for level in levels]  # 1 - 0.95 is not quite 0.05
        stop = int(origins.max()) if self.rolling else self.end
        made = np.arange(self.start, stop)
        made = made[made % self.every == 0]  # forecasts whose errors are looked at
        distinct = sorted(set(tails))
        early, late = made[made < self.end], made[made >= self.end]
        past_ends = self._ends(self.calibrated, values, early, horizon, distinct, covariates)
        if len(late):
            since = self._ends(self.fitted, values, late, horizon, distinct, covariates)
            past_ends = {tail: np.concatenate([past_ends[tail], since[tail]], axis=1) for tail in distinct}
        ends = self._ends(self.fitted, values, origins, horizon, distinct, covariates)
        margins = {}
        for tail in distinct:
            if tail == 0.5:  # the middle has no width
                margins[tail] = np.zeros((len(origins), horizon))
                continue
            scores = self._scores(values, made, stop, *past_ends[tail])
            margins[tail] = self._margins(scores, origins, 1 - 2 * tail)
        result = np.stack(
            [
                ends[tail][0] - margins[tail] if level < 0.5 else ends[tail][1] + margins[tail]
                for level, tail in zip(levels, tails, strict=True)
            ],
            axis=-1,
        )
        return np.sort(result, axis=-1)  # each pair is corrected by itself, so a narrow one could pass a wide one

    def _ends(
        self,
        fitted: Any,
        values: Array,
        origins: Origins,
        horizon: int,
        tails: Sequence[float],
        covariates: Covariates | None,
    ) -> dict[float, Array]:
        # For each tail the lower and the upper end before any correction, (2, O, H).
        extra = self._covariates(covariates)
        if not gives_quantiles(fitted):
            point = fitted.forecast(values, origins, horizon, **extra)
            return {tail: np.stack([point, point]) for tail in tails}
        levels = sorted({*tails, *(1 - tail for tail in tails)})
        given = fitted.quantiles(values, origins, horizon, levels, **extra)
        pairs = {tail: (levels.index(tail), levels.index(1 - tail)) for tail in tails}
        return {tail: np.stack([given[..., low], given[..., high]]) for tail, (low, high) in pairs.items()}

    def _scores(self, values: Array, made: Origins, stop: int, low: Array, high: Array) -> Array:
        # (stop - start, H): row t - start, column k is the score of step t from the forecast made k steps before it.
        scores = np.full((stop - self.start, low.shape[1]), np.nan)
        for k in range(low.shape[1]):
            known = made + k < stop
            t = made[known] + k
            scores[t - self.start, k] = np.maximum(low[known, k] - values[t], values[t] - high[known, k])
        return scores

    def _margins(self, scores: Array, origins: Origins, level: float) -> Array:
        # Q for every origin and step, (O, H).
        margins = np.empty((len(origins), scores.shape[1]))
        for k, column in enumerate(scores.T):
            if self.rolling:
                padded = np.concatenate([np.full(self.window, np.nan), column])
                windows = np.lib.stride_tricks.sliding_window_view(padded, self.window)
                seen = windows[origins - self.start]  # the window that ends before each origin
            else:
                seen = column[None]
            ordered = np.sort(seen, axis=1)  # NaN, where no forecast was made, come last
            n = np.isfinite(ordered).sum(axis=1)
            rank = np.ceil((n + 1) * level - 1e-9).astype(int)
            if np.any(rank > n):
                raise ValueError(
                    f"{n.min()} errors of step {k + 1} ahead say nothing about a {level:.0%} interval: at least "
                    f"{math.ceil(level / (1 - level) - 1e-9)} are needed; raise calibration (and window), or lower the "
                    "level"
                )
            margins[:, k] = ordered[np.arange(len(ordered)), rank - 1]
        return margins

    def _covariates(self, covariates: Covariates | None) -> dict[str, Any]:
        return {"covariates": covariates} if self.takes_covariates else {}
