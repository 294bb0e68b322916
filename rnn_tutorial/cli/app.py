r"""The commands and their options, in words that ``--help`` shows."""

from pathlib import Path
from typing import Annotated

import typer

from .errors import plain_errors

app = typer.Typer(
    help="Forecast your own series with recurrent networks, and see whether they beat repeating the last season.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")]


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
