r"""A statistical method, and a network or a regression that learns what it gets wrong.

The idea is that of S. Smyl (2020), "A hybrid method of exponential smoothing and recurrent neural networks for time
series forecasting", *International Journal of Forecasting* 36, 75-85: smoothing follows level and seasons, which a
network learns slowly, and the network corrects it. There both are trained together; here one after the other, so that
the first may be any method.
"""

import copy
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import torch

from rnn_tutorial.data import Series
from rnn_tutorial.devices import pick_device
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.neural.clock import Clock
from rnn_tutorial.forecasting.neural.forecaster import Forecaster
from rnn_tutorial.forecasting.seasons import learnable_seasons
from rnn_tutorial.forecasting.types import Array, Numbers, Origins
from rnn_tutorial.training import predict
from rnn_tutorial.validate import whole

from .correction import learn_correction


class Hybrid(Method):
    r"""A forecast of :math:`\log y`: the path of the statistical method, plus a correction learnt from its errors.

    .. math::

        e_{o-j} = \log y_{o-j} - \log \hat y_{o-j \mid o-j-1}, \qquad
        f_{o-j} = \log y_{o-j} - \log \hat y_{o-j \mid o-h\lceil j/h \rceil}, \qquad
        \log \tilde y_{o+k} = \log \hat y_{o+k} + g_k(e_{o-\ell \dots o-1}, f_{o-\ell \dots o-1}, \text{phase})

    The correction g reads two errors of each of the last :math:`\ell` steps and the phase in each season: e, that of
    the forecast made just before the step, and f, that of the forecast which ended at the origin, or one or more
    horizons earlier: the same kind of path as the one to correct. It is learnt at every origin whose errors begin after
    the first ``burn_in`` steps, by calling the statistical method's ``forecast`` there.

    The statistical method is fitted on the whole past before, so that those errors are of steps it was estimated on
    and somewhat smaller than later ones. With a handful of constants, as in Holt-Winters, the difference is slight;
    a statistical part with many parameters would show the network errors much smaller than those to come.

    Args:
        statistical: Any method; a copy is fitted, it stays as it is.
        corrector: A ``Forecaster``, whose layer, sizes and training are used on the errors (its horizon and
            input_length, too; last state, direct head; with patience it watches the last tenth of the origins); or a
            regression of scikit-learn, ``fit(X, Y)`` and ``predict(X)``, of which a clone is fitted.
        horizon: Steps ahead, h; may be left away with a ``Forecaster``.
        input_length: :math:`\ell`; likewise.
        seasons: Steps of the seasons whose phase the correction reads; by default those of a ``Forecaster`` or,
            where it was given none either, those of the series.
        log: Whether errors are of logarithms, relative to the level; ``False`` for series that are not positive.
        burn_in: Steps before the first origin to learn from; by default a third of the past.
        stride: Steps from one training origin to the next.
        name: In tables.

    Attributes:
        base: The fitted copy of the statistical method.
        learnt: The fitted correction.

    Raises:
        TypeError: The corrector is neither of the two.
        ValueError: An argument has an impossible value.

    Examples:
        >>> from sklearn.linear_model import Ridge
        >>> steps = np.arange(400)
        >>> demand = 100 + steps / 10 + 20 * np.sin(2 * np.pi * steps / 12)
        >>> model = Hybrid(rt.forecasting.SeasonalNaive(12), Ridge(), horizon=12, input_length=24).fit(demand)
        >>> model.forecast(demand, np.array([400]), 12).shape
        (1, 12)
    """

    def __init__(
        self,
        statistical: Method,
        corrector: Any,
        *,
        horizon: int | None = None,
        input_length: int | None = None,
        seasons: Sequence[int] | None = None,
        log: bool = True,
        burn_in: int | None = None,
        stride: int = 1,
        name: str | None = None,
    ) -> None:
        neural = isinstance(corrector, Forecaster)
        if not neural and not (hasattr(corrector, "fit") and hasattr(corrector, "predict")):
            raise TypeError(
                f"the corrector is a {type(corrector).__name__}; expected a Forecaster, or a regression of scikit-learn"
            )
        if not neural and (horizon is None or input_length is None):
            raise ValueError("a regression knows neither horizon nor input_length: give both")
        if neural and horizon not in (None, corrector.horizon):
            raise ValueError(f"the corrector is built for a horizon of {corrector.horizon} steps, not {horizon}")
        self.statistical, self.corrector = statistical, corrector
        self.given_horizon, self.horizon = horizon, whole("horizon", corrector.horizon if neural else horizon)
        self.input_length = None if input_length is None else whole("input_length", input_length)
        self.seasons = seasons
        read = (corrector.seasons if neural else ()) if seasons is None else seasons
        self.read_seasons = tuple(whole("a season", season, least=2) for season in read)
        self.log, self.stride = log, whole("stride", stride)
        self.burn_in = None if burn_in is None else whole("burn_in", burn_in)
        label = corrector.name if neural else type(corrector).__name__.lower()
        self.given_name, self.name = name, name or f"{statistical.name} + {label}"
        self.reads_covariates = statistical.reads_covariates

    @property
    def neural(self) -> bool:
        """Whether the corrector is a network."""
        return isinstance(self.corrector, Forecaster)

    @property
    def depends_on_chance(self) -> bool:
        """Whether one of the two does."""
        return self.statistical.depends_on_chance or self.neural or draws(self.corrector)

    def with_seed(self, seed: int) -> Self:
        """Return an unfitted copy whose parts have another seed, as far as they depend on chance."""
        if self.neural:
            corrector = self.corrector.with_seed(seed)
        else:
            from sklearn.base import clone

            corrector = clone(self.corrector)
            if draws(corrector):
                corrector.set_params(random_state=seed)
        options = self.get_params(deep=False)
        return type(self)(**(options | {"statistical": self.statistical.with_seed(seed), "corrector": corrector}))

    @property
    def length(self) -> int:
        """Return how many steps of errors the correction reads."""
        if self.input_length is not None:
            return self.input_length
        if self._asks_the_series and self.corrector.input_length is None and self.read_seasons:
            return self.read_seasons[0]
        length: int = self.corrector.length
        return length

    @property
    def _asks_the_series(self) -> bool:
        # Whether neither the hybrid nor its network was told any seasons.
        return self.neural and self.seasons is None and self.corrector.given_seasons is None

    @property
    def needed(self) -> int:
        """What settles the statistical method, and the steps whose errors are read."""
        return int(getattr(self, "begin", 0)) + self._reach

    def fit(self, series: Numbers, *, progress: bool = False) -> Self:
        r"""Fit the statistical method, then the correction on its errors.

        Args:
            series: A ``Series``, a pandas column or numbers (T,).
            progress: Show a progress bar for a network.

        Returns:
            This object.

        Raises:
            ValueError: Too short a past, values that have no logarithm.
        """
        self.progress = progress
        return super().fit(series)

    def learn(self, series: Series) -> None:
        """Fit both."""
        past, progress = series.values, getattr(self, "progress", False)
        if self._asks_the_series:
            self.read_seasons = learnable_seasons(series, self.horizon)
        y = self._prepared(past)
        self.base = copy.deepcopy(self.statistical).fit(series)
        begins = int(getattr(self.base, "start", 0))  # a method that was fitted on its last part alone
        self.begin = begins + (self.burn_in or (len(past) - begins) // 3)
        first = self.begin + self._reach
        origins = np.arange(first, len(past) - self.horizon + 1, self.stride)
        if len(origins) < 2:
            raise ValueError(
                f"{len(past)} values are too few: the first {self.begin} settle {self.statistical.name!r}, then at "
                f"least {self._reach + self.horizon + self.stride} are needed (input_length {self.length}, "
                f"horizon {self.horizon}, stride {self.stride}); give a smaller burn_in"
            )
        inputs, paths = self._inputs(series, y, origins)
        targets = y[origins[:, None] + np.arange(self.horizon)] - paths
        errors = inputs[..., :2]  # the phases need no units
        spread = errors.std(axis=(0, 1))
        self.units = np.concatenate([np.where(spread > 0, spread, 1.0), np.ones(inputs.shape[2] - 2)])
        self.unit = float(targets.std()) or 1.0
        self._learn(inputs / self.units, targets / self.unit, progress)

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Forecast by the statistical method and correct it, (O, horizon)."""
        inputs, paths = self._inputs(series, self._prepared(series.values), origins)
        corrected: Array = paths + self.unit * self._correction(inputs / self.units)
        return np.exp(corrected) if self.log else corrected

    @property
    def _reach(self) -> int:
        # Steps from the earliest forecast whose errors are read to the origin: whole horizons that hold `length` steps.
        return self.horizon * -(-self.length // self.horizon)

    def _inputs(self, series: Series, y: Array, origins: Origins) -> tuple[Array, Array]:
        # What the correction reads at each origin, (O, length, 2 + phases), and the statistical paths, (O, horizon).
        H, L = self.horizon, self.length
        start = int(origins.min()) - self._reach
        # One forecast from each step on tells both errors, and the path to correct.
        paths = self._prepared(self.base.forecast(series, np.arange(start, int(origins.max()) + 1), H))
        back = np.arange(L, 0, -1)  # j, oldest first
        t = origins[:, None] - back
        # e_{o-j}: of the forecast made just before
        e = y[t] - paths[t - start, 0]
        # f_{o-j}: of the forecast made h ceil(j / h) steps before the origin
        made = origins[:, None] - H * -(-back // H)
        f = y[t] - paths[made - start, t - made]
        clock = Clock(self.read_seasons, harmonics=1).columns(start, int(origins.max()))[t - start]
        return np.concatenate([e[..., None], f[..., None], clock], axis=-1), paths[origins - start]

    def _prepared(self, values: Array) -> Array:
        if not self.log:
            return values
        if not (values > 0).all():
            raise ValueError("the logarithm needs positive values: shift the series, or log=False for errors that add")
        return np.log(values)

    def _learn(self, inputs: Array, targets: Array, progress: bool) -> None:
        if not self.neural:
            from sklearn.base import clone

            self.learnt: Any = clone(self.corrector).fit(inputs.reshape(len(inputs), -1), targets)
            coefficients = [getattr(self.learnt, name, np.empty(0)) for name in ("coef_", "intercept_")]
            self.parameters = self.base.parameters + sum(np.size(c) for c in coefficients)
            return
        self.learnt, self.history = learn_correction(self.corrector, inputs, targets, self.stride, progress)
        self.parameters = self.base.parameters + sum(p.numel() for p in self.learnt.parameters())

    def _correction(self, inputs: Array) -> Array:
        if not self.neural:
            result: Array = self.learnt.predict(inputs.reshape(len(inputs), -1)).reshape(len(inputs), self.horizon)
            return result
        x = torch.tensor(inputs, dtype=torch.float32)
        return predict(self.learnt, x, batch_size=512, device=pick_device())[..., 0].double().numpy()


def draws(regression: Any) -> bool:
    """Say whether a regression of scikit-learn draws random numbers; many that take a ``random_state`` draw none."""
    options = regression.get_params()
    way = options.get("solver", options.get("selection"))
    return "random_state" in options and way not in ("auto", "svd", "cholesky", "lsqr", "sparse_cg", "cyclic")
