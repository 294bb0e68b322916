r"""A recurrent network as a forecasting method: fitted, asked and judged like all the others."""

import operator
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
import torch
from torch import nn

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.devices import pick_device
from rnn_tutorial.training import History, predict

from . import training
from .batches import Windows, training_origins
from .clock import Clock
from .forecast import Forecast
from .given import MISSING, Given, Missing, Numbers, as_given, as_values, check_columns, check_rows
from .method import Array, Origins, check_fitted
from .network import DECODINGS, Decoding, ForecastNetwork
from .outputs import Kind, Point, check_levels, make_output
from .reading import Reading
from .recurrent import LayerName, MakeLayer, check_layer, name_of_layer
from .scaling import WINDOW_SCALES, Units, WindowScale

Name = TypeVar("Name", bound=str)


class Forecaster:
    r"""Encoder and decoder of recurrent layers that learn to forecast H steps of one series.

    The encoder reads the last L steps: value, values one of each season before, covariates, the clock. The decoder
    goes on from its state over the H steps ahead and reads what is known about each: the values one of each season
    before, known covariates of the step and of those earlier steps, the clock. A linear map of both gives the
    forecast. Each window is moved to its own level first (see ``scale``).

    The defaults won on the validation part of half-hourly electricity demand; ``decoding="direct"`` is faster and
    ``"recursive"`` is the textbook's way.

    Args:
        layer: ``"rnn"``, ``"lstm"``, ``"gru"``, ``"fc-lstm"`` (or ``"peephole"``); a function that makes a batch-first
            layer of so many input features; or a module of your own, (B, L, C) → (B, L, features) or a pair of that
            and a state. Each fit trains a fresh copy, whose weights are drawn from ``seed``.
        horizon: H, steps ahead; the forecaster serves this horizon alone.
        input_length: L; by default the shortest season or, without seasons, twice the horizon.
        hidden_size: Units of layers made by name.
        num_layers: Layers on top of each other, for layers made by name.
        decoding: ``"decoder"``, ``"direct"`` or ``"recursive"``, see ``ForecastNetwork``.
        teacher_forcing: Recursive only: the share of the training over which the probability of being fed the truth
            falls from 1 to 0. 0 never feeds it.
        scale: Units of a window: ``"window"`` (its mean and standard deviation: RevIN), ``"centre"`` (mean alone),
            ``"ratio"`` (relative to its mean: for positive series), ``"series"`` (none of its own). Means are over the
            longest season, or the last L steps if these are more.
        output: ``"point"`` (the median, absolute error), ``"quantile"`` (pinball loss), ``"gaussian"`` or
            ``"student"`` (likelihood). The last three give ``quantiles``.
        levels: Quantiles to train, for ``output="quantile"``; the median is always among them.
        seasons: Steps in each season, e.g. ``(48, 336)``.
        calendar: Let the clock be read: the phase in each season and, if the series has time stamps, its calendar.
        missing: ``"refuse"`` gaps, or ``"mask"`` them: NaN is 0 in the inputs, which are told so, and left out of the
            loss. Missing covariates are replaced by their mean.
        epochs, lr, batch_size, weight_decay, clip_norm: Of AdamW under a one-cycle schedule.
        stride: Steps from one training window to the next.
        patience: Epochs without improvement on the validation part (``fit(valid=...)``) until training stops.
        seed: Of weights, order and everything else that is random.
        name: In tables.

    Attributes:
        history: Of the last training.
        parameters: Trainable numbers, once fitted.

    Raises:
        ValueError, TypeError: An argument has an impossible value or kind.

    Examples:
        >>> sunspots = rt.load_series("sunspots")
        >>> model = Forecaster("gru", horizon=11, input_length=33, hidden_size=8, epochs=1).fit(sunspots)
        >>> forecast = model.predict()
        >>> len(forecast), str(forecast.index[0].date())
        (11, '2009-01-01')
    """

    takes_covariates = True
    memory: Given  # all of these once fitted
    clock: Clock
    units: Units
    offset: int  # step of the clock at which the memory begins
    reading: Reading
    network: ForecastNetwork
    history: History

    def __init__(
        self,
        layer: LayerName | MakeLayer | nn.Module,
        horizon: int,
        *,
        input_length: int | None = None,
        hidden_size: int = 64,
        num_layers: int = 1,
        decoding: Decoding = "decoder",
        teacher_forcing: float = 0.5,
        scale: WindowScale = "window",
        output: Kind = "point",
        levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
        seasons: Sequence[int] = (),
        calendar: bool = True,
        missing: Missing = "refuse",
        epochs: int = 15,
        lr: float = 3e-3,
        batch_size: int = 64,
        weight_decay: float = 1e-2,
        clip_norm: float | None = 1.0,
        stride: int = 1,
        patience: int | None = None,
        seed: int = 0,
        name: str | None = None,
    ) -> None:
        self.options: dict[str, Any] = {k: v for k, v in locals().items() if k not in ("self", "__class__")}
        check_layer(layer)
        self.layer = layer
        self.horizon = whole("horizon", horizon)
        self.seasons = tuple(sorted({whole("a season", season, least=2) for season in seasons}))
        default = self.seasons[0] if self.seasons else 2 * self.horizon
        self.input_length = default if input_length is None else whole("input_length", input_length)
        self.hidden_size, self.num_layers = whole("hidden_size", hidden_size), whole("num_layers", num_layers)
        self.decoding = one_of("decoding", decoding, DECODINGS)
        self.scale = one_of("scale", scale, WINDOW_SCALES)
        self.missing = one_of("missing", missing, MISSING)
        if not 0 <= teacher_forcing <= 1:
            raise ValueError(f"teacher_forcing is a share of the training, 0 to 1, got {teacher_forcing}")
        self.teacher_forcing, self.calendar = float(teacher_forcing), bool(calendar)
        self.output = make_output(output, levels)
        self.options |= {"levels": check_levels(levels), "seasons": self.seasons}  # one form, however they were given
        self.recipe = training.Recipe(epochs, lr, batch_size, weight_decay, clip_norm, patience)
        self.stride, self.seed = whole("stride", stride), whole("seed", seed, least=0)
        self.name = name or name_of_layer(layer)
        self.parameters = 0

    def with_seed(self, seed: int) -> Self:
        """Return an unfitted copy with another seed."""
        return type(self)(**{**self.options, "seed": seed})

    @property
    def context(self) -> int:
        """Steps before an origin that are read: L and the longest season."""
        return self.input_length + max((0, *self.seasons))

    @property
    def gives_quantiles(self) -> bool:
        """Whether it was built to forecast a distribution, see ``output``."""
        return not isinstance(self.output, Point)

    # ---- learning --------------------------------------------------------------------------------------------

    def fit(
        self,
        past: Numbers,
        *,
        covariates: Covariates | None = None,
        valid: int = 0,
        progress: bool = False,
        checkpoint: str | Path | None = None,
    ) -> Self:
        r"""Train a fresh network.

        Args:
            past: A ``Series``, whose covariates and time stamps are used, or numbers (T,).
            covariates: Beside the past, in place of those of the series; rows beyond T are not learnt from.
            valid: Steps at the end on which each epoch is judged instead of learnt from; the weights of the best
                epoch are kept.
            progress: Show a progress bar.
            checkpoint: Folder from which an interrupted training goes on, see ``rnn_tutorial.fit``.

        Returns:
            This object.

        Raises:
            ValueError: A series too short or constant, gaps, covariates of another length.
            TypeError: No numbers.
        """
        given = as_given(past, covariates, self.missing)
        valid = whole("valid", valid, least=0)
        steps, needed = len(given) - valid, self.context + self.horizon
        if steps < needed or 0 < valid < self.horizon:
            raise ValueError(
                f"{len(given)} values, {valid} of them to validate on, are too few: at least {needed} are needed to "
                f"train on (input_length {self.input_length}, longest season {self.context - self.input_length}, "
                f"horizon {self.horizon}) and, to validate, at least the horizon"
            )
        if self.recipe.patience and not valid:
            raise ValueError("patience watches the validation part: give fit valid=, so many steps, or no patience")
        check_rows(given.covariates, len(given), len(given), self.missing)
        clock = Clock.of(self.seasons if self.calendar else (), given.index, self.calendar, given.zone)
        units = Units.of(given.values[:steps], given.covariates)
        self._take(given, clock, units, 0)
        return self._train(self.recipe, steps, valid, progress, checkpoint)

    def update(
        self,
        new_values: Numbers,
        *,
        covariates: Covariates | None = None,
        epochs: int = 2,
        lr: float | None = None,
        progress: bool = False,
    ) -> Self:
        r"""Go on training with values that have come since: few epochs from the present weights, in the old units.

        The training windows are those of everything remembered: the whole past after ``fit``, the last ``context``
        steps after ``load``, and the new values in both cases.

        Args:
            new_values: The steps that follow the last one fitted on.
            covariates: Beside them; known rows may go on beyond.
            epochs: Passes over the windows.
            lr: Learning rate; by default a tenth of the first.
            progress: Show a progress bar.

        Returns:
            This object, which now forecasts from the end of the new values.

        Raises:
            RuntimeError: Nothing was fitted yet.
            ValueError: The new values do not follow, or are too few to train on.
        """
        check_fitted(self, "network")
        new = as_given(new_values, covariates, self.missing)
        end = self.offset + len(self.memory)
        if new.index is not None and self.clock.first is not None and self.clock.place(new.index) != end:
            raise ValueError(
                f"the new values start at {new.index[0]}, but the step after the last one known is "
                f"{self.clock.stamps(end, end + 1)[0]}"
            )
        check_rows(new.covariates, len(new), len(new), self.missing)
        memory = self.memory.extended(new)
        if len(memory) < self.context + self.horizon:
            raise ValueError(
                f"{len(self.memory)} values remembered and {len(new)} new ones are too few to train on: at least "
                f"{self.context + self.horizon} are needed"
            )
        check_rows(memory.covariates, len(memory), len(memory), self.missing)
        self.memory = memory
        recipe = training.Recipe(
            epochs, self.recipe.lr / 10 if lr is None else lr, self.recipe.batch_size,
            self.recipe.weight_decay, self.recipe.clip_norm, None,
        )  # fmt: skip
        return self._train(recipe, len(memory), 0, progress, None)

    def _take(self, given: Given, clock: Clock, units: Units, offset: int) -> None:
        """Take over all that a fitted forecaster knows beside its weights, and make a network of that size."""
        self.memory, self.clock, self.units, self.offset = given, clock, units, offset
        past, known = given.covariates.columns
        self.reading = Reading(
            self.input_length, self.horizon, self.seasons, past, known, clock.columns(0, 1).shape[1],
            self.missing == "mask", self.scale, units.zero,
        )  # fmt: skip
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            self.network = ForecastNetwork(
                self.layer, self.hidden_size, self.num_layers, self.reading, self.output, self.decoding
            )
        self.parameters = sum(p.numel() for p in self.network.parameters() if p.requires_grad)

    def _train(
        self,
        recipe: training.Recipe,
        steps: int,
        valid: int,
        progress: bool,
        checkpoint: str | Path | None,
    ) -> Self:
        def windows(start: int, stop: int, teach: bool) -> Windows:
            values = self.memory.values
            origins = training_origins(values, start, stop, self.context, self.horizon, self.stride)
            if len(origins) == 0:
                raise ValueError(f"no value is observed in any target between steps {start} and {stop}")
            return self._windows(self.memory, origins, self.offset, teach)

        train = windows(0, steps, self.decoding == "recursive")
        batches = -(-len(train) // recipe.batch_size) * recipe.epochs
        self.network.forced_steps = self.teacher_forcing * batches
        self.network.forced.zero_()
        self.history = training.run(
            self.network,
            train,
            windows(steps, steps + valid, False) if valid else None,
            self.output.loss,
            recipe,
            seed=self.seed,
            progress=progress,
            checkpoint=checkpoint,
        )
        return self

    # ---- forecasting -----------------------------------------------------------------------------------------

    def forecast(self, values: Array, origins: Origins, horizon: int, *, covariates: Covariates | None = None) -> Array:
        r"""Forecast from each origin, with ``values[:origin]`` known.

        Args:
            values: (T,), from the same first step as the past of the fit.
            origins: (O,).
            horizon: H, as built.
            covariates: Of the columns of the fit: past rows to the last origin, known rows H further.

        Returns:
            (O, H); the median where a distribution is forecast.
        """
        return self._point(self._ask(values, origins, horizon, covariates))

    def quantiles(
        self,
        values: Array,
        origins: Origins,
        horizon: int,
        levels: Sequence[float],
        *,
        covariates: Covariates | None = None,
    ) -> Array:
        """Quantiles from each origin, (O, H, Q), in the order of the levels; they never cross."""
        check_levels(levels)
        return self._quantiles(self._ask(values, origins, horizon, covariates), levels)

    def predict(
        self,
        series: Numbers | None = None,
        levels: Sequence[float] | None = None,
        *,
        covariates: Covariates | None = None,
    ) -> Forecast:
        r"""Forecast what comes after the end of a series.

        Args:
            series: By default what was fitted on. A ``Series`` finds its place by its time stamps; numbers are taken
                to begin where the past of the fit began.
            levels: Of the quantiles; by default the outermost that were trained, 5 and 95 % of a distribution, none of
                a point forecast.
            covariates: In place of those of the series: known rows reach to the last step forecast.

        Returns:
            The forecast, with time stamps if there were any.
        """
        check_fitted(self, "network")
        given, offset = self.memory, self.offset
        if series is not None:
            given, offset = as_given(series, covariates, self.missing), 0
            if given.index is not None and self.clock.first is not None:
                offset = self.clock.place(given.index)
        elif covariates is not None:
            given = Given(given.values, covariates, name=given.name, unit=given.unit)
        if levels is None:
            levels = self.output.usual_levels
        parameters = self._parameters(given, np.array([len(given)]), offset)
        quantiles = self._quantiles(parameters, check_levels(levels))[0] if len(levels) else np.empty((0, 0))
        end = offset + len(given)
        steps: Any = np.arange(end, end + self.horizon)
        if self.clock.first is not None:
            steps = self.clock.shown(end, end + self.horizon)
        by_level = dict(zip(check_levels(levels), quantiles.T, strict=True)) if len(levels) else {}
        return Forecast(steps, self._point(parameters)[0], by_level, given.unit, given.name, self.name)

    def _ask(self, values: Any, origins: Origins, horizon: int, covariates: Covariates | None) -> Array:
        check_fitted(self, "network")
        if horizon != self.horizon:
            raise ValueError(f"built for a horizon of {self.horizon} steps, asked for {horizon}")
        values = values.values if isinstance(values, Series) else values
        origins = np.asarray(origins)
        if origins.size and origins.dtype.kind not in "iu":
            raise TypeError(f"origins count steps, so they should be integers, got {origins.dtype}")
        latest = int(origins.max()) if origins.size else 0
        if not origins.size or origins.min() < self.context or latest > len(values):
            shown = f"{origins.min()} to {latest}" if origins.size else "none"
            raise ValueError(f"origins should lie between {self.context} and {len(values)}, got {shown}")
        known = as_values(np.asarray(values)[:latest], self.missing)
        return self._parameters(Given(known, covariates or Covariates()), origins, 0)

    def _parameters(self, given: Given, origins: Origins, offset: int) -> Array:
        # Parameters of the forecast at each origin, (O, H, n), in units of the series.
        if len(given) < self.context:
            raise ValueError(f"{len(given)} values are too few to forecast from: at least {self.context} are needed")
        check_columns(given.covariates, self.memory.covariates)
        check_rows(given.covariates, len(given), len(given) + self.horizon, self.missing)
        windows = self._windows(given, origins, offset, False)
        return predict(self.network, windows, batch_size=512, device=pick_device()).double().numpy()

    def _windows(self, given: Given, origins: Origins, offset: int, teach: bool) -> Windows:
        return Windows(
            given.values, given.covariates, self.units, self.clock, origins, self.context, self.horizon,
            offset=offset, teach=teach,
        )  # fmt: skip

    def _point(self, parameters: Array) -> Array:
        return self.units.unscaled(self.output.point(torch.as_tensor(parameters)).numpy())

    def _quantiles(self, parameters: Array, levels: Sequence[float]) -> Array:
        return self.units.unscaled(self.output.quantiles(parameters, levels))

    # ---- keeping ---------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Keep the fitted forecaster in one file, see ``saving``."""
        from .saving import save

        save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path, *, layer: "MakeLayer | nn.Module | None" = None) -> Self:
        """Read a forecaster that was saved; ``layer`` again if it was a function or module of your own."""
        from .saving import load

        return load(cls, Path(path), layer)


def whole(name: str, value: Any, least: int = 1) -> int:
    """Return a whole number of at least so much, or say what came instead."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} should be a whole number, got {value!r}") from None
    if number < least:
        raise ValueError(f"{name} should be at least {least}, got {number}")
    return number


def one_of(name: str, value: Any, choices: Sequence[Name]) -> Name:
    """Return one of the choices, or say what came instead."""
    if value not in choices:
        raise ValueError(f"{name}={value!r}; expected one of {', '.join(map(repr, choices))}")
    return choices[choices.index(value)]
