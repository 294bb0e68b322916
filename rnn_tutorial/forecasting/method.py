r"""What every forecasting method here can do, networks, hybrids and intervals included.

A forecast at origin o is made when steps 0 … o - 1 of a series are known and speaks of steps o … o + horizon - 1.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from rnn_tutorial import validate
from rnn_tutorial.data import Series
from rnn_tutorial.data.adopt import check_gaps, check_size
from rnn_tutorial.training.errors import TrainingInterrupted
from rnn_tutorial.training.interrupts import interrupts_raise

from .checks import check_fitted, check_same_start, whole_origins
from .forecast import Forecast
from .levels import check_levels
from .own import own_series, works_on_a_copy
from .parameters import Parameters, copy_of
from .paths import FINEST, MOST_ERRORS, coupled_paths, levels_between
from .types import Array, Numbers, Origins


@contextmanager
def done_or_undone(method: object) -> Iterator[None]:
    """Let a fit end well or not have been: after an error or Ctrl-C inside, the method has the attributes of before."""
    before = dict(vars(method))
    try:
        with interrupts_raise():
            yield
    except BaseException as error:
        method.__dict__ = before  # in one step, so that another Ctrl-C finds no half
        if isinstance(error, TrainingInterrupted):
            error.add_note(f"This was inside of {type(method).__name__}.fit, which leaves nothing half-trained behind.")
        raise


class Method(Parameters, ABC):
    r"""Base of every forecasting method: how it is fitted and asked, and what is checked on the way.

    A method of one's own says what it learns and how it forecasts, in ``learn`` and ``points`` (and ``quantiles``);
    ``fit``, ``forecast``, ``predict`` and all that is built on them (backtests, hybrids, intervals) then work with it.
    The series that they are handed is a copy that cannot be written to: ``series.values.copy()`` can.

    Attributes:
        name: In tables.
        parameters: Fitted numbers.
        horizon: Steps ahead, where the method is built for one; ``None`` where it takes any.
        baseline: A classic, to be beaten.
        reads_covariates: Whether it reads the columns beside a series.
        finds_its_place: Whether it can forecast a series that begins elsewhere than that of the fit; most count steps
            from the first one.
        series: What it was fitted on.

    Examples:
        >>> class Mean(Method):  # of the training part, whatever came since
        ...     name, parameters, baseline = "mean", 1, True
        ...     def learn(self, series):
        ...         self.mean = series.values.mean()
        ...     def points(self, series, origins, horizon):
        ...         return np.full((len(origins), horizon), self.mean)
        >>> Mean().fit(rt.load_series("sunspots")).predict(horizon=2).point.round(1)
        array([49.8, 49.8])
    """

    name: str
    parameters: int = 0
    horizon: Any = None  # an int, or None: the subclasses know which
    baseline: ClassVar[bool] = False
    reads_covariates: bool = False
    finds_its_place: bool = False
    gaps: bool = False  # whether NaN may stand in the series
    series: Series

    # ---- what a method defines -------------------------------------------------------------------------------

    @property
    def gives_quantiles(self) -> bool:
        """Whether it forecasts quantiles, or points alone: as it defines ``quantiles`` or not."""
        return type(self).quantiles is not Method.quantiles

    @property
    def depends_on_chance(self) -> bool:
        """Whether another ``seed`` gives another forecast: as it takes one or not."""
        return "seed" in self.parameter_names()

    @property
    def needed(self) -> int:
        """Steps before an origin without which there is no forecast."""
        return 1

    @abstractmethod
    def learn(self, series: Series) -> None:
        """Learn from a series, checked: all of it is past."""

    @abstractmethod
    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Forecast from each origin, (O, horizon): of a series that ends with the last origin, all checked."""

    def quantiles(self, series: Series, origins: Origins, horizon: int, levels: Sequence[float]) -> Array:
        """Forecast quantiles from each origin, (O, horizon, Q), of levels that rise."""
        raise ValueError(
            f"{self.name!r} forecasts points alone; rt.Conformal puts intervals around it, and measures what they hold"
        )

    def levels_within(self, horizon: int) -> tuple[float, float]:
        """Return the lowest and the highest level whose quantiles it can forecast so many steps ahead."""
        return FINEST, 1 - FINEST

    def past_errors(self, series: Series, horizon: int) -> Array:
        """Return truth less forecast at the last origins whose targets are all known, (M, horizon)."""
        origins = np.arange(self.needed, len(series) - horizon + 1)[-MOST_ERRORS:]
        if len(origins) == 0:
            return np.empty((0, horizon))
        return series.values[origins[:, None] + np.arange(horizon)] - self.forecast(series, origins, horizon)

    # ---- how it is used --------------------------------------------------------------------------------------

    def fit(self, series: Numbers) -> Self:
        r"""Learn from a series, all of which is past.

        Args:
            series: A ``Series``, whose dates and columns are used; a pandas column, whose dates are adopted; or numbers
                (T,), which have no clock.

        Returns:
            This object.

        Raises:
            TypeError: No numbers.
            ValueError: Gaps, dates that do not follow each other, too few steps, or values beyond 1e±150.
            KeyboardInterrupt: Ctrl-C, also where a library would stop early and return. After this and any other error
                the method is what it was before the call.
        """
        whole = self._adopted(series)
        with done_or_undone(self), works_on_a_copy(self.name):
            self.learn(whole)
            self.series = whole
        return self

    def forecast(
        self, series: Numbers, origins: npt.ArrayLike, horizon: int | None = None, levels: Sequence[float] = ()
    ) -> Array:
        r"""Forecast from each origin, by what was known then.

        Args:
            series: With the same first step as that of the fit, and the columns that the method reads: past ones up to
                the last origin, known ones further by the horizon.
            origins: (O,), whole numbers: how many steps are known.
            horizon: Steps ahead; may be left away where the method is built for one.
            levels: Of quantiles; without, a point forecast.

        Returns:
            (O, horizon), or (O, horizon, Q) in the order of the levels.

        Raises:
            RuntimeError: Nothing was fitted yet.
            TypeError: Origins that are no whole numbers.
            ValueError: Origins beyond the series or too early, gaps, another first step than that of the fit or another
                horizon than the method was built for, or quantiles asked of a method that gives none.
        """
        check_fitted(self, "series")
        steps, at = self._horizon(horizon), whole_origins(origins)
        # What comes after the last origin may be missing: it is not read.
        given = self.series if series is self.series else own_series(series, gaps=True)
        if not self.finds_its_place:
            check_same_start(given, self.series, self.name)
        if len(given) < self.needed:
            raise ValueError(f"{len(given)} values are too few to forecast from: at least {self.needed} are needed")
        if at.size == 0 or at.min() < self.needed or at.max() > len(given):
            shown = "none" if at.size == 0 else f"{at.min()} to {at.max()}"
            raise ValueError(f"origins should lie between {self.needed} and {len(given)}, got {shown}")
        latest = int(at.max())
        known = given if latest == len(given) else given.part(0, latest)
        check_gaps(known.values, "the values", self.gaps)
        check_size(known.values, "the values")
        built = self.horizon or steps
        rising = check_levels(levels) if np.size(levels) else ()
        with works_on_a_copy(self.name):
            if not rising:
                return self.points(known, at, built)[:, :steps]
            found = self.quantiles(known, at, built, rising)[:, :steps]
        return found[..., [rising.index(float(level)) for level in levels]]

    def predict(
        self, horizon: int | None = None, levels: Sequence[float] = (), *, series: Numbers | None = None
    ) -> Forecast:
        r"""Forecast what comes after the end of a series.

        Args:
            horizon: Steps ahead; may be left away where the method is built for one.
            levels: Of quantiles, besides the point forecast.
            series: By default what was fitted on. Numbers are taken to begin where that begins.

        Returns:
            The forecast, with time stamps if the series has some.
        """
        check_fitted(self, "series")
        whole = self.series if series is None else self._dated(self._adopted(series))
        steps, end = self._horizon(horizon), np.array([len(whole)])
        point = self.forecast(whole, end, steps)[0]
        quantiles: dict[float, Array] = {}
        if np.size(levels):
            rising = check_levels(levels)
            quantiles = dict(zip(rising, self.forecast(whole, end, steps, rising)[0].T, strict=True))
        return Forecast(whole.shown(whole.ahead(steps)), point, quantiles, whole.unit, whole.name, self.name)

    def sample_paths(
        self, n: int = 100, horizon: int | None = None, *, seed: int = 0, series: Numbers | None = None
    ) -> Array:
        r"""Draw whole futures after the end of a series, for what depends on several steps: sums, peaks, durations.

        Each step of the paths has the quantiles that the method forecasts. How the steps hang together is taken from
        the ranks of its errors over earlier forecasts, see ``coupled_paths``: also where the quantiles come from a
        distribution for each step, which by itself says nothing of that. A network's errors in data it was trained on
        are too small, but of them only the ranks count.

        Args:
            n: Paths.
            horizon: Steps ahead; may be left away where the method is built for one.
            seed: Of the draws.
            series: By default what was fitted on.

        Returns:
            (n, horizon).

        Raises:
            RuntimeError: Nothing was fitted yet.
            ValueError: The method forecasts points alone, or the series holds too few earlier forecasts.

        Examples:
            >>> steps = np.arange(300)
            >>> demand = 10 + np.sin(2 * np.pi * steps / 12) + np.random.default_rng(0).normal(0, 0.1, 300)
            >>> model = rt.Conformal(rt.forecasting.SeasonalNaive(12), calibration=120).fit(demand)
            >>> year = model.sample_paths(200, horizon=12).sum(axis=1)
            >>> year.shape, bool(118 < year.min() < year.max() < 122)
            ((200,), True)
        """
        check_fitted(self, "series")
        steps, n = self._horizon(horizon), validate.whole("the number of paths", n)
        whole = self.series if series is None else self._dated(self._adopted(series))
        levels = levels_between(*self.levels_within(steps))
        quantiles = self.forecast(whole, np.array([len(whole)]), steps, levels)[0]
        return coupled_paths(levels, quantiles, self.past_errors(whole, steps), n, seed)

    def with_seed(self, seed: int) -> Self:
        """Return an unfitted copy with another seed; where nothing depends on chance, just a copy."""
        copy: Self = copy_of(self)
        return copy.set_params(seed=seed) if self.depends_on_chance else copy

    # ---- what implementations share --------------------------------------------------------------------------

    def _adopted(self, series: Numbers) -> Series:
        """Check what came and bring it to one form, with memory of its own."""
        adopted = own_series(series, gaps=self.gaps)
        check_size(adopted.values, "the values")
        return adopted

    def _dated(self, series: Series) -> Series:
        """Give a series without dates those of the fit, if there are any, from the first one on."""
        return series if series.has_clock or not self.series.has_clock else series.dated_like(self.series)

    def _horizon(self, horizon: int | None) -> int:
        """Return the horizon: what was asked for, or what the method is built for."""
        if horizon is None and self.horizon is None:
            raise ValueError(f"{self.name!r} forecasts any number of steps: say how many, horizon=")
        asked = self.horizon if horizon is None else horizon
        try:
            steps = validate.whole("the horizon", asked, most=validate.MOST_STEPS)
        except TypeError:
            raise TypeError(
                f"the horizon should be a whole number of steps, got a {type(asked).__name__}; a series has to be "
                "named: predict(series=...)"
            ) from None
        if self.horizon is not None and steps > self.horizon:
            raise ValueError(f"{self.name!r} is built for a horizon of {self.horizon} steps, asked for {steps}")
        return steps
