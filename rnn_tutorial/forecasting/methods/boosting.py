r"""Gradient boosting: many small regression trees, each fitted to the errors of those before."""

from typing import ClassVar

import numpy as np

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting.checks import check_length
from rnn_tutorial.forecasting.columns import covariates_of
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array, Origins


class GradientBoosting(Method):
    r"""Boosted trees over all steps ahead at once, the step being one of the inputs, by scikit-learn.

    For the target at step t = o + k, the trees see k; the step of the day and the day of the week at t, counted from
    the start of the series; the last values known one day and one week before t and the last value of all,
    :math:`y_{o-1}`; the known covariates at t, a day and a week before; and the past covariates at o - 1. Values are
    taken relative to the mean of the last week, because trees cannot forecast what lies beyond anything they saw; with
    ``differences`` the target is taken relative to the last value known one week before, so that the trees say how this
    week differs. Holidays come as known covariates (``rt.holiday_columns``). Deterministic: no rows or columns are
    drawn by chance. ``tuned_boosting`` chooses among several settings.

    Args:
        day: Steps in the short season.
        week: Steps in the long season, a multiple of the short one.
        use_covariates: Read the columns beside the series, which then has to have some.
        lags: Read so many last values, :math:`y_{o-1} \dots y_{o-\text{lags}}`, instead of the last alone.
        differences: Forecast the difference from the week before.
        trees: How many.
        learning_rate: Share of each tree's forecast that is taken.
        leaves: At most so many in a tree.
        rows: Fit on at most so many pairs of origin and step, with origins left out evenly.
        name: In tables.

    Raises:
        ValueError: Seasons that do not nest, a setting below 1, too short a past, covariates with gaps.

    References:
        J. H. Friedman (2001), "Greedy function approximation: a gradient boosting machine", *Annals of Statistics* 29.

    Examples:
        >>> values = 10 + np.sin(2 * np.pi * np.arange(400) / 6)
        >>> model = GradientBoosting(horizon=6, day=6, week=42, trees=10).fit(values[:350])
        >>> model.forecast(values, np.array([350, 360]), horizon=6).shape
        (2, 6)
    """

    baseline: ClassVar[bool] = True

    def __init__(
        self,
        horizon: int,
        day: int,
        week: int,
        *,
        use_covariates: bool = False,
        lags: int = 1,
        differences: bool = False,
        trees: int = 300,
        learning_rate: float = 0.05,
        leaves: int = 31,
        rows: int = 150_000,
        name: str | None = None,
    ) -> None:
        if day < 1 or week % day or week <= day:
            raise ValueError(f"the long season should be a multiple of the short one, got {day} and {week}")
        if horizon < 1 or trees < 1 or leaves < 2 or rows < horizon or learning_rate <= 0:
            raise ValueError(f"horizon={horizon}, trees={trees}, leaves={leaves}, rows={rows} leave nothing to fit")
        if not 1 <= lags <= week:
            raise ValueError(f"lags should lie between 1 and the {week} steps of the long season, got {lags}")
        self.horizon, self.day, self.week = horizon, day, week
        self.use_covariates = self.reads_covariates = use_covariates
        self.trees, self.learning_rate, self.leaves, self.rows = trees, learning_rate, leaves, rows
        self.lags, self.differences = lags, differences
        self.given_name, self.name = name, name or "gradient boosting" + (" + covariates" if use_covariates else "")
        self.parameters = 0  # leaves, known after fit

    @property
    def needed(self) -> int:
        """A week."""
        return self.week

    def learn(self, series: Series) -> None:
        """Grow the trees on windows of the training part."""
        from sklearn.ensemble import HistGradientBoostingRegressor

        first = self.week + self.week * -(-self.horizon // self.week)
        check_length(series, first + self.horizon, f"a week of {self.week}, a week before, and {self.horizon} steps")
        past = series.values
        covariates = covariates_of(series, len(past), len(past), self.name) if self.use_covariates else None
        count = len(past) - self.horizon + 1 - first
        thin = -(-count * self.horizon // self.rows)  # rounded up, and no common divisor with the seasons:
        while np.gcd(thin, self.week) > 1:  # every time of day and day of week takes part
            thin += 1
        origins = np.arange(first, len(past) - self.horizon + 1, thin)
        features, levels = self._features(past, origins, self.horizon, covariates)
        targets = past[origins[:, None] + np.arange(self.horizon)] - levels
        self.spread = float(targets.std()) or 1.0
        self.regression = HistGradientBoostingRegressor(
            max_iter=self.trees,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.leaves,
            early_stopping=False,
            random_state=0,
        ).fit(features, targets.ravel() / self.spread)
        self.parameters = sum(tree.get_n_leaf_nodes() for (tree,) in self.regression._predictors)

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Ask the trees for every origin and step."""
        values = series.values
        covariates = None
        if self.use_covariates:
            covariates = covariates_of(series, len(values), len(values) + horizon, self.name, self.series)
        features, levels = self._features(values, origins, horizon, covariates)
        ahead: Array = self.regression.predict(features).reshape(len(origins), horizon)
        return ahead * self.spread + levels

    def _features(
        self, values: Array, origins: Origins, horizon: int, covariates: Covariates | None
    ) -> tuple[Array, Array]:
        # One row for each origin and step, (O · horizon, features), and what the target is relative to: the mean of the
        # last week, (O, 1), or the value a week before, (O, horizon).
        steps = np.arange(horizon)
        t = origins[:, None] + steps
        levels = values[origins[:, None] + np.arange(-self.week, 0)].mean(axis=1, keepdims=True)
        a_day, a_week = (t - season * (steps // season + 1) for season in (self.day, self.week))
        columns = [
            np.broadcast_to(steps, t.shape),
            t % self.day,
            t % self.week // self.day,
            values[a_day] - levels,
            values[a_week] - levels,
            *(np.broadcast_to(values[origins - lag, None] - levels, t.shape) for lag in range(1, self.lags + 1)),
        ]
        if covariates is not None:
            known = covariates.known.T
            columns += [column[when] for column in known for when in (t, a_day, a_week)]
            columns += [np.broadcast_to(column[origins - 1, None], t.shape) for column in covariates.past.T]
        return np.column_stack([column.ravel() for column in columns]), values[a_week] if self.differences else levels
