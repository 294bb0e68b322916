r"""From a CSV file of one's own to a checked series: five lines of code that refuse what a forecast would hide."""

from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from rnn_tutorial.data.covariates import Covariates
from rnn_tutorial.data.series import Series
from rnn_tutorial.data.steps import seasons_of, step_of

from .clocks import REPEATED_HOURS, RepeatedHour
from .grid import checked_order, on_grid
from .numbers import SIGNS, Sign, decimal_sign, numbers
from .source import ReadError, Source
from .stamps import one_column, read_stamps
from .table import Table, read_table

Array = npt.NDArray[np.float64]
Fill = Literal["refuse", "interpolate", "mask"]
FILLS: tuple[Fill, ...] = get_args(Fill)


def read_series(
    source: Source,
    time: str | Sequence[str],
    target: str,
    *,
    where: Mapping[str, str] | None = None,
    past: Sequence[str] = (),
    known: Sequence[str] = (),
    frequency: str | None = None,
    fill: Fill = "refuse",
    unit: str = "",
    name: str | None = None,
    sort: bool = False,
    delimiter: str | None = None,
    decimal: Sign | None = None,
    date_format: str | None = None,
    timezone: str | None = None,
    repeated_hour: RepeatedHour = "both",
) -> Series:
    r"""Read one column of a CSV file as a series at equal steps of time, and others as its covariates.

    Rows at the end that have no target but all ``known`` cells are the known future: the covariates go on where the
    series ends.

    Args:
        source: Path of the file (``.csv``, ``.csv.gz``), or an open one.
        time: Column of the dates; or two, of the dates and of the hours.
        target: Column of the values.
        where: Take only the rows with these cells, by their columns: one series of a file that holds several below
            each other, ``{"unique_id": "A"}``.
        past: Columns known up to the present only, e.g. a measured temperature.
        known: Columns known in advance, e.g. holidays as 1 and 0.
        frequency: pandas' name of the step (``"h"``, ``"30min"``, ``"D"``, ``"MS"``); the usual step if not given.
        fill: What to do about missing steps and empty cells: ``"refuse"`` them; ``"interpolate"`` on a straight line;
            ``"mask"`` keeps NaN in values and past covariates for methods that can read around it.
        unit: Of the values.
        name: Of the series; the target's if not given.
        sort: Put rows that are out of order in order.
        delimiter: Between cells; found among comma, semicolon, tab and bar if not given.
        decimal: The decimal sign, the other one then groups thousands; found if not given.
        date_format: As for ``datetime.strptime``; ``"s"``, ``"ms"``, ``"us"`` or ``"ns"`` since 1970; ``"step"`` for
            numbers that count steps. Found if not given.
        timezone: The dates are local times there. Steps shorter than a day are counted in UTC, which undoes
            daylight-saving time; forecasts are shown on the local clock.
        repeated_hour: Where that clock is set back an hour occurs twice: the file has ``"both"``, or only the
            ``"first"`` or the ``"second"``.

    Returns:
        The series. Its ``note`` says what was filled or converted.

    Raises:
        FileNotFoundError: There is no such file.
        ReadError: Anything in the file that a forecast should not be built on; the message names the line.
        ValueError: A column named twice, or an unknown ``fill``.

    Examples:
        >>> from io import StringIO
        >>> file = StringIO("date,load\n2024-01-01,5.1\n2024-01-02,5.9\n2024-01-03,5.4\n")
        >>> read_series(file, time="date", target="load", unit="kW").values
        array([5.1, 5.9, 5.4])
    """
    for option, given in (("past", past), ("known", known)):
        if isinstance(given, str):
            raise TypeError(f"{option} should be a list of columns: {option}=[{given!r}]")
    if not isinstance(target, str):
        raise TypeError(f"target should be the name of one column, not a {type(target).__name__}")
    times = [time] if isinstance(time, str) else list(time)
    names = [*times, target, *past, *known]
    if len(set(names)) < len(names):
        twice = sorted({column for column in names if names.count(column) > 1})
        raise ValueError(f"The column {twice[0]!r} is named twice among time, target, past and known.")
    for option, value, choices in (("fill", fill, FILLS), ("repeated_hour", repeated_hour, REPEATED_HOURS)):
        if value not in choices:
            raise ValueError(f"{option} should be one of {', '.join(map(repr, choices))}, not {value!r}.")
    if decimal is not None and decimal not in SIGNS:
        raise ValueError(f'decimal should be "." or ",", not {decimal!r}.')
    table = read_table(source, names, delimiter, where)
    dates = one_column(table, times)
    clocked = read_stamps(table, dates, date_format, timezone, repeated_hour)
    order = checked_order(table, dates, clocked.stamps, sort)
    stamps = clocked.stamps[order]
    columns_of_numbers = names[len(times) :]
    sign = decimal or decimal_sign(table, columns_of_numbers)
    # (rows,) each, in the order of time; NaN where the cell is empty
    columns = {column: numbers(table, column, sign)[order] for column in columns_of_numbers}

    filled = np.flatnonzero(~np.isnan(columns[target]))
    if len(filled) == 0:
        raise ReadError(f"{table.file}: the column {target!r} has no value in any of its {len(table)} rows.")
    grid = on_grid(table, dates, order, stamps, frequency, may_fill=fill != "refuse")
    rows = grid.get_indexer(stamps)  # the step that each row is about
    steps = int(rows[filled[-1]]) + 1
    _check_cells(table, order, columns, target, past, known, int(filled[-1]) + 1, fill)

    # (steps of the grid,) each: rows that the file lacks become NaN, then what `fill` says
    laid = {column: _laid(column_values, rows, len(grid)) for column, column_values in columns.items()}
    gaps = {column: laid[column][:steps] for column in (target, *past)} | {column: laid[column] for column in known}
    notes = [clocked.note] if clocked.note else []
    for column, column_values in gaps.items():
        if missing := int(np.isnan(column_values).sum()):
            gaps[column] = _fill(table, column, column_values, fill, column in known)
            done = "interpolated" if fill == "interpolate" else "left empty"
            notes.append(f"{missing} of {len(column_values)} values of {column!r} were missing and {done}.")
    if len(grid) > steps and not known:
        notes.append(f"{len(grid) - steps} rows at the end have no {target!r}: the series ends at {grid[steps - 1]}.")
    values = gaps[target]
    if np.nanmin(values) == np.nanmax(values):
        notes.append(f"All values of {target!r} are {np.nanmin(values):g}: it is constant.")
    covariates = Covariates(
        past=_side_by_side([gaps[column] for column in past]),
        known=_side_by_side([gaps[column] for column in known]),
        past_names=tuple(past),
        known_names=tuple(known),
    )
    return Series(
        name=name or target,
        values=values,
        index=cast(pd.DatetimeIndex, grid[:steps]),
        unit=unit,
        seasons=seasons_of(step_of(grid)) if isinstance(grid, pd.DatetimeIndex) else {},
        source=f"column {target!r} of {table.file}",
        licence="the user's own",
        note=" ".join(notes),
        covariates=covariates if past or known else None,
        zone=clocked.zone,
    )


def _check_cells(
    table: Table,
    order: npt.NDArray[np.int64],
    columns: dict[str, Array],
    target: str,
    past: Sequence[str],
    known: Sequence[str],
    stop: int,
    fill: Fill,
) -> None:
    """Refuse empty cells where there may be none; ``stop`` rows hold the series, the rest is the known future."""
    for column in (target, *past, *known):
        rows = columns[column] if column in known else columns[column][:stop]
        empty = np.flatnonzero(np.isnan(rows))
        if fill != "refuse" and column in known:
            empty = empty[empty >= stop]  # there is nothing to interpolate the future from
        elif fill != "refuse":
            continue
        if len(empty):
            row = int(order[empty[0]])
            remedy = (
                "Known columns need every cell, also beyond the last value of the target."
                if column in known
                else 'Fill it in, or say how: fill="interpolate" or fill="mask"; on the command line --fill.'
            )
            raise table.error(row, f"no number in column {column!r} ({len(empty)} empty in all). {remedy}")


def _laid(values: Array, rows: npt.NDArray[np.int64], steps: int) -> Array:
    laid = np.full(steps, np.nan)
    laid[rows] = values
    return laid


def _fill(table: Table, column: str, values: Array, fill: Fill, known: bool) -> Array:
    if fill == "mask":
        if known:
            raise ReadError(
                f"{table.file}: steps are missing, so {column!r} is not known there. Add the rows with their known "
                'columns (the target may stay empty), or use fill="interpolate".'
            )
        return values
    have = np.flatnonzero(~np.isnan(values))
    if len(have) == 0 or have[0] > 0 or have[-1] < len(values) - 1:
        where = "first" if len(have) == 0 or have[0] > 0 else "last"
        raise ReadError(
            f"{table.file}: the {where} value of {column!r} is missing, and a line cannot be drawn from one side. "
            "Delete the rows before the first value, or fill it in."
        )
    return np.interp(np.arange(len(values)), have, values[have])


def _side_by_side(columns: Sequence[Array]) -> Array:
    return np.column_stack(columns) if columns else np.empty((0, 0))
