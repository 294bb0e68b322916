r"""What was found out, in words and tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnn_tutorial.data import Series
from rnn_tutorial.data.steps import name_of, step_of
from rnn_tutorial.forecasting.forecast import Forecast
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.forecasting.wrappers.ensemble import Ensemble

from .about_backtest import about_backtest, span, stamp
from .frozen import Frozen
from .output import OURS
from .request import BEST, HYBRID, NETWORKS, Request
from .verdict import Verdict


@dataclass(frozen=True)
class Outcome:
    r"""All that is written down.

    Args:
        request: What was asked for.
        series: What was read.
        seasons: Steps in each.
        method: Fitted on all of the series.
        forecast: What follows, with quantiles if there is a verdict.
        repeated: The forecast of the simple method that was chosen before the test part.
        verdict: Of the backtest; ``None`` if none could be made.
        sentence: The verdict, or why there is none.
        notes: What else to know, a sentence each.
        seconds: All of it took.
        paths: Whole futures, (n, H), if they were asked for and there is a verdict.
    """

    request: Request
    series: Series
    seasons: tuple[int, ...]
    method: Method
    forecast: Forecast
    repeated: Forecast
    verdict: Verdict | None
    sentence: str
    notes: list[str]
    seconds: float
    paths: Array | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """Names of what is written."""
        missing = {"backtest.csv": self.verdict is None, "paths.csv": self.paths is None}
        return tuple(name for name in OURS if not missing.get(name, False))

    @property
    def shown(self) -> int:
        """Known steps to draw."""
        return min(len(self.series), max(3 * self.request.horizon, 2 * min(self.seasons, default=1), 50))

    @property
    def title(self) -> str:
        """Heading of the report."""
        return f"Forecast of {self.request.target}: {self.request.horizon} steps after {stamp(self.series, -1)}"

    @property
    def description(self) -> str:
        """Of the picture, for those who do not see it."""
        point = self.forecast.point
        return (
            f"Line chart: the last {self.shown} known values of {self.request.target}, and for the {len(point)} steps "
            f"after them {self.repeated.method} and the forecast of {self.forecast.method}, from {point.min():.4g} to "
            f"{point.max():.4g}."
        )

    def text(self) -> str:
        """What is printed: the verdict, the table of the backtest, the files."""
        request, verdict = self.request, self.verdict
        lines = [self.sentence, *self.notes]
        if verdict is not None:
            lines += [*self._of_backtest(verdict), "", scores(verdict).to_string(), "", *left_out(verdict)]
        lines += [str(request.out / name) for name in self.files]
        return "\n".join(lines if request.save is None else [*lines, str(request.save)])

    def paragraphs(self) -> list[str]:
        """What the report says besides the verdict."""
        verdict, series = self.verdict, self.series
        if verdict is None:
            return self.notes
        network = self.request.model in (*NETWORKS, HYBRID, BEST) or isinstance(self.method, Frozen)
        return [
            *self.notes,
            *([] if network else ["No network was asked for."]),
            *self._of_backtest(verdict),
            about_backtest(verdict, series),
            *left_out(verdict),
        ]

    def settings(self) -> dict[str, object]:
        """Of this run."""
        request, series, covariates = self.request, self.series, self.series.covariates
        ends = (("from", request.lower), ("to", request.upper))
        found: dict[str, object] = {
            "file": request.file.name,
            "values": f"{len(series):,} of {series.name!r}, {span(series)}",
            "step": name_of(step_of(series.index)) if series.has_clock else "",
            "method": self.method.name,
            "horizon": f"{request.horizon} steps",
            "seasons": listed(self.seasons),
            "past columns": ", ".join(covariates.past_names) if covariates else "",
            "known columns": ", ".join(covariates.known_names) if covariates else "",
            "holidays": ", ".join([*([request.holidays] if request.holidays else []), *request.days_off]),
            "weekend": ", ".join(request.weekend_names) if request.reads_holidays else "",
            "filled": request.fill,
            "level": f"{request.level:g}",
            "bounds": " ".join(f"{word} {end:g}" for word, end in ends if end is not None),
        }
        if request.load is not None:
            found["loaded from"] = request.load.name
        elif request.model in (*NETWORKS, HYBRID):
            found |= {"hidden": request.hidden, "input length": request.input_length or "", "stride": request.stride}
            seeds = self.method.seeds if isinstance(self.method, Ensemble) else (request.seed,)
            found |= {"epochs": request.epochs or "by default", "seeds": ", ".join(map(str, seeds))}
        found["seconds in all"] = f"{self.seconds:.1f}"
        return {name: value for name, value in found.items() if value != ""}

    def table(self) -> pd.DataFrame:
        """The forecast: ``time``, ``point``, the ends of the interval, and a column for each quantile asked for."""
        request, forecast = self.request, self.forecast
        levels = dict(zip(("lower", "upper"), request.ends, strict=True))
        levels |= {f"q{level:g}": level for level in sorted(request.quantiles)}
        unknown = np.full(len(forecast), np.nan)
        columns = {name: forecast.quantiles.get(level, unknown) for name, level in levels.items()}
        return pd.DataFrame({"time": forecast.index, "point": forecast.point} | columns)

    def path_table(self) -> pd.DataFrame:
        """The paths: ``time``, and a column for each."""
        paths = np.empty((0, len(self.forecast))) if self.paths is None else self.paths
        columns = {f"path {number}": path for number, path in enumerate(paths, start=1)}
        return pd.DataFrame({"time": self.forecast.index} | columns)

    def _of_backtest(self, verdict: Verdict) -> list[str]:
        return [text for text in (verdict.best(), verdict.of_intervals(self.request.level)) if text]


def backtest_table(series: Series, verdict: Verdict) -> pd.DataFrame:
    """Every forecast of the backtest: a row for each origin and step ahead, a column for each method."""
    board, stamps = verdict.board, series.shown(series.index)
    steps = np.arange(board.horizon)
    target = (board.origins[:, None] + steps).ravel()
    columns: dict[str, object] = {
        "made after": stamps[np.repeat(board.origins - 1, board.horizon)],
        "step": np.tile(steps + 1, len(board.origins)),
        "time": stamps[target],
        "truth": board.truth.ravel(),
    }
    return pd.DataFrame(columns | {name: np.mean(e.forecasts, axis=0).ravel() for name, e in board.entries.items()})


def scores(verdict: Verdict) -> pd.DataFrame:
    """The scores of the backtest as text, the best method first."""
    table = verdict.board.table()
    rows = {
        str(name): {
            "MAE": f"{row['MAE']:.4g}" + ("" if np.isnan(row["±"]) else f" ± {row['±']:.3g}"),
            "RMSE": f"{row['RMSE']:.4g}",
            "MASE": "n/a" if np.isnan(row["MASE"]) else f"{row['MASE']:.3f}",
            f"less than {verdict.rival}": f"{saved:+.1%}" if np.isfinite(saved := verdict.saved(str(name))) else "n/a",
            "parameters": f"{row['parameters']:,.0f}",
            "seconds to fit": f"{row['seconds']:.1f}",
        }
        for name, row in table.iterrows()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(columns="method")


def left_out(verdict: Verdict) -> list[str]:
    """The methods that the series does not allow, with the reason."""
    return [f"Left out: {name}, because {reason}" for name, reason in verdict.result.left_out.items()]


def listed(seasons: tuple[int, ...]) -> str:
    """Seasons in words."""
    return ", ".join(f"{season} steps" for season in seasons) or "none"
