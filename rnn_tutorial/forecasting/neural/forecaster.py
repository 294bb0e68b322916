r"""A recurrent network as a forecasting method: fitted, asked and judged like all the others."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import nn

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.devices import pick_device
from rnn_tutorial.forecasting.checks import check_fitted
from rnn_tutorial.forecasting.columns import check_columns, check_rows
from rnn_tutorial.forecasting.forecast import Forecast
from rnn_tutorial.forecasting.levels import check_levels
from rnn_tutorial.forecasting.method import Method, done_or_undone
from rnn_tutorial.forecasting.methods.rare import is_rare_counts
from rnn_tutorial.forecasting.parameters import kept
from rnn_tutorial.forecasting.seasons import learnable_seasons
from rnn_tutorial.forecasting.types import Array, Numbers, Origins
from rnn_tutorial.training import History, predict
from rnn_tutorial.validate import MOST_STEPS, one_of, whole

from . import training
from .batches import Windows, training_origins
from .clock import HARMONICS as USUAL
from .clock import Clock
from .counts import NegativeBinomial, check_counts
from .network import DECODINGS, Decoding, ForecastNetwork
from .outputs import Kind, Point, Quantiles, make_output
from .reading import MISSING, Missing, Reading
from .recurrent import LayerName, MakeLayer, check_layer, name_of_layer
from .scaling import WINDOW_SCALES, Units, WindowScale
from .short import HARMONICS, STEPS, is_settled, window_scale


class Forecaster(Method):
    r"""Encoder and decoder of recurrent layers that learn to forecast so many steps of one series.

    The encoder reads the last ``input_length`` steps: value, values one of each season before, covariates, clock. The
    decoder goes on from its state over the steps ahead and reads what is known about each: values one of each season
    before, known covariates of the step and of those earlier steps, the clock. A linear map of both gives the
    forecast. Each window is moved to its own level first (see ``scale``).

    The defaults won on the validation part of half-hourly electricity demand; ``decoding="direct"`` is faster and
    ``"recursive"`` is the textbook's way.

    Args:
        layer: ``"rnn"``, ``"lstm"``, ``"gru"``, ``"fc-lstm"`` (or ``"peephole"``); a function that makes a batch-first
            layer of so many input features; or a module of your own, (B, length, C) → (B, length, features) or a pair
            of that and a state. Each fit trains a fresh copy, whose weights are drawn from ``seed``.
        horizon: Steps ahead; the forecaster serves this horizon alone.
        input_length: Steps that are read; by default the shortest season or, without seasons, twice the horizon.
        hidden_size: Units of layers made by name.
        num_layers: Layers on top of each other, for layers made by name.
        decoding: ``"decoder"``, ``"direct"`` or ``"recursive"``, see ``ForecastNetwork``.
        teacher_forcing: Recursive only: the share of the training over which the probability of being fed the truth
            falls from 1 to 0. 0 never feeds it.
        scale: Units of a window: ``"window"`` (its mean and standard deviation: RevIN), ``"centre"`` (mean alone),
            ``"ratio"`` (relative to its mean: for positive series), ``"last"`` (relative to its last value),
            ``"series"`` (none of its own). Means are over the longest season, or the last ``input_length`` steps if
            these are more. By default ``"window"``; on a short series whose level does not wander ``"series"``, and the
            clock has up to six waves to a season instead of three; on one whose level does, without a season,
            ``"last"``.
        output: ``"point"`` (the median, absolute error; of counts with more than 30 % of zeros that no season foretells
            the mean, squared error), ``"quantile"`` (pinball loss), ``"gaussian"``, ``"student"`` or, for counts,
            ``"negbinomial"`` (likelihood; its point forecast is the mean). All but the first give ``quantiles``.
        levels: Quantiles to train, for ``output="quantile"``; the median is always among them.
        seasons: Steps in each season, e.g. ``(48, 336)``. By default those that the series knows itself to have
            (``series.seasons``) and holds three times; ``()`` for none.
        calendar: Let the clock be read: the phase in each season and, if the series has time stamps, its calendar.
        missing: ``"refuse"`` gaps, or ``"mask"`` them: NaN is 0 in the inputs, which are told so, and left out of the
            loss. Missing covariates are replaced by their mean.
        epochs: Passes over the training windows; by default 15, and on a short series as many more as make
            ``min_steps``.
        min_steps: Gradient steps that the default of ``epochs`` makes at least; by default 200, and 100 on a short
            series without seasons. Of 108 windows, as 144 months have, 15 epochs make 30.
        lr, batch_size, weight_decay, clip_norm: Of AdamW under a one-cycle schedule.
        stride: Steps from one training window to the next.
        patience: Epochs without improvement on the validation part (see ``fit``) until training stops.
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

    reads_covariates = finds_its_place = True
    clock: Clock  # all of these once fitted
    units: Units
    offset: int  # step of the clock at which the series begins
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
        scale: WindowScale | None = None,
        output: Kind = "point",
        levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
        seasons: Sequence[int] | None = None,
        calendar: bool = True,
        missing: Missing = "refuse",
        epochs: int | None = None,
        min_steps: int | None = None,
        lr: float = 3e-3,
        batch_size: int = 64,
        weight_decay: float = 1e-2,
        clip_norm: float | None = 1.0,
        stride: int = 1,
        patience: int | None = None,
        seed: int = 0,
        name: str | None = None,
    ) -> None:
        check_layer(layer)
        self.layer = layer
        self.horizon: int = whole("horizon", horizon, most=MOST_STEPS)
        self.input_length = None if input_length is None else whole("input_length", input_length)
        self.hidden_size, self.num_layers = whole("hidden_size", hidden_size), whole("num_layers", num_layers)
        self.decoding = one_of("decoding", decoding, DECODINGS)
        if not 0 <= teacher_forcing <= 1:
            raise ValueError(f"teacher_forcing is a share of the training, 0 to 1, got {teacher_forcing}")
        self.teacher_forcing = teacher_forcing
        self.given_scale = None if scale is None else one_of("scale", scale, WINDOW_SCALES)
        self.scale: WindowScale = self.given_scale or "window"  # where none was given, the fit chooses
        self.output, self.levels = output, kept(levels, check_levels(levels))
        self.distribution = make_output(output, levels)
        self.given_seasons = None if seasons is None else _checked_seasons(tuple(seasons))
        self.seasons: tuple[int, ...] = self.given_seasons or ()  # where none were given, the fit finds them
        self.calendar, self.missing = calendar, one_of("missing", missing, MISSING)
        self.gaps = missing == "mask"
        self.epochs, self.min_steps, self.lr, self.batch_size = epochs, min_steps, lr, batch_size
        self.weight_decay, self.clip_norm, self.patience = weight_decay, clip_norm, patience
        least = training.MIN_STEPS if min_steps is None else min_steps
        self.recipe = training.Recipe(epochs, lr, batch_size, weight_decay, clip_norm, patience, least)
        self.stride, self.seed = whole("stride", stride), whole("seed", seed, least=0)
        self.given_name, self.name = name, name or name_of_layer(layer)

    @property
    def length(self) -> int:
        """Steps that the encoder reads: by default the shortest season or, without one, twice the horizon."""
        if self.input_length is not None:
            return self.input_length
        return self.seasons[0] if self.seasons else 2 * self.horizon

    @property
    def context(self) -> int:
        """Steps before an origin that are read: ``input_length`` and the longest season."""
        return self.length + max((0, *self.seasons))

    @property
    def needed(self) -> int:
        """The context."""
        return self.context

    @property
    def depends_on_chance(self) -> bool:
        """Weights and order are drawn."""
        return True

    @property
    def gives_quantiles(self) -> bool:
        """Whether it was built to forecast a distribution, see ``output``."""
        return not isinstance(self.distribution, Point)

    def levels_within(self, horizon: int) -> tuple[float, float]:
        """Return the outermost levels that were trained or, of a distribution, the usual ones."""
        if isinstance(self.distribution, Quantiles):
            return self.distribution.levels[0], self.distribution.levels[-1]
        return super().levels_within(horizon)

    # ---- learning --------------------------------------------------------------------------------------------

    def fit(
        self, series: Numbers, *, valid: int | None = None, progress: bool = False, checkpoint: str | Path | None = None
    ) -> Self:
        r"""Train a fresh network.

        Args:
            series: A ``Series``, whose dates and columns are used; a pandas column, whose dates are adopted; or numbers
                (T,).
            valid: Steps at the end which are not learnt from: forecasts of them, from windows that reach back into
                the steps before, judge each epoch, and the weights of the best one are kept. By default none;
                with ``patience`` the last tenth of the series, but at least the horizon.
            progress: Show a progress bar.
            checkpoint: Folder from which an interrupted training goes on, see ``rnn_tutorial.fit``.

        Returns:
            This object.

        Raises:
            ValueError: A series too short or constant, gaps, dates that do not follow each other; a checkpoint of
                another training.
            TypeError: No numbers.
            KeyboardInterrupt: Ctrl-C. After this and any other error the forecaster is what it was before the call.
        """
        whole_series = self._adopted(series)
        if valid is None:
            valid = max(self.horizon, len(whole_series) // 10) if self.patience else 0
        valid = whole("valid", valid, least=0)
        with done_or_undone(self):
            if self.given_seasons is None:
                self.seasons = learnable_seasons(whole_series, self.horizon)
            self._fit(whole_series, valid, progress, checkpoint)
        return self

    def _fit(self, whole_series: Series, valid: int, progress: bool, checkpoint: str | Path | None) -> None:
        steps, needed = len(whole_series) - valid, self.context + self.horizon
        if steps < needed or 0 < valid < self.horizon:
            raise ValueError(
                f"{len(whole_series)} values, {valid} of them to validate on, are too few: at least {needed} are "
                f"needed to train on (input_length {self.length}, longest season {self.context - self.length}, horizon "
                f"{self.horizon}) and, to validate, at least the horizon"
            )
        if self.patience and not valid:
            raise ValueError(
                "patience watches the validation part: leave valid= away for a tenth of the series, give so many "
                "steps, or take no patience"
            )
        check_rows(whole_series.covariates, len(whole_series), len(whole_series), self.gaps)
        if isinstance(self.distribution, NegativeBinomial):
            check_counts(whole_series.values)
        units = Units.of(whole_series.values[:steps], whole_series.covariates or Covariates())
        short = self._is_short(whole_series.values[:steps])
        settled = short and is_settled(whole_series.values[:steps], max((1, *self.seasons)))
        if self.given_scale is None:
            self.scale = window_scale(settled, self.seasons) if short else "window"
        little = short and not self.seasons and self.min_steps is None
        recipe = replace(self.recipe, min_steps=STEPS) if little else self.recipe
        clock = Clock.of_series(
            self.seasons if self.calendar else (), whole_series, self.calendar, HARMONICS if settled else USUAL
        )
        self._take(whole_series, clock, units, 0)
        self._train(recipe, steps, valid, progress, checkpoint)

    def _is_short(self, values: Array) -> bool:
        # Where a scale or the epochs were asked for, nothing is changed.
        origins = training_origins(values, 0, len(values), self.context, self.horizon, self.stride)
        return self.given_scale is None and self.recipe.finds_short(len(origins))

    def learn(self, series: Series) -> None:
        """Train on all of the series or, with patience, on all but its last tenth."""
        self.fit(series)

    def update(self, new: Numbers, *, epochs: int = 2, lr: float | None = None, progress: bool = False) -> Self:
        r"""Go on training with values that have come since: few epochs from the present weights, in the old units.

        The training windows are those of everything remembered: the whole past after ``fit``, the last ``context``
        steps after ``load``, and the new values in both cases.

        Args:
            new: The steps that follow the last one fitted on, with their columns; known ones may go on beyond.
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
        added = self._adopted(new)
        if added.has_clock and self.series.has_clock:
            self.clock.place(added.index)  # of the same step
        check_columns(added.covariates, self.series.covariates, needed=("past",))
        check_rows(added.covariates, len(added), len(added), self.gaps)
        longer = self.series.extended(added)
        if len(longer) < self.context + self.horizon:
            raise ValueError(
                f"{len(self.series)} values remembered and {len(added)} new ones are too few to train on: at least "
                f"{self.context + self.horizon} are needed"
            )
        check_rows(longer.covariates, len(longer), len(longer), self.gaps)
        recipe = training.Recipe(
            epochs, self.lr / 10 if lr is None else lr, self.batch_size, self.weight_decay, self.clip_norm, None
        )
        with done_or_undone(self):
            self.series, self.network = longer, copy.deepcopy(self.network)
            self._train(recipe, len(longer), 0, progress, None)
        return self

    def _take(self, series: Series, clock: Clock, units: Units, offset: int) -> None:
        # All that a fitted forecaster knows beside its weights; ``load`` ends here as well.
        self.clock, self.units, self.offset = clock, units, offset
        if isinstance(self.distribution, Point):
            self.distribution = Point(mean=is_rare_counts(series.values, self.seasons))
        if isinstance(self.distribution, NegativeBinomial):  # it speaks of counts, not of units of the series
            self.distribution = NegativeBinomial(*units.value)
        past, known = (series.covariates or Covariates()).columns
        self.reading = Reading(
            self.length, self.horizon, self.seasons, past, known, clock.columns(0, 1).shape[1], self.gaps, self.scale,
            units.zero,
        )  # fmt: skip
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            self.network = ForecastNetwork(
                self.layer, self.hidden_size, self.num_layers, self.reading, self.distribution, self.decoding
            )
        self.series = series
        self.parameters = sum(p.numel() for p in self.network.parameters() if p.requires_grad)

    def _train(
        self,
        recipe: training.Recipe,
        steps: int,
        valid: int,
        progress: bool,
        checkpoint: str | Path | None,
    ) -> None:
        def windows(start: int, stop: int, teach: bool) -> Windows:
            values = self.series.values
            origins = training_origins(values, start, stop, self.context, self.horizon, self.stride)
            if len(origins) == 0:
                raise ValueError(f"no value is observed in any target between steps {start} and {stop}")
            return self._windows(self.series, origins, self.offset, teach)

        train = windows(0, steps, self.decoding == "recursive")
        self.network.forced_steps = self.teacher_forcing * recipe.updates_for(len(train))
        self.network.forced.zero_()
        self.history = training.run(
            self.network,
            train,
            windows(steps, steps + valid, False) if valid else None,
            self.distribution.loss,
            recipe,
            seed=self.seed,
            progress=progress,
            checkpoint=checkpoint,
        )

    # ---- forecasting -----------------------------------------------------------------------------------------

    def predict(
        self, horizon: int | None = None, levels: Sequence[float] | None = None, *, series: Numbers | None = None
    ) -> Forecast:
        r"""Forecast what comes after the end of a series.

        Args:
            horizon: Steps ahead, as built; may be left away.
            levels: Of quantiles; by default the outermost that were trained, 5 and 95 % of a distribution, none of a
                point forecast.
            series: By default what was fitted on. With dates it finds its place by them; numbers are taken to begin
                where those of the fit began.
        """
        check_fitted(self, "network")
        usual = self.distribution.usual_levels if levels is None else levels
        return super().predict(horizon, usual, series=series)

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Forecast the median of each step, of counts that are mostly zero the mean."""
        parameters = torch.as_tensor(self._parameters(series, origins))
        return self.units.unscaled(self.distribution.point(parameters).numpy())

    def quantiles(self, series: Series, origins: Origins, horizon: int, levels: Sequence[float]) -> Array:
        """Forecast quantiles, which never cross."""
        found = self.units.unscaled(self.distribution.quantiles(self._parameters(series, origins), levels))
        return np.round(found) if isinstance(self.distribution, NegativeBinomial) else found

    def _parameters(self, series: Series, origins: Origins) -> Array:
        # Parameters of the forecast at each origin, (O, horizon, n), in units of the series.
        check_columns(series.covariates, self.series.covariates)
        check_rows(series.covariates, len(series), len(series) + self.horizon, self.gaps)
        offset = self.offset if series is self.series else 0
        if series is not self.series and series.has_clock and self.clock.first is not None:
            offset = self.clock.place(series.index)
        windows = self._windows(series, origins, offset, False)
        return predict(self.network, windows, batch_size=512, device=pick_device()).double().numpy()

    def _dated(self, series: Series) -> Series:
        # By the clock, for a forecaster that was loaded remembers the last steps alone.
        if series.has_clock or self.clock.first is None:
            return series
        return replace(series, index=self.clock.stamps(0, len(series)), zone=self.clock.zone)

    def _windows(self, series: Series, origins: Origins, offset: int, teach: bool) -> Windows:
        return Windows(
            series.values, series.covariates or Covariates(), self.units, self.clock, origins, self.context,
            self.horizon, offset=offset, teach=teach,
        )  # fmt: skip

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


def _checked_seasons(seasons: tuple[int, ...]) -> tuple[int, ...]:
    return kept(seasons, tuple(sorted({whole("a season", season, least=2) for season in seasons})))
