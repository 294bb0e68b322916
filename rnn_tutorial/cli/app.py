r"""The commands and their options, in words that ``--help`` shows."""

from pathlib import Path
from typing import Annotated

import typer

from .errors import plain_errors
from .frames.command import frames
from .options import Debug

app = typer.Typer(
    help="Forecast your own series with recurrent networks, and see whether they beat repeating the last season.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from rnn_tutorial import __version__

        typer.echo(f"rnn-tutorial {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Forecast your own series with recurrent networks, and see whether they beat repeating the last season."""


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the package index.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the package index.", min=0.1)] = 10.0,
    debug: Debug = False,
) -> None:
    """Show versions, devices, what computes the layers, the cache, and the data within reach."""
    with plain_errors(debug):
        import json

        from .doctor import examine, in_words

        found = examine(timeout=None if offline else timeout)
        typer.echo(json.dumps(found, indent=2) if as_json else in_words(found))


@app.command()
def datasets(
    name: Annotated[str | None, typer.Argument(help="A series to export; without it, all are listed.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The CSV file to write; NAME.csv if not given.", dir_okay=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    debug: Debug = False,
) -> None:
    """List the built-in series, or write one as CSV: rnn-tutorial datasets taylor --out taylor.csv."""
    with plain_errors(debug):
        from .datasets import export, listing

        if name is None:
            if out is not None:
                raise ValueError("--out needs the name of a series: rnn-tutorial datasets NAME --out FILE.csv")
            typer.echo(listing())
        else:
            typer.echo(export(name, out if out is not None else Path(f"{name}.csv"), force))


@app.command()
def forecast(
    file: Annotated[Path, typer.Argument(help="A CSV file (also .csv.gz) with a header.", show_default=False)],
    time: Annotated[
        list[str],
        typer.Option(help="Column of the dates; twice for a date and an hour of its own.", show_default=False),
    ],
    target: Annotated[str, typer.Option(help="Column to forecast.", show_default=False)],
    horizon: Annotated[int, typer.Option(help="Steps to forecast.", show_default=False)],
    model: Annotated[
        str | None,
        typer.Option(
            show_default=False,
            help="best, the default, which tries several on the last part and takes those that did well, together; "
            "rnn, lstm (the default with --save or --seeds), gru, fc-lstm (with peepholes), hybrid (Holt-Winters + "
            "GRU); or without a network: naive, persistence, drift, ridge, boosting, ets, theta, croston, tsb, "
            "holt-winters, arima.",
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Take only rows with this cell, NAME=CELL: one series of several in a file.", show_default=False
        ),
    ] = None,
    baselines: Annotated[bool, typer.Option("--baselines", help="Compare with all methods without a network.")] = False,
    known: Annotated[
        list[str] | None, typer.Option(help="Column known in advance, given beyond the end too; may be repeated.")
    ] = None,
    past: Annotated[
        list[str] | None, typer.Option(help="Column known up to the present only; may be repeated.")
    ] = None,
    holidays: Annotated[
        str | None,
        typer.Option(
            help="Country whose public holidays the model is told, e.g. PT, or DE-BY for a part of one.",
            show_default=False,
        ),
    ] = None,
    day_off: Annotated[
        list[str] | None, typer.Option(help="A further holiday, e.g. 2024-12-24; may be repeated.")
    ] = None,
    apart: Annotated[
        list[str] | None,
        typer.Option(help="A holiday that is not like the others, e.g. Christmas; may be repeated."),
    ] = None,
    weekend: Annotated[
        str | None, typer.Option(help="Days on which nobody works; by default sat,sun.", show_default=False)
    ] = None,
    season: Annotated[
        list[int] | None,
        typer.Option(
            help="Steps in a season; may be repeated. By default day, week or year, from the dates, as far as the file "
            "holds three of it (two for naive, four for Holt-Winters)."
        ),
    ] = None,
    level: Annotated[
        float, typer.Option(help="Share of values that the interval is to hold; 0.9 takes 9 errors of each step.")
    ] = 0.9,
    quantile: Annotated[
        list[float] | None, typer.Option(help="A quantile to forecast, e.g. 0.1, a column of its own; may be repeated.")
    ] = None,
    paths: Annotated[
        int, typer.Option(help="Draw so many whole futures, for sums and peaks, into paths.csv.", show_default=False)
    ] = 0,
    lower: Annotated[float | None, typer.Option(help="No forecast lies below, e.g. 0.", show_default=False)] = None,
    upper: Annotated[float | None, typer.Option(help="No forecast lies above.", show_default=False)] = None,
    input_length: Annotated[
        int | None,
        typer.Option(help="Steps that a network reads; by default the shortest season, or twice the horizon."),
    ] = None,
    hidden: Annotated[int, typer.Option(help="Units of a network's layer.")] = 64,
    stride: Annotated[int, typer.Option(help="Steps from one training window of a network to the next.")] = 1,
    epochs: Annotated[
        int | None,
        typer.Option(help="Passes over the training data; by default 15, more on a short series.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    seeds: Annotated[int, typer.Option(help="Train so many networks and take the mean of their forecasts.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the results; by default NAME-forecast, here.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results and a saved model.")] = False,
    save: Annotated[Path | None, typer.Option(help="Keep the network in this file.", show_default=False)] = None,
    load: Annotated[
        Path | None, typer.Option(help="Take a network kept by --save; nothing is trained.", show_default=False)
    ] = None,
    unit: Annotated[str, typer.Option(help="Unit of the values, for tables and plots.")] = "",
    fill: Annotated[str, typer.Option(help="What to do about gaps: refuse or interpolate.")] = "refuse",
    sort: Annotated[bool, typer.Option("--sort", help="Put rows in the order of time.")] = False,
    frequency: Annotated[
        str | None, typer.Option(help="The step: h, 30min, D, MS …; by default the usual one.", show_default=False)
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Between cells: ; or , or tab …; by default found.", show_default=False)
    ] = None,
    decimal: Annotated[str | None, typer.Option(help=". or ,; by default found.", show_default=False)] = None,
    date_format: Annotated[
        str | None,
        typer.Option(
            help="Form of the dates, e.g. %d.%m.%Y %H:%M; s, ms, us or ns since 1970; step for numbers of steps; by "
            "default found.",
            show_default=False,
        ),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="The dates are local times there, e.g. Europe/Berlin.", show_default=False)
    ] = None,
    repeated_hour: Annotated[
        str, typer.Option(help="Where that clock is set back, the file has both hours, or the first or the second.")
    ] = "both",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
    debug: Debug = False,
) -> None:
    """Forecast a column of a CSV file, and say whether the model beats the simplest forecasts: the last season again,
    the last value again, a straight line.

    Writes forecast.csv, forecast.png, report.html and the forecasts of the backtest, backtest.csv, into a folder (with
    --paths, paths.csv as well); all of them or none. Two of the longest season and a horizon are always left to learn
    from; of a series too short for more there is no measured coverage, no interval or no backtest, and it says so.
    """
    with plain_errors(debug):
        from .forecast import run
        from .request import Request

        if model is None:  # what is saved or trained several times has to be one network
            model = "lstm" if save is not None or seeds > 1 else "best"
        name = file.name.removesuffix(".gz").removesuffix(".csv")
        request = Request(
            file=file, time=tuple(time), target=target, horizon=horizon, model=model, where=tuple(where or ()),
            baselines=baselines, known=tuple(known or ()), past=tuple(past or ()), seasons=tuple(season or ()),
            holidays=holidays, days_off=tuple(day_off or ()), weekend=weekend, apart=tuple(apart or ()),
            quantiles=tuple(quantile or ()), paths=paths, lower=lower, upper=upper, input_length=input_length,
            hidden=hidden, stride=stride, level=level, epochs=epochs, seed=seed, seeds=seeds, force=force, save=save,
            load=load, out=out if out is not None else Path(f"{name}-forecast"), unit=unit, fill=fill, sort=sort,
            quiet=quiet, frequency=frequency, delimiter=delimiter, decimal=decimal, date_format=date_format,
            timezone=timezone, repeated_hour=repeated_hour,
        )  # fmt: skip
        typer.echo(run(request))


app.command()(frames)
