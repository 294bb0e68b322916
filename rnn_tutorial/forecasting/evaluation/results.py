r"""What a backtest found: tables, tests against the best baseline, plots and files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnn_tutorial import __version__
from rnn_tutorial.forecasting.files import write
from rnn_tutorial.forecasting.method import Method

from .comparison import diebold_mariano
from .scoreboard import Scoreboard, bars
from .scores import OTHER_COLUMNS, SCORES, as_html, check_columns

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

POINT = ("MAE", "±", "RMSE", "MASE", "sMAPE")
OF_QUANTILES = ("CRPS", "coverage", "nominal", "width")
REST = ("p", "copies", "seeds", "parameters", "seconds")
WITHOUT_UNIT = ("MASE", "sMAPE", "coverage", "nominal", "seeds", "parameters", "seconds")


@dataclass(frozen=True)
class Backtest:
    r"""The forecasts of every method, scored. Made by ``backtest``.

    Attributes:
        boards: Name of each series and its scoreboard, which holds the forecasts.
        baselines: Names of the classic methods, the best of which is the one to beat.
        stride: Steps between origins.
        settings: What the backtest was asked for.
        left_out: Names of the methods that could not deal with a series, and what they said.
        fitted: Names of the methods and, if they were to be returned, the fitted ones: each fold's seeds, fold by fold.

    Examples:
        >>> from rnn_tutorial.forecasting import Persistence, SeasonalNaive
        >>> methods = [Persistence(), SeasonalNaive(11)]
        >>> result = rt.backtest(methods, rt.load_series("sunspots"), horizon=11, progress=False)
        >>> result.best_baseline()
        'seasonal naive (11)'
        >>> result.by_step().shape  # steps ahead, methods
        (11, 2)
    """

    boards: dict[str, Scoreboard]
    baselines: list[str]
    stride: int
    settings: dict[str, Any]
    left_out: dict[str, str] = field(default_factory=dict)
    fitted: dict[str, list[Method]] = field(default_factory=dict)

    def board(self, series: str | None = None) -> Scoreboard:
        """Return the scoreboard of a series, which need not be named if there is one only."""
        if series is None and len(self.boards) == 1:
            return next(iter(self.boards.values()))
        if series not in self.boards:
            raise ValueError(f"there is no series {series!r} here: choose one of {', '.join(self.boards)}")
        return self.boards[series]

    def best_baseline(self, series: str | None = None) -> str | None:
        """Return the baseline of the smallest mean absolute error on these origins, None without baselines."""
        board = self.board(series)
        errors = {name: float(board.errors(name).mean()) for name in self.baselines}
        return min(errors, key=lambda name: errors[name]) if errors else None

    def compare(self, series: str | None = None, against: str | None = None) -> "pd.DataFrame":
        r"""Test each method against the best baseline (Diebold & Mariano, 1995; see ``diebold_mariano``).

        The loss at an origin is the mean absolute error over the steps ahead and the seeds. Folds count as one sequence
        of origins. The baseline is the best *on these origins*, which is a little unfair to the others.

        Args:
            series: Which, if there are several.
            against: Another method to compare with.

        Returns:
            One row a method but that one: ``difference`` of the MAE, negative where the method is better;
            ``statistic``; two-sided ``p``; ``origins``; ``lags``. NaN where there are too few origins for a test.

        Raises:
            ValueError: No method or series of that name, or no baseline.
        """
        import pandas as pd

        board = self.board(series)
        rival = against if against is not None else self.best_baseline(series)
        if rival not in board.entries:
            raise ValueError(f"nothing to compare with: against={rival!r} should be one of {', '.join(board.entries)}")
        rows = {}
        for name in board.entries:
            if name == rival:
                continue
            n, h = len(board.origins), -(-board.horizon // self.stride)
            losses = board.losses(name), board.losses(rival)
            if n > h:
                found = diebold_mariano(*losses, board.horizon, self.stride)
                rows[name] = (found.difference, found.statistic, found.p_value, found.origins, found.lags)
            else:
                rows[name] = (float(losses[0].mean() - losses[1].mean()), np.nan, np.nan, n, h - 1)
        columns = ["difference", "statistic", "p", "origins", "lags"]
        table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).sort_values("difference")
        table.columns.name = f"against {rival}"
        return table

    def table(self, series: str | None = None, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        r"""Return one row a method, the best first.

        For one series the columns of ``Scoreboard.table`` and ``p``, that of ``compare``; by default those that there
        is something to say in. For several, of none named, means over the series of the scores that have no unit, and
        ``rank``, the mean place by MASE.

        Raises:
            ValueError: A column or series of no such name.
        """
        if series is None and len(self.boards) > 1:
            return self._over_series(columns)
        board = self.board(series)
        if columns is None:
            found = any(entry.quantiles for entry in board.entries.values())
            columns = [*POINT, *(OF_QUANTILES if found else ()), *REST]
        check_columns(columns, (*OTHER_COLUMNS, "p"))
        table = board.table([column for column in columns if column != "p"])
        if "p" in columns:
            p = dict(self.compare(series)["p"]) if self.baselines else {}
            table.insert(list(columns).index("p"), "p", [float(p.get(name, np.nan)) for name in table.index])
        return table

    def by_step(self, metric: str = "MAE", series: str | None = None) -> "pd.DataFrame":
        """Return a score at each step ahead, one column a method, the best first.

        Raises:
            ValueError: A score or series of no such name.
        """
        import pandas as pd

        check_columns([metric])
        board = self.board(series)
        names = list(board.table(["MAE"]).index)
        steps = pd.RangeIndex(1, board.horizon + 1, name="step ahead")
        table = pd.DataFrame({name: board.by_step(str(name), metric) for name in names}, index=steps)
        table.columns.name = metric
        return table

    def plot(self, series: str | None = None) -> "Figure":
        """Draw a bar a method, and below the error at each step ahead; for several series the mean MASE alone."""
        import matplotlib.pyplot as plt

        from rnn_tutorial.plotting.plain import plain

        if series is None and len(self.boards) > 1:
            table = self.table()
            figure, ax = plt.subplots(figsize=(7.2, 0.8 + 0.36 * len(table)), layout="constrained")
            scores = {str(name): np.array([mase]) for name, mase in table["MASE"].items()}
            bars(ax, scores, f"MASE, mean of {len(self.boards)} series", digits=2)
            return figure
        board = self.board(series)
        steps = self.by_step(series=series)
        rows = len(steps.columns)
        figure = plt.figure(figsize=(7.2, 4.6 + 0.5 * rows), layout="constrained")
        # matplotlib's types say one sub-figure here; two rows are an array of two
        parts: Any = figure.subfigures(2, 1, height_ratios=[0.8 + 0.36 * rows, 3.8 + 0.14 * rows])
        upper, lower = parts
        above, below = upper.subplots(), lower.subplots()
        board.plot(above).margins(x=0.2)
        shown = list(steps.columns[:7])  # more lines could not be told apart
        for number, name in enumerate(shown):
            below.plot(
                steps.index, steps[name], label=plain(name), color=f"C{number}", linewidth=2.4 if number == 0 else 1.2
            )
        below.set(xlabel="steps ahead", ylabel=plain(f"MAE{f' in {board.unit}' if board.unit else ''}"), ylim=(0, None))
        title = None if len(shown) == rows else f"the best {len(shown)} of {rows}"
        lower.legend(loc="outside lower center", ncols=2, fontsize=8, title=title, title_fontsize=8)
        return figure

    def to_csv(self, path: str | Path) -> None:
        """Write the table, whole or not at all."""
        write(Path(path), self.table().to_csv(index_label="method").encode())

    def to_json(self, path: str | Path) -> None:
        """Write settings, tables, errors by step and tests of each series, whole or not at all; no number is null."""
        content = {
            "rnn_tutorial": __version__,
            "settings": self.settings,
            "series": {name: self._as_json(name, board) for name, board in self.boards.items()},
        }
        text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)
        write(Path(path), (text + "\n").encode())

    def _as_json(self, name: str, board: Scoreboard) -> dict[str, Any]:
        return {
            "unit": board.unit,
            "origins": [int(board.origins[0]), int(board.origins[-1]), len(board.origins)],
            "levels": list(board.levels),
            "best_baseline": self.best_baseline(name),
            "table": _rows(self.table(name)),
            "by_step": {str(key): list(map(float, column)) for key, column in self.by_step(series=name).items()},
            "compare": _rows(self.compare(name)) if self.baselines else {},
        }

    def _over_series(self, columns: Sequence[str] | None) -> "pd.DataFrame":
        import pandas as pd

        known = {column for column in (*SCORES, *OTHER_COLUMNS) if column in WITHOUT_UNIT}
        wanted = list(columns) if columns is not None else [*(c for c in WITHOUT_UNIT if c in known), "rank"]
        unknown = [column for column in wanted if column not in (*known, "rank")]
        if unknown:
            raise ValueError(
                f"no mean over series of {', '.join(unknown)}: name a series, or choose among {', '.join(WITHOUT_UNIT)}"
            )
        scores = list(dict.fromkeys(["MASE", *(column for column in wanted if column != "rank")]))
        tables = [board.table(scores) for board in self.boards.values()]
        together = pd.concat([table.assign(rank=table["MASE"].rank()) for table in tables])
        means = together.groupby(level=0).mean().sort_values("MASE")[wanted]
        means = means.dropna(axis="columns", how="all") if columns is None else means
        for column in ("seeds", "parameters"):
            if column in means:
                means[column] = means[column].round().astype(int)
        means.columns.name = f"mean of {len(tables)} series"
        means.index.name = None
        return means

    def _repr_html_(self) -> str:
        return as_html(self.table())


def _rows(table: "pd.DataFrame") -> dict[str, dict[str, Any]]:
    # JSON has no NaN.
    return {
        str(name): {str(column): None if value != value else value for column, value in row.items()}
        for name, row in table.astype(object).iterrows()
    }
