r"""The built-in series as CSV files, to try the other command on."""

import io
from pathlib import Path
from typing import cast

import pandas as pd

from rnn_tutorial.data import Series, available_series, load_series
from rnn_tutorial.data.datasets.catalogue import SeriesName
from rnn_tutorial.forecasting.files import write
from rnn_tutorial.io import check_replaceable

from .reach import SERIES, cached


def listing() -> str:
    """One line a series: what it is if it is here, what to download if it is not."""
    width = max(map(len, available_series()))
    lines = []
    for name in available_series():
        if name in SERIES and not cached(SERIES[name]):
            file = SERIES[name]
            lines.append(f"{name:{width}}  not in the cache: {file.size / 1e6:.0f} MB to download ({file.release})")
            continue
        series = load_series(name)
        span = f"{series.index[0]} to {series.index[-1]}"
        beside = series.covariates.columns if series.covariates else (0, 0)
        columns = f", {beside[0]} past and {beside[1]} known column(s)" if any(beside) else ""
        lines.append(f"{name:{width}}  {len(series):,} values in {series.unit}, {span}{columns}")
    return "\n".join([*lines, "", "Write one as CSV: rnn-tutorial datasets taylor --out taylor.csv"])


def export(name: str, path: Path, force: bool) -> str:
    r"""Write a series with its covariates as CSV.

    Args:
        name: Of ``load_series``.
        path: The file.
        force: Replace one that exists.

    Returns:
        A sentence that says what was written, and the command to go on with.

    Raises:
        FileExistsError: The file exists and ``force`` is not given, or a folder, a link or a device has that name.
        ValueError: There is no such series.
    """
    check_replaceable(path)
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists: name another file by --out, or replace it by --force.")
    series = load_series(cast(SeriesName, name))  # which refuses others
    frame = as_frame(series)
    text = io.StringIO()
    frame.to_csv(text, index=False, lineterminator="\n")
    write(path, text.getvalue().encode("utf-8"))
    step = max(series.seasons.values(), default=12) if not series.seasons else min(series.seasons.values())
    return (
        f"{path}: {len(frame):,} rows with the columns {', '.join(frame.columns)}; {series.unit}. "
        f"{series.source}. Licence: {series.licence}.\n"
        f"Forecast it: rnn-tutorial forecast {path} --time {frame.columns[0]} --target {frame.columns[1]} "
        f"--horizon {step} --model lstm"
    )


def as_frame(series: Series) -> pd.DataFrame:
    """Return the columns ``time``, the series' name, and one each covariate; known rows may go on beyond the end."""
    columns: dict[str, object] = {series.name: series.values}
    index = series.index
    if series.covariates is not None:
        known = series.covariates.known
        if known.shape[1] and len(known) > len(index):
            index = pd.date_range(index[0], periods=len(known), freq=index.freq or index[1] - index[0])
        columns |= dict(zip(series.covariates.past_names, series.covariates.past.T, strict=True))
        columns |= dict(zip(series.covariates.known_names, known.T, strict=True))
    frame = pd.DataFrame({name: pd.Series(column).reindex(range(len(index))) for name, column in columns.items()})
    frame.insert(0, "time", index)
    return frame
