r"""What the user of ``rnn-tutorial forecast`` asked for, checked before anything takes time."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from rnn_tutorial.data import Covariates, Series, read_series
from rnn_tutorial.data.csv.clocks import REPEATED_HOURS, RepeatedHour
from rnn_tutorial.data.csv.numbers import SIGNS, Sign
from rnn_tutorial.data.csv.read import Fill
from rnn_tutorial.data.holidays import day_of, holiday_columns, weekend_days
from rnn_tutorial.data.public_holidays import public_holidays

from .checks import check_as_saved, check_bounds, check_choice, check_least
from .output import check_folder, check_model_file

NETWORKS = ("rnn", "lstm", "gru", "fc-lstm")
HYBRID = "hybrid"
BEST = "best"
CLASSICS = ("naive", "persistence", "drift", "ridge", "boosting", "ets", "theta", "croston", "tsb", "holt-winters")
ARIMA = "arima"
"""Apart from the others: its search takes too long on a long series to be run beside them by --baselines."""
MODELS = (BEST, *NETWORKS, HYBRID, *CLASSICS, ARIMA)
FILLS: tuple[Fill, ...] = ("refuse", "interpolate")  # nothing here reads around gaps
OF_A_NEW_NETWORK = ("input_length", "hidden", "stride")
LEAST = {"horizon": 1, "epochs": 1, "seed": 0, "seeds": 1, "input_length": 1, "hidden": 1, "stride": 1, "paths": 0}


@dataclass(frozen=True)
class Request:
    """The options of the command, as ``--help`` explains them."""

    file: Path
    time: tuple[str, ...]
    target: str
    horizon: int
    model: str = BEST
    baselines: bool = False
    where: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    holidays: str | None = None
    days_off: tuple[str, ...] = ()
    weekend: str | None = None
    apart: tuple[str, ...] = ()
    seasons: tuple[int, ...] = ()
    level: float = 0.9
    quantiles: tuple[float, ...] = ()
    paths: int = 0
    lower: float | None = None
    upper: float | None = None
    input_length: int | None = None
    hidden: int = 64
    stride: int = 1
    epochs: int | None = None
    seed: int = 0
    seeds: int = 1
    out: Path = Path("forecast")
    force: bool = False
    save: Path | None = None
    load: Path | None = None
    quiet: bool = False
    unit: str = ""
    fill: str = "refuse"
    sort: bool = False
    frequency: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    date_format: str | None = None
    timezone: str | None = None
    repeated_hour: str = "both"

    def check(self) -> None:
        r"""Refuse what can be refused without reading the file.

        Raises:
            ValueError: A number out of range, or options that exclude each other.
            FileExistsError, FileNotFoundError, NotADirectoryError: Files that are in the way or missing.
        """
        check_least(self, LEAST)
        if not 0 < self.level < 1:
            raise ValueError(
                f"--level is the share of values that the interval is to hold, e.g. 0.9, not {self.level:g}."
            )
        if not all(0 < quantile < 1 for quantile in self.quantiles):
            raise ValueError(f"--quantile lies between 0 and 1, e.g. 0.1, not {', '.join(map(str, self.quantiles))}.")
        check_bounds(self.lower, self.upper)
        if any(season < 2 for season in self.seasons):
            raise ValueError(f"--season counts steps, 2 or more, not {min(self.seasons)}.")
        for name, value, choices in (
            ("fill", self.fill, FILLS),
            ("decimal", self.decimal or ".", SIGNS),
            ("repeated-hour", self.repeated_hour, REPEATED_HOURS),
        ):
            check_choice(name, value, choices)
        self.conditions()
        self._check_holidays()
        if self.load is None:
            self._check_model()
        else:
            if self.seeds > 1 or self.save is not None:
                raise ValueError("--load takes a network as it was saved: leave out --seeds and --save.")
            new = any(getattr(self, name) != getattr(type(self), name) for name in OF_A_NEW_NETWORK)
            check_as_saved(self.load, OF_A_NEW_NETWORK if new else ())
        if self.save is not None:
            if self.seeds > 1:
                raise ValueError("--save keeps one network: leave out --seeds.")
            check_model_file(self.save, self.force)
        check_folder(self.out, self.force)

    def _check_holidays(self) -> None:
        if self.holidays is not None:
            public_holidays(self.holidays, ())
        for day in self.days_off:
            day_of(day)
        weekend_days(self.weekend_names)
        if self.apart and self.holidays is None:
            raise ValueError("--apart names holidays of a country: give --holidays as well.")
        if self.weekend is not None and not self.reads_holidays:
            raise ValueError(
                "--weekend says which days are free beside holidays: give --holidays or --day-off as well."
            )

    def _check_model(self) -> None:
        if self.model not in MODELS:
            raise ValueError(f"There is no model {self.model!r}: choose one of {', '.join(MODELS)}.")
        if self.model in (*CLASSICS, ARIMA) and (self.save is not None or self.seeds > 1):
            raise ValueError(f"--save and --seeds are for networks; {self.model} is none.")
        if self.model == BEST and (self.save is not None or self.seeds > 1):
            raise ValueError(f"--save and --seeds are for networks: name one by --model, {', '.join(NETWORKS)}.")
        if self.model == HYBRID and self.save is not None:
            raise ValueError("A hybrid cannot be saved: choose a network, or leave out --save.")

    @property
    def ends(self) -> tuple[float, float]:
        """Levels of the quantiles at the ends of the interval."""
        tail = round((1 - self.level) / 2, 12)
        return tail, round(1 - tail, 12)

    @property
    def levels(self) -> tuple[float, ...]:
        """Levels of all quantiles to forecast."""
        return tuple(sorted({*self.ends, *self.quantiles}))

    @property
    def widest(self) -> float:
        """Level of the widest interval that is asked for, whose ends may be quantiles."""
        return max(abs(2 * level - 1) for level in self.levels)

    @property
    def wishes(self) -> tuple[str, ...]:
        """Options by which intervals, quantiles or paths were asked for, beyond those that are given if they can be."""
        level = (f"--level {self.level:g}",) if self.level != type(self).level else ()
        return (*level, *(("--quantile",) if self.quantiles else ()), *(("--paths",) if self.paths else ()))

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which all that is forecast lies."""
        return -math.inf if self.lower is None else self.lower, math.inf if self.upper is None else self.upper

    @property
    def reads_holidays(self) -> bool:
        """Whether columns for holidays are wanted."""
        return self.holidays is not None or bool(self.days_off)

    @property
    def weekend_names(self) -> tuple[str, ...]:
        """Days of the week on which nobody works."""
        names = ("sat", "sun") if self.weekend is None else self.weekend.split(",")
        return tuple(name.strip() for name in names if name.strip())

    def read(self) -> Series:
        """Read the file, see ``read_series``, and put holidays beside it if they are wanted."""
        series = self._read_file()
        if not self.reads_holidays:
            return series
        beside = series.covariates or Covariates()
        columns = holiday_columns(
            series, self.holidays, own=self.days_off, apart=self.apart, weekend=self.weekend_names,
            extra_steps=None if beside.known.shape[1] else self.horizon,
        )  # fmt: skip
        return Series.of(series, covariates=beside.joined(columns), gaps=True)

    def _read_file(self) -> Series:
        return read_series(
            self.file,
            self.time,
            self.target,
            where=self.conditions(),
            past=self.past,
            known=self.known,
            frequency=self.frequency,
            fill=cast(Fill, self.fill),
            unit=self.unit,
            sort=self.sort,
            delimiter="\t" if self.delimiter in ("tab", "\\t") else self.delimiter,
            decimal=cast(Sign | None, self.decimal),
            date_format=self.date_format,
            timezone=self.timezone,
            repeated_hour=cast(RepeatedHour, self.repeated_hour),
        )

    def conditions(self) -> dict[str, str]:
        r"""Return the cells by which rows are picked, by their columns.

        Raises:
            ValueError: No column or no cell is named.
        """
        for text in self.where:
            if not text.partition("=")[0] or "=" not in text:
                raise ValueError(f"--where names a column and its cell, as in --where unique_id=A, not {text!r}.")
        return {name: cell for name, _, cell in (text.partition("=") for text in self.where)}
