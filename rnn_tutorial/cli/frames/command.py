r"""The options of ``rnn-tutorial frames``, in words that ``--help`` shows."""

from pathlib import Path
from typing import Annotated

import typer

from rnn_tutorial.cli.errors import plain_errors
from rnn_tutorial.cli.options import Debug


def frames(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="A folder of pictures, a GIF, a .npy or .npz file, a NetCDF file (.nc), or a zarr store.",
            show_default=False,
        ),
    ],
    horizon: Annotated[int, typer.Option("--horizon", "--lead", help="Frames to forecast.", show_default=False)],
    input_length: Annotated[
        int | None,
        typer.Option(help="Frames that the network reads; by default the horizon, but at least 4.", show_default=False),
    ] = None,
    variable: Annotated[
        str | None,
        typer.Option(help="Which array of a NetCDF, .npz file or zarr store, if several.", show_default=False),
    ] = None,
    time: Annotated[
        str | None, typer.Option(help="Which axis of NetCDF or zarr is time; by default found.", show_default=False)
    ] = None,
    fill: Annotated[
        str, typer.Option(help="What to do about missing values: refuse, interpolate (in time), or a number.")
    ] = "refuse",
    colours: Annotated[
        str, typer.Option(help="What to do about pictures in colours: refuse, grey, or keep three channels.")
    ] = "refuse",
    lower: Annotated[float | None, typer.Option(help="No forecast lies below, e.g. 0.", show_default=False)] = None,
    upper: Annotated[float | None, typer.Option(help="No forecast lies above.", show_default=False)] = None,
    hidden: Annotated[int, typer.Option(help="Channels of the network's ConvLSTM layers.")] = 16,
    kernel: Annotated[int, typer.Option(help="Side of its kernels, in patches; odd.")] = 3,
    patch: Annotated[
        int | None,
        typer.Option(
            help="Side of a patch, in pixels; larger ones are faster and follow faster motion. By default 1, 2 or 4, "
            "by the size of the frames.",
            show_default=False,
        ),
    ] = None,
    epochs: Annotated[int, typer.Option(help="Passes over the training data.")] = 20,
    stride: Annotated[int, typer.Option(help="Frames from one training window to the next.")] = 1,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the results; by default NAME-frames, here.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results.")] = False,
    load: Annotated[
        Path | None,
        typer.Option(
            help="Take a network of earlier results, model.safetensors; nothing is trained.", show_default=False
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="Folder for finished epochs: after Ctrl-C the same command goes on.", show_default=False),
    ] = None,
    unit: Annotated[str, typer.Option(help="Unit of the values; by default as a NetCDF file or zarr store says.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
    debug: Debug = False,
) -> None:
    """Forecast the next frames of pictures or of a field over time by a ConvLSTM, and say whether it beats what learns
    nothing: the last frame again, the same shift again, optical flow, each of them blurred as well.

    Writes the frames (forecast.npz, forecast-1.png …), report.html, beside.gif with the truth beside the forecast,
    errors.csv and the network, model.safetensors, into a folder; all of them or none.
    """  # fmt: skip
    with plain_errors(debug):
        from .request import FramesRequest
        from .run import run

        request = FramesRequest(
            source=source, horizon=horizon, input_length=input_length, variable=variable, time=time, fill=fill,
            colours=colours, lower=lower, upper=upper, hidden=hidden, kernel=kernel, patch=patch, epochs=epochs,
            stride=stride, seed=seed, out=out if out is not None else Path(f"{source.absolute().stem}-frames"),
            force=force, load=load, checkpoint=checkpoint, unit=unit, quiet=quiet,
        )  # fmt: skip
        typer.echo(run(request))
